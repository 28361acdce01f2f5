"""First-time offenders: by hand, against a naive count of random proofs, and what the look-back says."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_repeats import on_from

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.errors import BadInput
from joinedup.log import acts
from joinedup.measures.linked import linked_named
from joinedup.measures.linked.first_offenders import First, cells_of, firsts
from joinedup.measures.linked.kinds.first_known import age_in
from joinedup.terms import Flag, Period, Role
from repeating_town import Repeating, involved
from sampling import examples

EVER, TWO_YEARS = "first-known-offenders", "first-offenders-of-two-years"
START = dt.date(2021, 11, 1)
proofs = st.lists(
    st.tuples(st.integers(0, 5), st.none() | st.integers(0, 900).map(lambda by: START + dt.timedelta(by))),
    max_size=40,
)


@settings(deadline=None, max_examples=examples(1000, 5))
@given(proofs, st.sampled_from([0, 1, 6, 24]))
def test_who_is_first_is_who_a_naive_count_finds(given_proofs, look_back):
    period = Period.parse("2023")
    unit = np.array([one[0] for one in given_proofs], dtype=np.int64)
    day = np.array([one[1] for one in given_proofs], dtype="datetime64[D]")
    found, proven = firsts(unit, day, period, look_back)
    expected, there = {}, 0
    for who in range(6):
        own = sorted(told for person, told in given_proofs if person == who and told)
        inside = [one for one in own if period.start <= one < period.end]
        if not inside:
            continue
        there += 1
        since = on_from(inside[0], -look_back) if look_back else dt.date.min
        if not any(since <= one < inside[0] for one in own):
            expected[who] = inside[0]
    assert ({who: one.item() for who, one in found.items()}, proven) == (expected, there)


people_told = st.lists(
    st.builds(
        First,
        st.sampled_from(["10-to-17", "18-to-20", ""]),
        st.sampled_from(["female", "male", ""]),
        st.frozensets(st.sampled_from(["drugs", "burglary"])),
        st.booleans(),
    ),
    max_size=20,
)


@settings(deadline=None, max_examples=examples(300, 5))
@given(people_told)
def test_every_cut_has_everybody_and_the_unknown_apart(found):
    cells = {(one.of, one.group): one for one in cells_of(found, 30, ["10-to-17", "18-to-20"], frozenset())}
    for of, field in (("by-age", "age"), ("by-sex", "sex")):
        counts = [one.numerator for (name, _group), one in cells.items() if name == of]
        assert sum(counts) + cells[f"{of}-not-known", "all"].numerator == len(found)
        for (name, group), one in cells.items():
            if name == of:
                assert one.numerator == sum(getattr(person, field) == group for person in found)
    for sex in ("female", "male"):
        wanted = sum(person.sex == sex and "drugs" in person.offences for person in found)
        cell = cells.get(("by-sex-and-offence", f"drugs, {sex}"))
        assert (cell.numerator if cell else 0) == wanted
    assert sum(bool(person.known_before) for person in found) == cells["known-before", "all"].numerator


def test_an_age_is_that_of_the_month() -> None:
    adult = dt.date(2020, 5, 1)
    ages = [age_in(adult, dt.date(*one)) for one in ((2020, 4, 30), (2020, 5, 1), (2021, 4, 1), (2012, 5, 9))]
    assert ages == [17, 18, 18, 10]


def result(who: str, day: str, kind: str, **more: object) -> dict[str, object]:
    row = {"id": f"{who}-{day}-{kind}", "day": day, "defendant": who, "crime_type": kind, "sex": "FEMALE"}
    return row | {"born": "2006-03-15"} | more


def told(people: Repeating) -> None:
    """Two years and a half of results: Ann is first in 2024, Bob was there before, Cat is cautioned first."""
    people.told(
        "court-results",
        "2022-01..2024-12",
        [
            result("Ann", "2024-03-20", "drugs"),
            result("Ann", "2024-03-20", "burglary"),
            result("Ann", "2024-09-01", "robbery"),
            result("Bob", "2023-03-01", "drugs"),
            result("Bob", "2024-03-01", "drugs"),
            result("Cat", "2024-06-01", "drugs"),
            result("Dan", "2022-02-01", "drugs", born="1990-07-01", sex="MALE"),
            result("Dan", "2024-05-01", "drugs", born="1990-07-01", sex="MALE"),  # 27 months later
            result("Eve", "2024-07-01", "drugs", born=None, sex=None),
            result("Eve?", "2023-07-01", "drugs", born=None, sex=None),
        ],
    )
    crime = {"id": "9", "ref": "9", "day": "2024-01-11", "outcome_on": "2024-02-01", "crime_type": "robbery"}
    people.told("police-recorded-crime", "2022-01..2024-12", [crime])
    cautioned = involved(
        "suspect", [("9", "2024-01-11", "Cat")], suspect_state="CAUTIONED", sex="MALE", born="1970-01-20"
    )
    people.told("police-suspects", "2022-01..2024-12", cautioned)
    out = {"id": "1", "day": "2022-04-01", "client": "Ann", "establishment": "HMP A"}
    people.told("prison-releases", "2022-01..2024-12", [out])
    people.link()


def numbers(row):
    return row.numerator, row.denominator


def test_by_hand_who_is_first_known_and_of_which_age_sex_and_offence(people: Repeating) -> None:
    told(people)
    figure = people.linked_figure(EVER, "2024")
    found = {(row.of, row.group): row for row in figure.rows}
    row = found["first-known", "all"]
    assert (row.numerator, row.least, row.most) == (3, 2, 3)  # Ann, Cat, Eve; Eve not by the loose linkage
    assert numbers(found["first-of-all-proven", "all"]) == (3, 5)
    assert numbers(found["known-before", "all"]) == (1, 3)  # Ann, released from prison in 2022
    assert numbers(found["by-age", "18-to-20"]) == (1, 2)  # Ann; of Eve nobody tells
    assert numbers(found["by-age", "50-and-over"]) == (1, 2)  # Cat, on the day of the caution
    assert numbers(found["by-age-not-known", "all"]) == (1, 3)
    assert numbers(found["by-sex", "female"]) == (2, 2)  # Cat's records differ: of equals the first
    assert numbers(found["by-offence", "drugs"]) == (2, 3) and numbers(found["by-offence", "robbery"]) == (
        1,
        3,
    )
    assert numbers(found["by-sex-and-offence", "burglary, female"]) == (1, 2)
    assert Flag.INCOMPLETE_FEED in row.flags  # the beginning is cut off, always
    assert any("first known is not first" in note and "24 months before" in note for note in figure.notes)


def test_a_look_back_that_is_the_same_for_all_is_whole_or_says_so(people: Repeating) -> None:
    told(people)
    whole = people.linked_figure(TWO_YEARS, "2024-05..2024-12")
    found = {(row.of, row.group): row for row in whole.rows}
    assert numbers(found["first-of-all-proven", "all"]) == (2, 4)  # Dan and Eve; Ann and Cat in spring
    assert Flag.INCOMPLETE_FEED not in found["by-sex", "male"].flags
    cut_off = people.linked_figure(TWO_YEARS, "2023")
    assert all(Flag.INCOMPLETE_FEED in row.flags for row in cut_off.rows)
    assert any("looks back 24" in note for note in cut_off.notes)


def test_without_one_kind_of_proof_there_is_no_number(people: Repeating) -> None:
    people.told("court-results", "2022-01..2024-12", [result("Ann", "2024-03-20", "drugs")])
    people.link()
    figure = people.linked_figure(EVER, "2024")
    assert [row.numerator for row in figure.rows] == [None] and Flag.NO_DATA in figure.rows[0].flags


def test_a_period_that_is_not_over_is_not_mature(people: Repeating) -> None:
    told(people)
    figure = people.linked_figure(EVER, "2024-07..2025-03")
    assert all(Flag.NOT_YET_MATURE in row.flags for row in figure.rows)


def test_who_sees_protected_tables_gets_none_and_a_look_is_logged(people: Repeating) -> None:
    told(people)
    agency = add_agency("council", "Council")
    add_user("ann", name="ann", role=Role.ANALYST, agency=agency)
    add_user("cllr", name="cllr", role=Role.COUNCILLOR, agency=agency)
    words = ["-C", str(people.workspace.folder), "--as", "ann", "repeats", "count", EVER, "--from", "2024"]
    words += ["--purpose", "research", "--format", "json"]
    shown = CliRunner().invoke(main, words)
    assert shown.exit_code == 0, shown.stderr
    assert json.loads(shown.stdout, parse_constant=pytest.fail)[0]["numerator"] == 3
    assert [act.purpose for act in acts() if act.what.startswith("First-time offenders")] == ["research"]
    words[3] = "cllr"
    refused = CliRunner().invoke(main, words)
    assert refused.exit_code == 2 and "3" not in refused.output


def test_a_look_back_is_not_negative() -> None:
    from dataclasses import replace

    with pytest.raises(BadInput, match="look-back"):
        replace(linked_named(EVER), look_back=-1)
