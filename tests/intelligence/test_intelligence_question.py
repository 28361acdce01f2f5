"""Questions, and their URLs."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from joinedup.hub.intelligence.choices import read
from joinedup.hub.intelligence.controls import controls_of
from joinedup.hub.intelligence.question import LEVELS, NESTS_IN, levels_below
from joinedup.terms import AreaLevel, Form, Period

NAMES = ["form", "measure", "type", "level", "within", "from", "to", "against", "area", "as-at"]
WORDS = ["", "rate", "count", "change", "fires", "stops", "ward", "square", "lsoa", "district", "none"]
WORDS += ["D1", "W1", "L1", "type:bin", "type:ship", "<script>", "'; drop", "2025-01-31", "9999-12-31"]
WORDS += ["2024-04", "2022-01", "2030-12", "2024-13"]


def test_a_url_gives_its_question_again(choices, question):
    for asked in [
        question,
        question.but(kind="type:bin", area="W1", as_at="2025-01-31", against=False),
        question.but(form=Form.CHANGE, level=AreaLevel.LSOA, within="W1", period=Period.parse("2024-05")),
        question.but(form=Form.COUNT, level=AreaLevel.SQUARE),
        question.but(within="", level=AreaLevel.DISTRICT),
    ]:
        reading = read(dict(parse_qsl(asked.query_string())), choices)
        assert reading.question == asked
        assert reading.corrections == []


@given(st.dictionaries(st.sampled_from(NAMES), st.one_of(st.sampled_from(WORDS), st.text(max_size=12))))
def test_whatever_is_asked_there_is_a_question_that_its_own_url_restores(choices, parameters):
    reading = read(parameters, choices)
    again = read(dict(parse_qsl(reading.question.query_string())), choices)
    assert again.question == reading.question
    assert again.corrections == []
    assert reading.question.level in choices.levels_within(reading.question.within)
    assert choices.covered["fires"].start <= reading.question.period.start
    assert reading.question.period.end <= choices.covered["fires"].end
    assert not any("<script>" in sentence or "drop" in sentence for sentence in reading.corrections)


MONTHS_OF_ALL_AGES = st.builds(
    "{:04d}-{:02d}".format,
    st.one_of(st.sampled_from([0, 1, 2, 9998, 9999]), st.integers(0, 9999)),
    st.integers(0, 13),
)


@given(st.dictionaries(st.sampled_from(["from", "to"]), MONTHS_OF_ALL_AGES))
@example({"to": "0001-01"})
@example({"from": "9999-11"})
@example({"from": "0001-01", "to": "9999-12"})
def test_months_at_the_ends_of_the_calendar_are_fitted_to_what_is_covered(choices, parameters):
    covered = choices.covered["fires"]
    period = read(parameters, choices).question.period
    assert covered.start <= period.start < period.end <= covered.end


def test_nothing_asked_is_the_usual_question_without_a_remark(choices):
    reading = read({}, choices)
    assert reading.corrections == []
    assert reading.question.form is Form.RATE
    assert reading.question.level is AreaLevel.WARD
    assert reading.question.period == Period.parse("2024-04..2025-03")


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"measure": "unknown"}, "another is shown"),
        ({"measure": "stops", "form": "rate"}, "the count is shown instead"),
        ({"type": "type:ship"}, "all types"),
        ({"within": "D9"}, "whole partnership"),
        ({"level": "street"}, "not known"),
        ({"level": "square"}, "choose a place first"),
        ({"level": "ward", "within": "L1"}, "nearest kind"),
        (
            {"from": "2020-01", "to": "2020-12"},
            "no data for those months (it covers January 2023 to March 2025)",
        ),
        ({"from": "2020-01", "to": "2023-12"}, "January 2023 to March 2025, so the period was fitted"),
        ({"as-at": "2999-01-01"}, "has not come yet"),
        ({"from": "2025-03", "to": "2024-04"}, "swapped"),
        ({"from": "April"}, "could not be read"),
        ({"as-at": "yesterday"}, "known now"),
        ({"area": "<b>"}, "none is chosen"),
        ({"against": "sideways"}, "the year before"),
        ({"level": "square", "within": "D1", "form": "rate"}, "the count is shown"),
    ],
)
def test_a_part_that_cannot_be_used_is_replaced_and_the_reader_is_told(choices, parameters, words):
    assert any(words in sentence for sentence in read(parameters, choices).corrections)


@given(st.integers(0, 26), st.integers(1, 27))
def test_the_months_compared_with_are_the_same_months_and_never_overlap(question, start, length):
    period = Period.parse("2023-01").shifted(start)
    period = Period(period.start, period.shifted(length - 1).end)
    before = question.but(period=period).before
    assert before.months == period.months
    assert before.start.month == period.start.month
    assert before.end <= period.start


def test_a_measure_that_arrives_counted_is_shown_by_district_only(choices, measure):
    measure.stated_area = object()
    for asked in [{"level": "ward"}, {"level": "square", "within": "W1"}, {"within": "L1"}]:
        reading = read({"measure": "fires", **asked}, choices)
        assert reading.question.level is AreaLevel.DISTRICT
        assert reading.question.within in {"", "D1"}
    assert any("counted by district only" in sentence for sentence in reading.corrections)


def test_a_change_always_has_something_to_compare_with(choices):
    assert read({"form": "change", "against": "none"}, choices).question.against


def test_areas_open_into_finer_ones_that_nest_in_them():
    assert levels_below(AreaLevel.WARD) == (AreaLevel.LSOA, AreaLevel.SQUARE)
    assert levels_below(AreaLevel.SQUARE) == ()
    assert all(NESTS_IN[level][-1] is level for level in LEVELS if level is not AreaLevel.SQUARE)


@pytest.mark.parametrize(
    "asked", [{"from": "2020-01", "to": "2020-12"}, {"from": "2030-01"}, {"to": "1999-01"}]
)
def test_months_without_data_give_the_latest_year_of_it(choices, asked):
    assert read(asked, choices).question.period == Period.parse("2024-04..2025-03")


def test_the_choice_of_types_offers_no_outcomes_and_keeps_the_labels_capitals(choices, measure, question):
    measure.breakdowns = {"type": {"bin": "Bin fire", "car": "Car"}, "outcome": {"out": "Put out"}}
    groups = next(control.groups for control in controls_of(question, choices) if control.name == "type")
    assert [option.label for group in groups for option in group.options] == ["all types", "Bin fire", "Car"]


def test_the_partnerships_own_measures_are_chosen_under_a_heading_of_their_own(choices, question):
    first, second = choices.measures
    own = SimpleNamespace(**{**vars(second), "own": True, "title": "Own stops"})
    asked = replace(choices, measures=(first, own))
    (control,) = (one for one in controls_of(question, asked) if one.name == "measure")
    told = [(group.title, [option.label for option in group.options]) for group in control.groups]
    assert told == [("", ["deliberate fires"]), ("The partnership's own", ["own stops"])]
    (control,) = (one for one in controls_of(question, choices) if one.name == "measure")
    assert [group.title for group in control.groups] == [""]
