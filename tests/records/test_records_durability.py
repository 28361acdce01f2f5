"""What is acknowledged is on the disk: the order of the acts, and a disk that drops what was not synced."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import pytest
from tiny_feed import Deliver, known

from joinedup import durable
from joinedup.records import RecordBook, ledger
from joinedup.workspace import Workspace


@pytest.fixture
def acts() -> Iterator[list[tuple[str, str]]]:
    """What the record book does to the disk and the ledger, in order."""
    done: list[tuple[str, str]] = []

    def told(name: str, real, which: int):
        def act(*paths):
            result = real(*paths)
            done.append((name, Path(paths[which]).name))
            return result

        return act

    def committed(new, by):
        done.append(("commit begins", ""))
        row = commit(new, by)
        done.append(("commit ended", ""))
        return row

    commit = ledger.commit
    with (
        patch.object(durable, "sync_file", told("sync", durable.sync_file, 0)),
        patch.object(durable, "rename", told("rename", durable.rename, 1)),
        patch.object(durable, "sync_folder", told("sync folder", durable.sync_folder, 0)),
        patch.object(ledger, "commit", committed),
    ):
        yield done


def test_files_and_their_folder_are_synced_before_the_ledger_commits(
    deliver: Deliver, acts: list[tuple[str, str]]
) -> None:
    deliver({"a": "x", "b": "y"})
    acts.clear()
    deliver({"a": "changed", "c": "new"})
    for segment in ("000002-test-feed-neg.parquet", "000002-test-feed-pos.parquet"):
        synced, renamed = acts.index(("sync", segment)), acts.index(("rename", segment))
        assert acts.index(("rename", "intent.json")) < renamed
        assert synced < renamed
        assert acts[renamed + 1] == ("sync folder", "records")
        assert renamed + 1 < acts.index(("commit begins", ""))
    assert acts[-1] == ("commit ended", "")


def test_the_ledger_refuses_to_commit_inside_another_transaction(deliver: Deliver, book: RecordBook) -> None:
    """Otherwise it would acknowledge what an outer transaction may still take back."""
    from django.db import transaction

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        deliver({"a": "x"})
    assert book.deliveries() == []
    deliver({"a": "x"})
    assert known(book) == {"a": "x"}
    assert book.check() == []


@dataclass
class ForgetfulDisk:
    """Knows what a power cut would leave: synced contents under synced names, nothing else."""

    root: Path
    contents: dict[int, bytes] = field(default_factory=dict)  # inode -> what a sync of the file saved
    entries: dict[int, dict[str, tuple[int, bool]]] = field(default_factory=dict)  # folder inode -> names

    def file_synced(self, path: Path) -> None:
        self.contents[path.stat().st_ino] = path.read_bytes()

    def folder_synced(self, path: Path) -> None:
        listed = {entry.name: (entry.inode(), entry.is_dir()) for entry in os.scandir(path)}
        self.entries[path.stat().st_ino] = listed

    def survivors(self, inode: int | None = None, prefix: str = "") -> dict[str, bytes]:
        """Relative path to content of what would be found after a power cut."""
        found: dict[str, bytes] = {}
        listed = self.entries.get(inode or self.root.stat().st_ino, {})
        for name, (entry, is_folder) in listed.items():
            if is_folder:
                found |= self.survivors(entry, f"{prefix}{name}/")
            else:
                found[prefix + name] = self.contents.get(entry, b"")
        return found


@contextmanager
def watched(disk: ForgetfulDisk, after_each) -> Iterator[None]:
    """Let the disk see every sync, and look at what would survive after every act."""
    real = (durable.sync_file, durable.rename, durable.sync_folder)

    def sync_file(path: Path) -> None:
        real[0](path)
        disk.file_synced(path)
        after_each()

    def rename(source: Path, target: Path) -> None:
        real[1](source, target)
        after_each()

    def sync_folder(path: Path) -> None:
        real[2](path)
        disk.folder_synced(path)
        after_each()

    with (
        patch.object(durable, "sync_file", sync_file),
        patch.object(durable, "rename", rename),
        patch.object(durable, "sync_folder", sync_folder),
    ):
        yield


def lost(database: Path, survivors: dict[str, bytes]) -> list[str]:
    """Segments that the committed ledger knows and that would not be found whole."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as ledger_file:
        segments = ledger_file.execute("SELECT file, sha256 FROM records_segment").fetchall()
    return [name for name, sha in segments if hashlib.sha256(survivors.get(name, b"")).hexdigest() != sha]


def test_a_power_cut_at_any_moment_loses_nothing_acknowledged(
    workspace: Workspace, book: RecordBook, deliver: Deliver
) -> None:
    disk = ForgetfulDisk(workspace.records_folder)
    moments: list[list[str]] = []
    database = workspace.folder / "joinedup.sqlite3"

    def look() -> None:
        moments.append(lost(database, disk.survivors()))

    with watched(disk, look):
        for rows in ({"a": "x", "b": "y"}, {"a": "z"}, {"a": "z", "c": "y"}):
            deliver(rows)
            look()
    assert len(moments) > 20
    assert not any(moments)
    assert len(disk.survivors()) >= 5  # the disk was not simply empty


def test_after_a_power_cut_between_rename_and_commit_the_next_delivery_goes_on(
    workspace: Workspace, book: RecordBook, deliver: Deliver
) -> None:
    disk = ForgetfulDisk(workspace.records_folder)

    class PowerCutError(Exception):
        """Nothing after this line happens."""

    def cut(new, by):
        raise PowerCutError

    with watched(disk, lambda: None):
        deliver({"a": "x"})
        with patch.object(ledger, "commit", cut), pytest.raises(PowerCutError):
            deliver({"a": "changed"})
    survivors = disk.survivors()
    assert "000002-test-feed-pos.parquet" in survivors
    shutil.rmtree(workspace.records_folder)
    for name, content in survivors.items():
        path = workspace.records_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    assert known(book) == {"a": "x"}
    row = deliver({"a": "changed again"})
    assert row.number == 2
    assert known(book) == {"a": "changed again"}
    assert book.check() == []
