"""The finding says what the figures support, and no more."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from joinedup.hub.intelligence.answer import Answer, Line
from joinedup.hub.intelligence.comparison import Change, change_text, rank, verdict
from joinedup.hub.intelligence.finding import finding
from joinedup.hub.intelligence.trend import Month, Trend, alternative_text, specification
from joinedup.measures.peers import compare
from joinedup.measures.result import FigureRow
from joinedup.terms import AreaLevel, Form, Period, add_months


def line(name, value, *, count=100, lower=None, upper=None, form=Form.RATE, change=None, flags=()):
    spread = (value - 1, value + 1) if value is not None else (None, None)
    return Line(
        code=name[0],
        name=name,
        parent="",
        form=form,
        numerator=count,
        denominator=1000,
        value=value,
        lower=spread[0] if lower is None else lower,
        upper=spread[1] if upper is None else upper,
        flags=flags,
        change=change,
    )


@pytest.fixture
def told(choices, measure, question):
    """The finding for a whole place, its areas and a question."""

    def tell(whole, lines=(), *, asked=question, chosen=None, months=None, residents="", peers=None):
        answer = Answer(
            question=asked,
            choices=replace(choices, bases={asked.level: {asked.per: residents}}),
            measure=measure,
            whole=whole,
            lines=tuple(lines),
            chosen=chosen,
            shading=None,
            trend=months,
            nowhere={},
            figure=None,
            peers=peers,
        )
        return finding(answer)

    return tell


FEWER = Change(3650, -0.122, -0.15, -0.09)
MORE = Change(2000, 0.602, 0.52, 0.69)
SAME = Change(3150, 0.017, -0.03, 0.07)


def test_a_clear_fall_is_a_fall(told):
    assert told(line("Northby", 16.24, count=3204, change=FEWER)) == (
        "Northby had 3,204 deliberate fires from April 2024 to March 2025, 16.2 for every 1,000 residents, "
        "12% fewer than the year before (95% interval 9% to 15% fewer)."
    )


def test_a_clear_rise_is_a_rise(told):
    sentence = told(line("Northby", 16.24, count=3204, change=MORE))
    assert "60% more than the year before (95% interval 52% to 69% more)." in sentence


def test_an_interval_that_holds_no_change_is_no_clear_change_never_sameness(told):
    sentence = told(line("Northby", 16.24, count=3204, change=SAME))
    assert sentence.endswith(
        ", with no clear change from the year before (3,150; 95% interval 3% fewer to 7% more)."
    )
    assert "same" not in sentence


@pytest.mark.parametrize(
    ("now", "change", "end"),
    [
        (
            7,
            Change(25, -0.72, -0.89, -0.33),
            "against 25 the year before: few, but a difference beyond chance.",
        ),
        (
            4,
            Change(7, -0.43, -0.87, 1.2),
            "against 7 the year before: too few to say whether that is a change.",
        ),
        (6, Change(0, None, None, None), "and none the year before"),
        (0, Change(0, None, None, None), "and none the year before."),
    ],
)
def test_small_numbers_are_given_as_they_are_never_in_per_cent(told, now, change, end):
    sentence = told(line("Northby", 0.1, count=now, change=change))
    if change.before == 0 and now:
        end = "against none the year before."
    assert sentence.endswith(end)
    assert "%" not in sentence


def test_nothing_to_compare_with_is_said(told):
    sentence = told(line("Northby", 16.24, count=3204, change=Change(None, None, None, None)))
    assert sentence.endswith("; there is no data for the year before to compare with.")


def test_a_break_in_recording_forbids_the_comparison(told):
    broken = replace(FEWER, flags=("series-break",))
    sentence = told(line("Northby", 16.24, count=3204, change=broken))
    assert sentence.endswith("; recording changed in between, so it cannot be compared with the year before.")
    assert "fewer" not in sentence
    assert not broken.clear


def test_results_still_to_come_are_mentioned_at_once(told):
    sentence = told(line("Northby", 16.24, count=3204, flags=("not-yet-mature",)))
    assert sentence.endswith("Results of the latest months are still to come, so this will change.")


def test_no_data_is_not_none(told):
    sentence = told(line("Northby", None, count=None))
    assert sentence.startswith("There is no data on deliberate fires in Northby for April 2024 to March 2025")
    assert "not the same as none" in sentence


def test_the_highest_area_is_named_with_its_interval(told):
    areas = [line("Abbey", 41.2, lower=38.0, upper=44.5), line("Bridge", 20.0)]
    assert told(line("Northby", 16.2), areas).endswith(
        "Abbey ward had the highest rate, 41.2 per 1,000 residents (95% interval 38.0 to 44.5)."
    )


def test_areas_that_cannot_be_told_apart_are_not_ranked(told):
    areas = [line("Abbey", 41.2, lower=30.0, upper=55.0), line("Bridge", 40.0, lower=29.0, upper=54.0)]
    assert told(line("Northby", 16.2), areas).endswith("though not clearly more than Bridge ward.")


def test_changes_of_many_areas_are_counted_and_chance_is_named(told, question):
    asked = question.but(form=Form.CHANGE)
    clear = Change(50, -0.5, -0.7, -0.2)
    vague = Change(50, 0.1, -0.2, 0.5)
    areas = [line(f"{at:02}", -0.5, form=Form.CHANGE, change=clear) for at in range(3)]
    areas += [line(f"{at:02}", 0.1, form=Form.CHANGE, change=vague) for at in range(3, 40)]
    sentence = told(line("Northby", -0.122, form=Form.CHANGE, change=FEWER), areas, asked=asked)
    assert "Of 40 wards, none had clearly more, 3 clearly fewer and 37 no clear change." in sentence
    assert sentence.endswith("By chance alone up to about 2 would stand out.")


def test_the_chosen_area_has_a_sentence_of_its_own(told, question):
    chosen = line("Bridge", 3.0, count=12, change=Change(30, -0.6, -0.8, -0.2))
    sentence = told(line("Northby", 16.2), chosen=chosen, asked=question.but(area="B"))
    assert sentence.endswith(
        "Bridge ward had 12, 3.0 for every 1,000 residents, against 30 the year before: "
        "few, but a difference beyond chance."
    )


def test_what_release_hides_is_not_told(told):
    hidden = replace(line("Bridge", None, count=None, flags=("suppressed",)))
    assert told(line("Northby", 16.2), chosen=hidden).endswith("is not shown, to protect people.")
    assert told(hidden).endswith("is not shown, to protect people.")


def point(month, number, *flags):
    return Month(month, number, number, number, Period.of_month(month).words, flags)


def trend(values, before=()):
    period = Period.parse("2024-04..2024-07")

    def months(first, numbers):
        return tuple(point(add_months(first, at), number) for at, number in enumerate(numbers))

    earlier = period.shifted(-12)
    return Trend(
        Form.COUNT,
        "Northby",
        period,
        earlier if before else None,
        months(period.start, values),
        months(earlier.start, before),
    )


def test_the_graphs_text_names_its_lowest_and_highest_months_and_its_gaps(words):
    text = alternative_text(trend([5, None, 31, 12], before=[9, 8, 7, 40]), "deliberate fires")
    assert "lowest 5 in April 2024, highest 31 in June 2024" in text
    assert "1 month has no figure" in text
    assert "April 2023 to July 2023: between 7 and 40 a month" in text


def test_a_month_without_a_figure_stays_a_gap_in_the_graph(words):
    drawn = specification(trend([5, None, 31, 12], before=[9, 8, 7, 40]))
    values = next(layer["data"]["values"] for layer in drawn["layer"] if layer["mark"]["style"] == "now")
    assert [point["value"] for point in values] == [5, None, 31, 12]
    earlier = next(layer["data"]["values"] for layer in drawn["layer"] if layer["mark"]["style"] == "before")
    assert [point["at"][:7] for point in earlier] == ["2024-04", "2024-05", "2024-06", "2024-07"]
    assert earlier[0]["label"] == "April 2023"


def test_levels_without_a_noun_of_their_own_are_named_as_they_are(told, question):
    areas = [line("Northby 001A", 41.2, lower=38.0, upper=44.5), line("Northby 001B", 20.0)]
    sentence = told(line("Northby", 16.2), areas, asked=question.but(level=AreaLevel.LSOA))
    assert "Northby 001A had the highest rate" in sentence


def year_of(flag, fits):
    """A year's months of which those that ``fits`` numbers carry a flag."""
    period = Period.parse("2024-04..2025-03")
    months = [add_months(period.start, at) for at in range(12)]
    points = tuple(point(month, 10.0, *([flag] if fits(at) else [])) for at, month in enumerate(months))
    return Trend(Form.RATE, "Northby", period, None, points, ())


