"""The register of data gaps: the ten of the 2010 paper, and gaps that open and close themselves."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup import partnership
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.partnership import RUN, Reading, held, missed
from joinedup.terms import Period, Role, Viewer

COUNCILLOR = Viewer("cll", "Cllr Test", Role.COUNCILLOR, "council")


def readings(*values, start="2024-01"):
    first = Period.parse(start)
    return [
        Reading(first.shifted(index), value, None if value is None else round(value * 100), 100)
        for index, value in enumerate(values)
    ]


def ask_for_ethnicity(by, threshold=0.8):
    return partnership.set_standard(
        "completeness",
        "police-victims",
        "victim_ethnicity",
        threshold=threshold,
        title="Ethnicity of victims of crime",
        lead="police",
        action="Remind all staff to record it",
        by=by,
    )


def test_the_gaps_of_a_paper_are_kept_with_lead_action_and_date_in_the_papers_order(workspace, analyst):
    for reference in ("3.2.10", "3.2.9", "4.2.1", "3.2.1"):
        partnership.add_gap(
            reference, "Age and ethnicity of callers", lead="SBC", action="Add a field", by=analyst
        )
    assert [gap.reference for gap in partnership.gaps()] == ["3.2.1", "3.2.9", "3.2.10", "4.2.1"]
    partnership.change_gap(
        "3.2.1", by=analyst, lead="Police", due=dt.date(2026, 12, 1), note="Agreed on the 3rd"
    )
    gap = partnership.gap_named("3.2.1")
    assert (gap.lead, gap.due) == ("Police", dt.date(2026, 12, 1))
    told = [(event.kind, event.by, event.text) for event in gap.history.all()]
    assert told[0] == ("opened", "ann", "Age and ethnicity of callers")
    assert told[1][:2] == ("changed", "ann")
    assert "SBC" in told[1][2] and "Police" in told[1][2] and "Agreed on the 3rd" in told[1][2]


def test_a_gap_opens_after_three_misses_closes_after_three_that_hold_and_reopens(workspace, analyst):
    standard = ask_for_ethnicity(analyst)
    months = (0.6, 0.7, 0.75, 0.79, 0.9, 0.85, 0.8, 0.95, 0.5, 0.5, 0.5)
    story = []
    for number in range(1, len(months) + 1):
        for event in partnership.review({standard.pk: readings(*months[:number])}, by=analyst):
            story.append((number, event.gap.reference, event.kind, event.value))
    assert story == [(3, "DQ-1", "opened", 0.75), (7, "DQ-1", "closed", 0.8), (11, "DQ-1", "reopened", 0.5)]
    (gap,) = partnership.gaps(state="open")
    assert (gap.title, gap.lead, gap.closed_on) == ("Ethnicity of victims of crime", "police", None)
    assert all(event.by == "" for event in gap.history.all())


def test_a_month_that_did_not_come_neither_opens_nor_closes_a_gap(workspace, analyst):
    standard = ask_for_ethnicity(analyst)
    assert partnership.review({standard.pk: readings(0.5, None, 0.5, 0.5)}, by=analyst) == []
    assert len(partnership.review({standard.pk: readings(0.5, 0.5, 0.5)}, by=analyst)) == 1
    assert partnership.review({standard.pk: readings(0.5, 0.9, 0.9, None, 0.9)}, by=analyst) == []
    assert [gap.state for gap in partnership.gaps()] == ["open"]


def test_a_gap_that_people_opened_closes_by_the_standard_that_proves_it(workspace, analyst):
    standard = ask_for_ethnicity(analyst)
    partnership.add_gap(
        "3.2.1", "Ethnicity of victims", lead="Police", action="Remind staff", by=analyst, standard=standard
    )
    newer = ask_for_ethnicity(analyst, threshold=0.9)
    assert partnership.review({newer.pk: readings(0.85, 0.85, 0.85)}, by=analyst) == []
    (event,) = partnership.review({newer.pk: readings(0.9, 0.95, 0.99)}, by=analyst)
    assert (event.gap.reference, event.kind) == ("3.2.1", "closed")
    assert [one.threshold for one in partnership.standards()] == [0.9]


def test_a_gap_in_the_register_is_tied_to_the_standard_that_proves_it(workspace, analyst):
    partnership.add_gap("3.2.1", "Ethnicity of victims", lead="Police", action="Remind staff", by=analyst)
    standard = ask_for_ethnicity(analyst)
    with pytest.raises(NotPermitted):
        partnership.prove_by("3.2.1", standard, by=COUNCILLOR)
    gap = partnership.prove_by("3.2.1", standard, by=analyst)
    assert (gap.standard, gap.history.last().kind) == (standard, "changed")
    with pytest.raises(BadInput, match="already"):
        partnership.prove_by("3.2.1", standard, by=analyst)
    (event,) = partnership.review({standard.pk: readings(0.9, 0.95, 0.99)}, by=analyst)
    assert (event.gap.reference, event.kind) == ("3.2.1", "closed")
    with pytest.raises(NotFound):
        partnership.prove_by("9.9", standard, by=analyst)


def test_a_gap_whose_history_holds_the_counts_of_one_feed_is_not_proved_by_another(workspace, analyst):
    mine = ask_for_ethnicity(analyst)
    partnership.review({mine.pk: readings(0.5, 0.5, 0.5)}, by=analyst)
    wanted = {"threshold": 0.9, "title": "Ages", "lead": "police", "action": "Ask", "by": analyst}
    other = partnership.set_standard("completeness", "ae-assaults", "age", **wanted)
    with pytest.raises(BadInput, match="another feed") as refused:
        partnership.prove_by("DQ-1", other, by=analyst)
    assert "Open a gap of its own" in refused.value.sentence()
    gap = partnership.gap_named("DQ-1")
    assert (gap.standard, gap.history.count()) == (mine, 1)
    same = partnership.set_standard("completeness", "police-victims", "age", **wanted)
    assert partnership.prove_by("DQ-1", same, by=analyst).standard == same


def test_at_most_is_a_standard_too(workspace, analyst):
    standard = partnership.set_standard(
        "lateness", "ae-assaults", "", threshold=14, title="Days late", lead="hospital", action="Ring them",
        by=analyst, at_least=False, in_days=True,
    )  # fmt: skip
    assert partnership.review({standard.pk: readings(3, 14, 0)}, by=analyst) == []
    (event,) = partnership.review({standard.pk: readings(20, 30, 15)}, by=analyst)
    assert event.kind == "opened"


def test_closing_by_hand_needs_a_reason_and_stands_in_the_history(workspace, analyst):
    partnership.add_gap("5.2.2", "Why visitors commit ASB", lead="SBC", action="Follow up", by=analyst)
    with pytest.raises(BadInput, match="reason"):
        partnership.close_gap("5.2.2", by=analyst, why=" ")
    gap = partnership.close_gap("5.2.2", by=analyst, why="Research delivered in June")
    assert gap.state == "closed" and gap.closed_on is not None
    assert gap.history.last().text == "Research delivered in June"
    with pytest.raises(BadInput, match="already"):
        partnership.close_gap("5.2.2", by=analyst, why="again")


def test_what_cannot_be_kept_is_refused_in_a_sentence(workspace, analyst):
    good = {"lead": "SBC", "action": "Act", "by": analyst}
    partnership.add_gap("1", "A gap", **good)
    with pytest.raises(BadInput, match="reference already"):
        partnership.add_gap("1", "Another", **good)
    with pytest.raises(BadInput, match="letters, digits"):
        partnership.add_gap("<b>", "A gap", **good)
    with pytest.raises(BadInput, match="action"):
        partnership.add_gap("2", "A gap", **(good | {"action": ""}))
    with pytest.raises(NotPermitted, match="analyst"):
        partnership.add_gap("2", "A gap", **(good | {"by": COUNCILLOR}))
    with pytest.raises(NotFound):
        partnership.gap_named("9.9.9")
    with pytest.raises(BadInput, match="Nothing"):
        partnership.change_gap("1", by=analyst)
    assert [gap.reference for gap in partnership.gaps()] == ["1"]


def test_changes_are_acts_of_administration_in_the_log(workspace, analyst):
    from joinedup.log.models import Act

    partnership.add_gap("1", "A gap", lead="SBC", action="Act", by=analyst)
    partnership.close_gap("1", by=analyst, why="Done")
    told = list(Act.objects.filter(kind="administration").values_list("what", flat=True))
    assert "opened the data gap 1" in told and "closed the data gap 1" in told


def test_acts_on_what_is_asked_of_a_feed_say_which_feed(workspace, analyst):
    from joinedup.log import acts

    asked = ask_for_ethnicity(analyst)
    said = {"lead": "police", "action": "Ask", "by": analyst}
    partnership.add_gap("1", "A gap", standard=asked, **said)
    partnership.change_gap("1", by=analyst, note="Agreed")
    partnership.close_gap("1", by=analyst, why="Done")
    partnership.add_gap("2", "A gap of no feed", **said)
    found = {one.what: one.detail.get("feeds") for one in acts(kind="administration")}
    assert found.pop("opened the data gap 2") is None
    assert set(found) >= {f"{verb} the data gap 1" for verb in ("opened", "changed", "closed")}
    assert {tuple(feeds or ()) for what, feeds in found.items() if "gap 1" in what or "standard" in what} == {
        ("police-victims",)
    }


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=8), st.floats(0, 1), st.booleans())
def test_missed_and_held_exclude_each_other_and_need_a_run(values, threshold, at_least):
    series = readings(*values)
    is_missed = missed(series, threshold, at_least=at_least)
    is_held = held(series, threshold, at_least=at_least)
    assert not (is_missed and is_held)
    latest = values[-RUN:]
    if len(latest) < RUN or None in latest:
        assert not is_missed and not is_held
    elif len({value >= threshold if at_least else value <= threshold for value in latest}) == 1:
        assert is_missed or is_held


def test_a_gap_closed_by_hand_is_not_opened_again_by_what_was_known_then(workspace, analyst):
    standard = ask_for_ethnicity(analyst)
    partnership.review({standard.pk: readings(0.5, 0.5, 0.5)}, by=analyst)
    known = readings(0.5, 0.5, 0.5, 0.5, 0.5)
    partnership.close_gap("DQ-1", by=analyst, why="The owner cannot ask it", known=known)
    for values in ((0.5,) * 5, (0.5,) * 6, (0.5,) * 7):
        assert partnership.review({standard.pk: readings(*values)}, by=analyst) == []
    (event,) = partnership.review({standard.pk: readings(*(0.5,) * 8)}, by=analyst)
    assert (event.kind, event.gap.reference) == ("reopened", "DQ-1")
    assert partnership.review({standard.pk: readings(*(0.5,) * 8)}, by=analyst) == []


@pytest.mark.parametrize("months", [3, 4])
def test_without_readings_the_periods_that_its_history_judged_are_known(workspace, analyst, months):
    standard = ask_for_ethnicity(analyst)
    partnership.review({standard.pk: readings(0.5, 0.5, 0.5)}, by=analyst)
    partnership.close_gap("DQ-1", by=analyst, why="The owner has ended the feed")
    assert partnership.review({standard.pk: readings(*(0.5,) * months)}, by=analyst) == []


def test_a_gap_that_people_opened_and_closed_waits_for_periods_after_its_closing(workspace, analyst):
    standard = ask_for_ethnicity(analyst)
    partnership.add_gap("3.2.1", "Ethnicity", lead="Police", action="Ask", by=analyst, standard=standard)
    partnership.close_gap("3.2.1", by=analyst, why="Agreed so")
    assert partnership.review({standard.pk: readings(0.5, 0.5, 0.5)}, by=analyst) == []
    ahead = readings(0.5, 0.5, 0.5, start="2099-01")
    assert [one.kind for one in partnership.review({standard.pk: ahead}, by=analyst)] == ["reopened"]


def test_one_that_closed_itself_is_opened_again_by_three_misses_whenever_they_were(workspace, analyst):
    standard = ask_for_ethnicity(analyst)
    partnership.review({standard.pk: readings(0.5, 0.5, 0.5)}, by=analyst)
    partnership.review({standard.pk: readings(0.9, 0.9, 0.9)}, by=analyst)
    (event,) = partnership.review({standard.pk: readings(0.5, 0.5, 0.5)}, by=analyst)
    assert event.kind == "reopened"


@pytest.mark.parametrize(
    ("threshold", "in_days", "sentence"),
    [
        (90, False, r"between 0 and 1 \(90\). Write 0.9 for 90 %"),
        (1.5, False, "between 0 and 1"),
        (101, False, "Such as 0.9"),
        (-0.1, False, "0 or more"),
        (float("nan"), False, "0 or more"),
        (float("inf"), True, "0 or more"),
        (-1, True, "0 or more"),
    ],
)
def test_a_bound_that_cannot_be_is_refused(workspace, analyst, threshold, in_days, sentence):
    with pytest.raises(BadInput, match=sentence):
        partnership.set_standard(
            "completeness", "police-victims", "ethnicity", threshold=threshold, title="t", lead="police",
            action="a", by=analyst, in_days=in_days,
        )  # fmt: skip
    assert partnership.standards() == []
