"""Which columns make a row the same record when it comes again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from joinedup.feeds.columns import Kind
from joinedup.feeds.drafting.definitions import Keys, Profile, Sample, TimeKind
from joinedup.feeds.drafting.personal import words_of

_REFERENCE = re.compile(
    r"\b(?:id|ref|reference|no|number|urn|uid|uuid|guid|key|case|crime|incident|log|code)\b"
)
_MOST_TRIED = 10
_MOST_SHARED = 0.001  # of the rows: beyond, the columns are no key


def find_key(connection: Any, sample: Sample, columns: Sequence[Profile]) -> Keys:
    """The fewest columns that tell rows apart, whole copies left out; none where there are none."""
    best: Keys | None = None
    for chosen in _candidates(sample, columns):
        missing, shared = _shared(connection, [column.index for column in chosen], len(columns))
        found = Keys(tuple(column.name for column in chosen), missing, shared)
        if shared == 0:
            return found
        if shared <= _MOST_SHARED * sample.rows and (best is None or shared < best.shared):
            best = found
    return best or Keys()


def _candidates(sample: Sample, columns: Sequence[Profile]) -> Iterator[tuple[Profile, ...]]:
    """References alone; a reference with dimensions; dimensions with each other (ready-made counts)."""
    references = [one for one in columns if _is_reference(one, sample.rows)]
    dimensions = [one for one in columns if _is_dimension(one)][:_MOST_TRIED]
    yield from ((one,) for one in references)
    for size in (1, 2):
        for one in references:
            for others in combinations([other for other in dimensions if other is not one], size):
                yield _in_order(one, *others)
    if any(one.kind is Kind.INTEGER for one in columns):
        for size in (1, 2, 3):
            yield from combinations(dimensions, size)


def _in_order(*columns: Profile) -> tuple[Profile, ...]:
    return tuple(sorted(columns, key=lambda column: column.index))


def _is_reference(column: Profile, rows: int) -> bool:
    """A name like a reference, many different values, no personal detail, nothing measured."""
    if column.about.personal or column.time is not None or column.kind is Kind.NUMBER or not column.given:
        return False
    named = _REFERENCE.search(words_of(column.name)) is not None
    return named and column.distinct > 0.5 * column.given and column.shape != "area_code"


def _is_dimension(column: Profile) -> bool:
    """What counts are cut by: a month or a day, an area, a word of a list; without gaps."""
    if column.empty or column.about.personal:
        return False
    dated = column.time is not None and column.time.kind in {TimeKind.MONTH, TimeKind.DATE}
    return dated or column.shape == "area_code" or bool(column.words)


def _shared(connection: Any, chosen: Sequence[int], width: int) -> tuple[int, int]:
    """Rows that lack a part of the key, and rows that share theirs with a different row."""
    key = ", ".join(f"c{index}" for index in chosen)
    whole = ", ".join(f"c{index}" for index in range(width))
    lacking = " OR ".join(f"c{index} IS NULL" for index in chosen)
    missing, shared = connection.execute(
        f"""WITH different AS (SELECT DISTINCT {whole} FROM raw WHERE NOT ({lacking})),
                 counted AS (SELECT count(*) AS rows FROM different GROUP BY {key} HAVING count(*) > 1)
            SELECT (SELECT count(*) FROM raw WHERE {lacking}), (SELECT coalesce(sum(rows), 0) FROM counted)"""
    ).fetchall()[0]
    return int(missing), int(shared)
