"""Names of files as they are shown and stored: on POSIX systems a name may hold bytes that are no text."""

from __future__ import annotations

import os
from pathlib import Path


def shown(file: Path) -> str:
    """A path as text: a byte that is none is shown as U+FFFD."""
    return os.fsencode(file).decode("utf-8", "replace")


def shown_name(file: Path) -> str:
    """The last part of it."""
    return shown(Path(file.name))


def is_text(file: Path) -> bool:
    """Whether it can be told to a library that knows only text."""
    return shown(file) == str(file)
