"""The workspace's key for the heads of its chains: Ed25519 (RFC 8032), in a file that only its owner reads.

Whoever holds the key and the database can write a whole new log. Only a head that another agency keeps
tells them apart; that is what exported heads are for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from joinedup import durable
from joinedup.errors import Damaged

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_FILE = "log-signing.key"


def sign(secrets_folder: Path, message: bytes) -> tuple[str, str]:
    """The public key and its signature of a message, as hexadecimal text; the key is made at first use."""
    key = _key(secrets_folder)
    return _public(key), key.sign(message).hex()


def public_key(secrets_folder: Path) -> str | None:
    """The workspace's own public key; None where nothing was signed yet."""
    return _public(_key(secrets_folder)) if (secrets_folder / KEY_FILE).is_file() else None


def is_signed(key: str, signature: str, message: bytes) -> bool:
    """Whether a signature is this public key's of this message."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _key(secrets_folder: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = secrets_folder / KEY_FILE
    if not path.is_file():
        made = Ed25519PrivateKey.generate()
        durable.write_secret(path, made.private_bytes_raw().hex())
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text(encoding="utf-8").strip()))
    except ValueError:
        raise Damaged(
            "The key that signs the log is damaged",
            where=str(path),
            next_step="Move the file away: a new key is made, and heads signed before keep theirs",
        ) from None


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()
