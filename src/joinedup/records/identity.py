"""SQL expressions that give a record its identity and tell whether its content changed.

MD5 (RFC 1321) as a UUID, not DuckDB's ``hash()``, which may differ between versions. Each value is written
with its length before it, so no two different rows make the same text, and NULL differs from ''.

The UUID holds the digest's bytes from last to first: DuckDB gives the digest as a little-endian number in two
thirds of the time that it takes by way of hexadecimal text.
"""

from __future__ import annotations

from collections.abc import Iterable


def quoted(name: str) -> str:
    """A column's name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _measured(name: str) -> str:
    """The value's length in bytes, a colon, the value: ``0:`` for '' and a bare colon for NULL."""
    text = f"CAST({quoted(name)} AS VARCHAR)"
    return f"strlen({text}), ':', {text}"  # arguments of concat, which leaves NULLs out


def content_hash_sql(columns: Iterable[str]) -> str:
    """An expression of type UUID: the MD5 of these columns' values, in this order."""
    return f"CAST(md5_number(concat({', '.join(_measured(name) for name in columns)})) AS UUID)"


def text_hash_sql(text: str) -> str:
    """An expression of type UUID: the MD5 of a text, given as an expression."""
    return f"CAST(md5_number({text}) AS UUID)"


def record_key_sql(columns: Iterable[str]) -> str:
    """An expression of type UUID: the identity given by the key columns of a contract."""
    return content_hash_sql(columns)


def ordinal_key_sql(content_hash: str = "content_hash", ordinal: str = "ordinal") -> str:
    """An expression of type UUID: the identity of a row that has no key of its own.

    Takes two expressions: the content hash, and how many equal rows the file has had so far (from 1).
    """
    return f"CAST(md5_number(concat({content_hash}, '#', CAST({ordinal} AS BIGINT))) AS UUID)"
