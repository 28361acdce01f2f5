"""Tables of a report: whether rows come to their total, and shares, changes and differences fit their counts.

What a column of percentages is of is seldom said. It is taken to be what most of its rows bear out, and said
of the others; where the head says it, or no other is possible, it is taken at its word. Else nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, islice

from joinedup.documents.claims.arithmetic import change_range, judged, share_range
from joinedup.documents.claims.finding import About, Finding, Verdict
from joinedup.documents.claims.passages import Passage, Shape
from joinedup.documents.claims.quantities import Kind, Number
from joinedup.documents.claims.table_columns import Column, Holds, Table, table_of
from joinedup.documents.claims.wording import percent, rounded, whole
from joinedup.documents.claims.wording import translated as _

_HUNDRED = 100
_LEAST_ROWS = 2
_MOST_ROWS = 5_000  # more is a list of records: a person could not look through what is found in it
_PEOPLE = re.compile(
    r"\b(?:people|persons?|individuals?|clients?|offenders?|victims?|residents?|"
    r"caseloads?|service users?|cohorts?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Row:
    """One row of a table judged by one reading: its place, what was said, the numbers taken, the working."""

    place: int
    verdict: Verdict
    numbers: tuple[Number, ...]
    arithmetic: str


def find_in_tables(passages: Sequence[Passage]) -> list[Finding]:
    """What the tables of a report say of themselves."""
    found: list[Finding] = []
    for passage in passages:
        table = table_of(passage.rows) if passage.shape is Shape.TABLE else None
        if table is not None:
            found.extend(
                _check(passage, table) if len(table.labels) <= _MOST_ROWS else _unread(passage, table)
            )
    return found


def _unread(passage: Passage, table: Table) -> Iterator[Finding]:
    words = _("the table has {count} rows and is not checked: more than {most} are not").format(
        count=whole(len(table.labels)), most=whole(_MOST_ROWS)
    )
    yield _finding(passage, table, About.SUM, Row(0, Verdict.OPEN, (), words))


def _check(passage: Passage, table: Table) -> Iterator[Finding]:
    for column in table.of(Holds.COUNT):
        yield from _total(passage, table, column)
    for column in table.of(Holds.SHARE):
        yield from _told(passage, table, column, About.SHARE, _share_readings(table, column))
    for column in table.of(Holds.CHANGE):
        yield from _told(passage, table, column, About.CHANGE, _pair_readings(table, column, _change))
    for column in table.of(Holds.DIFFERENCE):
        yield from _told(passage, table, column, About.CHANGE, _pair_readings(table, column, _difference))


def _total(passage: Passage, table: Table, column: Column) -> Iterator[Finding]:
    """Whether the rows come to the total; nothing where a row is part of another."""
    if table.total is None or table.has_rows_within:
        return
    total, parts = column.cells[table.total], [column.cells[place] for place in table.body]
    if total is None or len(parts) < _LEAST_ROWS:
        return
    given = [part for part in parts if part is not None]
    values = [part.value for part in given]
    words = _("the rows of “{column}” come to {sum}, the total is {total}").format(
        column=column.head, sum=whole(sum(values, Fraction(0))), total=whole(total.value)
    )
    verdict = Verdict.AGREES
    if len(given) < len(parts):
        verdict = Verdict.OPEN
        words += "; " + _("{count} rows have no number").format(count=len(parts) - len(given))
    elif total.value != sum(values, Fraction(0)) and total.value != sum(_without_sums(values), Fraction(0)):
        verdict = Verdict.DISAGREES
        if total.value < sum(values, Fraction(0)) and _PEOPLE.search(f"{table.head} {column.head}"):
            verdict = Verdict.OPEN
            words += "; " + _("some people may stand in two rows")
    yield _finding(passage, table, About.SUM, Row(table.total, verdict, (total, *given), words))


def _without_sums(values: Sequence[Fraction]) -> list[Fraction]:
    """The values without those that are the sum of the next two or more: groups above their members.

    No value is below 0, so that a sum that has passed the value does not come back to it.
    """
    return [
        value for place, value in enumerate(values) if not _is_sum(value, islice(values, place + 1, None))
    ]


def _is_sum(value: Fraction, following: Iterator[Fraction]) -> bool:
    for count, running in enumerate(accumulate(following), 1):
        if running > value:
            return False
        if count > 1 and running == value and value > 0:
            return True
    return False


Reading = tuple[bool, list[Row]]
"""Whether a column says itself that it is read so, and what comes of each row."""


def _share_readings(table: Table, column: Column) -> Iterator[Reading]:
    counts = table.of(Holds.COUNT)
    for count in counts:
        total = None if table.total is None else count.cells[table.total]
        if total is not None:
            rows = [_share(place, column, count, total) for place in table.body]
            yield len(counts) == 1 and "total" in column.head.lower(), [row for row in rows if row]
    for part in counts:
        for of in counts:
            if part is not of:
                every = range(len(table.labels))
                rows = [_share(place, column, part, of.cells[place]) for place in every]
                yield False, [row for row in rows if row]


def _share(place: int, column: Column, count: Column, of: Number | None) -> Row | None:
    said, part = column.cells[place], count.cells[place]
    if said is None or part is None or of is None or not of.value:
        return None
    value = part.value / of.value * _HUNDRED
    verdict = judged(_as_share(said), share_range(part, of), value)
    words = _("{part} of {whole} is {value}").format(
        part=whole(part.value), whole=whole(of.value), value=percent(value, max(1, said.decimals))
    )
    return Row(place, verdict, (part, of, said), words)


def _as_share(said: Number) -> Number:
    """A cell under a head of per cent, which may lack the sign itself."""
    half = Fraction(1, 2 * 10**said.decimals)
    least = max(said.value - half, Fraction(0))
    return replace(said, kind=Kind.SHARE, least=least, most=said.value + half)


def _pair_readings(
    table: Table, column: Column, judge: Callable[[int, Number, Number, Number], Row | None]
) -> Iterator[Reading]:
    counts = table.of(Holds.COUNT)
    for before in counts:
        for now in counts:
            if before is now or (before.year and now.year and before.year > now.year):
                continue
            rows = []
            for place in range(len(table.labels)):
                said, first, second = column.cells[place], before.cells[place], now.cells[place]
                if said is not None and first is not None and second is not None:
                    rows.append(judge(place, said, first, second))
            dated = bool(before.year and now.year and before.year < now.year)
            yield dated and len(counts) == 2, [row for row in rows if row]


def _change(place: int, said: Number, before: Number, now: Number) -> Row | None:
    if not before.value:
        return None
    size = (now.value - before.value) / before.value * _HUNDRED
    verdict = judged(_as_share(said), change_range(before, now), abs(size))
    if said.sign * size < 0 and said.value:
        verdict = Verdict.DISAGREES
    words = _("{before} to {now} is {size}").format(
        before=whole(before.value),
        now=whole(now.value),
        size=("+" if size > 0 else "") + percent(size, max(1, said.decimals)),
    )
    return Row(place, verdict, (before, now, said), words)


def _difference(place: int, said: Number, before: Number, now: Number) -> Row | None:
    real = now.value - before.value
    agrees = abs(real) == said.value and said.sign * real >= 0
    words = _("{before} to {now} is a difference of {real}").format(
        before=whole(before.value), now=whole(now.value), real=rounded(real, 0)
    )
    return Row(place, Verdict.AGREES if agrees else Verdict.DISAGREES, (before, now, said), words)


def _told(
    passage: Passage, table: Table, column: Column, about: About, readings: Iterator[Reading]
) -> Iterator[Finding]:
    """By the reading that the column states or most rows bear out: how many agree, and each that does not."""
    known = [(stated, rows) for stated, rows in readings if rows]
    if not known:
        return
    stated, rows = max(known, key=lambda reading: (reading[0], _agreeing(reading[1])))
    agreeing = _agreeing(rows)
    if not stated and (agreeing < _LEAST_ROWS or agreeing * 2 <= len(rows)):
        return
    if agreeing:
        words = _("{count} rows of “{column}” agree with the counts").format(
            count=agreeing, column=column.head
        )
        first = next(row for row in rows if row.verdict is not Verdict.DISAGREES)
        yield _finding(passage, table, about, replace(first, arithmetic=f"{words}: {first.arithmetic}"))
    for row in rows:
        if row.verdict is Verdict.DISAGREES:
            yield _finding(passage, table, about, row)


def _agreeing(rows: Sequence[Row]) -> int:
    return sum(row.verdict is not Verdict.DISAGREES for row in rows)


def _finding(passage: Passage, table: Table, about: About, row: Row) -> Finding:
    numbers = tuple(number.text for number in row.numbers)
    text = table.texts[row.place]
    return Finding(about, row.verdict, passage.page, passage.number, text, numbers, row.arithmetic)
