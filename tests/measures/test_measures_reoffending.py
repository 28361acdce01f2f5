"""Measures of reoffending through a workspace: who enters, what proves it, when it is told, and bridges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from joinedup.errors import BadInput, NotFound
from joinedup.feeds.library import contracts
from joinedup.measures.linked import LinkedFigure, LinkedRow
from joinedup.measures.reoffending import REOFFENDING, SIX
from joinedup.terms import Flag, Strictness
from repeating_town import Repeating, involved

ALL_TIME = "2022-01..2025-12"


def by_of(figure: LinkedFigure, group: str = "all") -> dict[str, LinkedRow]:
    return {row.of: row for row in figure.rows if row.group == group}


def told(figure: LinkedFigure, group: str = "all") -> tuple[int | None, int | None]:
    row = by_of(figure, group)["reoffended"]
    return row.numerator, row.denominator


def court(*rows: tuple[str, str, str, str], **more: object) -> list[dict[str, object]]:
    """Offences for which somebody was sentenced: who, the days of hearing and offence, the disposal."""
    return [
        {
            "id": f"{who}-{heard}-{offended}-{number}",
            "day": heard,
            "defendant": who,
            "offence_date": offended,
            "disposal": disposal,
            **more,
        }
        for number, (who, heard, offended, disposal) in enumerate(rows)
    ]


def partnership(
    people: Repeating,
    courts: Sequence[dict[str, object]] = (),
    cautions: Sequence[tuple[str, str, str]] = (),
    released: Sequence[tuple[str, str]] = (),
    **adult: object,
) -> None:
    """Deliver four years of three feeds, and link. Cautions: who, the day of the offence, of the caution."""
    nobody = court(("Nobody", "2025-12-31", "2025-12-30", "fine"), **adult)
    people.told("court-results", ALL_TIME, [*courts, *nobody])
    crimes = [
        {"id": f"c{number}", "day": offended, "outcome_on": cautioned or None}
        for number, (_who, offended, cautioned) in enumerate(
            [*cautions, ("Nobody", "2022-01-01", "2022-01-02")]
        )
    ]
    people.told("police-recorded-crime", ALL_TIME, crimes)
    rows = [
        row
        for number, (who, offended, _day) in enumerate(cautions)
        for row in involved("suspect", [(f"c{number}", offended, who)], suspect_state="CAUTIONED", **adult)
    ]
    charged = involved("suspect", [(f"c{len(cautions)}", "2022-01-01", "Nobody")], suspect_state="CHARGED")
    people.told("police-suspects", ALL_TIME, [*rows, *charged])
    left = [{"id": f"{who}-{day}", "day": day, "client": who} for who, day in released]
    people.told("prison-releases", ALL_TIME, [*left, {"id": "n", "day": "2025-12-31", "client": "Nobody"}])
    people.link()


def test_every_measure_reads_sources_and_types_that_contracts_have(people: Repeating) -> None:
    there = {(one.source, one.record_type) for one in contracts(people.workspace).values()}
    for one in REOFFENDING.values():
        wanted = {(each.source, each.record_type) for each in (*one.records, *one.beside)}
        assert wanted <= there, one.name
        assert one.caveats and str(one.origin) and str(one.meaning)
    assert len(SIX) == 6


def test_an_offence_within_the_year_counts_if_it_is_proven_in_time(people: Repeating) -> None:
    entered = [
        (who, "2022-05-10", "2022-01-01", "fine") for who in ("Ann", "Bob", "Cat", "Dan", "Eve", "Fay")
    ]
    again = [
        (
            "Ann",
            "2023-11-10",
            "2023-05-10",
            "fine",
        ),  # the last day of the year, proven on the last of the wait
        ("Bob", "2023-11-11", "2023-05-10", "fine"),  # proven a day late
        ("Cat", "2023-06-01", "2023-05-11", "fine"),  # a day after the year
        ("Dan", "2022-06-01", "2022-05-10", "fine"),  # of the day of entry itself
        ("Eve", "2022-06-01", "2022-05-11", "fine"),
        ("Eve", "2022-06-01", "2022-05-12", "fine"),
        ("Eve", "2022-09-01", "2022-07-12", "fine"),
    ]
    partnership(people, court(*entered, *again))
    found = by_of(people.reoffending("proven-reoffending", "2022-05"))
    assert (found["reoffended"].numerator, found["reoffended"].denominator) == (2, 6)
    assert found["reoffences-per-100"].value == pytest.approx(400 / 6)
    assert found["reoffences-per-reoffender"].value == 2
    days = by_of(people.reoffending("proven-reoffending-occasions", "2022-05"))
    assert days["reoffences-per-reoffender"].value == 1.5  # Eve's first two were proven on one day


def test_people_enter_by_release_sentence_or_caution_once_at_the_first(people: Repeating) -> None:
    courts = court(
        ("Ann", "2022-04-10", "2022-01-01", "custody"),  # no entry: she is inside
        ("Ann", "2022-04-10", "2022-01-02", "fine"),  # nor by the fine of the same day
        ("Bob", "2022-04-20", "2022-01-01", "fine"),
        ("Ann", "2023-03-01", "2022-12-24", "fine"),
    )
    cautions = [("Cat", "2022-03-30", "2022-04-30"), ("Cat", "2022-06-01", "2022-07-15")]
    partnership(people, courts, cautions, released=[("Ann", "2022-06-30"), ("Bob", "2022-05-01")])
    figure = people.reoffending("proven-reoffending", "2022-04..2022-06")
    assert told(figure) == (2, 3)
    assert told(figure, "released") == (1, 1)  # Ann; Bob came in by his fine
    assert told(figure, "sentenced") == (0, 1)
    assert told(figure, "cautioned") == (1, 1)
    assert told(people.reoffending("proven-reoffending", "2022-04")) == (1, 2)  # not yet released


def test_a_caution_without_its_day_counts_for_nothing_and_is_told(people: Repeating) -> None:
    partnership(people, cautions=[("Cat", "2022-03-30", "2022-04-30"), ("Dan", "2022-04-01", "")])
    figure = people.reoffending("proven-reoffending", "2022-04")
    assert told(figure) == (0, 1)
    assert "Of all months, 1 record does not tell the day on which it came to that." in figure.notes


def test_what_has_not_run_yet_has_people_and_no_share(people: Repeating) -> None:
    partnership(people, court(("Ann", "2024-07-10", "2024-01-01", "fine")))
    figure = people.reoffending("proven-reoffending", "2024-07")
    (row,) = figure.rows
    assert (row.numerator, row.denominator, row.value) == (None, 1, None)
    assert Flag.NOT_YET_MATURE in row.flags
    assert any(
        "runs until 2026-01-31, and what proves it is told until 2025-12-31" in one for one in figure.notes
    )
    assert Flag.NOT_YET_MATURE not in people.reoffending("proven-reoffending", "2024-06").rows[0].flags
    bridge = people.bridge("proven-reoffending", "reoffended-within-two-years", "2024-06")
    assert not bridge.steps
    assert any("runs until 2026-12-31" in one for one in bridge.notes)


def test_a_month_that_the_courts_have_not_told_of_is_said(people: Repeating) -> None:
    partnership(people, court(("Ann", "2022-05-10", "2022-01-01", "fine")))
    people.told("court-results", "2026-02", court(("Bob", "2026-02-10", "2022-01-01", "fine")))
    figure = people.reoffending("proven-reoffending", "2024-08")
    assert Flag.NOT_YET_MATURE in figure.rows[0].flags  # the police told until December
    assert not any("court-results has not told" in one for one in figure.notes)
    for feed in ("police-recorded-crime", "police-suspects"):
        people.told(feed, "2026-02", [{"id": feed, "day": "2026-02-01", "suspect": "Nobody"}])
    people.link()
    figure = people.reoffending("proven-reoffending", "2024-08")
    assert Flag.INCOMPLETE_FEED in figure.rows[0].flags
    assert any("court-results has not told of 1 of 19 months" in one for one in figure.notes)


def test_the_minutes_of_2013_and_the_bridge_to_the_single_measure(people: Repeating) -> None:
    """3,510 people of whom 1,138 reoffended within two years: 32.4 %, and what the one-year measure makes of
    the same people."""
    who = [f"P{number}" for number in range(3_510)]
    entered = [(one, "2022-02-01", "2021-12-01", "fine") for one in who]
    early = [(one, "2022-12-01", "2022-06-01", "fine") for one in who[:700]]
    late_proof = [(one, "2023-05-01", "2023-01-31", "fine") for one in who[700:900]]
    second_year = [(one, "2023-12-01", "2023-09-01", "fine") for one in who[900:1_138]]
    partnership(people, court(*entered, *early, *late_proof, *second_year))
    row = by_of(people.reoffending("reoffended-within-two-years", "2022-02"))["reoffended"]
    assert (row.numerator, row.denominator) == (1_138, 3_510)
    assert row.value == pytest.approx(0.3242, abs=5e-5)
    assert (row.lower, row.upper) == (pytest.approx(0.309, abs=5e-4), pytest.approx(0.340, abs=5e-4))
    assert told(people.reoffending("proven-reoffending", "2022-02")) == (900, 3_510)
    bridge = people.bridge("reoffended-within-two-years", "proven-reoffending", "2022-02")
    walked = [
        (one.part, one.reoffenders, one.no_longer, one.now_reoffend) for one in bridge.steps[Strictness.BEST]
    ]
    assert walked == [
        ("", 1_138, 0, 0),
        ("follow_up", 700, 438, 0),  # a year for the offence, and for its proof
        ("wait", 900, 0, 200),
    ]


def test_adults_and_young_people_are_told_by_the_month_in_which_they_come_of_age(people: Repeating) -> None:
    partnership(people, released=[("Nobody", "2022-01-01")])
    people.told(
        "youth-out-of-court-disposals",
        ALL_TIME,
        [
            {"id": "1", "day": "2022-02-10", "client": "Ann", "born": "2006-05-05"},
            {
                "id": "2",
                "day": "2022-02-10",
                "client": "Bob",
                "born": "2004-02-20",
            },  # comes of age that month
            {"id": "3", "day": "2022-02-10", "client": "Cat", "born": "2006-01-01"},  # no day of birth known
            {"id": "4", "day": "2023-02-10", "client": "Ann", "born": "2006-05-05"},
            {"id": "5", "day": "2022-02-20", "client": "Dan", "born": "2008-05-05"},
        ],
    )
    orders = [{"id": "o", "case_ref": "o", "day": "2022-03-31", "client": "Dan", "started": "2022-03-01"}]
    repeated = [{**orders[0], "id": "o2", "day": "2022-04-30"}]
    panel = [{**orders[0], "id": "p", "case_ref": "p", "started": "2022-03-05", "tier": "out-of-court"}]
    people.told("youth-justice-caseload", ALL_TIME, [*orders, *repeated, *panel])
    people.link()
    found = by_of(people.reoffending("local-youth-reoffending", "2022-01..2022-03"))
    assert (found["reoffended"].numerator, found["reoffended"].denominator) == (2, 2)
    assert found["reoffences-per-100"].value == 100  # Dan's order once, however often the caseload has it


def test_a_caseload_counts_at_each_quarter_and_a_scheme_beside_the_time_before(people: Repeating) -> None:
    convictions = court(
        ("Ann", "2022-05-20", "2022-05-01", "fine"),
        ("Ann", "2023-05-20", "2023-05-01", "fine"),
        ("Ann", "2023-05-21", "2023-05-02", "fine"),
        ("Ann", "2024-06-20", "2024-06-01", "fine"),
        born="1980-05-05",
    )
    partnership(people, convictions)
    cases = [
        {
            "id": f"{day}",
            "case_ref": "1",
            "day": day,
            "client": "Ann",
            "started": "2022-01-01",
            "born": "1980-05-05",
        }
        for day in ("2023-02-28", "2023-03-31", "2023-06-30", "2023-09-30")
    ]
    over = {**cases[3], "id": "over", "day": "2023-12-31", "ended": "2023-12-20"}
    people.told("probation-caseload", ALL_TIME, [*cases, over])
    scheme = [
        {"id": day, "case_ref": "7", "day": day, "client": "Ann"} for day in ("2024-01-31", "2024-02-29")
    ]
    people.told("iom-cohort", ALL_TIME, scheme)
    people.link()
    found = by_of(people.reoffending("local-adult-reoffending", "2023"))
    assert (found["reoffended"].numerator, found["reoffended"].denominator) == (1, 3)
    scheme_found = by_of(people.reoffending("prolific-offenders-reoffending", "2024-01..2024-02"))
    assert (scheme_found["reoffended"].numerator, scheme_found["reoffended"].denominator) == (1, 1)
    against = scheme_found["against-baseline"]
    assert (against.numerator, against.denominator, against.value) == (1, 2, -0.5)
    bridge = people.bridge("local-adult-reoffending", "proven-reoffending", "2023")
    assert [one.part for one in bridge.steps[Strictness.BEST]] == [
        "", "cohort", "once", "ages", "follow_up", "wait",
    ]  # fmt: skip


def test_what_came_after_the_linkage_is_not_known_yet_and_told(people: Repeating) -> None:
    partnership(people, court(("Ann", "2024-07-10", "2024-01-01", "fine")))
    for feed in ("court-results", "police-recorded-crime", "police-suspects"):
        people.told(feed, "2026-01", [{"id": "n", "day": "2026-01-10", "suspect": "N", "defendant": "N"}])
    figure = people.reoffending("proven-reoffending", "2024-07")  # its last clock runs until January 2026
    assert {Flag.NOT_YET_MATURE, Flag.INCOMPLETE_FEED} <= set(figure.rows[0].flags)
    assert any("came after the latest linkage" in one for one in figure.notes)
    people.link()
    assert told(people.reoffending("proven-reoffending", "2024-07")) == (0, 1)


def test_victims_are_no_suspects_and_crimes_have_the_day_of_a_caution(people: Repeating) -> None:
    people.told("court-results", ALL_TIME, court(("Ann", "2022-05-10", "2022-01-01", "fine")))
    people.told("police-victims", ALL_TIME, involved("victim", [("c1", "2022-01-01", "Vic")]))
    people.told("police-recorded-crime", "2022-01..2023-10", [{"id": "c1", "day": "2022-01-01"}])
    people.link()
    figure = people.reoffending("proven-reoffending", "2022-05")
    assert [row.of for row in figure.rows] == ["no-data"]
    assert any("one kind that proves offences" in one for one in figure.notes)
    people.told("police-suspects", ALL_TIME, involved("suspect", [("c1", "2022-01-01", "Sue")]))
    people.link()
    row = people.reoffending("proven-reoffending", "2022-05").rows[0]
    assert (row.numerator, row.denominator) == (None, 1)  # the crimes of November 2023 are not told
    assert Flag.NOT_YET_MATURE in row.flags


def test_a_bridge_waits_for_every_measure_on_its_way(people: Repeating) -> None:
    """To two years of follow-up without a wait leads a step of two years and six months."""
    partnership(people, court(("Ann", "2023-10-10", "2023-01-01", "fine")))
    assert told(people.reoffending("reoffended-within-two-years", "2023-10")) == (0, 1)
    bridge = people.bridge("proven-reoffending", "reoffended-within-two-years", "2023-10")
    assert not bridge.steps and any("runs until 2026-04-30" in one for one in bridge.notes)


def test_whose_age_nobody_tells_is_not_followed_and_told(people: Repeating) -> None:
    partnership(people, court(("Ann", "2022-05-10", "2022-01-01", "fine")))
    figure = people.reoffending("national-youth-reoffending", "2022-05")
    assert told(figure) == (0, 0)
    assert "Of 1 person no age is told: they are not followed." in figure.notes


def test_a_doubtful_link_gives_the_range(people: Repeating) -> None:
    rows = court(("Ann", "2022-05-10", "2022-01-01", "fine"), ("Ann?", "2022-09-10", "2022-08-01", "fine"))
    partnership(people, rows)
    row = by_of(people.reoffending("proven-reoffending", "2022-05"))["reoffended"]
    assert (row.numerator, row.least, row.most) == (0, 0, 1)


def test_without_what_proves_it_there_is_no_figure(people: Repeating) -> None:
    people.told("court-results", ALL_TIME, court(("Ann", "2022-05-10", "2022-01-01", "fine")))
    people.link()
    figure = people.reoffending("proven-reoffending", "2022-05")  # no police records: cautions would lack
    assert [row.of for row in figure.rows] == ["no-data"]
    assert any("police-records" in one for one in figure.notes)


def test_as_known_before_anything_was_told_there_is_no_figure(people: Repeating) -> None:
    partnership(people, court(("Ann", "2022-05-10", "2022-01-01", "fine")))
    assert told(people.reoffending("proven-reoffending", "2022-05")) == (0, 1)
    as_at = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)
    before = people.reoffending("proven-reoffending", "2022-05", as_at=as_at)
    assert [row.of for row in before.rows] == ["no-data"]


def test_names_that_there_are_not_and_a_bridge_to_itself_are_refused(people: Repeating) -> None:
    with pytest.raises(NotFound, match="proven-reoffending"):
        people.reoffending("proven-reofending", "2022")
    with pytest.raises(BadInput, match="between two measures"):
        people.bridge("proven-reoffending", "proven-reoffending", "2022")
