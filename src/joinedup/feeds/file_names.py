"""Names of files as they are shown and stored: on POSIX systems a name may hold bytes that are no text."""

from __future__ import annotations

from pathlib import Path


def as_text(told: str) -> str:
    """A word from the system as text that can be stored: a byte that is none is shown as U+FFFD."""
    return told.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def shown(file: Path) -> str:
    """A path as text."""
    return as_text(str(file))


def shown_name(file: Path) -> str:
    """The last part of it."""
    return shown(Path(file.name))


def is_text(file: Path) -> bool:
    """Whether it can be told to a library that knows only text."""
    return shown(file) == str(file)
