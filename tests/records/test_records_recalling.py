"""What is kept in memory of segments: never more than has room, read once, let go with an erasure."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from test_records_reasons_of_all import CHIEF, CROWD, OTHER, STORY, ZEB, deliver, refused
from tiny_feed import key_of

from joinedup.records import RecordBook, engine, recalling
from joinedup.workspace import Workspace
from seconding import by_two

FEEDS = ("calls", "crimes", "homes")
HERS = [("calls", [key_of("CR-2024-0077")])]


@pytest.fixture
def told(book: RecordBook) -> RecordBook:
    """Three feeds: of two records, of one, and of many."""
    deliver(book, "calls", {"CR-2024-0077": [ZEB, STORY], "CR-2024-0002": []})
    deliver(book, "crimes", {"CR-2024-0077": [OTHER]})
    deliver(book, "homes", CROWD)
    return book


class Watched:
    """Reads of segments as they are, written down; at once where a barrier says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._read = recalling._read
        self.paths: list[Path] = []
        self.together: Barrier | None = None
        self.most = 0
        monkeypatch.setattr(recalling, "_read", self.read)

    def read(self, connection: Any, paths: Sequence[Path], columns: Sequence[str]) -> Iterator[Any]:
        """One read; at its beginning and its end the bytes that are claimed or kept are looked at."""
        self.paths += paths
        if self.together is not None:
            self.together.wait(timeout=20)
        self.look()
        yield from self._read(connection, paths, columns)
        self.look()

    def look(self) -> None:
        """Note the most bytes that were claimed or kept."""
        with recalling._guard:
            self.most = max(self.most, recalling.MOST - recalling._room())


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Nothing is kept at first."""
    monkeypatch.setattr(recalling, "_kept", {})
    monkeypatch.setattr(recalling, "_found_large", {})
    return Watched(monkeypatch)


def in_memory() -> str:
    """All that is kept, as text."""
    return str([one.rows.to_pylist() for one in recalling._kept.values()])


def rows_kept() -> dict[Path, tuple[list[int], list[dict[str, Any]]]]:
    """By segment the beginnings of keys and the rows that are kept."""
    return {path: (one.begins.tolist(), one.rows.to_pylist()) for path, one in recalling._kept.items()}


def test_what_cannot_fit_by_the_ledger_is_never_read_whole(told, watched, monkeypatch) -> None:
    monkeypatch.setattr(recalling, "MOST", 2_000)  # the ledger says that each file has more bytes
    for _ in range(3):
        assert refused(told, HERS, "Quillfeather asked") and not refused(told, HERS, "Wainscott asked")
    assert (watched.paths, recalling._kept) == ([], {})


def test_what_is_found_too_large_is_read_once_until_there_is_room(told, watched, monkeypatch) -> None:
    monkeypatch.setattr(recalling, "_estimated", lambda *_: 1)
    monkeypatch.setattr(recalling, "MOST", 150)  # two references fit, a person does not
    for _ in range(3):
        assert refused(told, HERS, "Quillfeather asked") and not refused(told, HERS, "Wainscott asked")
    assert len(watched.paths) == len(set(watched.paths)) == 2
    assert "Quillfeather" not in in_memory() and recalling._claimed == {}
    (large,) = recalling._found_large.values()
    monkeypatch.setattr(recalling, "MOST", 150 + large)
    for _ in range(3):
        assert refused(told, HERS, "Quillfeather asked")
    assert len(watched.paths) == 3 and "Quillfeather" in in_memory()
    assert sum(one.size for one in recalling._kept.values()) <= recalling.MOST


def test_threads_together_keep_no_more_than_there_is_room_for(told, watched, monkeypatch) -> None:
    """Three ask at once of a feed each; of the room that one finds, no other takes a byte."""
    monkeypatch.setattr(recalling, "_estimated", lambda *_: 1)
    keys = {"calls": ["CR-2024-0077"], "crimes": ["CR-2024-0077"], "homes": list(CROWD)}
    asked = [[(feed, [key_of(one) for one in keys[feed]])] for feed in FEEDS]
    words = ("Quillfeather asked", "Wainscott asked", "for Tenant 117")

    def answers() -> list[bool]:
        with ThreadPoolExecutor(3) as threads:
            return list(threads.map(lambda one: _in_a_thread(told, *one), zip(asked, words, strict=True)))

    watched.together = Barrier(3)
    assert answers() == [True] * 3
    whole = sum(one.size for one in recalling._kept.values())
    assert watched.most >= whole > 1_000
    recalling._forget()
    watched.most = 0
    monkeypatch.setattr(recalling, "MOST", whole // 2)
    assert answers() == [True] * 3
    assert 0 < watched.most <= whole // 2 and recalling._claimed == {}


def test_of_two_who_ask_of_the_same_files_one_reads_them_and_both_are_answered(told, watched) -> None:
    hers = [HERS] * 4
    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(lambda one: _in_a_thread(told, one, "Quillfeather asked"), hers))
    assert len(watched.paths) == len(set(watched.paths)) == 2


def _in_a_thread(book: RecordBook, concerned: Any, reason: str) -> bool:
    from django.db import connection

    try:
        return refused(book, concerned, reason)
    finally:
        connection.close()


def test_a_segment_that_comes_in_many_parts_is_kept_as_in_one(told, watched, monkeypatch) -> None:
    homes = [("homes", [key_of(one) for one in CROWD])]
    assert refused(told, homes, "for Tenant 117")
    as_one = rows_kept()
    recalling._forget()
    monkeypatch.setattr(recalling, "_BATCH", 7)
    assert refused(told, homes, "for Tenant 117")
    assert rows_kept() == as_one
    for begins, rows in as_one.values():  # worked out anew
        assert begins == [UUID(bytes=row["record_key"]).int >> 64 for row in rows]


def test_an_erasure_lets_go_at_once_in_its_own_process(told: RecordBook, watched: Watched) -> None:
    assert refused(told, HERS, "Quillfeather asked") and "Quillfeather" in in_memory()
    _, footers = engine._kept["reading"]
    by_two(told.erase, *HERS[0], by=CHIEF, reason="article 17")
    assert (recalling._kept, recalling._found_large) == ({}, {})
    assert engine._kept.get("reading", (None, None))[1] is not footers


OF_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from joinedup.records import RecordBook
from joinedup.workspace import Workspace
from joinedup.terms import Role, Viewer
from seconding import by_two
chief = Viewer("sam", "Sam Chief", Role.ADMINISTRATOR, "council")
book = RecordBook(Workspace.open(Path(sys.argv[1])))
by_two(book.erase, "calls", [sys.argv[2]], by=chief, reason="article 17")
"""


