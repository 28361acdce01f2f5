"""What an erasure is asked to take: records and refused rows of one feed, however they are named.

Whoever names a reference or an identifier means one person; where others would go with that person, nothing
is done until it is said that they shall.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import duckdb

from joinedup.errors import BadInput
from joinedup.records import known_again, ledger, mentions, telling
from joinedup.records.engine import wrapped
from joinedup.records.segments import scan, text

Identifier = tuple[str, str]  # scheme and value
RefusedRow = tuple[int, int]  # the delivery's number and the row's


@dataclass(frozen=True)
class Named:
    """As somebody named it: keys, the owner's references, identifiers, refused rows of deliveries.

    ``everyone``: also whoever else those records name. ``people``: who they name shall not come back under
    another key either, which is not so where records go because their time has run out.
    """

    keys: Sequence[UUID] = ()
    references: Sequence[str] = ()
    identifiers: Sequence[Identifier] = ()
    refused: Sequence[RefusedRow] = ()
    everyone: bool = False
    people: bool = True

    def __post_init__(self) -> None:
        if not (self.keys or self.references or self.identifiers or self.refused):
            raise BadInput(
                "Records are erased by name",
                next_step="Name them by key, reference, identifier or refused row",
            )

    def refuse_telling(self, reason: str) -> None:
        """The reason must not have what was named."""
        telling.refuse_naming(reason, [*self.references, *(value for _, value in self.identifiers)])


@dataclass(frozen=True)
class Files:
    """The segments of a feed by kind."""

    pos: Sequence[Path]
    who: Sequence[Path]
    quarantine: Sequence[tuple[int, Path]]  # with the delivery's number

    @classmethod
    def of(cls, records: Path, feed: str) -> Files:
        """Those of a feed that the ledger has now."""
        kept = ledger.segments_of(feed, every_kind=True)
        return cls(
            [records / one.file for one in kept if one.kind == "pos"],
            [records / one.file for one in kept if one.kind == "who"],
            [(one.delivery.number, records / one.file) for one in kept if one.kind == "quarantine"],
        )


def identifiers_of(given: Iterable[Identifier]) -> list[Identifier]:
    """Identifiers as they are compared: scheme in small letters, value folded. Raises BadInput for none."""
    found = sorted({(scheme.strip().lower(), known_again.fold(value)) for scheme, value in given})
    if any(not scheme or not value for scheme, value in found):
        raise BadInput("An identifier has a scheme and a value", next_step="Write it like crn=X123456")
    return found


def keys_meant(connection: duckdb.DuckDBPyConnection, records: Path, feed: str, named: Named) -> list[UUID]:
    """The keys of all records that are meant. Raises BadInput where others would go with who is meant."""
    files = Files.of(records, feed)
    found = set(named.keys)
    with wrapped(f"looking for records of {feed}"):
        for reference in named.references:
            keys = keys_of_references(connection, files, [reference])
            if not named.everyone:
                _refuse_several(connection, files, keys, feed)
            found.update(keys)
        keys = keys_of_identifiers(connection, files, named.identifiers)
        if not named.everyone:
            _refuse_others(connection, files, keys, named.identifiers, feed)
        found.update(keys)
    return sorted(found)


def keys_of_references(
    connection: duckdb.DuckDBPyConnection, files: Files, references: Collection[str]
) -> list[UUID]:
    """The keys of the records that any version of which has one of these references."""
    if not files.pos or not references:
        return []
    listed = ", ".join(map(text, references))
    query = (
        f"SELECT DISTINCT record_key FROM {scan(files.pos, by_name=True)} WHERE ref IN ({listed}) ORDER BY 1"
    )
    return [key for (key,) in connection.execute(query).fetchall()]


def held(connection: duckdb.DuckDBPyConnection, files: Files, keys: Collection[UUID]) -> list[UUID]:
    """Those of these keys of which the book holds any version."""
    if not files.pos or not keys:
        return []
    found = connection.execute(
        f"""SELECT DISTINCT record_key FROM {scan(files.pos, by_name=True)}
            WHERE record_key IN (SELECT unnest(?::UUID[])) ORDER BY 1""",
        [list(keys)],
    )
    return [key for (key,) in found.fetchall()]


def keys_of_identifiers(
    connection: duckdb.DuckDBPyConnection, files: Files, identifiers: Sequence[Identifier]
) -> list[UUID]:
    """The keys of the records of which any version names somebody with one of these identifiers."""
    if not files.who or not identifiers:
        return []
    query = f"SELECT DISTINCT record_key FROM {scan(files.who)} WHERE {has_one(identifiers)} ORDER BY 1"
    return [key for (key,) in connection.execute(query).fetchall()]


def schemes(connection: duckdb.DuckDBPyConnection, files: Files) -> list[str]:
    """The schemes of the identifiers that a feed's records have."""
    if not files.who:
        return []
    query = f"SELECT DISTINCT unnest(map_keys(identifiers)) AS scheme FROM {scan(files.who)} ORDER BY 1"
    return [scheme for (scheme,) in connection.execute(query).fetchall()]


