"""Which columns tell when and where, and what a file's name tells of its period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from joinedup.feeds.columns import Kind
from joinedup.feeds.drafting.definitions import Profile, TimeKind
from joinedup.feeds.drafting.personal import words_of

_WHEN = (  # the better a word of the name, the earlier
    r"\b(?:occurred|occurrence|offence|committed|incident|seen|happened|start|from|began|earliest)\b",
    r"\b(?:date|day|month|when|time)\b",
    r"\b(?:reported|recorded|created|received|opened|logged|raised|call)\b",
)
_NOT_WHEN = re.compile(
    r"\b(?:updated|modified|closed|end|ended|until|to|extract|printed|review|latest|last)\b"
)
_ENDS = re.compile(r"\b(?:end|ended|until|to|latest|last|finish|finished)\b")
_BEGINS = re.compile(r"\b(?:start|started|begin|began|from|earliest|first)\b")
_GREAT_BRITAIN = {
    "longitude": (-9.0, 2.5),
    "latitude": (49.0, 61.5),
    "easting": (0, 7e5),
    "northing": (0, 1.3e6),
}
_CALLED = {
    "longitude": r"lon|long|longitude|lng|x|x coord\w*",
    "latitude": r"lat|latitude|y|y coord\w*",
    "easting": r"easting|eastings|east|x|x coord\w*",
    "northing": r"northing|northings|north|y|y coord\w*",
}
_YEAR_MONTH, _YEAR = r"(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?!\d|-\d)", r"(?<!\d)(?:19|20)\d\d(?!\d)"


@dataclass(frozen=True)
class When:
    """The columns of time. ``rivals`` are others that could be meant as well."""

    column: Profile
    clock: Profile | None = None
    until: Profile | None = None
    until_clock: Profile | None = None
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Where:
    """The columns of place by the contract's keys."""

    keys: tuple[tuple[str, Profile], ...]


@dataclass(frozen=True)
class NamedPeriod:
    """A pattern for the period in the file's name, and whether it agrees with the rows."""

    pattern: str
    agrees: bool


def when(columns: Sequence[Profile]) -> When | None:
    """The time of a row: the column whose name says best that it is when the thing happened."""
    dated = [one for one in columns if _is_dated(one)]
    if not dated:
        return None
    ranked = sorted(dated, key=lambda one: (_rank(one), one.empty, one.index))
    column = ranked[0]
    rivals = tuple(one.name for one in ranked[1:] if _rank(one) == _rank(column) and not one.empty)
    until = _until(column, dated)
    clock = _clock(columns, column) if _needs_clock(column) else None
    until_clock = _clock(columns, until, but=clock) if until and clock else None
    return When(
        column,
        clock,
        until,
        until_clock,
        tuple(name for name in rivals if until is None or name != until.name),
    )


def _is_dated(column: Profile) -> bool:
    return column.time is not None and column.time.kind is not TimeKind.CLOCK and not column.about.personal


def _needs_clock(column: Profile) -> bool:
    return column.time is not None and column.time.kind is TimeKind.DATE


def _rank(column: Profile) -> int:
    words = words_of(column.name)
    if _NOT_WHEN.search(words) and not _BEGINS.search(words):
        return len(_WHEN) + 1
    return next((place for place, pattern in enumerate(_WHEN) if re.search(pattern, words)), len(_WHEN))


def _until(column: Profile, dated: Sequence[Profile]) -> Profile | None:
    """The end that belongs to a beginning: written alike, and named so."""
    for other in dated:
        alike = (
            other.time is not None and column.time is not None and other.time.pattern == column.time.pattern
        )
        if other is column or not alike or not _ENDS.search(words_of(other.name)):
            continue
        bare = _ENDS.sub("", words_of(other.name)).split()
        if bare == _BEGINS.sub("", words_of(column.name)).split():
            return other
    return None


def _clock(columns: Sequence[Profile], date: Profile, but: Profile | None = None) -> Profile | None:
    """The time of day that belongs to a date: the next such column after it, else the nearest before."""
    clocks = [
        one for one in columns if one.time is not None and one.time.kind is TimeKind.CLOCK and one is not but
    ]
    return min(clocks, key=lambda one: (one.index < date.index, abs(one.index - date.index)), default=None)


def where(columns: Sequence[Profile]) -> Where | None:
    """The place of a row: degrees, metres, or a grid reference."""
    for pair in (("longitude", "latitude"), ("easting", "northing")):
        found = [(key, _coordinate(columns, key)) for key in pair]
        if all(column is not None for _, column in found):
            return Where(tuple((key, column) for key, column in found if column is not None))
    for column in columns:
        if column.shape == "grid_reference":
            return Where((("grid_reference", column),))
    return None


def _coordinate(columns: Sequence[Profile], key: str) -> Profile | None:
    """The column that is called so and most of whose numbers lie in Great Britain (0 stands for none)."""
    low, high = _GREAT_BRITAIN[key]
    degrees = high < 100
    for column in columns:
        if column.kind not in {Kind.NUMBER, Kind.INTEGER} or not re.fullmatch(
            _CALLED[key], words_of(column.name)
        ):
            continue
        inside = min(low, 0) <= column.low and column.high <= max(high, 0)
        if inside and (degrees or column.high > 1_000):
            return column
    return None


def stated_area(columns: Sequence[Profile]) -> Profile | None:
    """The column with area codes of the Office for National Statistics."""
    return next((one for one in columns if one.shape == "area_code"), None)


def named_period(file_name: str, column: Profile | None) -> NamedPeriod | None:
    """The period that the file's name seems to tell: one month or year, or the first and the last."""
    stem = file_name.split(".", 1)[0]
    for form, digits in ((_YEAR_MONTH, r"\d{4}-\d{2}"), (_YEAR, r"\d{4}")):
        tokens = list(re.finditer(form, stem))
        if len(tokens) == 1:
            return NamedPeriod(_beside(stem, tokens[0], f"(?P<period>{digits})"), _agrees(tokens, column))
        if len(tokens) == 2:
            between = re.escape(stem[tokens[0].end() : tokens[1].start()])
            pattern = f"(?P<first>{digits}){between}(?P<last>{digits})"
            return NamedPeriod(pattern, _agrees(tokens, column))
    return None


def _beside(stem: str, token: re.Match[str], group: str) -> str:
    """The group with the letters next to it, so that no other number of another name is taken for it."""
    after = re.match(r"[-_ ]?[A-Za-z]+", stem[token.end() :])
    before = re.search(r"[A-Za-z]+[-_ ]?$", stem[: token.start()])
    if after:
        return group + ".*" + re.escape(re.findall(r"[A-Za-z]+", stem[token.end() :])[-1])
    return (re.escape(before[0]) if before else "") + group


def _agrees(tokens: Sequence[re.Match[str]], column: Profile | None) -> bool:
    if column is None or column.time is None:
        return False
    first, last = _months(tokens[0][0])[0], _months(tokens[-1][0])[1]
    return first <= column.time.first and column.time.last <= last


def _months(text: str) -> tuple[int, int]:
    """The first and last month of a year or month, counted as year * 12 + month - 1."""
    if "-" in text:
        year, month = text.split("-")
        return (int(year) * 12 + int(month) - 1,) * 2
    return int(text) * 12, int(text) * 12 + 11
