"""What all rows of a column have in common: its kind, its dates, its words. Cells never leave this module but
as the words of a code list, and those only where nothing about the column is personal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from joinedup.feeds.columns import Kind
from joinedup.feeds.drafting.dates import read_times
from joinedup.feeds.drafting.definitions import About, Profile, Sample, TimeKind
from joinedup.feeds.drafting.personal import by_name, by_shape
from joinedup.feeds.drafting.shapes import (
    FALSE_WORDS,
    GIVEN_NAMES,
    PERSONAL_SHAPES,
    SHAPES,
    TITLES,
    TRUE_WORDS,
)

_MOST_WORDS = 60  # different values of a column that may be a list of codes
_LONGEST_WORD = 90
_LOOKED_AT = 20_000  # different values whose shape is looked at
_MOSTLY = 0.7


def profiles(connection: Any, sample: Sample) -> list[Profile]:
    """Every column of the sample, in its order."""
    return [_profile(connection, index, name) for index, name in enumerate(sample.names)]


def _profile(connection: Any, index: int, name: str) -> Profile:
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE spelt AS
            SELECT c{index} AS value, count(*) AS rows FROM raw WHERE c{index} IS NOT NULL GROUP BY ALL"""
    )
    given, distinct, longest, words = connection.execute(
        """SELECT coalesce(sum(rows), 0)::BIGINT, count(*), coalesce(max(length(value)), 0),
                  coalesce(sum(len(string_split(value, ' ')) * rows) / sum(rows), 0)::DOUBLE FROM spelt"""
    ).fetchall()[0]
    rows = int(connection.execute("SELECT count(*) FROM raw").fetchall()[0][0])
    found = Profile(index, name, given, rows - given, distinct, longest, about=by_name(name))
    if not given:
        return found
    shapes = _shapes(connection, distinct)
    time = read_times(connection, "spelt", given, shapes)
    shape = next((one for one in PERSONAL_SHAPES if shapes[one] > _MOSTLY * given), "")
    years = (time.last - time.first) // 12 if time and time.kind is not TimeKind.CLOCK else 0
    about = by_shape(found.about, shape, _share_of_names(connection, given), words, years)
    found = replace(found, time=time, about=_unless_dated(about, found, time))
    if any(shapes[one] == given for one in ("grid_reference", "area_code")):
        shape = next(one for one in ("grid_reference", "area_code") if shapes[one] == given)
    found = replace(found, shape=shape, leading_zeros=shapes["leading_zero"] > 0)
    return _typed(connection, found, shapes)


def _unless_dated(about: About, found: Profile, time: Any) -> About:
    """A column of dates is no address or telephone number, however it looks."""
    if time is not None and about.by_shape and about.attribute != "birth_date":
        return found.about
    return about


def _shapes(connection: Any, distinct: int) -> dict[str, int]:
    """Shape to the rows that have it; where there are very many values, of a part of them scaled up."""
    names = list(SHAPES)
    part = "spelt" if distinct <= _LOOKED_AT else f"(FROM spelt ORDER BY hash(value) LIMIT {_LOOKED_AT})"
    counted = ", ".join(
        f"coalesce(sum(rows) FILTER (regexp_full_match(trim(value), '{_quoted(SHAPES[name])}')), 0)::BIGINT"
        for name in names
    )
    found = connection.execute(f"SELECT {counted}, sum(rows)::BIGINT FROM {part}").fetchall()[0]
    whole = int(connection.execute("SELECT sum(rows) FROM spelt").fetchall()[0][0])
    looked_at = found[-1]
    return {name: whole if found[i] == looked_at else int(found[i]) for i, name in enumerate(names)}


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _share_of_names(connection: Any, given: int) -> float:
    """The share of rows in which a word is a given name or a title of people, of short texts."""
    words = ", ".join(f"'{word}'" for word in sorted(GIVEN_NAMES | TITLES))
    named = connection.execute(
        f"""SELECT coalesce(sum(rows), 0)::BIGINT FROM spelt
            WHERE length(value) < 60 AND regexp_full_match(value, '[A-Za-z .,''-]+')
              AND list_has_any(regexp_split_to_array(lower(value), '[^a-z]+'), [{words}])"""
    ).fetchall()[0][0]
    return int(named) / given


def _typed(connection: Any, found: Profile, shapes: dict[str, int]) -> Profile:
    """With its kind; with its words where they are few and say nothing of a person."""
    if found.about.personal or found.time is not None:
        return found
    words = _words(connection, found)
    folded = {word.casefold() for word in words}
    if words and len(words) == 2 and folded & TRUE_WORDS and folded & FALSE_WORDS:
        true = tuple(word for word in words if word.casefold() in TRUE_WORDS)
        false = tuple(word for word in words if word.casefold() in FALSE_WORDS)
        return replace(found, kind=Kind.BOOLEAN, true=true, false=false)
    if shapes["number"] == found.given and not shapes["leading_zero"]:
        low, high = connection.execute(
            "SELECT min(TRY_CAST(value AS DOUBLE)), max(TRY_CAST(value AS DOUBLE)) FROM spelt"
        ).fetchall()[0]
        kind = Kind.INTEGER if shapes["integer"] == found.given else Kind.NUMBER
        return replace(found, kind=kind, low=low, high=high, only_zero_and_one=set(words) == {"0", "1"})
    return replace(found, words=words)


def _words(connection: Any, found: Profile) -> tuple[str, ...]:
    """The values, most frequent first, where they are few, short and come again and again."""
    few = found.distinct <= min(_MOST_WORDS, max(2, found.given // 2)) and found.longest <= _LONGEST_WORD
    if not few:
        return ()
    rows = connection.execute("SELECT value FROM spelt ORDER BY rows DESC, value").fetchall()
    return tuple(row[0] for row in rows)
