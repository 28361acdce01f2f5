"""Levels that are found out quickly are the levels that they say they are."""

from __future__ import annotations

import itertools

import duckdb
import pytest

from joinedup.people.comparisons import BIRTH, PHONE


def slips(column, digits):
    """The rule by itself: the first four characters or the rest agree, and so many slips lie between both."""
    halves = f"left({column}_l, 4) = left({column}_r, 4) OR substr({column}_l, 5) = substr({column}_r, 5)"
    return f"coalesce(({halves}) AND damerau_levenshtein({column}_l, {column}_r) <= {digits}, false)"


@pytest.fixture(scope="module")
def pairs():
    """Every two of many days of a year, of years with slips between, and of telephones of three lengths."""
    days = [f"{month:02d}{day:02d}" for month in range(1, 13) for day in range(1, 32, 2)]
    years = ["1990", "1909", "9019", "1980", "1099", "2000", "0199"]
    births = [*(f"1990{day}" for day in days), *(f"{year}0517" for year in years), None]
    ends = ["".join(one) for size in (3, 4, 5) for one in itertools.product("123", repeat=size)]
    phones = [*(f"0770{end}" for end in ends[::3]), *(f"{end[:4]}7700" for end in ends[::5]), "0770", None]
    connection = duckdb.connect()
    for name, values in (("birth", births), ("phone", phones)):
        rows = ", ".join(f"({'NULL' if value is None else repr(value)}::VARCHAR)" for value in values)
        connection.execute(
            f"""CREATE TABLE {name} AS SELECT a.v AS {name}_l, b.v AS {name}_r
                FROM (VALUES {rows}) AS a (v), (VALUES {rows}) AS b (v)"""
        )
    return connection


@pytest.mark.parametrize(
    ("comparison", "code", "digits"),
    [(BIRTH, "one-digit", 1), (BIRTH, "two-digits", 2), (PHONE, "one-digit", 1)],
)
def test_digits_apart_are_slips_in_one_half(pairs, comparison, code, digits):
    (level,) = (one for one in comparison.levels if one.code == code)
    name = comparison.name
    said = f"SELECT count(*), count(*) FILTER ({slips(name, digits)}), count(*) FILTER ({level.sql})"
    wrong = f"count(*) FILTER (({level.sql}) IS DISTINCT FROM {slips(name, digits)})"
    number, by_rule, found, differ = pairs.execute(f"{said}, {wrong} FROM {name}").fetchall()[0]
    assert number > by_rule > 0
    assert (found, differ) == (by_rule, 0)
