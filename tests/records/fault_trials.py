"""Every named step of deliveries, withdrawals and erasures fails in every way; the book stays whole."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from fault_process import ACTS
from searching import found_in
from tiny_feed import known, named_in

from joinedup import places
from joinedup.records import RecordBook
from joinedup.workspace import Workspace

WAYS = ("kill before", "kill after", "disk full", "disk error")
HALF_WRITTEN = ("kill, half written", "disk full, half written")
_DELIVERED: list[dict[str, Any]] = [{"act": "first delivery"}, {"act": "revising delivery"}]
_PLACED: list[dict[str, Any]] = [*_DELIVERED, {"act": "placing of points"}]
_APPROVED: list[dict[str, Any]] = [*_PLACED, {"act": "approval by a second person"}]
_TAKEN: list[dict[str, Any]] = [*_DELIVERED, {"act": "taking back"}]
_HEARD: list[dict[str, Any]] = [*_TAKEN, {"act": "delivery of what is taken back"}]
# What each act starts from: the acts before it, and how the last of them was made to fail.
_BEFORE: dict[str, list[dict[str, Any]]] = {
    "first delivery": [],
    "revising delivery": [{"act": "first delivery"}],
    "delivery after a crash": [
        {"act": "first delivery"},
        {"act": "revising delivery", "step": "ledger commit", "occurrence": 1, "way": "kill before"},
    ],
    "withdrawal": _DELIVERED,
    "taking back": _DELIVERED,
    "letting in again": _TAKEN,
    "delivery of what is taken back": _TAKEN,
    "letting in after a delivery": _HEARD,
    "withdrawal after letting in": [*_HEARD, {"act": "letting in after a delivery"}],
    "erasure": _APPROVED,
    "finishing an erasure": [
        *_APPROVED,
        {"act": "erasure", "step": "unlink", "occurrence": 1, "way": "kill before"},
    ],
}
ERASED = ["Ann Other", "Bob Unusual"]


@dataclass(frozen=True)
class Trial:
    """One step of one act, at one occurrence, failing in one way."""

    act: str
    step: str
    occurrence: int
    way: str

    def __str__(self) -> str:
        return f"{self.act}: {self.step} {self.occurrence}, {self.way}"


class Trials:
    """A folder with a workspace as it is before each act, and what it should say before and after."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        empty = folder / "empty"
        Workspace.create(empty, partnership="Testshire").close()
        self._before: dict[str, Path] = {}
        self._said: dict[str, tuple[object, object]] = {}
        self.all: list[Trial] = []
        with _process(empty) as process:
            for act in ACTS:
                self._prepare(process, act, empty)

    def _prepare(self, process: subprocess.Popen[str], act: str, empty: Path) -> None:
        before = self.folder / act.replace(" ", "-")
        shutil.copytree(empty, before)
        for request in _BEFORE[act]:
            answer = _ask(process, before, **request)
            assert answer["came_to"] == ("killed" if "way" in request else "done"), answer
        after = shutil.copytree(before, self.folder / f"after-{before.name}")
        answer = _ask(process, after, act=act)
        assert answer["came_to"] == "done", answer
        for step, times in answer["steps"].items():
            ways = [*WAYS, *(HALF_WRITTEN if step == "write segment" else ())]
            self.all += [Trial(act, step, n, way) for n in range(1, times + 1) for way in ways]
        self._before[act] = before
        self._said[act] = (_said_by(before), _said_by(after))

    def run(self, trials: list[Trial]) -> Iterator[tuple[Trial, str, str]]:
        """Each trial, what the act came to, and what was wrong afterwards (nothing, if all was right)."""
        with _process(self.folder / "empty") as process:
            for trial in trials:
                place = shutil.copytree(self._before[trial.act], self.folder / "trial")
                answer = _ask(process, place, **vars(trial))
                yield trial, answer["came_to"], self._wrong(trial, answer, place)
                shutil.rmtree(place)

    def _wrong(self, trial: Trial, answer: dict[str, Any], place: Path) -> str:
        before, after = self._said[trial.act]
        if answer["came_to"] == "crashed":
            return answer["says"]
        said = _said_by(place)
        if said not in (before, after):
            return f"half there: {said}"
        if answer["came_to"] == "done" and said != after:
            return "acknowledged and lost"
        if answer["came_to"] == "refused" and said != before:
            return "refused and done all the same"
        return _wrong_after_the_next_writer(place, said)


def _wrong_after_the_next_writer(place: Path, said: object) -> str:
    workspace = Workspace.open(place)
    book = RecordBook(workspace)
    with book.writing():
        pass  # sweeps what was left, and finishes what was not finished
    try:
        if found := book.check():
            return str(found)
        if list((workspace.records_folder / ".staging").iterdir()):
            return "something is left in the staging folder"
        if _said(workspace) != said:
            return "the sweep changed what the book says"
        if book.erasures() and found_in(workspace, ERASED):
            return f"erased and there: {found_in(workspace, ERASED)}"
        if found := places.check(workspace):
            return str(found)
        placed = _points_in_files(workspace)
        if placed and placed != set(_in_view(workspace)):
            return f"points are in files and not in the table: {placed}"
        return ""
    finally:
        workspace.close()


def _points_in_files(workspace: Workspace) -> set[int]:
    """The points in all files of the points table, whether anybody knows them or not."""
    files = workspace.places_folder.glob("*points-*")
    return {point for file in files for point in pq.read_table(file)["point"].to_pylist()}


def _in_view(workspace: Workspace) -> list[int]:
    with duckdb.connect() as connection:
        places.define_points_view(workspace, connection)
        return [point for (point,) in connection.execute("SELECT point FROM points ORDER BY 1").fetchall()]


def _said_by(folder: Path) -> object:
    workspace = Workspace.open(folder)
    try:
        return _said(workspace)
    finally:
        workspace.close()


def _said(workspace: Workspace) -> object:
    """All that the book says, now and as at each delivery, but for moments that differ from run to run."""
    from joinedup.accounts.models import Proposal

    book = RecordBook(workspace)
    rows = book.deliveries()
    moments = [None, *(row.known_from for row in rows)]
    return (
        [(row.number, row.accepted, row.revised, row.withdrawn, row.mentions, row.state) for row in rows],
        [(known(book, moment), named_in(book, moment)) for moment in moments],
        [(row.feed, row.records, row.rows) for row in book.erasures()],
        _in_view(workspace),
        [one.state for one in Proposal.objects.order_by("pk")],  # used up with the erasure, or neither
    )


@contextmanager
def _process(empty: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(Path(__file__).with_name("fault_process.py")), str(empty)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()


def _ask(process: subprocess.Popen[str], workspace: Path, **request: Any) -> dict[str, Any]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps({"workspace": str(workspace), **request}) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    assert line, "the process of the trials ended by itself"
    return json.loads(line)
