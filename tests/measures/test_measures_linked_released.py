"""Released prisoners: incidence by hand and other formulas, random histories day by day, and who sees it."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_repeats import on_from
from scipy import stats

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.errors import BadInput
from joinedup.log import acts
from joinedup.measures.intervals import wilson
from joinedup.measures.linked import linked_named
from joinedup.measures.linked.incidence import HAPPENED, HINDERED, LOST, incidence
from joinedup.terms import Flag, Role
from repeating_town import Repeating, involved
from sampling import examples

NAME = "released-prisoners"
histories = st.lists(st.tuples(st.integers(0, 30), st.sampled_from([LOST, HAPPENED, HINDERED])), max_size=40)


def arrays(history):
    """Times and causes as the counting takes them."""
    return (np.array([one[at] for one in history], dtype=np.int64) for at in (0, 1))


def weighted(history, by):
    """The incidence by another formula: each to whom it happened stands for those lost before as well, by the
    inverse of the chance of not being lost until then."""
    kept = [Fraction(1)]
    for day in range(by + 1):
        lost = sum(time == day and cause == LOST for time, cause in history)
        still = sum(time > day for time, _ in history) + lost
        kept.append(kept[-1] * (1 - Fraction(lost, still)) if still else kept[-1])
    told = sum(1 / kept[time] for time, cause in history if cause == HAPPENED and time <= by)
    return Fraction(told) / len(history)


def test_by_hand_some_are_lost_and_one_is_hindered() -> None:
    """1/5 on day 5; 4/5 × 1/3 more on day 10, after one was lost; one hindered; the last on day 20 alone."""
    history = [(5, HAPPENED), (8, LOST), (10, HAPPENED), (12, HINDERED), (20, HAPPENED)]
    assert incidence(*arrays(history), 15).value == pytest.approx(7 / 15)
    found = incidence(*arrays(history), 25)
    assert found.value == pytest.approx(7 / 15 + 4 / 15) and (found.happened, found.followed) == (3, 5)
    free = [(time, LOST if cause == HINDERED else cause) for time, cause in history]
    assert incidence(*arrays(free), 25).value == pytest.approx(1.0)


@settings(deadline=None, max_examples=examples(1000, 5))
@given(histories, st.integers(0, 30))
def test_the_incidence_is_that_of_another_formula(history, by):
    found = incidence(*arrays(history), by)
    if found.value is None:
        assert all(cause == LOST and time < by for time, cause in history)
        return
    assert found.value == pytest.approx(float(weighted(history, by)), abs=1e-9)
    assert 0 <= found.lower <= found.value + 1e-12 and found.value - 1e-12 <= found.upper <= 1


@settings(deadline=None, max_examples=examples(500, 5))
@given(histories.filter(bool), st.integers(0, 30))
def test_where_nobody_is_lost_it_is_the_share_with_wilsons_interval(history, by):
    history = [(time, HINDERED if cause == LOST else cause) for time, cause in history]
    found = incidence(*arrays(history), by)
    lower, upper = wilson(found.happened, len(history))
    assert found.value == pytest.approx(found.happened / len(history))
    assert (found.lower, found.upper) == (pytest.approx(float(lower)), pytest.approx(float(upper)))


def test_without_anybody_hindered_it_is_one_less_scipys_kaplan_and_meier() -> None:
    draw = np.random.default_rng(3)
    time, cause = draw.integers(0, 50, 200), draw.choice([LOST, HAPPENED], 200)
    known = stats.CensoredData(uncensored=time[cause == HAPPENED], right=time[cause == LOST])
    survival = stats.ecdf(known).sf
    for by in (10, 25, 40):
        assert incidence(time, cause, by).value == pytest.approx(1 - survival.evaluate(by))


def test_the_interval_holds_the_truth_nineteen_times_of_twenty() -> None:
    """Events at a constant hazard, as much hindrance, and losses at any time of twice the follow-up."""
    draw = np.random.default_rng(8)
    inside, trials, people, by = 0, 600, 60, 100
    truth = 0.5 * (1 - np.exp(-2 * 0.005 * (by + 0.5)))
    for _ in range(trials):
        first = draw.exponential(1 / 0.01, people)
        lost = draw.uniform(0, 2 * by, people)
        cause = np.where(first < lost, draw.choice([HAPPENED, HINDERED], people), LOST)
        found = incidence(np.round(np.minimum(first, lost)).astype(np.int64), cause, by)
        inside += bool(found.lower <= truth <= found.upper)
    assert 0.93 <= inside / trials <= 0.975


COURT = {"disposal": "fine", "category": "1015", "offence_date": None}
PROBATION = {"category": "licence", "started": None, "ended": None, "end_reason": None, "case_ref": None}
TREATMENT = {"started": None, "ended": None, "end_group": None, "case_ref": None}
PRISON = {"establishment": None, "sentence_months": None}


def told(people: Repeating, until: str = "2024-12", **rows: list[dict[str, object]]) -> None:
    """Deliver what each feed tells of 2022 to the end, link all, and ask nothing yet."""
    rest = {"police-recorded-crime": [], "police-suspects": [], "court-results": [], "probation-caseload": []}
    rest |= {"drug-treatment": [], "prison-releases": []}
    for feed, given_rows in (rest | {name.replace("_", "-"): some for name, some in rows.items()}).items():
        # Of a feed that tells of nothing one row of somebody else says that it tells.
        nobody = {"id": "none", "day": "2022-01-01", "client": "Nobody"}
        people.told(feed, f"2022-01..{until}", given_rows or [nobody | _own(feed)])
    people.link()


def _own(feed: str) -> dict[str, object]:
    return {
        "court-results": COURT | {"defendant": "Nobody"},
        "probation-caseload": PROBATION,
        "drug-treatment": TREATMENT,
        "prison-releases": PRISON,
        "police-suspects": {"suspect": "Nobody", "role": "suspect", "suspect_state": None},
        "police-recorded-crime": {"outcome_on": None},
    }[feed]


def out(who: str, day: str, place: str = "HMP Alpha", months: str | None = "6") -> dict[str, object]:
    return {
        "id": f"{who}-{day}",
        "day": day,
        "client": who,
        "establishment": place,
        "sentence_months": months,
    }


def sentence(who: str, day: str, offence: str | None, **more: object) -> dict[str, object]:
    return (
        {"id": f"{who}-{day}-{offence}", "day": day, "defendant": who}
        | COURT
        | {"offence_date": offence}
        | more
    )


def numbers(row):
    return row.numerator, row.denominator


def test_by_hand_what_happened_to_five_people(people: Repeating) -> None:
    told(
        people,
        prison_releases=[
            out("Ann", "2023-01-10"),
            out("Ann", "2023-05-10"),  # her second in the period: back inside by then at the latest
            out("Bob", "2023-02-01", "HMP Beta", "30"),
            out("Cat", "2023-02-15", "HMP Beta", "60"),
            out("Dan", "2023-03-01", "hmp BETA", None),
            out("Eve", "2023-03-31"),
            out("Fay", "2022-12-31"),  # before the period
        ],
        court_results=[
            sentence("Ann", "2023-07-01", "2023-06-01"),  # committed after she was back inside
            sentence("Bob", "2023-08-01", "2023-02-11"),  # day 10, proven within six months
            sentence("Cat", "2023-12-01", "2023-03-01"),  # proven nine months after: too late
            sentence("Cat", "2023-05-16", "2023-01-05", disposal="custody"),  # day 90, of an older offence
            sentence("Dan", "2023-03-01", "2023-03-01"),  # the day of release itself is not after it
        ],
        probation_caseload=[
            {"id": "1", "day": "2023-07-31", "client": "Eve"}
            | PROBATION
            | {"started": "2023-03-31", "ended": "2023-04-10", "end_reason": "died"},
        ],
        police_recorded_crime=[{"id": "9", "ref": "9", "day": "2023-03-11", "outcome_on": "2023-04-01"}],
        police_suspects=involved("suspect", [("9", "2023-03-11", "Dan")], suspect_state="CAUTIONED"),
        drug_treatment=[
            {"id": "1", "day": "2023-06-30", "client": "Bob"}
            | TREATMENT
            | {"started": "2022-11-01", "ended": "2023-02-01"},  # over on the day of release
            {"id": "2", "day": "2023-06-30", "client": "Dan"} | TREATMENT | {"started": "2022-11-01"},
        ],
    )
    figure = people.linked_figure(NAME, "2023-Q1")
    found = {(row.of, row.group): row for row in figure.rows}
    assert found["released", "all"].numerator == 5 and found["releases", "all"].numerator == 5
    assert numbers(found["known-elsewhere", "all"]) == (5, 5)
    assert numbers(found["by-place", "HMP Beta"]) == (3, 5)
    assert numbers(found["by-length", "4-years-and-over"]) == (1, 4)
    assert numbers(found["by-length-not-known", "all"]) == (1, 5)
    assert numbers(found["reoffended-within-1-month", "all"]) == (2, 5)  # Bob, and Dan's caution
    assert numbers(found["reoffended-within-12-months", "all"]) == (2, 5)
    assert found["reoffended-within-12-months", "all"].value == pytest.approx(0.4)
    # At liberty: Bob and Dan on day 10 of the five; Eve's death on day 10 comes after what happens that day.
    assert found["reoffended-at-liberty-within-12-months", "all"].value == pytest.approx(0.4)
    assert numbers(found["back-in-custody-within-3-months", "all"]) == (1, 5)  # Cat
    assert numbers(found["back-in-custody-within-6-months", "all"]) == (2, 5)  # Ann, by her next release
    assert numbers(found["back-in-custody-within-12-months", "HMP Beta"]) == (1, 3)
    assert numbers(found["suspected-within-1-month", "all"]) == (1, 5)
    assert numbers(found["in-treatment-within-1-month", "all"]) == (1, 5)  # Dan, open when he was released
    free = 120 + 365 + 90 + 365 + 10  # days of Ann, Bob, Cat, Dan and Eve
    assert found["months-at-liberty-of-12", "all"].value == pytest.approx(free / 5 / (365.25 / 12))
    assert not any(Flag.NOT_YET_MATURE in row.flags for row in figure.rows)
    assert any("Not told" in note and "landlord" in note for note in figure.notes)
    assert not any(of.startswith("in-landlords") for of, _ in found)  # not told is no zero


def test_before_the_clock_has_run_there_is_an_estimate_or_no_number(people: Repeating) -> None:
    """Told until May 2023: 12 months have run for nobody, three months of suspicion for those of January."""
    told(
        people,
        until="2023-05",
        prison_releases=[out("Ann", "2023-01-10"), out("Bob", "2023-03-31"), out("Cat", "2023-01-20")],
        police_suspects=involved("suspect", [("9", "2023-03-11", "Ann")], suspect_state=None),
    )
    found = people.linked(NAME, "2023-Q1")
    late = found["suspected-within-12-months", "all"]
    assert late.value is None and late.numerator is None and late.denominator == 3
    assert Flag.NOT_YET_MATURE in late.flags
    part = found["suspected-within-3-months", "all"]  # Bob is lost from sight on day 61, after Ann's day 60
    assert Flag.NOT_YET_MATURE in part.flags and part.value == pytest.approx(1 / 3)
    assert found["suspected-within-1-month", "all"].flags == (Flag.SMALL_NUMBER,)
    assert found["reoffended-within-1-month", "all"].value is None  # proof is waited for until November
    assert found["months-at-liberty-of-12", "all"].value is None


def test_who_was_released_before_a_feed_tells_is_not_followed_in_it(people: Repeating) -> None:
    people.told(
        "approved-premises",
        "2023-02..2024-12",
        [
            {
                "id": "1",
                "day": "2023-02-28",
                "client": "Bob",
                "started": "2023-02-01",
                "ended": None,
                "case_ref": "1",
            },
        ],
    )
    told(people, prison_releases=[out("Ann", "2023-01-10"), out("Bob", "2023-02-01")])
    figure = people.linked_figure(NAME, "2023-Q1")
    found = {(row.of, row.group): row for row in figure.rows}
    assert numbers(found["in-approved-premises-within-1-month", "all"]) == (1, 1)
    assert Flag.INCOMPLETE_FEED in found["in-approved-premises-within-1-month", "all"].flags
    assert numbers(found["suspected-within-1-month", "all"]) == (0, 2)
    assert any("before 2023-02-01 is not followed" in note for note in figure.notes)


def test_a_doubtful_link_gives_a_range(people: Repeating) -> None:
    told(
        people,
        prison_releases=[out("Ann", "2023-01-10"), out("Bob", "2023-02-01")],
        court_results=[sentence("Ann?", "2023-03-01", "2023-02-01")],
    )
    row = people.linked(NAME, "2023-Q1")["reoffended-within-12-months", "all"]
    assert (row.numerator, row.least, row.most) == (0, 0, 1)
    assert (row.least_value, row.most_value) == (0.0, pytest.approx(0.5))


def test_what_came_after_the_linkage_is_told_and_not_taken_for_nothing(people: Repeating) -> None:
    told(people, until="2023-03", prison_releases=[out("Ann", "2023-01-10")])
    people.told("police-suspects", "2023-04..2024-12", involved("suspect", [("9", "2023-04-11", "Ann")]))
    figure = people.linked_figure(NAME, "2023-01")
    row = {(one.of, one.group): one for one in figure.rows}["suspected-within-6-months", "all"]
    assert row.value is None and {Flag.NOT_YET_MATURE, Flag.INCOMPLETE_FEED} <= set(row.flags)
    assert any("1 delivery came after the latest linkage" in note for note in figure.notes)


BEGIN, END = dt.date(2022, 3, 1), dt.date(2023, 1, 1)


def random_rows(lots: random.Random) -> dict[str, list[dict[str, object]]]:
    """Forty people's histories: releases, sentences, cautions, deaths, revoked licences, treatment."""

    def day(first: dt.date = dt.date(2022, 1, 1), within: int = 725) -> dt.date:
        return first + dt.timedelta(lots.randrange(within))

    rows: dict[str, list[dict[str, object]]] = {
        "prison-releases": [], "court-results": [], "probation-caseload": [], "drug-treatment": [],
        "police-recorded-crime": [], "police-suspects": [],
    }  # fmt: skip
    for number in range(40):
        who = f"P{number}"
        rows["prison-releases"] += [
            out(who, str(one), lots.choice(["HMP A", "HMP B"]), lots.choice(["3", "12", "48", None]))
            for one in {day(within=500) for _ in range(lots.randrange(3))}
        ]
        for _ in range(lots.randrange(4)):
            proven = day()
            committed = lots.choice([None, proven - dt.timedelta(lots.randrange(300))])
            more = lots.choice([{}, {"disposal": "custody"}, {"category": "1501"}, {}])
            row = sentence(who, str(proven), committed and str(committed), **more)
            rows["court-results"].append(row | {"id": f"{who}-{lots.random()}"})
        for _ in range(lots.randrange(2)):
            ended, why = day(), lots.choice(["died", "revoked", "expired"])
            spell = {"id": f"{who}-{lots.random()}", "day": str(ended), "client": who} | PROBATION
            rows["probation-caseload"].append(spell | {"ended": str(ended), "end_reason": why})
        for _ in range(lots.randrange(2)):
            began = day()
            ended = lots.choice([None, began + dt.timedelta(lots.randrange(200))])
            spell = {"id": f"{who}-{lots.random()}", "day": str(began + dt.timedelta(30)), "client": who}
            told_of = {"started": str(began), "ended": ended and str(ended), "case_ref": f"{who}"}
            rows["drug-treatment"].append(spell | TREATMENT | told_of)
        for _ in range(lots.randrange(3)):
            ref, done = f"{who}-{lots.random()}", day()
            on = lots.choice([None, done + dt.timedelta(lots.randrange(300))])
            rows["police-recorded-crime"].append(
                {"id": ref, "ref": ref, "day": str(done), "outcome_on": on and str(on)}
            )
            state = lots.choice(["CAUTIONED", "CHARGED", "ELIMINATED"])
            rows["police-suspects"] += involved("suspect", [(ref, str(done), who)], suspect_state=state)
    return rows


