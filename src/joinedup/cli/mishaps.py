"""Endings other than "done": something needs a person, or went wrong in a way nobody foresaw."""

from __future__ import annotations

import os
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn


class NeedsPerson(Exception):
    """The work is done, but something waits for a person (exit status 1)."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


def needs_person(message: str) -> NoReturn:
    """End the verb with exit status 1 and this sentence: done, but somebody has to look at something."""
    raise NeedsPerson(message)


def unexpected(error: Exception, folder: Path | None) -> str:
    """Keep the details of an unforeseen error where only the owner can read them; say where in one sentence.

    A traceback can hold values of partners' records, so it never goes to the screen.
    """
    kind = type(error).__name__
    try:
        kept = _keep_details(error, folder)
    except OSError:
        return f"Error: something unexpected happened ({kind}), and its details could not be kept."
    return f"Error: something unexpected happened ({kind}). The details are in {kept}."


def _keep_details(error: Exception, folder: Path | None) -> Path:
    scratch = folder / "tmp" if folder is not None else None
    place = scratch if scratch is not None and scratch.is_dir() else Path(tempfile.gettempdir())
    handle, name = tempfile.mkstemp(
        prefix=f"joinedup-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-", suffix=".log", dir=place
    )
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(traceback.format_exception(error))
    return Path(name)
