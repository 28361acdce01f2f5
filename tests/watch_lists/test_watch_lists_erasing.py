"""An erased record is off every list in the erasure's own transaction, and no list lets one in again."""

from __future__ import annotations

import sqlite3

import pytest

from joinedup.errors import BadInput, NotFound
from joinedup.records import RecordBook
from joinedup.release.watch_lists import (
    Draw,
    add_to_watch_list,
    look_at_watch_list,
    make_watch_list,
    watch_list,
)
from joinedup.terms import Role
from seconding import by_two
from watched_town import build, definition, of_releases, row, send, viewer

KEEPER = ("team", Role.COORDINATOR)
ERASER = ("stranger", Role.ADMINISTRATOR)


def erase(town, feed, **named):
    return by_two(RecordBook(town).erase, feed, by=viewer(*ERASER), reason="they asked", **named)


def looked(town, name="faces"):
    shown = look_at_watch_list(town, viewer(*KEEPER), name, reason="x")
    return [line.values[0] for section in shown.sections for line in section.rows], shown.left_out


def test_an_erased_record_s_entry_goes_with_it_from_every_list(town):
    keeper = viewer(*KEEPER)
    for name in ("faces", "others"):
        make_watch_list(town, keeper, definition(name))
        add_to_watch_list(town, keeper, name, references=["C1", "C2"], everyone=True, why="violence")
    keys = {str(one.record_key) for one in watch_list(town, keeper, "faces").row.entries.all()}
    erase(town, "complaints", references=["C1"], everyone=True)
    assert looked(town) == (["Cy Abel"], 0)
    assert looked(town, "others") == (["Cy Abel"], 0)
    left = {str(one.record_key) for one in watch_list(town, keeper, "faces").row.entries.all()}
    assert len(keys - left) == 2
    with pytest.raises(NotFound):
        add_to_watch_list(town, keeper, "faces", references=["C1"], why="violence")
    with pytest.raises(NotFound):
        add_to_watch_list(town, keeper, "faces", keys=sorted(keys - left), why="violence")
    assert RecordBook(town).check() == []


def test_the_key_is_in_no_page_of_the_database_s_entries(town):
    """Tables of the log keep subjects by key, as of every consultation; entries keep none of what is gone."""
    keeper = viewer(*KEEPER)
    make_watch_list(town, keeper, definition())
    add_to_watch_list(town, keeper, "faces", references=["C2"], why="violence")
    (entry,) = watch_list(town, keeper, "faces").row.entries.all()
    erase(town, "complaints", references=["C2"])
    (path,) = town.folder.glob("*.sqlite3")
    kept = sqlite3.connect(path)
    assert kept.execute("SELECT count(*) FROM release_watchlistentry").fetchone() == (0,)
    kept.close()
    assert entry.record_key.hex not in path.read_bytes().decode("latin-1")


def test_an_erasure_that_fails_leaves_the_entry(town, monkeypatch):
    keeper = viewer(*KEEPER)
    make_watch_list(town, keeper, definition())
    add_to_watch_list(town, keeper, "faces", references=["C2"], why="violence")
    monkeypatch.setattr("joinedup.records.sealing.seal", lambda *_given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        erase(town, "complaints", references=["C2"])
    assert looked(town) == (["Cy Abel"], 0)


def test_what_a_rule_drew_is_gone_too(town):
    make_watch_list(town, viewer(*KEEPER), of_releases())
    assert looked(town, "gate")[0] == ["Di First", "Ed Last"]
    erase(town, "releases", references=["R1"])
    assert looked(town, "gate") == (["Ed Last"], 0)


def test_what_is_read_before_an_erasure_is_not_added_after_it(town, monkeypatch):
    from joinedup.release.watch_lists import drawing

    keeper = viewer(*KEEPER)
    make_watch_list(town, keeper, definition())
    real = drawing.standing_keys

    def meanwhile(*given):
        found = real(*given)
        erase(town, "complaints", references=["C2"])
        return found

    monkeypatch.setattr(drawing, "standing_keys", meanwhile)
    with pytest.raises(BadInput, match="changed meanwhile"):
        add_to_watch_list(town, keeper, "faces", references=["C2"], why="other")
    assert not watch_list(town, keeper, "faces").row.entries.exists()


def test_it_holds_on_either_database(tmp_path, database_url, monkeypatch):
    if database_url != "sqlite":
        monkeypatch.setenv("JOINEDUP_DATABASE_URL", database_url)
    town = build(tmp_path)
    send(town, "complaints", row("C1", -4, "Ann Zeal") + row("C2", -3, "Cy Abel"))
    keeper = viewer(*KEEPER)
    make_watch_list(town, keeper, definition(draws=(Draw("complaints"),)))
    assert add_to_watch_list(town, keeper, "faces", references=["C1", "C2"], why="violence") == 2
    assert looked(town) == (["Ann Zeal", "Cy Abel"], 0)
    erase(town, "complaints", references=["C1"])
    assert looked(town) == (["Cy Abel"], 0)
    town.close()
