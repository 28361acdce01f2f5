"""Two sources side by side: assaults that hospitals treat, and violence that the police record."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from joinedup.cli import main
from joinedup.errors import BadInput
from joinedup.measures import FigureQuery, figure, measure_named
from joinedup.measures.catalogue.clock import HOURS, WEEKDAYS, hour_band, weekday
from joinedup.measures.intervals import ratio
from joinedup.measures.result import FigureRow
from joinedup.measures.two_sources import question, require_unlike, side_by_side
from joinedup.terms import LONDON, AreaLevel, Every, Flag, Form, Period
from repeating_town import Repeating
from sampling import examples

TREATED, VICTIMS = measure_named("assault-attendances"), measure_named("victims-of-violence-with-injury")
MEASURES = (TREATED, VICTIMS)
MAY, JUNE = Period.parse("2024-05"), Period.parse("2024-06")


@pytest.fixture(scope="module", autouse=True)
def _words(town_template):
    """Notes are told in a language, which takes a workspace opened once."""


def rows(counts, month=MAY, *flags):
    return [
        FigureRow(AreaLevel.ALL, "all", "", month, {"sex": sex}, count, None, None, None, None, flags)
        for sex, count in counts.items()
    ]


def by_group(found):
    return {row.group: row for row in found.rows}


def test_ratios_of_counts_and_of_shares_by_hand():
    """30 women and 10 men treated, 20 and 20 recorded; of 10 treated the sex was not written down."""
    treated = rows({"female": 30, "male": 10, "not-stated": 10})
    found = by_group(side_by_side(treated, rows({"female": 20, "male": 20}), MEASURES, "sex"))
    women, unknown, everybody = found["female"], found["not-stated"], found["all"]
    assert list(found) == ["female", "male", "not-stated", "all"]
    assert (women.first, women.second, women.ratio) == (30, 20, 1.5)
    low, high = stats.binomtest(30, 50).proportion_ci(method="exact")
    assert women.lower == pytest.approx(low / (1 - low)) and women.upper == pytest.approx(high / (1 - high))
    assert (women.first_of, women.second_of) == (40, 40) and women.share_ratio == 1.5  # 75 % against 50 %
    assert (women.first_share, women.second_share) == (0.75, 0.5)
    assert found["male"].share_ratio == 0.5  # 25 % against 50 %
    assert (unknown.known, unknown.first, unknown.second, unknown.ratio) == (False, 10, 0, None)
    assert (unknown.first_of, unknown.first_share, unknown.second_share) == (50, 0.2, 0.0)
    assert (everybody.first, everybody.second, everybody.ratio) == (50, 40, 1.25)


def test_the_ratio_of_shares_does_not_hang_on_how_much_a_source_covers():
    whole = side_by_side(rows({"female": 60, "male": 40}), rows({"female": 30, "male": 70}), MEASURES, "sex")
    half = side_by_side(rows({"female": 30, "male": 20}), rows({"female": 30, "male": 70}), MEASURES, "sex")
    assert by_group(whole)["female"].share_ratio == pytest.approx(2.0)
    assert by_group(half)["female"].share_ratio == pytest.approx(2.0)
    assert by_group(whole)["female"].ratio == 2 * by_group(half)["female"].ratio


def test_a_value_that_one_source_never_carries_is_not_0_and_is_in_no_share():
    first = [
        FigureRow(AreaLevel.ALL, "all", "", MAY, {"kind_of_place": place}, count, None, None, None, None)
        for place, count in {"home": 10, "street": 30, "other": 60}.items()
    ]
    second = [one for one in first if one.breakdowns["kind_of_place"] != "other"]
    found = by_group(side_by_side(first, second, MEASURES, "kind_of_place"))
    assert (found["other"].known, found["other"].second, found["other"].ratio) == (False, None, None)
    assert (found["other"].first_share, found["other"].second_share) == (0.6, None)
    assert (found["home"].first_share, found["home"].share_ratio) == (0.25, 1.0)


def test_a_month_that_either_lacks_counts_in_neither_and_is_named():
    first = [*rows({"female": 5, "male": 5}), *rows({"female": None, "male": None}, JUNE, Flag.NO_DATA)]
    second = [*rows({"female": 2, "male": 3}), *rows({"female": 100, "male": 100}, JUNE)]
    found = side_by_side(first, second, MEASURES, "sex")
    assert (found.months, found.left_out) == ((MAY,), (JUNE,))
    assert (by_group(found)["all"].first, by_group(found)["all"].second) == (10, 5)
    assert found.notes[-1].endswith("does not have them whole: 2024-06.") and TREATED.title in found.notes[-1]
    with pytest.raises(BadInput, match="no month of which both"):
        side_by_side(first[2:], second[2:], MEASURES, "sex")
    partial = rows({"female": 5, "male": 5}, MAY, Flag.INCOMPLETE_FEED)
    with pytest.raises(BadInput, match="no month of which both"):
        side_by_side(partial, rows({"female": 2, "male": 3}), MEASURES, "sex")


@pytest.mark.parametrize("flag", [Flag.SUPPRESSED, Flag.ROUNDED])
def test_what_is_protected_in_either_is_not_laid_side_by_side(flag):
    shown, hidden = rows({"female": 5, "male": 5}), rows({"female": 5}, MAY, flag)
    for both in ((shown, hidden), (hidden, shown)):
        with pytest.raises(BadInput, match="both may be shown exactly"):
            side_by_side(*both, MEASURES, "sex")


def test_measures_of_one_source_or_without_a_common_cut_are_refused():
    with pytest.raises(BadInput, match="the same source"):
        require_unlike(VICTIMS, measure_named("violence-with-injury"))
    with pytest.raises(BadInput, match=r"not both cut by site.*sex, kind_of_place, hour_band, weekday"):
        require_unlike(TREATED, VICTIMS, "site")
    require_unlike(TREATED, VICTIMS, "hour_band")


def test_few_are_flagged_and_cautions_of_either_are_kept():
    second = rows({"female": 30, "male": 9}, MAY, Flag.PROVISIONAL)
    found = by_group(side_by_side(rows({"female": 30, "male": 30}), second, MEASURES, "sex", small=10))
    assert found["female"].flags == (Flag.PROVISIONAL,)
    assert set(found["male"].flags) == {Flag.PROVISIONAL, Flag.SMALL_NUMBER}


def test_areas_are_groups_where_there_is_no_breakdown_and_what_has_no_place_is_a_row():
    def areas(**counts):
        level = AreaLevel.WARD
        return [
            FigureRow(level, code, f"Ward {code}", MAY, {}, count, None, None, None, None)
            for code, count in counts.items()
        ]

    calls, crimes = measure_named("ambulance-calls-to-violence"), measure_named("violence-with-injury")
    found = side_by_side(areas(W1=6, W2=2, unlocated=2), areas(W1=5, W2=5), (calls, crimes))
    told = by_group(found)
    assert [(row.area_code, row.first, row.second) for row in found.rows] == [
        ("W1", 6, 5),
        ("W2", 2, 5),
        ("unlocated", 2, 0),
        ("all", 10, 10),
    ]
    assert told["W1"].label == "Ward W1" and told["W1"].share_ratio == pytest.approx(0.75 / 0.5)
    assert (told["unlocated"].known, told["unlocated"].first_share) == (False, 0.2)


def test_the_interval_of_the_ratio_of_shares_covers_it_at_least_as_often_as_it_says():
    """Drawn again 4,000 times each, from two wholes of known shares."""
    draw = np.random.default_rng(7)
    for whole, other, share, of_other in ((300, 500, 0.3, 0.2), (80, 60, 0.5, 0.5), (1_000, 90, 0.1, 0.4)):
        first, second = draw.binomial(whole, share, 4_000), draw.binomial(other, of_other, 4_000)
        lower, upper = (one * other / whole for one in ratio(first, second))
        assert np.mean((lower <= share / of_other) & (share / of_other <= upper)) >= 0.95


COUNTS = st.dictionaries(
    st.sampled_from(["female", "male", "not-stated"]), st.integers(0, 60), min_size=2, max_size=3
)


@settings(max_examples=examples(200, 3))
@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=3))
def test_sums_shares_and_intervals_are_those_of_plain_counting(months):
    periods = [MAY, JUNE, Period.parse("2024-07")]
    sides = []
    for side in (0, 1):  # both carry both sexes in each month, as a figure's rows do
        told = [{"female": 0, "male": 0, **month[side]} for month in months]
        sides.append(told)
    given_ = [[row for at, told in enumerate(side) for row in rows(told, periods[at])] for side in sides]
    found = by_group(side_by_side(*given_, MEASURES, "sex"))
    sums = [sum((Counter(told) for told in side), Counter()) for side in sides]
    assert (found["all"].first, found["all"].second) == tuple(sum(one.values()) for one in sums)
    assert found["all"].first == sum(row.first for name, row in found.items() if name != "all")
    known = [one["female"] + one["male"] for one in sums]
    for sex in ("female", "male"):
        row, (a, b) = found[sex], (sums[0][sex], sums[1][sex])
        assert (row.first, row.second) == (a, b)
        if all(known):
            assert row.first_share == a / known[0] and row.second_share == b / known[1]
        if a and b:
            assert row.share_ratio == pytest.approx((a / known[0]) / (b / known[1]))
            low, high = stats.binomtest(a, a + b).proportion_ci(method="exact")
            scale = known[1] / known[0]
            assert row.share_lower == pytest.approx(low / (1 - low) * scale)
            assert row.share_upper == pytest.approx(high / (1 - high) * scale)


def test_the_hour_and_the_day_are_those_of_london_at_every_hour_of_forty_years():
    spans = [("1996-01-01", "2036-01-01", "7 HOUR"), ("2024-03-30", "2024-04-02", "30 MINUTE")]
    spans.append(("2021-10-30", "2021-11-02", "30 MINUTE"))
    moments = " UNION ALL ".join(
        f"SELECT unnest(range(TIMESTAMP '{first}', TIMESTAMP '{last}', INTERVAL {step})) AS moment"
        for first, last, step in spans
    )
    told = duckdb.sql(
        f"""SELECT i.occurred_from, {hour_band("i")}, {weekday("i")} FROM (
            SELECT moment AS occurred_from, 'minute' AS precision,
                CAST(timezone('Europe/London', timezone('UTC', moment)) AS DATE) AS occurred_date
            FROM ({moments})
        ) AS i"""
    ).fetchall()
    days = list(WEEKDAYS)
    for instant, band, day in told:
        local = instant.replace(tzinfo=dt.UTC).astimezone(LONDON)
        assert (band, day) == (list(HOURS)[local.hour // 4], days[local.weekday()]), instant
    assert len(told) > 50_000


def test_without_a_time_there_is_no_hour_and_of_a_month_no_day():
    given_ = "SELECT NULL::TIMESTAMP AS occurred_from, '{0}' AS precision, DATE '2024-05-03' AS occurred_date"
    for precision, day in (("day", "fri"), ("month", None)):
        told = duckdb.sql(f"SELECT {hour_band('i')}, {weekday('i')} FROM ({given_.format(precision)}) AS i")
        assert told.fetchall() == [(None, day)]


def history(seed):
    """Random crimes, their victims, suspects beside them, and attendances; one in eight cancelled."""
    draw = random.Random(seed)

    def moment(month):
        day = f"2024-{month:02d}-{draw.randint(1, 28):02d}"
        return draw.choice([day, f"{day}T{draw.randint(0, 23):02d}:{draw.randint(0, 59):02d}:00"])

    def status():
        return draw.choice(["recorded"] * 7 + ["cancelled"])

    crimes, victims, suspects, treated = [], [], [], []
    for number in range(60):
        month = draw.choice([4, 5])
        group = draw.choice(["Violence with injury", "violence with injury", "Violence without injury", None])
        crime = {"id": str(number), "day": moment(month), "offence_group": group, "offence_code": "8/6"}
        crimes.append(crime | {"venue": draw.choice(["home", "street", None]), "status": status()})
        for ordinal in range(draw.choice([0, 1, 1, 2])):
            person = {"id": f"{number}-{ordinal}", "day": crime["day"][:10], "incident_ref": str(number)}
            person |= {"sex": draw.choice(["female", "male", None]), "status": status()}
            victims.append(person | {"role": "victim", "relationship": "stranger"})
            suspects.append(person | {"role": "suspect"})
        about = {"site": "A", "sex": draw.choice(["female", "male", None])}
        about |= {"venue": draw.choice(["home", "park", None]), "status": status()}
        treated.append({"id": str(number), "day": moment(month), **about})
    return crimes, victims, suspects, treated


def hour_of(row):
    return list(HOURS)[int(row["day"][11:13]) // 4] if "T" in row["day"] else "not-stated"


def day_of(row):
    return list(WEEKDAYS)[dt.date.fromisoformat(row["day"][:10]).weekday()]


CUTS = {
    "sex": lambda person, _: person["sex"] or "not-stated",
    "hour_band": lambda _, event: hour_of(event),
    "weekday": lambda _, event: day_of(event),
    "kind_of_place": lambda _, event: event["venue"] or "not-stated",
}


@pytest.mark.parametrize("seed", [1, 2])
def test_both_sources_are_counted_as_plain_counting_does(people: Repeating, seed):
    crimes, victims, suspects, treated = history(seed)
    people.told("police-recorded-crime", "2024-04..2024-05", crimes)
    people.told("police-victims", "2024-04..2024-05", victims)
    people.told("police-suspects", "2024-04..2024-05", suspects)
    people.told("ae-assaults", "2024-04..2024-05", treated)
    standing = {
        one["id"]: one
        for one in crimes
        if one["status"] != "cancelled" and (one["offence_group"] or "").lower() == "violence with injury"
    }
    named = [
        (one, standing[one["incident_ref"]])
        for one in victims
        if one["status"] != "cancelled" and one["incident_ref"] in standing
    ]
    seen = [(one, one) for one in treated if one["status"] != "cancelled"]
    for by, said in CUTS.items():
        query = FigureQuery(
            TREATED.name, level=AreaLevel.ALL, period=Period.parse("2024-04..2024-05"), by=(by,)
        )
        both = [
            figure(people.workspace, question(FigureQuery(**{**vars(query), "measure": one.name})))
            for one in MEASURES
        ]
        found = by_group(side_by_side(both[0].rows, both[1].rows, MEASURES, by))
        counts = [Counter(said(*pair) for pair in pairs) for pairs in (seen, named)]
        for group, row in found.items():
            if group != "all":
                assert (row.first or 0, row.second or 0) == (counts[0][group], counts[1][group]), (by, group)
        assert (found["all"].first, found["all"].second) == (len(seen), len(named))
    whole = FigureQuery("violence-with-injury", level=AreaLevel.ALL, period=Period.parse("2024-04..2024-05"))
    assert figure(people.workspace, whole).rows[0].numerator == len(standing)


def test_a_question_is_of_counts_by_month():
    asked = question(FigureQuery(TREATED.name, form=Form.SHARE, by=("sex",)))
    assert (asked.form, asked.every, asked.by) == (Form.COUNT, Every.MONTH, ("sex",))


def test_what_the_police_never_hear_of_at_the_command_line(partners_folder, monkeypatch):
    monkeypatch.setenv("JOINEDUP_USER", "analyst")
    words = ["-C", str(partners_folder), "compare-sources", TREATED.name, VICTIMS.name, "--period", "2024"]
    result = CliRunner().invoke(main, [*words, "--by", "sex", "--format", "json"])
    assert result.exit_code == 0, result.stderr
    told = {row["group"]: row for row in json.loads(result.stdout)}
    assert told["all"]["first"] == sum(told[one]["first"] for one in told if one != "all") > 10
    assert told["all"]["first_known_on"] and told["all"]["second_deliveries"]
    plain = ["-C", str(partners_folder), "figure", VICTIMS.name, "--area-level", "all", "--period", "2024"]
    alone = json.loads(CliRunner().invoke(main, [*plain, "--format", "json"]).stdout)
    assert alone[0]["numerator"] == told["all"]["second"]
    result = CliRunner().invoke(main, [*words, "--by", "hour_band"])
    assert "20:00 to 23:59" in result.stdout and "neither is a part of the other" in result.stderr
    result = CliRunner().invoke(main, [*words, "--by", "site"])
    assert result.exit_code == 2 and "no breakdown of that name (site)" in result.stderr
    monkeypatch.setenv("JOINEDUP_USER", "councillor")
    result = CliRunner().invoke(main, [*words, "--by", "sex"])
    assert result.exit_code == 2 and not result.stdout
