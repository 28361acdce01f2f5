"""Files that survive a power cut: written beside their place, synced, renamed, their folder synced.

Every room that keeps files goes through here, so that the order of operations is asserted once.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

_CHUNK = 1 << 20


def sync_file(path: Path) -> None:
    """Force a file's content to the disk."""
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Force a folder's entries to the disk (nothing to do where the system has no such call)."""
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def rename(source: Path, target: Path) -> None:
    """Put a synced file in its place. Atomic on one file system."""
    os.replace(source, target)  # noqa: PTH105 - tests watch this one call


def place(staged: Path, target: Path) -> None:
    """Sync a staged file, rename it to its place, and sync the folder: in this order."""
    sync_file(staged)
    target.parent.mkdir(parents=True, exist_ok=True)
    rename(staged, target)
    sync_folder(target.parent)


def write(target: Path, writer: Callable[[Path], None]) -> None:
    """Let ``writer`` fill a file beside ``target``, then place it. Nothing half written is ever seen."""
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        writer(staged)
        place(staged, target)
    finally:
        staged.unlink(missing_ok=True)


def write_text(target: Path, text: str) -> None:
    """Write a small UTF-8 text durably."""
    write(target, lambda path: _write_all(path, text.encode()))


def _write_all(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def write_secret(target: Path, text: str) -> None:
    """Write a text that only the owner can read."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def fill(path: Path) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)

    write(target, fill)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
