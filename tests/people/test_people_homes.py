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
    assert found(
        ("Flat 2, 12 High Street", "TS1 2BB", None),
        ("12 High Street, Flat 2", "TS1 2BB", None),
        ("12 High Street, Flat 3", "TS1 2BB", None),
        ("12 High Street", "TS1 2BB", None),
        ("12 High Street, Flat 3", None, None),
    ) == [0, 0, 2, 3, NOWHERE]


def test_two_high_streets_of_one_district_are_two():
    assert found(
        ("12 High Street, Norton", "TS20 1AA", None), ("12 High Street, Billingham", "TS20 2BB", None)
    ) == [0, 1]


def test_an_address_of_two_reference_numbers_chains_neither():
    """A house in flats whose flats were left out: its address alone is of no flat."""
    flats = [("12 High Street", "TS1 2BB", "10009876543"), ("12 High Street", "TS1 2BB", "10009876544")]
    alone, elsewhere = ("12 High Street", "TS1 2BB", None), ("1 Elm Road", "TS1 1AA", "10009876543")
    assert found(*flats, alone, elsewhere, alone) == [0, 1, 2, 0, 2]
    assert found(flats[0], alone, elsewhere) == [0, 0, 0]


def test_a_reference_number_of_noughts_is_none():
    assert found((None, None, "000000000000"), (None, None, "0")) == [NOWHERE] * 2


ROWS = st.tuples(
    st.sampled_from([None, "Elm Road", "1 Elm Road", "2 Elm Road, Flat 1", "Flat 1, 2 Elm Road"]),
    st.sampled_from([None, "TS1 1AA", "TS1 1AB"]),
    st.sampled_from([None, None, "10000000007", "10000000018"]),
)


@given(st.lists(ROWS, min_size=1, max_size=12))
def test_homes_are_those_of_a_naive_walk(rows):
    def address(row):
        numbers = sorted(digit for digit in row[0] or "" if digit.isdigit())
        return (row[1], *numbers) if row[1] and numbers else None

    def home(row):
        beside = {other[2] for other in rows if other[2] and address(other) == address(row)}
        if row[2] or not address(row):
            return row[2]
        return beside.pop() if len(beside) == 1 else address(row)

    told = [home(row) for row in rows]
    assert found(*rows) == [told.index(one) if one else NOWHERE for one in told]
