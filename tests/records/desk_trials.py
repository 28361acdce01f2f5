"""Every named step of the desk's acts fails in every way: all of the act is there or nothing.

Doing it again ends as one undisturbed run does.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desk_process import CONTRACT
from fault_trials import WAYS, Trial

from joinedup.feeds import desk, reports_of, waiting
from joinedup.records import RecordBook
from joinedup.terms import RecordType, Role, Viewer
from joinedup.workspace import Workspace

COUNCILLOR = Viewer("cllr", "Cllr Hale", Role.COUNCILLOR, "council")
_BEFORE: dict[str, list[str]] = {
    "report by form": [],
    "taking a report back": ["report by form"],
    "release of a row": ["delivery with refused rows"],
    "mended rows": ["delivery with refused rows"],
    "rows judged again": ["delivery with refused rows", "a mended contract"],
    "a file that is held": ["many rows"],
    "an overtaken file again": ["many rows", "a file that is held", "a newer whole file"],
    "accepting a held file": ["many rows", "a file that is held"],
    "refusing a held file": ["many rows", "a file that is held"],
}


class DeskTrials:
    """A folder with a workspace as it is before each act, and what it should say before and after."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._empty = folder / "empty"
        made = Workspace.create(self._empty, partnership="Testshire")
        (made.contracts_folder / "small-feed.toml").write_text(CONTRACT, encoding="utf-8")
        made.close()
        self._before: dict[str, Path] = {}
        self._said: dict[str, tuple[object, object]] = {}
        self.all: list[Trial] = []
        with _process(self._empty) as process:
            for act in _BEFORE:
                self._prepare(process, act)

    def _prepare(self, process: subprocess.Popen[str], act: str) -> None:
        before = shutil.copytree(self._empty, self.folder / act.replace(" ", "-"))
        for earlier in _BEFORE[act]:
            _done(process, before, earlier)
        after = shutil.copytree(before, self.folder / f"after-{before.name}")
        steps = _done(process, after, act)
        self.all += [
            Trial(act, step, at, way)
            for step, times in steps.items()
            for at in range(1, times + 1)
            for way in WAYS
        ]
        self._before[act] = before
        self._said[act] = (_said_by(before), _said_by(after))

    def run(self, trials: list[Trial]) -> Iterator[tuple[Trial, str, str]]:
        """Each trial, what the act came to, and what was wrong afterwards (nothing, if all was right)."""
        with _process(self._empty) as process:
            for trial in trials:
                place = shutil.copytree(self._before[trial.act], self.folder / "trial")
                answer = _ask(process, place, **vars(trial))
                yield trial, answer["came_to"], self._wrong(process, trial, answer, place)
                shutil.rmtree(place)

    def _wrong(
        self, process: subprocess.Popen[str], trial: Trial, answer: dict[str, Any], place: Path
    ) -> str:
        before, after = self._said[trial.act]
        if answer["came_to"] == "crashed":
            return str(answer["says"])
        said = _said_by(place)
        if said not in (before, after) and trial.act != "accepting a held file":
            return f"half there: {said}, not {before} or {after}"
        if answer["came_to"] == "done" and said != after:
            return "acknowledged and lost"
        if (
            said != after
        ):  # a file may be delivered and its decision not yet written: that comes with the next try
            again = _ask(process, place, act=trial.act)
            if again["came_to"] != "done":
                return f"cannot be done again: {again}"
            if _said_by(place) != after:
                return f"done again it says {_said_by(place)}, not {after}"
        return _checked(place)


def _checked(place: Path) -> str:
    workspace = Workspace.open(place)
    try:
        book = RecordBook(workspace)
        with book.writing():
            pass  # sweeps what was left
        home = workspace.folder / desk.FOLDER
        desk.sweep(workspace)
        if found := book.check():
            return str(found)
        waits = {one.folder for one in desk.held()}
        left = {path.name for path in home.iterdir()} - waits if home.is_dir() else set()
        return f"kept files that nobody waits for: {left}" if left else ""
    finally:
        workspace.close()


def _said_by(folder: Path) -> object:
    """All that the book and the desk say, but for moments and names that differ from run to run."""
    workspace = Workspace.open(folder)
    try:
        book = RecordBook(workspace)
        rows = [
            (one.number, one.accepted, one.revised, one.quarantined, one.withdrawn, one.state)
            for one in book.deliveries()
        ]
        refused = [
            (one.delivery, [(row.row, str(row.state)) for row in one.rows]) for one in waiting(workspace)
        ]
        held = [(one.pk, str(one.state)) for one in desk.held(state=None)]
        sent = [(one.reference, one.state) for one in reports_of(workspace, COUNCILLOR)]
        return rows, refused, held, sent, _records(book)
    finally:
        workspace.close()


def _records(book: RecordBook) -> list[tuple[object, ...]]:
    with book.reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], book.sources())
        return cursor.execute("SELECT feed, ref, month, content_hash FROM incident ORDER BY ALL").fetchall()


def _done(process: subprocess.Popen[str], place: Path, act: str) -> dict[str, int]:
    answer = _ask(process, place, act=act)
    assert answer["came_to"] == "done", answer
    return answer["steps"]


@contextmanager
def _process(empty: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(Path(__file__).with_name("desk_process.py")), str(empty)]
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
    answer: dict[str, Any] = json.loads(line)
    return answer
