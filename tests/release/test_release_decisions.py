"""The whole matrix of decisions, against a second, naive reading of the rules."""

from __future__ import annotations

import itertools

import pytest

from joinedup.release import What, decide
from joinedup.terms import Purpose, Role, Sensitivity, Viewer

MATRIX = list(itertools.product(Role, Sensitivity, Purpose, What, ["", "because"]))


def _naive(role, sensitivity, purpose, what, reason):
    """What the rules say, in the order in which a person would read them."""
    if sensitivity == "restricted":
        return "none"
    if what == "reveal":
        closed = sensitivity == "official"
        right_role = role in {"analyst", "practitioner"}
        right_purpose = purpose != "public-information"
        if role == "practitioner":
            right_purpose = purpose == "crime-and-disorder"
        return "full" if closed and right_role and right_purpose and reason else "none"
    if what == "refused-rows":
        if sensitivity == "open":
            return "full" if role in {"analyst", "administrator"} else "none"
        allowed = role == "analyst" and purpose != "public-information"
        return "full" if allowed and reason else "none"
    if sensitivity == "open":
        return "full"
    if role == "practitioner" and purpose != "crime-and-disorder":
        return "none"
    if role in {"councillor", "administrator"} or purpose == "public-information":
        return "protected"
    return "full"


def test_the_decision_agrees_with_a_naive_one_over_the_whole_matrix(workspace):
    for role, sensitivity, purpose, what, reason in MATRIX:
        decision = decide(
            Viewer("x", "X", role, "council"), what, sensitivity=sensitivity, purpose=purpose, reason=reason
        )
        wanted = _naive(role.value, sensitivity.value, purpose.value, what.value, reason)
        assert decision.access == wanted, (role, sensitivity, purpose, what, reason)


def test_every_decision_says_its_rule_in_a_sentence(workspace):
    for role, sensitivity, purpose, what, reason in MATRIX:
        decision = decide(
            Viewer("x", "X", role, "council"), what, sensitivity=sensitivity, purpose=purpose, reason=reason
        )
        assert decision.rule
        assert decision.sentence.endswith(".")
        assert len(decision.sentence.split()) > 4


@pytest.mark.parametrize("role", list(Role))
def test_open_data_is_open_to_everybody_for_every_purpose(workspace, role):
    for purpose in Purpose:
        decision = decide(
            Viewer("x", "X", role, "council"), "figure", sensitivity=Sensitivity.OPEN, purpose=purpose
        )
        assert decision.access == "full"
