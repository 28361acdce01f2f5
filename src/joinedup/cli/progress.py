"""Progress on standard error: bars on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from joinedup.progress import Progress, Stage

_QUIET_SECONDS = 5.0  # a log hears of a running stage this often


def console_progress() -> Progress:
    """Progress for a person at a terminal, or for a log, whichever standard error is."""
    return cast(Progress, BarProgress() if sys.stderr.isatty() else LineProgress(sys.stderr))


class _LineStage:
    def __init__(self, title: str, total: int | None, stream: TextIO) -> None:
        self.title, self.total, self.stream = title, total, stream
        self.done = 0
        self.started = self.spoke = time.monotonic()

    def advance(self, steps: int = 1, note: str = "") -> None:
        self.done += steps
        now = time.monotonic()
        if now - self.spoke >= _QUIET_SECONDS:
            self.spoke = now
            self.say(note)

    def say(self, note: str = "") -> None:
        count = f"{self.done:,}/{self.total:,}" if self.total is not None else f"{self.done:,}"
        parts = [part for part in (count if self.done or self.total else "", note) if part]
        seconds = f"{time.monotonic() - self.started:.1f} s"
        print(f"{self.title} … {', '.join([*parts, seconds])}", file=self.stream, flush=True)


class LineProgress:
    """A line when a stage ends, and every few seconds while it runs."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    @contextmanager
    def stage(self, title: str, total: int | None = None) -> Iterator[Stage]:
        """Open a stage; a plain line tells how far it came and how long it took."""
        stage = _LineStage(title, total, self.stream)
        yield stage
        stage.say()


class _BarStage:
    def __init__(self, bars: Any, task: Any) -> None:
        self.bars, self.task = bars, task

    def advance(self, steps: int = 1, note: str = "") -> None:
        self.bars.update(self.task, advance=steps, note=note)


class BarProgress:
    """A bar for each open stage; stages may be nested."""

    def __init__(self) -> None:
        self._bars: Any = None
        self._open = 0

    @contextmanager
    def stage(self, title: str, total: int | None = None) -> Iterator[Stage]:
        """Open a stage with its own bar; a finished bar stays on the screen."""
        bars = self._start()
        task = bars.add_task(title, total=total, note="")
        try:
            yield _BarStage(bars, task)
            done = bars.tasks[bars.task_ids.index(task)].completed
            bars.update(task, total=total or done or 1, completed=total or done or 1, note="")
        finally:
            self._stop()

    def _start(self) -> Any:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        if self._bars is None:
            self._bars = Bars(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("[dim]{task.fields[note]}"),
                console=Console(stderr=True),
            )
            self._bars.start()
        self._open += 1
        return self._bars

    def _stop(self) -> None:
        self._open -= 1
        if self._open == 0:
            self._bars.stop()
            self._bars = None
