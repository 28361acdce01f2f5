"""Linking again: only what is new is compared, keys stay, and what is kept goes with who is erased."""

from __future__ import annotations

import shutil

import pytest

from joinedup.people import link, link_alone
from joinedup.people.reviewing import decide, waiting
from joinedup.records import RecordBook
from joinedup.terms import Role
from joinedup.workspace import Workspace
from seconding import by_two
from watched_town import build, row, send, viewer

FIRST = row("C1", -40, "Robert Zeal") + row("C2", -30, "Bob Zeal") + row("C4", -3, "Cy Abelson")
FEEDS = ["complaints"]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A town of which one caller complained twice, under two names."""
    made = build(tmp_path_factory.mktemp("again"))
    send(made, "complaints", FIRST)
    made.close()
    return made.folder


@pytest.fixture
def towns(template, tmp_path):
    """The same town twice: one begins with what stands, the other compares everything anew."""
    opened = []

    def open_town(name):
        shutil.copytree(template, tmp_path / name)
        opened.append(Workspace.open(tmp_path / name))
        return opened[-1]

    yield open_town
    for one in opened:
        one.close()


def people(town, alone=False):
    """The references by person in the best linking, and the key of each."""
    with RecordBook(town).reading() as reader:
        cursor = reader.connection()
        reader.persons(cursor, ["complaints", "lodgers"], alone=alone)
        return dict(cursor.execute("SELECT record_key, best FROM person").fetchall())


def groups(keys):
    return {frozenset(record for record in keys if keys[record] == key) for key in keys.values()}


def test_a_new_delivery_is_linked_to_what_stands_and_changes_no_key_that_stands(towns):
    town, by = towns("begun"), viewer("wardens", Role.ANALYST)
    assert link(town, FEEDS, by=by).taken_over == 0
    before = people(town)
    send(town, "complaints", row("C5", -2, "Robert Zeale") + row("C6", -2, "Dee Quibble"))
    told = link(town, FEEDS, by=by)
    after = people(town)
    assert told.taken_over > 0
    assert {record: after[record] for record in before} == before
    assert len(after) == len(before) + 2 and len(set(after.values())) == len(set(before.values())) + 1
    assert link(town, FEEDS, by=by, anew=True).taken_over == 0
    assert people(town) == after, "comparing everything anew finds the same"
    assert RecordBook(town).check() == []


def test_withdrawn_revised_and_decided_mentions_are_linked_as_in_a_full_run(towns):
    by, found = viewer("wardens", Role.ANALYST), []
    for anew in (False, True):
        town = towns(f"anew-{anew}")
        link(town, FEEDS, by=by)
        for one in sorted(waiting(FEEDS), key=lambda one: (one.drawn.left, one.drawn.right))[:1]:
            decide(one.number, "different" if one.drawn.together else "same", feeds=FEEDS, by=by)
        send(town, "complaints", row("C1", -40, "Robert Zeal") + row("C2", -30, "Cy Abelson"))
        told = link(town, FEEDS, by=by, anew=anew)
        assert anew or told.taken_over >= 0
        found.append((groups(people(town)), told.mentions, told.undone, told.row.people))
    assert found[0] == found[1]


def test_a_restricted_feed_keeps_its_own_pairs(towns):
    town, owner = towns("lodge"), viewer("lodge", Role.DATA_OWNER)
    names = [
        row(f"L{number}", -3, name) for number, name in enumerate(("Robert Zeal", "Bob Zeal", "Cy Other"))
    ]
    send(town, "lodgers", "".join(names))
    link(town, FEEDS, by=viewer("wardens", Role.ANALYST))
    assert link_alone(town, "lodgers", by=owner).taken_over == 0
    first = people(town, alone=True)
    assert link_alone(town, "lodgers", by=owner).taken_over > 0
    assert people(town, alone=True) == first
    kept = sorted(path.name for path in (town.records_folder / "kept").iterdir())
    assert kept == ["000001", "000003"], "each in the place of its own before, and of no other"


def test_with_an_erased_person_all_that_is_kept_goes_and_the_check_proves_it(towns, tmp_path):
    town, by = towns("erased"), viewer("wardens", Role.ANALYST)
    book = RecordBook(town)
    link(town, FEEDS, by=by)
    folder = town.records_folder / "kept"
    shutil.copytree(folder, tmp_path / "aside")
    assert [path.name for path in folder.iterdir()] == ["000001"]
    gone = sorted(people(town))[0]
    chief = viewer("council", Role.ADMINISTRATOR)
    by_two(book.erase, "complaints", [gone], by=chief, reason="asked for under article 17")
    assert list(folder.iterdir()) == []
    assert book.check() == []
    shutil.copytree(tmp_path / "aside", folder, dirs_exist_ok=True)  # as if it had not been deleted
    (finding,) = book.check()
    assert (finding.what, finding.where) == ("Pairs are kept from before an erasure", "kept/000001")
    assert link(town, FEEDS, by=by).taken_over == 0, "and nothing is begun with it"
    assert gone not in people(town)
    assert book.check() == []


def test_what_is_kept_and_was_changed_is_not_begun_with(towns):
    town, by = towns("changed"), viewer("wardens", Role.ANALYST)
    link(town, FEEDS, by=by)
    pairs = town.records_folder / "kept" / "000001" / "pairs.parquet"
    pairs.write_bytes(pairs.read_bytes()[:-1] + b"x")
    assert link(town, FEEDS, by=by).taken_over == 0
    assert link(town, FEEDS, by=by).taken_over > 0
