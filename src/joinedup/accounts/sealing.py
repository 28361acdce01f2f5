"""Small secrets of people, encrypted with a key of the workspace that only its owner can read.

AES-256-GCM; each text is bound to what it is for, so that nobody can move one person's to another's row.
Whoever has the database without the folder of secrets (a backup, say) can read none of them.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

from filelock import FileLock

from joinedup import durable
from joinedup.errors import Damaged

KEY_FILE = "second-factor.key"
_NONCE = 12  # bytes


def seal(secrets_folder: Path, text: str, purpose: str) -> str:
    """The text encrypted for this purpose; the key is made at first use."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_key(secrets_folder, make=True)).encrypt(nonce, text.encode(), purpose.encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(secrets_folder: Path, sealed: str, purpose: str) -> str:
    """The text again. Raises ``Damaged`` where the key is missing or another, or the purpose is another."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    raw = base64.b64decode(sealed)
    key = _key(secrets_folder, make=False)
    try:
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode()).decode()
    except InvalidTag:
        raise _lost(secrets_folder) from None


def _key(secrets_folder: Path, *, make: bool) -> bytes:
    path = secrets_folder / KEY_FILE
    if make and not path.is_file():
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        with FileLock(secrets_folder / f".{KEY_FILE}.lock", mode=0o600):
            if not path.is_file():
                durable.write_secret(path, AESGCM.generate_key(256).hex())
    try:
        key = bytes.fromhex(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        raise _lost(secrets_folder) from None
    if len(key) != 32:
        raise _lost(secrets_folder)
    return key


def _lost(secrets_folder: Path) -> Damaged:
    return Damaged(
        "The key for second factors is missing, or is not the one that they were stored with",
        where=KEY_FILE,
        next_step="Put it back from where it is kept, or have an administrator reset the second factor",
    )