def naive(rows: dict[str, list[dict[str, object]]]) -> dict[str, list[tuple[int, int]]]:
    """By outcome (and outcome at liberty) each person's last day and why it is, one day at a time."""

    def date(told_of: object) -> dt.date | None:
        return dt.date.fromisoformat(told_of) if isinstance(told_of, str) else None

    crimes = {row["ref"]: date(row["outcome_on"]) for row in rows["police-recorded-crime"]}
    found: dict[str, list[tuple[int, int]]] = {}
    for who in sorted({row["client"] for row in rows["prison-releases"]}):
        releases = sorted(date(row["day"]) for row in rows["prison-releases"] if row["client"] == who)
        inside = [one for one in releases if BEGIN <= one < END]
        if not inside:
            continue
        start = inside[0]
        days: dict[str, set[dt.date]] = {"in": {one for one in releases if one > start}, "dead": set()}
        days |= {"reoffended": set(), "suspected": set(), "in-treatment": set()}
        for row in (one for one in rows["court-results"] if one["defendant"] == who):
            proven = date(row["day"])
            committed = date(row["offence_date"]) or proven
            if proven <= on_from(committed, 6):
                days["reoffended"].add(committed)
            if row["disposal"] == "custody" or row["category"] == "1501":
                days["in"].add(proven)
        for row in (one for one in rows["police-suspects"] if one["suspect"] == who):
            done, on = date(row["day"]), crimes[row["ref"]]
            if row["suspect_state"] != "ELIMINATED":
                days["suspected"].add(done)
            if row["suspect_state"] == "CAUTIONED" and (on or done) <= on_from(done, 6):
                days["reoffended"].add(done)
        for row in (one for one in rows["probation-caseload"] if one["client"] == who):
            name = {"died": "dead", "revoked": "in"}.get(row["end_reason"])
            if name:
                days[name].add(date(row["ended"]))
        for row in (one for one in rows["drug-treatment"] if one["client"] == who):
            last = date(row["ended"]) or date(row["day"])
            one = date(row["started"])
            days["in-treatment"].add(start if one <= start < last else one)
        for outcome, until, first in (
            ("reoffended", dt.date(2023, 7, 1), 1),
            ("suspected", dt.date(2024, 1, 1), 1),
            ("back-in-custody", dt.date(2024, 1, 1), 1),
            ("in-treatment", dt.date(2024, 1, 1), 0),
        ):
            wanted = days["in"] if outcome == "back-in-custody" else days[outcome]
            against = days["dead"] if outcome == "back-in-custody" else days["dead"] | days["in"]
            end = (until - start).days - 1, LOST
            for number in range(end[0] + 1):
                today = start + dt.timedelta(number)
                if number >= first and today in wanted:
                    end = number, HAPPENED
                    break
                if number >= 1 and today in against:
                    end = number, HINDERED
                    break
            found.setdefault(outcome, []).append(end)
            free = (end[0], LOST if end[1] == HINDERED else end[1])
            found.setdefault(f"{outcome}-at-liberty", []).append(free)
    return found


