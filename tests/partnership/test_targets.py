"""The register of targets: aims that cannot be wrong, changes and their history, and older workspaces."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.accounts import add_agency, add_user
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.partnership import targets
from joinedup.partnership.aims import Aim, Place
from joinedup.terms import AreaLevel, Period, Role, Viewer, parse_knowledge_date
from joinedup.workspace import Workspace

COUNCILLOR = Viewer("cll", "Cllr Test", Role.COUNCILLOR, "council")
YEAR = Period.parse("2024/25")
KNOWN = parse_knowledge_date("2024-05-31")
WHOLE = Place("Testshire")


def kept(by, reference="T1", **changed):
    told = {
        "measure": "recorded-crime",
        "version": 1,
        "place": WHOLE,
        "year": YEAR,
        "aim": Aim(at_most=True, change=-0.05),
        "owner": "Testshire Council",
    } | changed
    return targets.set_target(reference, told.pop("title", "Fewer crimes"), by=by, **told)


@pytest.mark.parametrize(
    ("aim", "words"),
    [
        (Aim(at_most=True, change=-0.05), "at least 5 % fewer than in the year before"),
        (Aim(at_most=False, change=0.125), "at least 12.5 % more than in the year before"),
        (Aim(at_most=True, change=0.02), "at most 2 % more than in the year before"),
        (Aim(at_most=False, change=-0.1), "at most 10 % fewer than in the year before"),
        (Aim(at_most=True, change=0.0), "no more than in the year before"),
        (Aim(at_most=False, change=0.0), "no fewer than in the year before"),
        (Aim(at_most=True, count=1140), "at most 1,140"),
        (Aim(at_most=False, count=0), "at least 0"),
        (
            Aim(at_most=True, change=-0.2, baseline_year=Period.parse("2019/20"), known_at=KNOWN),
            "at least 20 % fewer than in April 2019 to March 2020, as known on 2024-05-31",
        ),
        (
            Aim(at_most=True, change=-0.2, baseline_value=9042, known_at=KNOWN),
            "at least 20 % fewer than 9,042, as known on 2024-05-31",
        ),
    ],
)
def test_an_aim_is_said_as_people_say_it(workspace, aim, words):
    assert aim.words == words


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "a count, or a change"),
        ({"change": -0.05, "count": 9}, "a count, or a change"),
        ({"change": -1.01}, "more than 100 per cent"),
        ({"change": float("nan")}, "more than 100 per cent"),
        ({"count": -1}, "no count below 0"),
        ({"count": 9, "baseline_year": YEAR}, "has no baseline"),
        ({"change": 0.1, "baseline_year": Period.parse("2024-Q2")}, "twelve months"),
        ({"change": 0.1, "baseline_year": YEAR, "baseline_value": 9, "known_at": KNOWN}, "one of them"),
        ({"change": 0.1, "baseline_value": 9}, "on which day"),
        ({"change": 0.1, "baseline_value": 0, "known_at": KNOWN}, "above 0"),
    ],
)
def test_an_aim_that_cannot_be_is_refused(workspace, wrong, said):
    with pytest.raises(BadInput, match=said):
        Aim(at_most=True, **wrong)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "has a name"),
        ({"name": "Park", "level": AreaLevel.WARD}, "areas of a finer level"),
        ({"name": "Park", "areas": ("W1",)}, "areas of a finer level"),
        ({"name": "Park", "level": AreaLevel.WARD, "areas": ("W1", "W1")}, "named once"),
    ],
)
def test_a_place_that_cannot_be_is_refused(workspace, wrong, said):
    with pytest.raises(BadInput, match=said):
        Place(**wrong)


aims = st.builds(
    lambda at_most, change, count, base: Aim(
        at_most=at_most, **({"count": count} if count is not None else {"change": change, **base})
    ),
    st.booleans(),
    st.floats(-1, 3).map(lambda one: round(one, 4)),
    st.none() | st.integers(0, 10**9),
    st.sampled_from(
        [
            {},
            {"known_at": KNOWN},
            {"baseline_year": Period.parse("2019/20")},
            {"baseline_value": 9042, "known_at": KNOWN},
        ]
    ),
)


def test_what_is_kept_comes_back_and_every_change_is_told(tmp_path, database_url):
    """On either database: any aim and place, kept and read again, is the same."""
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=database_url)
    by = add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council")).viewer()
    numbers = iter(range(10**6))

    @given(aims, aims)
    def kept_and_changed(first, second):
        reference = f"R{next(numbers)}"
        place = Place("Park and Newport", AreaLevel.WARD, ("W1", "W2"), "2025")
        one = kept(by, reference, aim=first, place=place, where=[("type", "burglary")])
        one = targets.target_named(reference)
        assert (targets.aim_of(one), targets.place_of(one), targets.year_of(one)) == (first, place, YEAR)
        assert one.where == [["type", "burglary"]]
        if first == second:
            with pytest.raises(BadInput, match="Nothing about the target is changed"):
                targets.change_target(reference, by=by, aim=second)
            return
        targets.change_target(reference, by=by, aim=second)
        one = targets.target_named(reference)
        assert targets.aim_of(one) == second
        assert [event.kind for event in one.history.all()] == ["set", "changed"]
        assert one.history.all()[1].text == f"target: {first.words} → {second.words}"

    kept_and_changed()
    made.close()


def test_a_target_is_set_changed_noted_and_closed_and_its_history_only_grows(workspace, analyst):
    from joinedup.log.models import Act

    kept(analyst, review_on=dt.date(2024, 10, 1), set_on=dt.date(2024, 4, 2))
    seen = []
    for change in (
        {"aim": Aim(at_most=True, change=-0.03)},
        {"owner": "Testshire Police", "review_on": dt.date(2025, 1, 6)},
        {"note": "Eased after the summer"},
        {"version": 2},
    ):
        targets.change_target("T1", by=analyst, **change)
        now = [(event.pk, event.kind, event.text) for event in targets.target_named("T1").history.all()]
        assert now[: len(seen)] == seen
        seen = now
    targets.close_target("T1", by=analyst, why="Met in the end")
    one = targets.target_named("T1")
    told = [(event.kind, event.by, event.text) for event in one.history.all()]
    assert told == [
        ("set", "ann", "Fewer crimes: at least 5 % fewer than in the year before"),
        (
            "changed",
            "ann",
            "target: at least 5 % fewer than in the year before → at least 3 % fewer than in the year before",
        ),
        (
            "changed",
            "ann",
            "owner: Testshire Council → Testshire Police; review: 2024-10-01 → 2025-01-06",
        ),
        ("noted", "ann", "note: – → Eased after the summer"),
        ("changed", "ann", "version of the definition: 1 → 2"),
        ("closed", "ann", "Met in the end"),
    ]
    assert (one.set_on, one.set_by, one.is_open) == (dt.date(2024, 4, 2), "ann", False)
    acts = [(act.what, act.detail["measure"]) for act in Act.objects.order_by("id") if "target" in act.detail]
    assert acts == [
        ("set the target T1", "recorded-crime"),
        *[("changed the target T1", "recorded-crime")] * 4,
        ("closed the target T1", "recorded-crime"),
    ]
    for act in (
        lambda: targets.change_target("T1", by=analyst, note="Once more"),
        lambda: targets.close_target("T1", by=analyst, why="Again"),
    ):
        with pytest.raises(BadInput, match="closed"):
            act()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reference": "T 1"}, "letters, digits, dots and hyphens"),
        ({"reference": "T" * 41}, "forty at most"),
        ({"year": Period.parse("2024-Q2")}, "twelve months"),
        ({"set_on": dt.date(2199, 1, 1)}, "set in the future"),
        ({"title": "As Mr Smith asked"}, "say who somebody is"),
        ({"note": "Ring 01642 123456789"}, "say who somebody is"),
        ({"owner": " "}, "not said: the owner"),
        ({"title": "x" * 201}, "too long"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_changed(workspace, analyst, wrong, said):
    with pytest.raises(BadInput, match=re.escape(said)):
        kept(analyst, **wrong)
    assert targets.targets() == []


def test_a_reference_is_given_once_and_only_editors_keep_targets(workspace, analyst):
    kept(analyst)
    with pytest.raises(BadInput, match="of that reference already"):
        kept(analyst)
    for act in (
        lambda: kept(COUNCILLOR, "T2"),
        lambda: targets.change_target("T1", by=COUNCILLOR, note="mine"),
        lambda: targets.close_target("T1", by=COUNCILLOR, why="mine"),
    ):
        with pytest.raises(NotPermitted, match="keeps the targets"):
            act()
    with pytest.raises(NotFound, match="no target of that reference"):
        targets.target_named("T9")
    kept(analyst, "A1", year=Period.parse("2025/26"))
    assert [one.reference for one in targets.targets()] == ["T1", "A1"]
    assert [one.reference for one in targets.targets(year=YEAR, state="open")] == ["T1"]
    assert targets.targets(state="closed") == []


def test_a_workspace_of_a_version_without_targets_opens_and_keeps_them(workspace, analyst):
    from django.core.management import call_command
    from django.db import connection

    from joinedup.partnership import add_gap, gap_named

    add_gap("3.2.1", "Ethnicity", lead="Police", action="Ask", by=analyst)
    call_command("migrate", "partnership", "0004", verbosity=0)
    assert not [one for one in connection.introspection.table_names() if "target" in one]
    workspace.close()
    opened = Workspace.open(workspace.folder)
    assert gap_named("3.2.1").title == "Ethnicity" and targets.targets() == []
    kept(analyst)
    assert targets.target_named("T1").history.count() == 1
    opened.close()