def test_while_months_lack_a_count_so_far_is_told_and_no_rate_or_comparison(told, question):
    lacking = Change(76954, None, None, None, ("no-data",))
    whole = line("Northby", 22.9, count=13014, change=lacking, flags=("incomplete-feed",))
    areas = [line("Abbey", 41.2, lower=38.0, upper=44.5), line("Bridge", 20.0)]
    months = year_of("no-data", lambda at: at > 1)
    sentence = told(whole, areas, asked=question.but(as_at="2024-06-30"), months=months)
    assert sentence == (
        "By 30 June 2024 only 2 of these 12 months (April and May 2024) had been delivered: "
        "13,014 deliberate fires so far in Northby. A rate or a comparison needs all 12 months."
    )


def test_a_comparison_without_a_value_is_never_written_as_one(told):
    lacking = Change(76954, None, None, None, ("no-data",))
    sentence = told(line("Northby", 22.9, count=13014, change=lacking))
    assert sentence.endswith(
        "; not all months were delivered, so it cannot be compared with the year before."
    )
    assert "interval )" not in sentence
    assert change_text(13014, lacking) == "not all months delivered"
    assert change_text(15, lacking) == "not all months delivered"


def test_results_still_to_come_say_from_which_month_and_what_the_line_does(told, question, measure):
    measure.matures_after = 6
    whole = line("Northby", 0.106, count=7683, form=Form.SHARE, lower=0.104, upper=0.108)
    whole = replace(whole, denominator=72374, flags=("not-yet-mature",))
    sentence = told(
        whole, asked=question.but(form=Form.SHARE), months=year_of("not-yet-mature", lambda at: at > 5)
    )
    assert "10.6% of 72,374 recorded fires (95% interval 10.4% to 10.8%)" in sentence
    assert sentence.endswith(
        "Months from October 2024 have had under six months for outcomes to come, so this share will change "
        "and their line falls for that reason alone."
    )


