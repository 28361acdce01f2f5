"""Homes: which mentions say that somebody lives at one place, however it is written down."""

from __future__ import annotations

import duckdb
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from joinedup.people.homes import NOWHERE, homes
from joinedup.people.normalising import normalise

COLUMNS = {name: name for name in ("full_name", "address", "postcode", "uprn")}


def found(*rows):
    """The home of each row: (address, postcode, uprn)."""
    connection = duckdb.connect()
    values = [[row[place] for row in rows] for place in range(3)]
    table = {"row": pa.array(range(len(rows)), pa.int64()), "full_name": pa.array(["x"] * len(rows))}
    table |= {name: pa.array(one, pa.string()) for name, one in zip(list(COLUMNS)[1:], values, strict=True)}
    connection.register("told", pa.table(table))
    normalise(connection, "told", COLUMNS, "tidy")
    return homes(connection, "tidy", len(rows)).tolist()


def test_one_home_however_it_is_written():
    assert found(
        ("12 High Street, Norton", "TS20 1AA", None),
        ("12 HIGH ST", "ts201aa", "10009876543"),
        ("12, High St.", "TS20 1AA", None),
        (None, None, "010009876543"),
        ("14 High Street", "TS20 1AA", None),
    ) == [0, 0, 0, 0, 4]


def test_what_tells_no_home_is_of_none():
    nothing = [(None, "TS20 1AA", None), ("High Street", "TS20 1AA", None), ("12 High Street", None, None)]
    assert found(*nothing, (None, None, None)) == [NOWHERE] * 4


def test_the_flats_of_one_house_are_homes_of_their_own():
    assert found(("Flat 1, 30 Mill Lane", "TS1 2BB", None), ("Flat 2, 30 Mill Lane", "TS1 2BB", None)) == [
        0,
        1,
    ]


WAYS = st.tuples(
    st.sampled_from([None, "1 Elm Road", "2 Elm Road", "3 Elm Road"]),
    st.sampled_from([None, "TS1 1AA", "TS1 1AB", "TS18 1AA"]),
    st.sampled_from([None, None, "10000000007", "10000000018"]),
)


@given(st.lists(WAYS, min_size=1, max_size=12))
def test_homes_are_those_of_a_naive_walk(rows):
    def ways(row):
        address, postcode, uprn = row
        number = address and address.split()[0]
        told = {("uprn", uprn)} if uprn else set()
        if number and postcode:
            told |= {("post", postcode, number), ("line", address, postcode.split()[0])}
        return told

    expected = []
    for start, row in enumerate(rows):
        reached, told = {start}, ways(row)
        while told and (more := {n for n, other in enumerate(rows) if ways(other) & told} - reached):
            reached |= more
            told |= set().union(*(ways(rows[one]) for one in more))
        expected.append(min(reached) if told else NOWHERE)
    assert found(*rows) == expected
