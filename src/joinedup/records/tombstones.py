"""Keyed tombstones: by which the book tells, of whatever arrives, that it was erased, and from which nobody
can tell who it was.

HMAC-SHA-256 (RFC 2104) of the feed with the record's key, or with its reference where no other record of the
feed has the same. The key is a secret of the workspace, in no backup; without it nothing of a feed that has
tombstones is taken in.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from joinedup import durable
from joinedup.errors import Damaged
from joinedup.records.definitions import DeliveryDraft
from joinedup.records.segments import PARQUET, columns_of, scan, text

RULE = "erased"  # the name under which rows of erased records are set aside
KEY_FILE = "erasure.key"
_BLOCK = 64  # bytes that SHA-256 digests at a time
_TELLING = 6  # characters: a shorter cell may be anybody's
_CELLS = r"""[,;|\t"\r\n]+"""  # what parts the cells of a refused row's raw text


@dataclass(frozen=True)
class Secret:
    """The workspace's key for tombstones."""

    key: bytes

    @property
    def id(self) -> str:
        """Which key it is, to tell another key from it."""
        return hashlib.sha256(b"joinedup tombstones" + self.key).hexdigest()[:16]

    def digest_sql(self, feed: str, what: str, value: str) -> str:
        """An SQL expression: the HMAC of a feed and a record's ``key`` or ``ref``, as hexadecimal text."""
        block = self.key.ljust(_BLOCK, b"\0")
        inner, outer = (bytes(byte ^ pad for byte in block).hex() for pad in (0x36, 0x5C))
        message = f"encode(concat({text(f'{what}:{feed}:')}, {value}))"
        return f"sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || {message})))"


@dataclass(frozen=True)
class Arrived:
    """A delivery on its way in: its draft, its staged rows and its refused rows."""

    draft: DeliveryDraft
    staged: Path
    quarantined: Path | None


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


def load(connection: duckdb.DuckDBPyConnection, feed: str) -> None:
    """Fill the temporary table ``tombstone`` with a feed's digests."""
    from joinedup.records.models import Tombstone

    digests = list(Tombstone.objects.filter(feed=feed).values_list("digest", flat=True))
    connection.execute("CREATE OR REPLACE TEMP TABLE tombstone (digest VARCHAR)")
    connection.execute("INSERT INTO tombstone SELECT unnest(?::VARCHAR[])", [digests])


def erased(connection: duckdb.DuckDBPyConnection, known: Secret, feed: str, file: Path) -> str:
    """A condition that holds for the rows of a Parquet file whose records have a tombstone.

    A refused row that has no key is known by a cell that is an erased record's reference.
    """
    columns = {name for name, _ in columns_of(connection, scan([file]))}
    tests = [
        f"{known.digest_sql(feed, what, column)} IN (FROM tombstone)"
        for what, column in (("key", "record_key"), ("ref", "ref"))
        if column in columns
    ]
    if "raw" in columns:
        digests = f"[{known.digest_sql(feed, 'ref', 'cell')} FOR cell IN {cells('raw')}]"
        keyless = "record_key IS NULL AND " if "record_key" in columns else ""
        tests.append(f"{keyless}list_has_any({digests}, (SELECT list(digest) FROM tombstone))")
    return " OR ".join(f"coalesce({test}, false)" for test in tests) or "false"


def cells(raw: str) -> str:
    """An SQL expression: the cells of a refused row's raw text that are long enough to tell a record."""
    parts = f"[trim(part) FOR part IN regexp_split_to_array({raw}, {text(_CELLS)})]"
    return f"[part FOR part IN {parts} IF length(part) >= {_TELLING}]"


def sift(connection: duckdb.DuckDBPyConnection, known: Secret, arrived: Arrived, folder: Path) -> Arrived:
    """What arrived without the rows of erased records, which are set aside by the rule ``erased``."""
    feed = arrived.draft.feed
    load(connection, feed)
    staged, gone = _without_erased(connection, known, feed, arrived.staged, folder)
    quarantined = arrived.quarantined
    if quarantined is not None:
        quarantined, refused = _without_erased(connection, known, feed, quarantined, folder)
        gone += refused
    if not gone:
        return arrived
    aside = {**arrived.draft.set_aside, RULE: arrived.draft.set_aside.get(RULE, 0) + gone}
    return Arrived(replace(arrived.draft, set_aside=aside), staged, quarantined)


def _without_erased(
    connection: duckdb.DuckDBPyConnection, known: Secret, feed: str, file: Path, folder: Path
) -> tuple[Path, int]:
    condition = erased(connection, known, feed, file)
    gone = int(connection.execute(f"SELECT count(*) FROM {scan([file])} WHERE {condition}").fetchall()[0][0])
    if not gone:
        return file, 0
    sifted = folder / f"sifted-{file.name}"
    query = f"SELECT * FROM {scan([file])} WHERE NOT ({condition}) ORDER BY row_number"
    connection.execute(f"COPY ({query}) TO {text(sifted)} ({PARQUET})")
    return sifted, gone


def still_there(
    connection: duckdb.DuckDBPyConnection, known: Secret, feed: str, files: Iterable[Path]
) -> list[tuple[Path, int]]:
    """Which of these files hold rows of erased records, and how many: none, if all is well."""
    load(connection, feed)
    found = []
    for file in files:
        condition = erased(connection, known, feed, file)
        rows = connection.execute(f"SELECT count(*) FROM {scan([file])} WHERE {condition}").fetchall()[0][0]
        if rows:
            found.append((file, int(rows)))
    return found
