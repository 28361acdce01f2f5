"""One process that reads partners' files, kept warm from test to test: starting it takes longer than reading.

The product starts one for each delivery of one or many files, and so do the tests that run its commands as
processes. Here the process that has answered all it was asked is handed to the next delivery, unless a test
changed what it is started with. One that was stopped, or that is another process's, is never used again.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from joinedup.feeds.intake import process
from joinedup.feeds.intake.process import Intake, environment


@dataclass
class _Warm:
    process: subprocess.Popen[str]
    answers: queue.SimpleQueue[str]
    started_with: tuple[object, ...]


_start, _stop, _exit = Intake._start, Intake._stop, Intake.__exit__
_kept: list[_Warm] = []
_HOME = Path(__file__).parent


def _started_with() -> tuple[object, ...]:
    return os.getpid(), sys.executable, process._MODULE, tuple(sorted(environment().items()))


def _warm_start(self: Intake) -> None:
    _stop(self)
    self._started_with = _started_with()
    if not self._folder.is_dir():  # it is to be told as the product tells it
        _start(self)
        return
    while _kept:
        warm = _kept.pop()
        if warm.process.poll() is None and warm.started_with == self._started_with:
            self._process, self._answers = warm.process, warm.answers
            return
        _end(warm)
    folder, self._folder = self._folder, _HOME  # which is there when the next test asks
    try:
        _start(self)
    finally:
        self._folder = folder


def _keep(self: Intake, *exc: object) -> None:
    alive = self._process is not None and self._process.poll() is None
    if alive and self._waited_for == 0 and not _kept and self._started_with[0] == os.getpid():
        _kept.append(_Warm(self._process, self._answers, self._started_with))
        self._process = None
    _stop(self)


def _end(warm: _Warm) -> None:
    if warm.started_with[0] == os.getpid():
        warm.process.kill()
        warm.process.wait()
        warm.process.stdin.close()


def keep_warm() -> None:
    """Hand each reading process that has answered everything to the next delivery of this process."""
    Intake._start, Intake.__exit__ = _warm_start, _keep


@contextmanager
def cold() -> Iterator[None]:
    """The product as it is: a process for each delivery, that ends with it."""
    kept = Intake._start, Intake.__exit__
    Intake._start, Intake.__exit__ = _start, _exit
    try:
        yield
    finally:
        Intake._start, Intake.__exit__ = kept


def let_go() -> None:
    """End the kept process."""
    while _kept:
        _end(_kept.pop())
