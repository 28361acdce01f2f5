"""The intake process as the parent sees it: started early, given jobs, killed when it takes too long."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from joinedup import errors
from joinedup.errors import BadInput, Damaged, JoinedupError
from joinedup.feeds.intake.job import FOOTING_FOLLOWS, Job, Staged

_MODULE = "joinedup.feeds.intake.worker"
KEPT_OF_THE_ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "PYTHONPATH",
    "SYSTEMROOT",
    "VIRTUAL_ENV",
    "JOINEDUP_INTAKE_GIGABYTES",
)
_LEAST_SECONDS = 300.0
_BYTES_IN_A_SECOND = 1_000_000


def environment() -> dict[str, str]:
    """What a process that reads partners' files may know of ours: no key, no password, its own limits."""
    return {name: os.environ[name] for name in KEPT_OF_THE_ENVIRONMENT if name in os.environ}


class Intake:
    """One intake process. Use as a context; jobs are answered in the order they were given."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._waited_for = 0  # jobs that were given and have no answer yet

    def __enter__(self) -> Intake:
        self._start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop()

    def give(self, job: Job, *, footing_follows: bool = False) -> None:
        """Hand over a job; its answer is waited for with ``result``.

        ``footing_follows``: what it stands on is looked up while the file's bytes are looked at, and handed
        on with ``tell_footing`` before anything else is.
        """
        ended = self._process is None or self._process.poll() is not None
        if ended and not self._waited_for:  # else the answers of those before would be lost: all are told so
            self._start()
        self._waited_for += 1
        self._write({**job.to_json(), FOOTING_FOLLOWS: footing_follows})

    def tell_footing(self, job: Job) -> None:
        """Hand on what the job that was given last stands on."""
        self._write(job.footing())

    def _write(self, told: dict[str, Any]) -> None:
        if self._process is None or self._process.stdin is None:
            return  # it was stopped, and whoever waits for the result was told
        with contextlib.suppress(BrokenPipeError):  # it is dead; ``result`` will say so
            self._process.stdin.write(json.dumps(told) + "\n")
            self._process.stdin.flush()

    def result(self, job: Job, seconds: float | None = None) -> Staged:
        """The answer to the oldest job that has none yet.

        Raises what intake found wrong with the file, or BadInput where the process was stopped: it took too
        long, or its memory limit ended it.
        """
        allowed = seconds or max(_LEAST_SECONDS, _size(job.file) / _BYTES_IN_A_SECOND)
        self._waited_for = max(0, self._waited_for - 1)
        try:
            line = self._answers.get(timeout=allowed)
        except queue.Empty:
            self._stop()
            raise BadInput(
                f"Reading the file took longer than {allowed:,.0f} seconds and was stopped",
                where=job.told_name,
                next_step="Deliver it in smaller parts",
            ) from None
        if not line:
            self._stop()
            self._answers.put("")  # for the others that were given to it
            raise BadInput(
                "Reading the file was ended by the system: it used too much memory or crashed a library",
                where=job.told_name,
                next_step="Deliver it in smaller parts, and report it if that does not help",
            )
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise _as_raised(answer["error"], job.told_name)
        return Staged.from_json(answer["staged"])

    def _start(self) -> None:
        self._stop()
        self._answers = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            env=environment(),
            text=True,
            encoding="utf-8",
        )
        threading.Thread(target=_listen, args=(self._process, self._answers), daemon=True).start()

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()


def _size(file: Path) -> int:
    """Its bytes; 0 where it is gone meanwhile."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _listen(process: subprocess.Popen[str], answers: queue.SimpleQueue[str]) -> None:
    """Pass lines on; an empty line says that the process has ended."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    with process.stdout as lines:
        for line in lines:
            answers.put(line)
    answers.put("")


def _as_raised(parts: dict[str, str], file_name: str) -> JoinedupError:
    kind = getattr(errors, parts["kind"], Damaged)
    where = f"{file_name}: {parts['where']}" if parts["where"] else file_name
    error: JoinedupError = kind(parts["what"], where=where, next_step=parts["next_step"])
    return error
