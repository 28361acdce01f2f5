"""To read a few records few files are opened: just those that hold a version of any of them."""

from __future__ import annotations

import random
from uuid import UUID

import duckdb
import pytest
from tiny_feed import deliver_named, key_of

from joinedup.records import RecordBook, whereabouts
from joinedup.records.listing import listed
from joinedup.terms import Role, Viewer
from joinedup.workspace import Workspace
from seconding import by_two

CHIEF = Viewer("sam", "Sam Chief", Role.ADMINISTRATOR, "council")
KEYS = "abcdef"


@pytest.fixture
def told(book: RecordBook) -> RecordBook:
    """Records of two feeds, in several versions and files; some name nobody."""
    for number, (keys, feed) in enumerate([("abc", "one"), ("cd", "two"), ("bce", "one"), ("a", "two")]):
        rows = dict.fromkeys(keys, f"said {number}")
        named = [(key, "victim", f"Name {key}") for key in keys[:2]]
        deliver_named(book, rows, named, feed=feed, source=f"{feed}-source")
    return book


def found(book: RecordBook, workspace: Workspace, wanted: dict[str, str], kinds=("pos", "who")) -> set[str]:
    """The names of the files that hold these records."""
    with book.reading() as reader:
        there = listed(workspace.records_folder, reader.generation)
        keys = {feed: [UUID(key_of(key)) for key in some] for feed, some in wanted.items()}
        return {one.path.name for one in whereabouts.holding(reader.connection(), there, keys, kinds)}


def naively(book: RecordBook, workspace: Workspace, wanted: dict[str, str], kinds=("pos", "who")) -> set[str]:
    """The same by reading every file."""
    with book.reading() as reader:
        there = listed(workspace.records_folder, reader.generation)
    names = set()
    for one in there:
        held = {str(key) for (key,) in duckdb.sql(f"SELECT record_key FROM '{one.path}'").fetchall()}
        if one.kind in kinds and held & {key_of(key) for key in wanted.get(one.feed, "")}:
            names.add(one.path.name)
    return names


def test_just_the_files_that_hold_any_version_are_found(workspace, told: RecordBook) -> None:
    chance = random.Random(7)
    sizes = set()
    for _ in range(25):
        feeds = chance.sample(["one", "two", "none"], chance.randint(0, 3))
        wanted = {feed: "".join(chance.sample(KEYS, chance.randint(0, 3))) for feed in feeds}
        kinds = chance.choice([("pos",), ("who",), ("pos", "who")])
        sizes.add(len(found(told, workspace, wanted, kinds)))
        assert found(told, workspace, wanted, kinds) == naively(told, workspace, wanted, kinds)
    assert {0, 1, 2} <= sizes


def test_each_file_is_read_once_and_one_that_was_replaced_is_let_go(
    workspace, told: RecordBook, monkeypatch
) -> None:
    read, plain = [], whereabouts._read

    def noting(connection, paths):
        read.extend(paths)
        return plain(connection, paths)

    monkeypatch.setattr(whereabouts, "_read", noting)
    everything = {"one": KEYS, "two": KEYS}
    for _ in range(2):
        assert found(told, workspace, everything) == naively(told, workspace, everything)
    assert len(read) == len(set(read)) == 8
    deliver_named(told, {"f": "new"}, [], feed="one", source="one-source")
    assert found(told, workspace, {"one": "f"}) == naively(told, workspace, {"one": "f"})
    assert len(read) == len(set(read)) == 9
    by_two(told.erase, "one", [key_of("b")], by=CHIEF, reason="article 17")
    assert found(told, workspace, {"one": "b"}) == set()
    assert found(told, workspace, everything) == naively(told, workspace, everything)
    with told.reading() as reader:
        paths = {one.path for one in listed(workspace.records_folder, reader.generation)}
    assert set(whereabouts._kept) <= paths
