"""Progress of long work: a bar on a terminal, plain lines in a log, nothing for a caller who asks for none.

Rooms report through ``Progress``; who shows it is the command line's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Stage(Protocol):
    """One piece of long work with a known or unknown number of steps."""

    def advance(self, steps: int = 1, note: str = "") -> None:
        """Say that ``steps`` more are done; ``note`` names the last one."""


class Progress(Protocol):
    """Where long work says how far it is."""

    def stage(self, title: str, total: int | None = None) -> AbstractContextManager[Stage]:
        """Open a stage; leaving it says how long it took."""


class _SilentStage:
    def advance(self, steps: int = 1, note: str = "") -> None:
        pass


class Silent:
    """Progress that nobody watches."""

    @contextmanager
    def stage(self, title: str, total: int | None = None) -> Iterator[Stage]:
        yield _SilentStage()
