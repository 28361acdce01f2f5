"""The fingerprint of what a definition counts: another one is another meaning, and needs another version.

Words that only explain (title, meaning, caveats, labels) are not in it, nor how the SQL is laid out: they may
be bettered at any time. All else is, so that nothing that moves a number goes unnoticed. What has its default
is left out, so that a field which a kind of definition gains later changes no meaning of before: whoever
changes a default changes the meaning of all that leave it, and raises their versions.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from sqlglot.dialects.duckdb import DuckDB

_WORDS = frozenset(
    {"title", "noun", "meaning", "origin", "theme", "caveats", "sentence", "version", "own", "dated_to"}
)


def fingerprint(definition: Any) -> str:
    """64 letters and digits for a frozen definition of any kind; the same for the same meaning."""
    plain = json.dumps(_plain(definition), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """The value as JSON has it, without words."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        told = [one for one in dataclasses.fields(value) if one.name not in _WORDS]
        return {"": type(value).__name__} | {
            one.name: _part(one.name, getattr(value, one.name))
            for one in told
            if one.default is dataclasses.MISSING or _plain(getattr(value, one.name)) != _plain(one.default)
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return _single(value)


def _part(name: str, value: Any) -> Any:
    """A field of a definition as JSON has it."""
    if name == "sql":
        return _tokens(value)
    return _values(value) if name == "breakdowns" else _plain(value)


def _single(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set):
        return sorted(str(part) for part in value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Promise):  # words to be translated that say what is counted: as they are written
        return str(value._args[0])
    return str(value)


def _values(breakdowns: Mapping[str, Mapping[str, str]]) -> list[Any]:
    """Each breakdown and its values, in order: the first is the one that closed tables are cut by."""
    return [[name, sorted(labels)] for name, labels in breakdowns.items()]


def _tokens(sql: str) -> list[str]:
    """The SQL's words as they are written, without comments and white space."""
    return [sql[token.start : token.end + 1] for token in DuckDB().tokenize(sql)]
