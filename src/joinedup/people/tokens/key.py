"""The secret that the agencies of a partnership share and joinedup never sees."""

from __future__ import annotations

import base64
import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from joinedup.errors import BadInput
from joinedup.records.tokens import FINGERPRINT_DIGITS

_BYTES = 32
_TITLE = "joinedup tokens key 1"
_WARNING = "Secret. Whoever has this can find names in tokens. Never send it to the partnership's workspace."
_OF_FINGERPRINT = b"joinedup tokens: fingerprint of the key"


@dataclass(frozen=True)
class Key:
    """A secret of 32 random bytes; it is in no text that tells of it."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != _BYTES:
            raise BadInput(f"A key has {_BYTES} bytes")

    @property
    def fingerprint(self) -> str:
        """What tells two keys apart and nothing of either: the start of an HMAC-SHA256 of fixed words."""
        return hmac.digest(self.secret, _OF_FINGERPRINT, "sha256").hex()[:FINGERPRINT_DIGITS]


def write_new_key(path: Path) -> Key:
    """Make a key and write it where nothing is yet, for the owner of the file only."""
    key = Key(secrets.token_bytes(_BYTES))
    text = f"{_TITLE}\n{_WARNING}\n{base64.b64encode(key.secret).decode()}\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    except FileExistsError:
        raise BadInput(
            "There is a file already, and a key that is overwritten is lost",
            where=path.name,
            next_step="Name a new file",
        ) from None
    except OSError as error:
        raise BadInput(
            "The key could not be written", where=path.name, next_step=error.strerror or ""
        ) from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return key


def read_key(path: Path) -> Key:
    """The key of a file. Raises BadInput where it is none, or where others than its owner may read it."""
    try:
        mode = path.stat().st_mode
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        raise BadInput("The key could not be read", where=path.name) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BadInput(
            "Others than its owner may read the key", where=path.name, next_step=f"chmod 600 {path.name}"
        )
    try:
        title, _warning, secret = lines
        if title != _TITLE:
            raise ValueError
        return Key(base64.b64decode(secret, validate=True))
    except (ValueError, BadInput):
        raise BadInput(
            "That is no key of joinedup tokens",
            where=path.name,
            next_step="Make one with: joinedup tokens key --out FILE",
        ) from None