def test_an_erasure_of_another_process_lets_go_when_anything_is_read(
    workspace: Workspace, told: RecordBook, watched: Watched
) -> None:
    from joinedup.people import looking_up

    assert refused(told, HERS, "Quillfeather asked")
    looking_up._kept[("somewhere", 1, ("calls",))] = looking_up.PeopleIndex.__new__(looking_up.PeopleIndex)
    with told.reading():
        assert "Quillfeather" in in_memory() and looking_up._kept  # nothing was erased yet
    command = [sys.executable, "-c", OF_ANOTHER_PROCESS, str(workspace.folder), HERS[0][1][0]]
    paths = {"PYTHONPATH": ":".join(sys.path)}
    subprocess.run(command, check=True, env=paths, timeout=60)
    assert "Quillfeather" in in_memory()  # as the threat model says, until its next question
    with told.reading():
        assert (recalling._kept, looking_up._kept) == ({}, {})


def test_a_reader_from_before_an_erasure_keeps_nothing_of_what_it_still_reads(
    told: RecordBook, watched: Watched
) -> None:
    with told.reading() as before:
        by_two(told.erase, *HERS[0], by=CHIEF, reason="article 17", wait_seconds=0)
        before.refuse_telling_of_all([("crimes", [key_of("CR-2024-0077")])], "nothing of it")
        assert not before.may_keep() and recalling._kept == {}
    assert not refused(told, HERS, "Quillfeather asked")
    assert recalling._kept and "Quillfeather" not in in_memory()
