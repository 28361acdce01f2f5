"""Who the records name: segments of kind ``who``, kept apart in a folder that only its owner can enter.

A mention is of one version of a record, by key and known-from: it stands as long as the version stands. So a
revision writes its mentions anew, an unchanged row writes none, and what a withdrawal brings back is written
once more under the moment from which it is known again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb

from joinedup.errors import BadInput
from joinedup.records.definitions import Mention
from joinedup.records.filing import Filed, Filing
from joinedup.records.identity import quoted
from joinedup.records.segments import columns_of, scan, text

KIND = "who"
OF_THE_RECORD = "record"  # the role of what identifies and is nobody's own: a record's private fields
BY_RECORD = "ORDER BY record_key, known_from, role, ordinal"

ATTRIBUTES: dict[str, str] = {
    "title": "VARCHAR",
    "full_name": "VARCHAR",
    "given_name": "VARCHAR",
    "middle_names": "VARCHAR",
    "family_name": "VARCHAR",
    "alias": "VARCHAR",
    "birth_date": "DATE",
    "birth_date_given": "VARCHAR",
    "age": "VARCHAR",
    "sex": "VARCHAR",
    "ethnicity": "VARCHAR",
    "address": "VARCHAR",
    "postcode": "VARCHAR",
    "uprn": "VARCHAR",
    "phone": "VARCHAR",
    "email": "VARCHAR",
    "identifiers": "MAP(VARCHAR, VARCHAR)",
    "private": "MAP(VARCHAR, VARCHAR)",
}
# What tells who somebody is, as apart from what describes them.
NAMING = (
    "full_name",
    "given_name",
    "family_name",
    "alias",
    "birth_date",
    "birth_date_given",
    "address",
    "postcode",
    "uprn",
    "phone",
    "email",
)
_OF_THE_ROW = {"row_number": "BIGINT", "role": "VARCHAR", "ordinal": "INTEGER"}
NAMED = {"record_key": "UUID", **_OF_THE_ROW, **ATTRIBUTES}  # as intake writes it, in any order
MENTION = {
    "record_key": "UUID",
    "known_from": "TIMESTAMP",
    "delivery": "INTEGER",
    **_OF_THE_ROW,
    **ATTRIBUTES,
}
_ALWAYS = ("record_key", *_OF_THE_ROW)


def name_of(number: int, feed: str, what: str = KIND) -> str:
    """The file of a ``who`` segment, relative to the record book."""
    return f"{KIND}/{number:06d}-{feed}-{what}.parquet"


def of_delivery(
    filing: Filing, named: Path, versions: Sequence[Path], feed: str, number: int, known_from: str
) -> Filed | None:
    """The mentions of the versions that a delivery brings, as a segment; None where it names nobody.

    ``named`` is intake's file, ``versions`` the delivery's pos segments. Rows of records that are in no such
    version (unchanged or refused) are left out. Raises BadInput for a file that is not as promised.
    """
    given = _checked(filing.connection, named, feed)
    if not versions:
        return None
    values = {
        name: f"CAST(named.{quoted(name)} AS {kind})" if name in given else f"CAST(NULL AS {kind})"
        for name, kind in MENTION.items()
    }
    values["known_from"] = f"CAST({text(known_from)} AS {MENTION['known_from']})"
    values["delivery"] = f"CAST({int(number)} AS {MENTION['delivery']})"
    arrived = f"{scan(versions, by_name=True)} AS version"
    query = f"""SELECT {_listed(values)} FROM {scan([named])} AS named
                SEMI JOIN {arrived} ON named.record_key = version.record_key"""
    return _written(filing, name_of(number, feed), query)


def known_again(
    filing: Filing, segments: Sequence[Path], ended: str, owner: int, file: str, known_from: str
) -> Filed | None:
    """The mentions of one delivery's versions in a table of ended ones, as known again from a moment."""
    if not segments:
        return None
    values = {name: f"mention.{quoted(name)}" for name in MENTION}
    values["known_from"] = f"CAST({text(known_from)} AS {MENTION['known_from']})"
    query = f"""SELECT {_listed(values)} FROM {scan(segments)} AS mention
                SEMI JOIN (FROM {ended} WHERE delivery = {int(owner)}) AS ended
                USING (record_key, known_from)"""
    return _written(filing, file, query)


