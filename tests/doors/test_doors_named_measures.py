"""Lines of the registers of services and of funding that name a restricted measure: refused when entered, and
of one whose data became restricted later nothing is there for those outside."""

from __future__ import annotations

import datetime as dt

import pytest
from doors_rules import exists
from doors_town import MEASURES, OFFICIAL, PEOPLE, RESTRICTED

from joinedup.accounts import acting_viewer

pytestmark = pytest.mark.slow
SERVICE = (
    "commissioned add new --title x --provider x --commissioner x --from 2024-04-01 --unit x --delivered"
)
CHANGE = "funding add new --title x --partner x --cut --from 2024-04-01 --owner x --measure"


@pytest.fixture(scope="module")
def named(town):
    """A service and a change that name the restricted measure, as if they were entered when it was open."""
    from joinedup.partnership.commissioned import Service, add_services
    from joinedup.partnership.funding import Change, add_changes

    by, start, measure = acting_viewer("helpline-analyst"), dt.date(2024, 4, 1), MEASURES[RESTRICTED]
    add_services([Service("later", "x", "x", "x", start, "x", delivered_measure=measure)], by=by)
    add_changes([Change("later", "x", "x", "cut", start, "x", measures=((measure, ()),))], by=by)
    return town


def test_a_restricted_measure_is_named_by_nobody_and_is_not_there_for_those_outside(named, shell):
    for words in (SERVICE, CHANGE):
        for agency in ("helpline", "council"):
            asked = shell((agency, "analyst"), f"{words} {MEASURES[RESTRICTED]}")
            nowhere = shell((agency, "analyst"), f"{words} no-such")
            assert asked.status == nowhere.status == 2
            if exists(agency, "analyst", RESTRICTED):
                assert "no measure of restricted data" in asked.text
            else:
                assert asked.text.replace(MEASURES[RESTRICTED], "no-such") == nowhere.text
        assert shell(("helpline", "analyst"), f"{words} {MEASURES[OFFICIAL]}").status == 0


def test_what_became_restricted_is_there_for_those_inside_alone(named, shell):
    seen = 0
    for agency, role in PEOPLE:
        inside = exists(agency, role, RESTRICTED)
        seen += inside
        for register in ("commissioned", "funding"):
            listed = shell((agency, role), f"{register} list --format json")
            assert ('"later"' in listed.text) == inside, (agency, role)
            for words in ("show {}", "read {}", "change {} --note x"):
                one = shell((agency, role), f"{register} {words.format('later')}")
                if not inside:
                    none = shell((agency, role), f"{register} {words.format('no-such')}")
                    assert one.status == none.status == 2
                    assert one.text.replace("later", "no-such") == none.text
    assert 0 < seen < len(PEOPLE)