def test_young_months_are_dotted_and_hollow_and_the_line_does_not_break_before_them(words):
    shown = year_of("not-yet-mature", lambda at: at > 5)
    assert "Months from October 2024 are dotted with hollow points" in alternative_text(shown, "fires")
    layers = {layer["mark"]["style"]: layer for layer in specification(shown)["layer"]}
    assert layers["now"]["transform"] == [{"filter": "datum.firm"}]
    points = layers["young"]["data"]["values"]
    assert [one["label"] for one in points if one["firm"] and one["soft"]] == ["September 2024"]
    assert [one["young"] for one in points] == [False] * 6 + [True] * 6
    plain = {layer["mark"]["style"] for layer in specification(year_of("", lambda at: False))["layer"]}
    assert "young" not in plain


def test_a_rate_says_whose_residents_and_over_how_many_months(told, question):
    asked = question.but(period=Period.parse("2023-01..2025-03"))
    sentence = told(line("Northby", 298.0, count=169657), asked=asked, residents="Census 2021")
    assert "298.0 for every 1,000 residents (Census 2021) over these 27 months" in sentence


def test_a_rate_that_only_visitors_explain_says_so(told):
    areas = [line("Abbey", 676.0, flags=("residents-mislead",)), line("Bridge", 20.0)]
    assert told(line("Northby", 16.2), areas).endswith(
        "Places with shops or nightlife draw people who are not residents, which raises their rates."
    )
    assert "nightlife" not in told(line("Northby", 16.2), [line("Abbey", 476.0), line("Bridge", 20.0)])