@pytest.mark.parametrize("seed", range(examples(6, 3)))
def test_random_histories_are_those_of_a_naive_count(people: Repeating, seed: int) -> None:
    rows = random_rows(random.Random(seed))
    told(people, until="2023-12", **{feed.replace("-", "_"): some for feed, some in rows.items()})
    found = people.linked(NAME, "2022-03..2022-12")
    expected, checked = naive(rows), Counter[bool]()
    assert found["released", "all"].numerator == len(expected["reoffended"])
    for outcome, ends in expected.items():
        if outcome in {"back-in-custody-at-liberty", "in-treatment-at-liberty"}:
            continue
        for months, number in ((1, 30), (3, 91), (6, 183), (12, 365)):
            within = f"{outcome}-within-{months}-month{'s' if months > 1 else ''}"
            row = found[within, "all"]
            assert row.denominator == len(ends)
            assert row.numerator == sum(time <= number and cause == HAPPENED for time, cause in ends), within
            assert row.value == pytest.approx(float(weighted(ends, number)), abs=1e-9), within
            checked[Flag.NOT_YET_MATURE in row.flags] += 1
    assert min(checked.values()) >= 2 and len(checked) == 2  # some had run, and some had not


@pytest.mark.parametrize(("who", "status"), [("ann", 0), ("cllr", 2), ("adm", 2)])
def test_who_sees_protected_tables_gets_none_and_a_look_is_logged(
    people: Repeating, who: str, status: int
) -> None:
    told(people, prison_releases=[out("Ann", "2023-01-10")])
    agency = add_agency("council", "Council")
    for username, role in (
        ("ann", Role.ANALYST),
        ("cllr", Role.COUNCILLOR),
        ("adm", Role.ADMINISTRATOR),
    ):
        add_user(username, name=username, role=role, agency=agency)
    words = ["-C", str(people.workspace.folder), "--as", who, "repeats", "count", NAME, "--from", "2023-01"]
    result = CliRunner().invoke(main, [*words, "--purpose", "offender-management", "--format", "json"])
    assert result.exit_code == status, result.stderr
    written = [act for act in acts() if act.what.startswith("Released prisoners")]
    assert len(written) == (1 if status == 0 else 0)
    if status == 0:
        rows = json.loads(result.stdout, parse_constant=pytest.fail)
        assert rows[0]["of"] == "released" and rows[0]["numerator"] == 1
        assert written[0].purpose == "offender-management" and "numerator" not in str(written[0].detail)
    else:
        assert "--purpose" in result.stderr or "analyst" in result.stderr


def test_a_definition_that_cannot_be_is_refused() -> None:
    from dataclasses import replace

    definition = linked_named(NAME)
    with pytest.raises(BadInput, match="the fewest first"):
        replace(definition, months=(3, 1, 12))
    with pytest.raises(BadInput, match="longest time"):
        replace(definition, months=(1, 3))