def has_one(identifiers: Sequence[Identifier]) -> str:
    """An SQL condition: the mention has one of these identifiers."""
    listed = ", ".join(text(f"{scheme}:{value}") for scheme, value in identifiers)
    return f"coalesce(list_has_any({known_again.identifiers('identifiers')}, [{listed}]), false)"


def _refuse_several(
    connection: duckdb.DuckDBPyConnection, files: Files, keys: Sequence[UUID], feed: str
) -> None:
    """One victim of three: the crime's number is the reference of each."""
    people = _different(connection, files, keys)
    if people > 1:
        raise BadInput(
            f"That reference is of {len(keys)} records, which name {people} different people, so nothing was "
            "erased",
            where=feed,
            next_step="See which is meant with --look and name it with --key, or say --all to erase all",
        )


def _different(connection: duckdb.DuckDBPyConnection, files: Files, keys: Sequence[UUID]) -> int:
    """How many different people these records name: those that share none of what tells who somebody is.

    A record without a name adds nobody; one that names two people counts once.
    """
    if len(keys) < 2 or not files.who:
        return min(len(keys), 1)
    listed = ", ".join(f"UUID {text(str(key))}" for key in keys)
    who = ", ".join(name for name in mentions.NAMING if name not in {"birth_date", "address", "postcode"})
    named = known_again.folded(f"concat_ws(chr(10), {who})")
    told = f"list_concat({known_again.identifiers('identifiers')}, [{named}])"
    rows = connection.execute(
        f"""SELECT record_key, unnest({told}) FROM {scan(files.who)}
            WHERE record_key IN ({listed}) AND role <> {text(mentions.OF_THE_RECORD)}"""
    ).fetchall()
    shared: dict[str, set[UUID]] = {}
    for key, said in rows:
        if said:
            shared.setdefault(said, set()).add(key)
    groups: list[set[UUID]] = []
    for together in shared.values():
        joined = [group for group in groups if group & together]
        groups = [group for group in groups if not group & together] + [together.union(*joined)]
    return len(groups)


def _refuse_others(
    connection: duckdb.DuckDBPyConnection,
    files: Files,
    keys: Sequence[UUID],
    identifiers: Sequence[Identifier],
    feed: str,
) -> None:
    """A referral names a victim and a perpetrator: a record goes whole, so one does not go alone."""
    if not keys:
        return
    listed = ", ".join(f"UUID {text(str(key))}" for key in keys)
    rows = connection.execute(
        f"""SELECT count(DISTINCT record_key) FROM (
                SELECT record_key, role, ordinal FROM {scan(files.who)}
                WHERE record_key IN ({listed}) AND role <> {text(mentions.OF_THE_RECORD)}
                GROUP BY record_key, role, ordinal HAVING NOT bool_or({has_one(identifiers)}))"""
    ).fetchall()
    if others := int(rows[0][0]):
        raise BadInput(
            f"Of the {len(keys)} records with that identifier {others} name somebody else too, who would go "
            "with them, so nothing was erased",
            where=feed,
            next_step="Say --all to erase these records whole",
        )
