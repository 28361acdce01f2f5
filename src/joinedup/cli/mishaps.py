"""Endings other than "done": something needs a person, or went wrong in a way nobody foresaw."""

from __future__ import annotations

import os
import tempfile
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from joinedup.errors import JoinedupError


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

    Not even they hold the messages of other libraries, for these can repeat values of partners' records.
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
    # A name of a file may hold bytes that are no text.
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.writelines(_details(error))
    return Path(name)


def _details(error: BaseException) -> Iterator[str]:
    """Where it happened, cause by cause; a library's message is left out, it may repeat a record's value."""
    one: BaseException | None = error
    while one is not None:
        yield from traceback.format_tb(one.__traceback__)
        message = str(one) if isinstance(one, JoinedupError) else "(message left out)"
        yield f"{type(one).__module__}.{type(one).__qualname__}: {message}\n\n"
        one = one.__cause__ or one.__context__
