"""Run by the fault trials: does one act of the record book in a child, and lets one named step of it fail.

Reads one JSON request a line, answers with one JSON line: what the act came to. Each act has a process of its
own, forked from this one, because a kill must be a kill.
"""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from tiny_feed import ANALYST, ELSEWHERE, POINTS, deliver_named, key_of

from joinedup import durable, places
from joinedup.errors import JoinedupError
from joinedup.places import letting_go
from joinedup.records import RecordBook, comparing, finishing, staging
from joinedup.terms import Role, Viewer
from joinedup.workspace import Workspace

sys.path.append(str(Path(__file__).parents[1]))  # as pytest has it: this runs as a script too

from seconding import approved_for

CHIEF = Viewer("cass", "Cass Chief", Role.ADMINISTRATOR, "council")
PEOPLE = [("a", "victim", "Ann Other"), ("b", "caller", "Bob Unusual"), ("c", "victim", "Cy Gone")]
FIRST = {"a": "x", "b": "y", "c": "z"}
SECOND = {"a": "x2", "d": "new"}
THIRD = {"a": "x3", "d": "newer"}  # when a and b are taken back: of a something new, and b no longer

ERASURE = ("test-feed", [key_of("a"), key_of("b")])
ERASED: dict[str, Any] = {"by": CHIEF, "reason": "article 17", "wait_seconds": 0}

ACTS: dict[str, Callable[[RecordBook], Any]] = {
    "first delivery": lambda book: deliver_named(book, FIRST, PEOPLE, refused=["r"]),
    "revising delivery": lambda book: deliver_named(book, SECOND, PEOPLE, refused=["b"]),
    "delivery after a crash": lambda book: deliver_named(book, SECOND, PEOPLE, refused=["b"]),
    "withdrawal": lambda book: book.withdraw(2, by=ANALYST, reason="a wrong file"),
    "taking back": lambda book: book.take_back(
        "test-feed", [key_of("a"), key_of("b")], by=ANALYST, reason="entered twice"
    ),
    "letting in again": lambda book: book.withdraw(3, by=ANALYST, reason="it was right"),
    "delivery of what is taken back": lambda book: deliver_named(book, THIRD, PEOPLE),
    "letting in after a delivery": lambda book: book.withdraw(3, by=ANALYST, reason="it was right"),
    "withdrawal after letting in": lambda book: book.withdraw(4, by=ANALYST, reason="a wrong file"),
    "erasure": lambda book: book.erase(*ERASURE, **ERASED),
    "finishing an erasure": lambda book: book.finish_erasing(wait_seconds=0),
}
# What the trials' workspaces are prepared with beside, which no fault is put in.
PREPARING: dict[str, Callable[[RecordBook], Any]] = {
    "approval by a second person": lambda book: approved_for(book.erase, *ERASURE, **ERASED),
    "placing of points": lambda book: [
        places.ensure_placed(book._workspace, np.array(points))  # in two files, of which one stays as it is
        for points in ([POINTS["a"], POINTS["b"], POINTS["c"]], [ELSEWHERE])
    ],
}
ERRORS = {"disk full": errno.ENOSPC, "disk error": errno.EIO}
IN_THE_DATABASE = {"disk full": "database or disk is full", "disk error": "disk I/O error"}
_WRITTEN = re.compile(r"TO '([^']+)'")


class Fault:
    """Lets one occurrence of one step fail in one way; counts all of them on the way."""

    def __init__(self, step: str = "", occurrence: int = 0, way: str = "") -> None:
        self.wanted = (step, occurrence)
        self.way = way
        self.seen: Counter[str] = Counter()

    def around(self, step: str, real: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Do the step, or fail before, in the middle or after it."""
        self.seen[step] += 1
        if (step, self.seen[step]) != self.wanted:
            return real(*given, **named)
        if self.way in ERRORS:
            self._fail(step)
        if self.way == "kill before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*given, **named)
        if "half" in self.way:
            path = Path(_WRITTEN.findall(str(given[1]))[-1])
            os.truncate(path, path.stat().st_size // 2)
            if self.way == "disk full, half written":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.kill(os.getpid(), signal.SIGKILL)
        return result

    def _fail(self, step: str) -> None:
        if step in {"ledger commit", "clear database"}:
            raise OperationalError(IN_THE_DATABASE[self.way])
        number = ERRORS[self.way]
        raise OSError(number, os.strerror(number))


def _arm(fault: Fault) -> None:
    """Put the fault before every named step of the record book."""
    for step, owner, name in (
        ("write segment", comparing, "copy_as_written"),
        ("sync file", durable, "sync_file"),
        ("rename", durable, "rename"),
        ("sync folder", durable, "sync_folder"),
        ("unlink", staging, "unlink"),
        ("unlink points", letting_go, "unlink"),
        ("ledger commit", BaseDatabaseWrapper, "_commit"),
    ):
        setattr(owner, name, _told(fault, step, getattr(owner, name)))
    real = finishing.clear_database

    def clear() -> bool:
        try:
            return fault.around("clear database", real)
        except OperationalError:  # as it is told inside
            return False

    finishing.clear_database = clear


def _told(fault: Fault, step: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def act(*given: Any, **named: Any) -> Any:
        return fault.around(step, real, *given, **named)

    return act


def _do(request: dict[str, Any]) -> dict[str, Any]:
    book = RecordBook(Workspace.open(Path(request["workspace"])))
    fault = Fault(request.get("step", ""), request.get("occurrence", 0), request.get("way", ""))
    _arm(fault)
    try:
        (ACTS | PREPARING)[request["act"]](book)
    except JoinedupError as error:
        return {"came_to": "refused", "says": str(error), "steps": fault.seen}
    return {"came_to": "done", "steps": fault.seen}


def _in_a_child(request: dict[str, Any]) -> None:
    child = os.fork()
    if child == 0:
        try:
            answer = json.dumps(_do(request))
        except BaseException as error:
            answer = json.dumps({"came_to": "crashed", "says": repr(error)})
        os.write(1, (answer + "\n").encode())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        os.write(1, (json.dumps({"came_to": "killed"}) + "\n").encode())


def _main(first: str) -> None:
    Workspace.open(Path(first)).close()  # sets Django up once, for all children
    for line in sys.stdin:
        _in_a_child(json.loads(line))


if __name__ == "__main__":
    _main(sys.argv[1])
