"""Looking up what an erasure would take: which records and refused rows, without a word of what they say.

A look is a consultation and is written to the log before its answer is given, without a value and without
the records' keys: these are what an erasure takes away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from joinedup.errors import BadInput
from joinedup.log import record_act
from joinedup.records import known_again, mentions, telling
from joinedup.records.definitions import FoundToErase
from joinedup.records.engine import wrapped
from joinedup.records.meant import Files, Identifier, has_one
from joinedup.records.segments import columns_of, scan, text
from joinedup.terms import Viewer

_SOMEBODY = f"role <> {text(mentions.OF_THE_RECORD)}"


@dataclass(frozen=True)
class Asked:
    """What is looked for: any of the references and identifiers, and of what they find only who has the name.

    A name alone finds everybody of that name. Capitals, order of words and what stands between them do not
    matter.
    """

    references: Sequence[str] = ()
    identifiers: Sequence[Identifier] = ()
    name: str = ""

    def __post_init__(self) -> None:
        if not (self.references or self.identifiers or self.name.strip()):
            raise BadInput(
                "It is not said what to look for", next_step="Give a reference, an identifier or a name"
            )

    def refuse_telling(self, reason: str) -> None:
        """The reason must not have what is looked for."""
        values = [*self.references, *(value for _, value in self.identifiers)]
        telling.refuse_naming(reason, values, self.name)

    @property
    def ways(self) -> list[str]:
        """How it is looked for: for the log, without a value."""
        schemes = sorted({f"identifier {scheme}" for scheme, _ in self.identifiers})
        return [*(["reference"] if self.references else []), *schemes, *(["name"] if self.name else [])]


def look(
    connection: duckdb.DuckDBPyConnection, records: Path, feeds: Sequence[str], asked: Asked
) -> list[FoundToErase]:
    """What is found in these feeds: records first, then refused rows, those of withdrawn deliveries too."""
    found: list[FoundToErase] = []
    for feed in feeds:
        files = Files.of(records, feed)
        with wrapped(f"looking for records of {feed}"):
            _fill_wanted(connection, files, asked)
            found += _records(connection, feed, files)
            for delivery, path in files.quarantine:
                found += _refused(connection, feed, delivery, path, asked)
    return found


def log_look(feed: str | None, asked: Asked, found: Sequence[FoundToErase], by: Viewer, reason: str) -> None:
    """Write down that somebody looked, in which way, and how much was found."""
    counts = {"records": sum(one.record_key is not None for one in found)}
    record_act(
        "consultation",
        by=by,
        purpose=None,
        what=f"look-up of what to erase in {feed or 'every feed'}",
        reason=reason,
        detail={"by": asked.ways, **counts, "refused_rows": len(found) - counts["records"]},
    )


def _fill_wanted(connection: duckdb.DuckDBPyConnection, files: Files, asked: Asked) -> None:
    """Fill the temporary table ``wanted`` with the keys of the records that are looked for."""
    parts, named = [], []
    if asked.references and files.pos:
        listed = ", ".join(map(text, asked.references))
        parts.append(f"SELECT record_key FROM {scan(files.pos, by_name=True)} WHERE ref IN ({listed})")
    if asked.identifiers and files.who:
        parts.append(f"SELECT record_key FROM {scan(files.who)} WHERE {has_one(asked.identifiers)}")
    if asked.name and files.who:
        words = f"list_has_all({known_again.words_of_names()}, {_words(asked.name)})"
        named.append(f"SELECT record_key FROM {scan(files.who)} WHERE coalesce({words}, false)")
    if not asked.references and not asked.identifiers:
        parts, named = named, []
    query = " UNION ".join(parts) or "SELECT NULL::UUID AS record_key WHERE false"
    if asked.name and (asked.references or asked.identifiers):
        having = named[0] if named else "SELECT NULL::UUID AS record_key WHERE false"
        query = f"SELECT record_key FROM ({query}) WHERE record_key IN ({having})"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS SELECT DISTINCT record_key FROM ({query})")


def _words(name: str) -> str:
    return f"list_filter({known_again.words(text(name))}, lambda word: word <> '')"


def _records(connection: duckdb.DuckDBPyConnection, feed: str, files: Files) -> Iterator[FoundToErase]:
    if not files.pos:
        return
    roles = "SELECT record_key, [] AS roles, 0 AS people FROM wanted WHERE false"
    if files.who:
        roles = f"""SELECT record_key, list_sort(list(DISTINCT role)) AS roles,
                           count(DISTINCT (role, ordinal)) AS people
                    FROM {scan(files.who)} SEMI JOIN wanted USING (record_key)
                    WHERE {_SOMEBODY} GROUP BY record_key"""
    rows = connection.execute(
        f"""SELECT version.record_key, coalesce(any_value(roles), []), coalesce(any_value(people), 0),
                   list_sort(list(DISTINCT month) FILTER (month IS NOT NULL)), count(*)
            FROM {scan(files.pos, by_name=True)} AS version SEMI JOIN wanted USING (record_key)
            LEFT JOIN ({roles}) AS named USING (record_key)
            GROUP BY version.record_key ORDER BY min(month), version.record_key"""
    ).fetchall()
    for key, their_roles, people, months, versions in rows:
        yield FoundToErase(
            feed=feed,
            record_key=key,
            refused=None,
            roles=tuple(their_roles),
            people=int(people),
            months=tuple(months or ()),
            rows=int(versions),
        )


def _refused(
    connection: duckdb.DuckDBPyConnection, feed: str, delivery: int, path: Path, asked: Asked
) -> Iterator[FoundToErase]:
    """The refused rows of a delivery with one of the cells, or of a record that was found."""
    table = scan([path])
    tests = []
    if asked.references:
        listed = ", ".join(map(text, asked.references))
        tests.append(f"list_has_any({known_again.cells('raw')}, [{listed}])")
    if asked.identifiers:
        listed = ", ".join(text(value) for _, value in asked.identifiers)
        cells = f"[{known_again.folded('part')} FOR part IN {known_again.cells('raw')}]"
        tests.append(f"list_has_any({cells}, [{listed}])")
    condition = " OR ".join(tests) or "true"
    if asked.name:
        condition = f"({condition}) AND list_has_all({known_again.words('raw')}, {_words(asked.name)})"
    if "record_key" in {name for name, _ in columns_of(connection, table)}:
        condition = f"({condition}) OR record_key IN (FROM wanted)"
    query = f"SELECT row_number FROM {table} WHERE coalesce({condition}, false) ORDER BY row_number"
    for (row_number,) in connection.execute(query).fetchall():
        yield FoundToErase(feed=feed, record_key=None, refused=(delivery, int(row_number)), rows=1)
