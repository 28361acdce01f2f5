"""The chain of an agency's acts: each entry is digested together with the digest of the one before it.

An entry that is edited, taken out, put in or moved no longer fits what follows. Free text (the reason) is no
part of an entry: a commitment to it is, the SHA-256 of a random salt and the text. So the text can be erased
later, and nobody can guess it from what stays, while a text that was changed is found.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

FORM = "joinedup act 1"
"""Which form of entry is digested. Another form gets another name, and entries of this one keep it."""

BEGINNING = "0" * 64
"""What the first entry of a chain follows."""

_SALT_BYTES = 32


@dataclass(frozen=True)
class Entry:
    """What is digested of an act. ``number`` counts the agency's acts from 1; ``previous`` is the digest of
    the one before; ``commitment`` is empty where there is no reason."""

    id: str
    agency: str
    number: int
    previous: str
    moment: datetime
    kind: str
    username: str
    role: str
    purpose: str
    what: str
    commitment: str
    subjects: list[Any]
    recipients: list[Any]
    detail: dict[str, Any]

    def digest(self) -> str:
        """SHA-256 of the entry as JSON in one way only, as hexadecimal text."""
        told: Mapping[str, Any] = vars(self) | {"moment": _written(self.moment), "form": FORM}
        return hashlib.sha256(one_way(told).encode()).hexdigest()


def one_way(told: Any) -> str:
    """A value as JSON, written in one way only: names sorted, nothing between them, no escapes."""
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def as_stored(value: Any) -> Any:
    """A value as it comes back from the database: what JSON makes of it."""
    return json.loads(json.dumps(value, allow_nan=False))


def new_salt() -> str:
    """A random salt, as hexadecimal text."""
    return secrets.token_hex(_SALT_BYTES)


def commitment(salt: str, text: str) -> str:
    """The SHA-256 of a salt and a text, as hexadecimal text."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest()


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
