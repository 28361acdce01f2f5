"""Tidying: what a cell becomes, and what is left out by which rule."""

import random

import duckdb
import pyarrow as pa
import pytest

from joinedup.people import descriptions
from joinedup.people.descriptions import describe, rarity
from joinedup.people.normalising import STANDARD, junk_rules, nicknames, normalise


def normalised(rows, columns=None):
    """The rows as they come out, and the counts of junk."""
    connection = duckdb.connect()
    names = list(rows[0])
    table = pa.table(
        {"row": list(range(len(rows))), **{n: pa.array([r[n] for r in rows], pa.string()) for n in names}}
    )
    connection.register("given_rows", table)
    counts = normalise(connection, "given_rows", columns or {name: name for name in names}, "tidy")
    return connection, connection.sql("SELECT * FROM tidy ORDER BY row").to_arrow_table().to_pylist(), counts


@pytest.mark.parametrize(
    ("written", "given", "family"),
    [
        ("Mr John SMITH", "john", "smith"),
        ("SMITH, John Paul", "john", "smith"),
        ("HOLFORD Charlie", "charlie", "holford"),
        ("Zoë O’Brien", "zoe", "obrien"),
        ("Anne-Marie Jones (nee Brown)", "anne", "jones"),
        ("thomas clifford, 1st baron clifford of chudleigh", "thomas", "clifford"),
        ("Madonna", "madonna", None),
    ],
)
def test_a_full_name_is_parted(written, given, family):
    _, (row,), _ = normalised([{"full_name": written}])
    assert (row["given"], row["family"]) == (given, family)


@pytest.mark.parametrize(
    ("written", "digits", "year"),
    [
        ("1986-08-07", "19860807", 1986),
        ("07/08/1986", "19860807", 1986),
        ("19860807", "19860807", 1986),
        ("1986-01-01", None, 1986),  # 1 January: only the year was known
        ("1986", None, 1986),
        ("1900-01-01", None, None),
        ("1901-13-45", "19011345", 1901),  # no calendar has it, and it is still what was written
        ("yesterday", None, None),
    ],
)
def test_a_birth_date_is_eight_digits_or_its_year(written, digits, year):
    _, (row,), _ = normalised([{"full_name": "A B", "birth_date": written}])
    assert (row["birth"], row["birth_year"]) == (digits, year)


def test_day_and_month_exchanged_have_one_key():
    _, rows, _ = normalised(
        [{"full_name": "A B", "birth_date": "1986-03-05"}, {"full_name": "A B", "birth_date": "1986-05-03"}]
    )
    assert rows[0]["birth_key"] == rows[1]["birth_key"] != None  # noqa: E711


def test_sounds_alike_have_one_code_and_others_do_not():
    names = ["Catherine", "Kathryn", "Stephen", "Steven", "Phillips", "Filips", "Smith", "Jones"]
    _, rows, _ = normalised([{"given_name": "A", "family_name": name} for name in names])
    codes = dict(zip(names, (row["family_sound"] for row in rows), strict=True))
    assert codes["Phillips"] == codes["Filips"]
    assert codes["Catherine"] == codes["Kathryn"]
    assert len({codes["Smith"], codes["Jones"], codes["Stephen"], codes["Phillips"]}) == 4


def test_addresses_of_one_home_agree_however_written():
    home = {"full_name": "A B", "postcode": "ts22 5ju"}
    _, rows, _ = normalised(
        [
            {**home, "address": "75, BRANDON CLOSE, BILLINGHAM"},
            {**home, "address": "75 Brandon Close, Billingham", "postcode": "TS225JU"},
        ]
    )
    one, other = rows
    for column in ("street", "number", "postcode", "sector", "district", "post_area"):
        assert one[column] == other[column]
    assert (one["sector"], one["district"], one["post_area"]) == ("ts225", "ts22", "ts")


def test_junk_is_left_out_and_counted_by_rule():
    _, rows, counts = normalised(
        [
            {"full_name": "Unknown", "address": "NFA", "phone": "00000000000", "email": "noreply@x.org"},
            {"full_name": "Refused", "address": "1 High St", "phone": "+44 7700 900123", "email": "a@b.org"},
            {"full_name": "Ann Unknown-Smith", "address": None, "phone": None, "email": None},
        ]
    )
    assert [row["given"] for row in rows] == [None, None, "ann"]
    assert [row["phone"] for row in rows] == [None, "07700900123", None]
    assert counts == {
        "full_name: not known": 1,
        "full_name: refused": 1,
        "address: no fixed abode": 1,
        "phone: digits that stand for none": 1,
        "email: no mailbox of a person": 1,
    }


def test_a_phone_of_many_families_tells_nothing():
    families = ["Smith", "Jones", "Brown", "Patel", "Walker", "Khan", "Green", "Lewis", "Turner", "Fox"]
    rows = [{"given_name": "Ann", "family_name": name, "phone": "01642 123456"} for name in families]
    _, tidy, counts = normalised(rows)
    assert {row["phone"] for row in tidy} == {None}
    assert counts == {"phone: shared by many": 10}


def test_identifiers_come_from_columns_and_maps():
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE t AS SELECT 0 AS row, 'A B' AS n, ' 12-3 ' AS nhs, MAP {'pnc': '16/1Q'} AS ids"
    )
    normalise(connection, "t", {"full_name": "n", "identifier:nhs": "nhs", "identifiers": "ids"}, "tidy")
    assert connection.execute("SELECT identifiers FROM tidy").fetchall() == [(["nhs=123", "pnc=161q"],)]


def test_every_nickname_is_in_one_group_and_every_junk_rule_is_a_pattern():
    groups = nicknames()
    assert groups["kate"] == groups["katherine"]
    assert groups["bill"] == groups["william"] != groups["robert"]
    assert all(name.isalpha() for name in groups)
    connection = duckdb.connect()
    for rule in junk_rules():
        connection.execute("SELECT regexp_full_match('x', ?)", [rule.pattern])


def test_repeat_callers_are_one_description_and_weigh_once():
    caller = {"given_name": "Ann", "family_name": "Rare", "phone": "01642 555555"}
    others = [
        {"given_name": n, "family_name": "Common", "phone": "01642 666666"} for n in ("Bob", "Cy", "Dee")
    ]
    connection, _, _ = normalised([caller] * 50 + others)
    assert describe(connection, "tidy", "described") == 4
    rarity(connection, "described", "family", "rare")
    assert dict(connection.execute("SELECT * FROM rare").fetchall()) == {"rare": 0.25, "common": 0.75}


def test_a_name_alone_does_not_make_two_rows_one():
    connection, _, _ = normalised([{"full_name": "John Smith"}] * 2 + [{"full_name": None}] * 3)
    assert describe(connection, "tidy", "described") == 5


def test_rows_that_are_equal_in_what_is_told_are_equal_in_all_that_follows_from_it():
    chance = random.Random(5)
    some = {
        "given_name": ["Bob", "Robert", "Bobby-Lee", "J", None],
        "family_name": ["O'Dell", "Smith", "Smythe", None],
        "birth_date": ["1980-02-03", "1980", "03/02/1980", None],
        "address": ["Flat 2, 1 High Street", "1 High St", None],
        "postcode": ["TS18 1AA", "D02 AF30", None],
    }
    rows = [{name: chance.choice(values) for name, values in some.items()} for _ in range(400)]
    connection, _, _ = normalised(rows)
    told, every = (
        connection.execute(f"SELECT DISTINCT {', '.join(columns)} FROM tidy").fetchall()
        for columns in (descriptions._TOLD, STANDARD)
    )
    assert len(told) == len(every) > 200
