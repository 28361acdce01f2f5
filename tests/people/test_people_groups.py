"""Of which group somebody is: as written in words or codes, unknown apart from missing, the most said."""

from __future__ import annotations

import datetime as dt

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from joinedup.people.evaluating_groups import of_mentions, qualities
from joinedup.people.groups import (
    AGE_BAND,
    ALL,
    ETHNIC_GROUP,
    SEX,
    age_band_sql,
    ethnic_group_sql,
    of_each,
    sex_sql,
)

ON = dt.date(2025, 4, 16)


def coded(sql, value):
    return duckdb.execute(f"SELECT {sql('$1::VARCHAR')}", [value]).fetchall()[0][0]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Asian, Asian British or Asian Welsh: Chinese", "a"),
        ("Chinese", "a"), ("O1", "a"), ("IC5", "a"), ("A4", "a"), ("Asian - Indian", "a"),
        ("Chinese or other ethnic group", "o"), ("Other ethnic group: Arab", "o"), ("IC6", "o"),
        ("Black, Black British, Black Welsh, Caribbean or African: African", "b"), ("ic3", "b"),
        ("Mixed or Multiple ethnic groups: White and Asian", "m"), ("M9", "m"),
        ("White: Gypsy or Irish Traveller", "w"), ("IC2", "w"),
        ("Not stated", "unknown"), ("NS", "unknown"), ("refused", "unknown"), ("IC0", "unknown"),
        (None, "missing"), ("  ", "missing"),
    ],
)  # fmt: skip
def test_an_ethnic_group_is_one_of_the_five_of_the_census(written, code):
    assert coded(ethnic_group_sql, written) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [("F", "f"), ("Male", "m"), ("2", "f"), ("not known", "unknown"), ("X", "unknown"), ("", "missing")],
)
def test_a_sex_is_told_apart_from_what_is_not_known_and_not_recorded(written, code):
    assert coded(sex_sql, written) == code


@pytest.mark.parametrize(
    ("born", "given", "code"),
    [
        ("2015-04-17", None, "0-9"),  # ten tomorrow
        ("2015-04-16", None, "10-17"),
        ("2007-04-17", None, "10-17"),
        ("2007-04-16", None, "18-24"),
        ("1960-04-16", None, "65+"),
        ("1900-01-01", "01/01/1900", "unknown"),
        ("2025-04-17", None, "unknown"),  # not born yet
        (None, "31/02/1990", "unknown"),
        (None, None, "missing"),
    ],
)
def test_an_age_band_is_of_the_age_on_a_day(born, given, code):
    sql = age_band_sql("$1::DATE", "$2::VARCHAR", ON)
    assert duckdb.execute(f"SELECT {sql}", [born, given]).fetchall() == [(code,)]


@pytest.mark.usefixtures("workspace")
def test_every_group_has_words_of_its_own():
    for one in ALL:
        words = [str(one.groups[code]) for code in one.codes]
        assert len(set(words)) == len(words) and one.codes[-2:] == ("unknown", "missing")


def test_what_most_records_say_holds_and_what_tells_nothing_yields():
    f, m, unknown, missing = range(4)
    owner = np.array([0, 0, 0, 1, 1, 2, 2, 3, 4, 4])
    said = np.array([m, m, f, unknown, f, unknown, missing, missing, m, f])
    assert of_each(SEX, owner, said, 5).tolist() == [m, f, unknown, missing, f]  # a tie: the first


def known(*rows):
    """Mentions: person, sex, ethnic group and age band as their records say them."""
    columns = zip(*rows, strict=True)
    names = ("person_id", SEX.name, ETHNIC_GROUP.name, AGE_BAND.name)
    return pa.table(dict(zip(names, map(list, columns), strict=True)))


MENTIONS = known(
    (5, "f", "missing", "18-24"),
    (5, "m", "a", "18-24"),
    (5, "f", "a", "25-34"),
    (6, "m", "w", "65+"),
)


def codes(told, one):
    return [one.codes[place] for place in told[one.name]]


def test_without_a_truth_of_people_their_records_say_the_group_of_all_their_mentions():
    told = of_mentions(MENTIONS, None, ON)
    assert codes(told, SEX) == ["f", "f", "f", "m"]
    assert codes(told, ETHNIC_GROUP) == ["a", "a", "a", "w"]
    assert codes(told, AGE_BAND) == ["18-24", "18-24", "18-24", "65+"]


def test_what_a_truth_says_of_people_goes_before_and_where_it_says_nothing_records_do():
    people = pa.table(
        {
            "person_id": [5, 6, 7],
            "sex": ["M", None, "F"],
            "birth_date": [dt.datetime(2015, 1, 1), dt.datetime(1995, 1, 1), None],  # noqa: DTZ001
        }
    )
    told = of_mentions(MENTIONS, people, ON)
    assert codes(told, SEX) == ["m", "m", "m", "m"]
    assert codes(told, AGE_BAND) == ["10-17", "10-17", "10-17", "25-34"]
    assert codes(told, ETHNIC_GROUP) == ["a", "a", "a", "w"]  # of which that truth has no column


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ((500, 120, 30, 5), [("f",), ("m", "unknown", "missing")]),  # 35 alone would still be a few
        ((500, 300, 70, 60), [("f",), ("m",), ("unknown", "missing")]),
        ((500, 300, 0, 99), [("f",), ("m", "missing")]),
        ((500, 300, 0, 100), [("f",), ("m",), ("missing",)]),
    ],
)
def test_small_groups_are_told_together_so_that_no_difference_tells_them(sizes, told):
    places = np.repeat(range(4), sizes)
    same = np.arange(len(places))
    groups = {one.name: np.zeros(len(places), np.int64) for one in ALL} | {SEX.name: places}
    found = [one for one in qualities(same, same, groups) if one.dimension is SEX]
    assert [one.codes for one in found] == told
    assert sum(one.quality.records for one in found) == sum(sizes)