def standing(arrived: Iterable[Path], gone: Sequence[Path]) -> str:
    """A SELECT of the mentions whose versions are not among those that are gone."""
    query = f"SELECT {', '.join(map(quoted, MENTION))} FROM {scan(arrived)} AS mention"
    if gone:
        keys = f"(SELECT record_key, known_from FROM {scan(gone, by_name=True)})"
        query += f" ANTI JOIN {keys} AS gone USING (record_key, known_from)"
    return query


def nobody_of_feed() -> str:
    """No rows, with the columns of the view ``mention``."""
    columns = {"feed": "VARCHAR", "record_type": "VARCHAR", **MENTION}
    return f"SELECT {_listed({name: f'CAST(NULL AS {kind})' for name, kind in columns.items()})} WHERE false"


def keys_of(given: Iterable[str | UUID]) -> list[UUID]:
    """Record keys as such, each once. Raises BadInput where one is none."""
    try:
        return sorted({key if isinstance(key, UUID) else UUID(key) for key in given})
    except (ValueError, AttributeError, TypeError):
        raise BadInput(
            "A record key has 32 hexadecimal digits",
            next_step="An administrator finds it with: joinedup erase FEED --look",
        ) from None


def named(
    connection: duckdb.DuckDBPyConnection, standing_mentions: str, keys: Sequence[UUID]
) -> list[Mention]:
    """The mentions of these records, in the order of key, role and number."""
    listed = ", ".join(f"UUID {text(str(key))}" for key in keys)
    columns = ", ".join(map(quoted, ATTRIBUTES))
    rows = connection.execute(
        f"""SELECT feed, record_key, role, ordinal, {columns} FROM ({standing_mentions})
            WHERE record_key IN ({listed}) ORDER BY record_key, role, ordinal"""
    ).fetchall()
    return [_mention(row) for row in rows]


def _mention(row: tuple[Any, ...]) -> Mention:
    feed, record_key, role, ordinal, *values = row
    said = {name: value for name, value in zip(ATTRIBUTES, values, strict=True) if value is not None}
    identifiers, private = said.pop("identifiers", {}), said.pop("private", {})
    return Mention(feed, record_key, role, ordinal, said, identifiers, private)


def _listed(values: dict[str, str]) -> str:
    return ", ".join(f"{value} AS {quoted(name)}" for name, value in values.items())


def _written(filing: Filing, file: str, query: str) -> Filed | None:
    filed = filing.write(KIND, file, query, BY_RECORD)
    if not filed.segment.rows:
        filed.path.unlink()
        return None
    filed.path.chmod(0o600)
    return filed


def _checked(connection: duckdb.DuckDBPyConnection, named: Path, feed: str) -> set[str]:
    """The columns that intake's file has. Raises BadInput for one too many or too few, or an empty cell."""
    given = {name for name, _ in columns_of(connection, scan([named]))}
    if strange := given - set(NAMED):
        raise BadInput(f"The file of mentions has a column {min(strange)} that no mention has", where=feed)
    if lacking := set(_ALWAYS) - given:
        raise BadInput(f"The file of mentions lacks the column {min(lacking)}", where=feed)
    empty = " OR ".join(f"{name} IS NULL" for name in _ALWAYS)
    repeated = f"""SELECT min(row_number) FROM {scan([named])}
                   GROUP BY record_key, role, ordinal HAVING count(*) > 1 OR bool_or({empty}) LIMIT 1"""
    if found := connection.execute(repeated).fetchall():
        raise BadInput(
            "A mention lacks its record, role or number, or comes twice", where=f"{feed}: row {found[0][0]}"
        )
    return given
