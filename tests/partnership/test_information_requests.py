"""Requests for information: the clock, the states, the words that are refused, and what the log has."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.accounts import add_agency, add_user
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.partnership import DAYS, Clock, due_on, information
from joinedup.partnership.saying_who import says_who
from joinedup.terms import LONDON, Role, Viewer
from joinedup.workspace import Workspace

COUNCILLOR = Viewer("cll", "Cllr Test", Role.COUNCILLOR, "council")
ADMINISTRATOR = Viewer("adm", "Ada Test", Role.ADMINISTRATOR, "council")
QUESTION = "How many calls about noise came from the town centre in April 2024?"


def asked(**changes):
    return information.ask(QUESTION, "The meeting in March", by=COUNCILLOR, **changes)


def acts():
    from joinedup.log.models import Act

    return [(act.kind, act.username, act.what, act.detail) for act in Act.objects.order_by("id")]


def test_the_clock_counts_civil_days_of_every_day_of_eight_years_both_clock_changes_among_them():
    day = dt.date(2020, 1, 1)
    while day < dt.date(2028, 1, 1):
        for hour, minute in ((0, 0), (0, 59), (1, 30), (12, 0), (23, 59)):
            due = due_on(dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON))
            assert due.toordinal() == day.toordinal() + 28
        for passed in (0, 1, 27, 28, 29, 365):
            clock = Clock(due, dt.date.fromordinal(day.toordinal() + passed))
            assert (clock.day, clock.left, clock.late) == (passed, 28 - passed, max(passed - 28, 0))
        day += dt.timedelta(days=1)


@given(st.integers(dt.date(2000, 1, 1).toordinal(), dt.date(2060, 1, 1).toordinal()), st.integers(0, 86_399))
def test_an_instant_belongs_to_the_day_that_londons_calendar_says(day, second):
    midnight = dt.datetime.combine(dt.date.fromordinal(day), dt.time(), tzinfo=dt.UTC)
    moment = midnight + dt.timedelta(seconds=second)

    # By the rule of the Summer Time Order 2002: from 01:00 UTC of March's last Sunday to October's.
    def last_sunday(month):
        last = dt.date(moment.year, month, 31)
        return last - dt.timedelta(days=(last.weekday() + 1) % 7)

    begins, ends = (dt.datetime.combine(last_sunday(month), dt.time(1), tzinfo=dt.UTC) for month in (3, 10))
    local = moment + dt.timedelta(hours=1 if begins <= moment < ends else 0)
    assert due_on(moment) == local.date() + dt.timedelta(days=DAYS)


def test_an_hour_before_midnight_utc_in_summer_is_the_next_day_in_london():
    assert due_on(dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)) == dt.date(2026, 7, 29)
    assert due_on(dt.datetime(2026, 1, 30, 23, 30, tzinfo=dt.UTC)) == dt.date(2026, 2, 27)


def test_a_request_is_asked_led_and_answered_each_step_with_its_act(tmp_path, database_url):
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=database_url)
    try:
        agency = add_agency("council", "Council")
        analyst = add_user("ann", name="Ann", role=Role.ANALYST, agency=agency).viewer()
        found = asked(measure="calls", about="measure=calls")
        information.give_lead(found.pk, by=analyst, agency="council", name="Council")
        information.answer(
            found.pk,
            "Most came on Fridays.",
            by=analyst,
            depersonalised=True,
            tables=[("calls", "measure=calls&level=ward")] * 2,
        )
        found = information.request_numbered(found.pk)
        assert (found.state, found.lead_agency, found.is_open) == ("answered", "council", False)
        assert [(step.kind, step.by) for step in found.steps.all()] == [
            ("asked", "cll"),
            ("led", "ann"),
            ("answered", "ann"),
        ]
        assert [table.address for table in found.tables.all()] == ["measure=calls&level=ward"]
        told = acts()
        assert [(kind, by) for kind, by, *_rest in told] == [
            ("administration", "cll"),
            ("administration", "ann"),
            ("disclosure", "ann"),
        ]
        assert all(detail["measure"] == "calls" for *_rest, detail in told)
        assert "Friday" not in str(told) and "town centre" not in str(told)
    finally:
        made.close()


@pytest.mark.parametrize("how", ["answer", "refuse", "withdraw"])
def test_what_has_ended_stays_ended(workspace, analyst, how):
    number = asked().pk
    end = {
        "answer": lambda: information.answer(number, "None.", by=analyst, depersonalised=True),
        "refuse": lambda: information.refuse(number, "not-held", by=analyst),
        "withdraw": lambda: information.withdraw(number, by=COUNCILLOR),
    }
    end[how]()
    before = len(acts())
    for again in (*end.values(), lambda: information.give_lead(number, by=analyst, user="ann", name="Ann")):
        with pytest.raises(BadInput, match="has ended"):
            again()
    assert len(acts()) == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"question": "  "}, "not said: the question"),
        ({"purpose": ""}, "not said: what it is for"),
        ({"question": "x" * 2_001}, "too long"),
        ({"question": "What did Mr Bloggs do?"}, "seem to say who"),
        ({"asked_at": dt.datetime(2999, 1, 1, tzinfo=dt.UTC)}, "in the future"),
    ],
)
def test_a_request_that_cannot_stand_is_refused_and_nothing_is_written(workspace, words, sentence):
    given = {"question": QUESTION, "purpose": "The meeting", **words}
    with pytest.raises(BadInput, match=sentence) as error:
        information.ask(given.pop("question"), given.pop("purpose"), by=COUNCILLOR, **given)
    assert "Bloggs" not in error.value.sentence()
    assert information.requests() == [] and acts() == []


def test_an_answer_is_stated_to_be_depersonalised_and_looks_so(workspace, analyst):
    number = asked().pk
    with pytest.raises(BadInput, match="not stated"):
        information.answer(number, "Twelve.", by=analyst, depersonalised=False)
    with pytest.raises(BadInput, match="seem to say who") as error:
        information.answer(number, "Mrs Quillfeather rang.", by=analyst, depersonalised=True)
    assert "Quillfeather" not in error.value.sentence()
    assert information.request_numbered(number).is_open


@pytest.mark.parametrize(
    "text",
    [
        "Ask Mr Bloggs", "ms. Bloggs is no title here, Ms. Bloggs is", "the flat in TS1 3AB",
        "a.b@example.org", "ring 01642 123456", "+44 7700 900123", "born on 3 May 1980",
        "DOB: 03/05/1980", "NHS 943 476 5919",
    ],
)  # fmt: skip
def test_signs_that_a_text_says_who_somebody_is_are_seen(text):
    assert says_who(text)


@pytest.mark.parametrize(
    "text",
    [
        QUESTION, "In Norton and Marton wards, 2024-04-01 to 2025-03-31: 1,234 of 12,345 (10.0 %)",
        "Wards E05001234 and E05001235", "Section 5 of the Act of 1998; a 10% rise", "missing people",
        "An MS Teams meeting on 3 May 2026", "Figures for 2019 2020 and 2021", "The A66 and the B1380",
    ],
)  # fmt: skip
def test_numbers_of_figures_areas_and_roads_are_no_such_sign(text):
    assert not says_who(text)


def test_a_refusal_has_a_reason_of_the_list_and_another_one_is_said_in_words(workspace, analyst):
    number = asked().pk
    with pytest.raises(BadInput, match="no reason for a refusal"):
        information.refuse(number, "too-busy", by=analyst)
    with pytest.raises(BadInput, match="said in words"):
        information.refuse(number, "other", by=analyst)
    found = information.refuse(number, "other", "It was published in May", by=analyst)
    assert (found.state, found.refusal) == ("refused", "other")
    assert found.steps.last().text == "It was published in May"


def test_only_whoever_asked_takes_a_request_back(workspace, analyst):
    number = asked().pk
    with pytest.raises(NotPermitted):
        information.withdraw(number, by=analyst)
    assert information.withdraw(number, by=COUNCILLOR).state == "withdrawn"


def test_words_are_erased_by_an_administrator_and_the_request_stays(workspace, analyst):
    number = asked().pk
    information.refuse(number, "other", "Of the Bloggs inquiry", by=analyst)
    with pytest.raises(NotPermitted):
        information.erase_words(number, by=analyst, reason="it named somebody")
    with pytest.raises(BadInput, match="not said why"):
        information.erase_words(number, by=ADMINISTRATOR, reason=" ")
    information.erase_words(number, by=ADMINISTRATOR, reason="it named somebody")
    found = information.request_numbered(number)
    assert (found.question, found.purpose, found.words_erased) == ("", "", True)
    assert [(step.kind, step.text) for step in found.steps.all()] == [
        ("asked", ""),
        ("refused", ""),
        ("erased", ""),
    ]
    assert acts()[-1][0] == "erasure"
    with pytest.raises(BadInput, match="erased already"):
        information.erase_words(number, by=ADMINISTRATOR, reason="again")


def test_what_is_not_there_is_not_found(workspace, analyst):
    for number in (0, 1, 2**70):
        with pytest.raises(NotFound):
            information.request_numbered(number)
        with pytest.raises(NotFound):
            information.refuse(number, "not-held", by=analyst)