def test_areas_with_few_or_with_none_before_stay_in_the_sentence(told, question):
    asked = question.but(form=Form.CHANGE)
    clear = Change(200, -0.5, -0.7, -0.2)
    areas = [line(f"{at}", -0.5, form=Form.CHANGE, change=clear) for at in range(3)]
    areas += [line("few", -0.5, count=12, form=Form.CHANGE, change=Change(24, -0.5, -0.8, 0.1))]
    none = Change(0, None, None, None)
    areas += [line(f"new {at}", None, count=9, form=Form.CHANGE, change=none) for at in range(8)]
    sentence = told(line("Northby", -0.122, form=Form.CHANGE, change=FEWER), areas, asked=asked)
    assert sentence.endswith(
        "Of 3 wards, none had clearly more, 3 clearly fewer and none no clear change. "
        "1 more had a count under 30, so both counts are given instead of a percentage. "
        "8 more had none the year before, so no percentage can be given."
    )


@pytest.mark.parametrize(
    ("now", "change", "text", "said", "place"),
    [
        (40, Change(30, 0.33, 0.1, 0.6), "+33%", "", 0),
        (40, Change(30, 0.33, -0.2, 1.2), "+33%", "no clear change", 1),
        (90, Change(150, -0.4, -0.5, -0.2), "−40%", "", 2),
        (0, Change(12, -1.0, -1.0, -0.7), "12 to 0", "", 3),
        (29, Change(3000, -0.99, -0.99, -0.98), "3,000 to 29", "", 3),
        (12, Change(0, None, None, None), "0 to 12", "", 3),
        (12, Change(500, None, None, None, ("series-break",)), "recording changed", "", 4),
        (None, None, "–", "", 4),
    ],
)
def test_a_change_between_few_is_two_counts_and_stands_after_the_others(now, change, text, said, place):
    assert (change_text(now, change), verdict(now, change), rank(now, change)) == (text, said, place)


def test_the_graph_of_one_month_is_told_as_one_point(words):
    period = Period.parse("2025-03")
    before = (point(add_months(period.start, -12), 11.0),)
    shown = Trend(Form.RATE, "Northby", period, period.shifted(-12), (point(period.start, 10.5),), before)
    assert alternative_text(shown, "deliberate fires") == (
        "Graph of one month, deliberate fires in Northby: 10.5 in March 2025, against 11.0 in March 2024."
    )
    drawn = json.dumps(specification(shown))
    assert "per 1,000 residents a month" in drawn


def among(counts, people=1000):
    """Areas beside each other, as the page compares them."""
    month = Period.parse("2024-05")
    rows = [
        FigureRow(AreaLevel.WARD, f"W{at}", f"W{at}", month, {}, count, people, count, None, None)
        for at, count in enumerate(counts)
    ]
    return compare(rows, ranked=False)


def test_how_many_stand_out_of_their_peers_is_told_and_how_far_these_lie_apart(told):
    wards = [line(f"W{at}", 20.0, count=20) for at in range(12)]
    peers = among([18, 22, 25, 15, 20, 19, 28, 12, 21, 20, 17, 200])
    sentence = told(line("Northby", 34.75, count=417), wards, peers=peers)
    low, high = peers.spread
    expected = f"Most of these 12 wards lie between {low:.1f} and {high:.1f}; clearly above that: 1, "
    assert f"{expected}clearly below: none." in sentence


def test_areas_that_differ_by_chance_are_not_put_in_an_order(told):
    wards = [line(f"W{at}", 10.0, count=10) for at in range(12)]
    sentence = told(line("Northby", 10.0, count=120), wards, peers=among([9, 11, 10, 10, 12, 8] * 2))
    assert "These 12 wards differ no more than chance makes them: no difference is shown." in sentence


def test_of_few_areas_nothing_is_said_about_peers(told):
    sentence = told(line("Northby", 10.0, count=30), [line("W0", 10.0)] * 3, peers=among([10, 3, 17]))
    assert "differ" not in sentence
