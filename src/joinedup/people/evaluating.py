"""Judging the linkage that stands by a truth that is known: for demonstrations and trials only.

Nothing is learnt from the truth here: it is read, compared, and let go.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from joinedup.errors import BadInput, NotFound
from joinedup.people.evaluating_groups import Groups, OfGroup, of_mentions, qualities, said_sql
from joinedup.people.measuring_quality import Quality, b_cubed, pairwise
from joinedup.records import RecordBook
from joinedup.records.identity import text_hash_sql
from joinedup.terms import LONDON, Strictness

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

WHO = ("feed", "reference", "role", "ordinal", "person_id")
"""The columns of a truth: whom each mention is of. ``reference``: the text that the record key is made of."""


@dataclass(frozen=True)
class Evaluation:
    """How one strictness does, over all mentions that the truth tells of; those without a key stand alone.

    ``twins`` counts pairs of true twins both of whom are mentioned, ``twins_merged`` those with a key in
    common. ``groups`` say the same by sex, ethnic group and age band.
    """

    level: Strictness
    pairwise: Quality
    b_cubed: Quality
    mentions: int
    without_key: int
    twins: int
    twins_merged: int
    groups: tuple[OfGroup, ...] = ()


def evaluate(
    workspace: Workspace, feeds: Collection[str], truth: pa.Table, people: pa.Table | None = None
) -> list[Evaluation]:
    """Compare the keys that stand with a truth, for each strictness.

    ``truth`` has the columns ``WHO``; ``people``, where there is one, ``person_id``, ``twin_of`` and any of
    ``evaluating_groups.SAID``. A group is of a person: as the truth says, else as their records do; ages are
    those on the day from which the latest linkage is known. Raises NotFound where nothing was linked,
    BadInput for a truth without these columns, with a value of another kind in them, that tells of a mention
    twice, or of other records only.
    """
    if lacking := set(WHO) - set(truth.column_names):
        raise BadInput(f"The truth lacks the column {min(lacking)}")
    with _comparing():
        known, on = _known(workspace, feeds, truth)
        if not known.num_rows:
            raise BadInput("The truth tells of no mention of these feeds", where=", ".join(sorted(feeds)))
        groups = of_mentions(known, people, on)
        return [_evaluated(level, known, people, groups) for level in Strictness]


@contextmanager
def _comparing() -> Iterator[None]:
    """What DuckDB and Arrow say of a truth may echo its values: only their kind is told."""
    try:
        yield
    except (duckdb.Error, pa.ArrowException) as error:
        raise BadInput(
            "The truth could not be compared",
            where=type(error).__name__,
            next_step="Its ordinal, person_id and twin_of are whole numbers, the others are text",
        ) from None


def _known(workspace: Workspace, feeds: Collection[str], truth: pa.Table) -> tuple[pa.Table, dt.date]:
    """Whom the truth, and whom the keys that stand, say that each mention is of which the truth tells, the
    groups it says, and the day from which the latest linkage is known."""
    persons = truth["person_id"]
    if not pa.types.is_integer(persons.type) or persons.null_count:
        raise BadInput(
            "The truth has rows without the number of a person",
            where="person_id",
            next_step="Give each row a whole number",
        )
    with RecordBook(workspace).reading() as reader:
        linkages = reader.linkages()
        if not linkages:
            raise NotFound("Nobody was linked yet", next_step="Run: joinedup link run")
        on = linkages[-1].known_from.astimezone(LONDON).date()
        cursor = reader.connection()
        reader.mentions(cursor, feeds)
        reader.persons(cursor, feeds)
        cursor.register("truth", truth)
        if cursor.execute(_TWICE).fetchall():
            raise BadInput("The truth tells of a mention twice", next_step="Keep one row for each mention")
        known = cursor.sql(
            f"""SELECT truth.person_id, person.strict::VARCHAR AS strict, person.best::VARCHAR AS best,
                       person.loose::VARCHAR AS loose, {said_sql("mention", on)}
                FROM mention JOIN truth ON truth.feed = mention.feed AND truth.role = mention.role
                     AND truth.ordinal = mention.ordinal
                     AND {text_hash_sql("truth.reference")} = mention.record_key
                LEFT JOIN person ON person.feed = mention.feed AND person.record_key = mention.record_key
                     AND person.role = mention.role AND person.ordinal = mention.ordinal
                WHERE mention.role <> 'record'
                ORDER BY mention.feed, mention.record_key, mention.role, mention.ordinal"""
        ).to_arrow_table()
        cursor.unregister("truth")
    return known, on


_TWICE = "FROM truth SELECT 1 GROUP BY feed, reference, role, ordinal HAVING count(*) > 1 LIMIT 1"


def _evaluated(level: Strictness, known: pa.Table, people: pa.Table | None, groups: Groups) -> Evaluation:
    persons = known["person_id"].to_numpy()
    keys = known[level.value].combine_chunks()
    without = np.asarray(keys.is_null())
    found = _numbered(keys, without)
    merged, pairs = (0, 0) if people is None else _twins(persons, found, people)
    return Evaluation(
        level,
        pairwise(found, persons),
        b_cubed(found, persons),
        len(persons),
        int(without.sum()),
        pairs,
        merged,
        qualities(found, persons, groups),
    )


def _numbered(keys: pa.Array, without: NDArray[np.bool_]) -> NDArray[np.int64]:
    """A number for each key; whoever has none stands alone."""
    codes = keys.dictionary_encode()
    found = np.asarray(codes.indices.fill_null(0)).astype(np.int64)
    found[without] = len(codes.dictionary) + np.arange(int(without.sum()))
    return found


def _twins(persons: NDArray[np.int64], found: NDArray[np.int64], people: pa.Table) -> tuple[int, int]:
    """Pairs of twins with a key in common, and pairs of whom both are mentioned."""
    with duckdb.connect() as connection:
        connection.register("twin", people)
        connection.register("mentioned", pa.table({"person_id": persons, "found": found}))
        row = connection.execute(
            """WITH pair AS (SELECT DISTINCT least(person_id, twin_of) AS one,
                                    greatest(person_id, twin_of) AS two
                             FROM twin WHERE twin_of IS NOT NULL),
                    seen AS (SELECT DISTINCT person_id, found FROM mentioned)
               SELECT count(DISTINCT (one, two)) FILTER (a.found = b.found), count(DISTINCT (one, two))
               FROM pair JOIN seen AS a ON a.person_id = one JOIN seen AS b ON b.person_id = two"""
        ).fetchall()[0]
    return int(row[0]), int(row[1])
