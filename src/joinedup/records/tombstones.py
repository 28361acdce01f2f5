"""Keyed tombstones: by which the book tells, of whatever arrives, that it was erased, and from which nobody
can tell who it was.

HMAC-SHA-256 (RFC 2104) of the feed with a record's key, with its reference, a person's identifier or a person
within a shared reference where no other record has the same (``burying``), or with a refused row. The key is
a secret of the workspace, in no backup; without it nothing of a feed that has tombstones is taken in.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from joinedup import durable
from joinedup.errors import Damaged
from joinedup.records import known_again
from joinedup.records.definitions import DeliveryDraft
from joinedup.records.segments import PARQUET, columns_of, scan, text

RULE = "erased"  # the name under which rows of erased records are set aside
KEY_FILE = "erasure.key"
_BLOCK = 64  # bytes that SHA-256 digests at a time


@dataclass(frozen=True)
class Secret:
    """The workspace's key for tombstones."""

    key: bytes

    @property
    def id(self) -> str:
        """Which key it is, to tell another key from it."""
        return hashlib.sha256(b"joinedup tombstones" + self.key).hexdigest()[:16]

    def digest_sql(self, feed: str, what: str, value: str) -> str:
        """An SQL expression: the HMAC of a feed and a value of some kind, as hexadecimal text.

        ``what``: ``key``, ``ref``, ``identifier`` (scheme and value), ``cell`` (an identifier's value in a
        refused row), ``within`` (a person within a reference), ``among`` (such a reference) or ``row`` (a
        refused row).
        """
        block = self.key.ljust(_BLOCK, b"\0")
        inner, outer = (bytes(byte ^ pad for byte in block).hex() for pad in (0x36, 0x5C))
        message = f"encode(concat({text(f'{what}:{feed}:')}, {value}))"
        return f"sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || {message})))"

    def digest(self, feed: str, what: str, value: str) -> str:
        """The same of a value in Python."""
        return hmac.new(self.key, f"{what}:{feed}:{value}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Arrived:
    """A delivery on its way in: its draft, its staged and its refused rows, and who the staged ones name."""

    draft: DeliveryDraft
    staged: Path
    quarantined: Path | None
    named: Path | None = None


def secret(secrets_folder: Path) -> Secret | None:
    """The workspace's key; None where it has none."""
    try:
        return Secret(bytes.fromhex((secrets_folder / KEY_FILE).read_text(encoding="utf-8").strip()))
    except FileNotFoundError:
        return None
    except ValueError:
        raise _without() from None


def secret_or_new(secrets_folder: Path) -> Secret:
    """The workspace's key, made if there is none and no tombstone needs another."""
    known = secret(secrets_folder)
    if known is None and not _key_ids():
        durable.write_secret(secrets_folder / KEY_FILE, secrets.token_hex(32))
        known = secret(secrets_folder)
    return _right(known)


def secret_of_feed(secrets_folder: Path, feed: str) -> Secret | None:
    """The key, where this feed has tombstones (None: it has none). Raises Damaged where it is not the one."""
    from joinedup.records.models import Tombstone

    if not Tombstone.objects.filter(feed=feed).exists():
        return None
    return _right(secret(secrets_folder))


def _key_ids() -> set[str]:
    from joinedup.records.models import Erasure

    return set(Erasure.objects.values_list("key_id", flat=True))


def _right(known: Secret | None) -> Secret:
    if known is None or _key_ids() - {known.id}:
        raise _without()
    return known


def _without() -> Damaged:
    return Damaged(
        "The key that tells erased records is missing or another one",
        where=f"secrets/{KEY_FILE}",
        next_step="Put its copy back: until then nothing of a feed with erased records is taken in",
    )


def known_ones(feed: str, digests: Iterable[str]) -> set[str]:
    """Those of these digests that an erasure of the feed left."""
    from joinedup.records.models import Tombstone

    return set(digests) & set(Tombstone.objects.filter(feed=feed).values_list("digest", flat=True))


def load(connection: duckdb.DuckDBPyConnection, feed: str) -> None:
    """Fill the temporary table ``tombstone`` with a feed's digests."""
    from joinedup.records.models import Tombstone

    digests = list(Tombstone.objects.filter(feed=feed).values_list("digest", flat=True))
    connection.execute("CREATE OR REPLACE TEMP TABLE tombstone (digest VARCHAR)")
    connection.execute("INSERT INTO tombstone SELECT unnest(?::VARCHAR[])", [digests])


def erased(connection: duckdb.DuckDBPyConnection, known: Secret, feed: str, file: Path) -> str:
    """A condition that holds for the rows of a Parquet file that have a tombstone.

    A refused row is known by a cell too that is an erased reference or identifier, or by its whole text.
    """
    table = scan([file])
    columns = {name for name, _ in columns_of(connection, table)}
    tests = [
        f"{known.digest_sql(feed, what, column)} IN (FROM tombstone)"
        for what, column in (("key", "record_key"), ("ref", "ref"))
        if column in columns
    ]
    if "identifiers" in columns:
        tests.append(f"record_key IN ({_struck(table, 'record_key', _of_identifiers(known, feed))})")
    if "raw" in columns:
        tests.append(f"row_number IN ({_struck(table, 'row_number', _of_raw(known, feed))})")
        tests.append(f"row_number IN ({_refused_people(known, feed, table)})")
    return " OR ".join(f"coalesce({test}, false)" for test in tests) or "false"


def _struck(table: str, column: str, digests: str) -> str:
    """A SELECT of the column in those rows of which one of several digests is a tombstone."""
    listed = f"SELECT {column}, unnest({digests}) AS digest FROM {table}"
    return f"SELECT {column} FROM ({listed}) SEMI JOIN tombstone USING (digest)"


def _of_identifiers(known: Secret, feed: str) -> str:
    said = known_again.identifiers("identifiers")
    return f"[{known.digest_sql(feed, 'identifier', 'said')} FOR said IN {said}]"


def _of_raw(known: Secret, feed: str) -> str:
    """The digests of a refused row's cells, and of the whole."""
    cells = known_again.telling_cells("raw")
    folded = known_again.folded("raw")
    references = f"[{known.digest_sql(feed, 'ref', 'part')} FOR part IN {cells}]"
    values = f"[{known.digest_sql(feed, 'cell', known_again.folded('part'))} FOR part IN {cells}]"
    return f"list_concat({references}, {values}, [{known.digest_sql(feed, 'row', folded)}])"


def _refused_people(known: Secret, feed: str, table: str) -> str:
    """A SELECT of the refused rows that name a person who was erased within a reference that others share.

    Which cell is what is not known here, so each is tried, in rows with such a reference only.
    """
    person = known.digest_sql(feed, "within", "concat(ref, chr(10), person)")
    among = known.digest_sql(feed, "among", "ref")
    cut = f"SELECT row_number, {known_again.whole_cells('raw')} AS cells FROM {table}"
    each = f"SELECT row_number, cells, unnest(cells) AS ref FROM ({cut})"
    likely = f"(SELECT row_number, cells, ref FROM ({each}) WHERE {among} IN (FROM tombstone))"
    return _struck(likely, "row_number", f"[{person} FOR person IN {known_again.people('cells')}]")


def _within(known: Secret, feed: str, named: str, columns: Collection[str], versions: str) -> str:
    """A SELECT of the keys of records that name somebody who was erased within the reference they have.

    ``named`` and ``versions`` are tables of mentions (with these columns) and of records.
    """
    person = known_again.within("version.ref", columns)
    people = f"""SELECT DISTINCT record_key, {person} AS person FROM {named} AS named
                 JOIN {versions} AS version USING (record_key)"""
    digest = known.digest_sql(feed, "within", "person")
    return f"""SELECT record_key FROM ({people}) WHERE person IS NOT NULL AND {digest} IN (FROM tombstone)"""


def _naming(
    connection: duckdb.DuckDBPyConnection, known: Secret, feed: str, named: Path, staged: Path
) -> str:
    """A condition that holds for the staged rows that name somebody who was erased."""
    table = scan([named])
    columns = {name for name, _ in columns_of(connection, table)}
    found = [_within(known, feed, table, columns, scan([staged]))]
    if "identifiers" in columns:
        found.append(_struck(table, "record_key", _of_identifiers(known, feed)))
    return f"record_key IN ({' UNION ALL '.join(found)})"


def sift(connection: duckdb.DuckDBPyConnection, known: Secret, arrived: Arrived, folder: Path) -> Arrived:
    """What arrived without the rows of erased records, which are set aside by the rule ``erased``."""
    feed = arrived.draft.feed
    load(connection, feed)
    condition = erased(connection, known, feed, arrived.staged)
    if arrived.named is not None:
        condition += f" OR {_naming(connection, known, feed, arrived.named, arrived.staged)}"
    staged, gone = _sifted(connection, condition, arrived.staged, folder)
    quarantined = arrived.quarantined
    if quarantined is not None:
        condition = erased(connection, known, feed, quarantined)
        quarantined, refused = _sifted(connection, condition, quarantined, folder)
        gone += refused
    if not gone:
        return arrived
    aside = {**arrived.draft.set_aside, RULE: arrived.draft.set_aside.get(RULE, 0) + gone}
    return replace(
        arrived, draft=replace(arrived.draft, set_aside=aside), staged=staged, quarantined=quarantined
    )


def _sifted(
    connection: duckdb.DuckDBPyConnection, condition: str, file: Path, folder: Path
) -> tuple[Path, int]:
    gone = int(connection.execute(f"SELECT count(*) FROM {scan([file])} WHERE {condition}").fetchall()[0][0])
    if not gone:
        return file, 0
    sifted = folder / f"sifted-{file.name}"
    query = f"SELECT * FROM {scan([file])} WHERE NOT ({condition}) ORDER BY row_number"
    connection.execute(f"COPY ({query}) TO {text(sifted)} ({PARQUET})")
    return sifted, gone


def still_there(
    connection: duckdb.DuckDBPyConnection,
    known: Secret,
    feed: str,
    files: Iterable[Path],
    versions: Sequence[Path],
) -> list[tuple[Path, int]]:
    """Which of these files hold rows of who was erased, and how many: none, if all is well.

    ``versions`` are the feed's pos segments, which tell the references of those whom others name.
    """
    load(connection, feed)
    of_records = f"(SELECT DISTINCT record_key, ref FROM {scan(versions, by_name=True)})" if versions else ""
    found = []
    for file in files:
        condition = erased(connection, known, feed, file)
        columns = {name for name, _ in columns_of(connection, scan([file]))}
        if of_records and "full_name" in columns:
            condition += f" OR record_key IN ({_within(known, feed, scan([file]), columns, of_records)})"
        rows = connection.execute(f"SELECT count(*) FROM {scan([file])} WHERE {condition}").fetchall()[0][0]
        if rows:
            found.append((file, int(rows)))
    return found
