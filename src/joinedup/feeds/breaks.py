"""Breaks: days on which a feed began to mean something else. Definitions only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from joinedup.errors import BadInput


class BreakKind(StrEnum):
    """What changed."""

    RECORDING_PRACTICE = "recording-practice"  # what is recorded, or how it is classified
    BOUNDARY = "boundary"  # the area that the owner covers or counts by
    CODE_LIST = "code-list"  # the owner's words
    CHANNEL = "channel"  # how things come to the owner


@dataclass(frozen=True)
class Break:
    """From ``date`` on, numbers do not compare with those before. ``what`` is a sentence for the reader."""

    date: dt.date
    kind: BreakKind
    what: str

    def __post_init__(self) -> None:
        if isinstance(self.date, dt.datetime):
            raise BadInput("A break is on a day, written without a time", where="break")
        if not self.what.strip():
            raise BadInput("A break says what changed", where=f"break of {self.date}")
