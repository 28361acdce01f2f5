"""A file that is refused whole is remembered on the desk, wherever on its way it was refused."""

from __future__ import annotations

import datetime as dt
import hashlib
import os

import pytest
from staging_by_hand import small_contract

from joinedup.errors import BadInput, NotFound
from joinedup.feeds import Leave, Request, deliver, deliver_all, desk
from joinedup.terms import Period

MAY = Period.parse("2024-05")
GOOD = "id,month,note\na,2024-05,x\n"


@pytest.fixture
def small(workspace):
    small_contract(workspace.contracts_folder, top="valid_from = 2025-01-01")
    return workspace


def a_file(folder, name="may.csv", text=GOOD):
    path = folder / name
    path.write_text(text)
    return path


def test_a_period_without_a_version_of_the_contract_is_remembered(small, analyst, tmp_path):
    with pytest.raises(BadInput, match="No version"):
        deliver(small, "small-feed", a_file(tmp_path), by=analyst, period=MAY)
    (one,) = desk.refusals("small-feed")
    assert (one.file_name, one.delivered_by, one.file_bytes) == ("may.csv", "ann", len(GOOD))
    assert one.file_sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert "No version of the contract is for that period" in one.sentence


def test_a_name_that_is_no_text_is_remembered_with_what_is_text_of_it(small, analyst, tmp_path):
    path = a_file(tmp_path, os.fsdecode(b"caf\xe9.csv"), "x\n")
    with pytest.raises(BadInput):
        deliver(small, "small-feed", path, by=analyst, period=Period.parse("2025-05"))
    (one,) = desk.refusals("small-feed")
    assert one.file_name == "caf\ufffd.csv"


def test_a_feed_that_is_not_there_or_has_a_broken_contract_is_remembered(small, analyst, tmp_path):
    with pytest.raises(NotFound):
        deliver(small, "small-fed", a_file(tmp_path), by=analyst, period=MAY)
    (small.contracts_folder / "small-feed.toml").write_text("name = 1\n")
    with pytest.raises(BadInput):
        deliver(small, "small-feed", a_file(tmp_path), by=analyst, period=MAY)
    assert [one.feed for one in desk.refusals()] == ["small-feed", "small-fed"]


def test_nothing_is_remembered_of_no_file_or_of_a_dry_run(small, analyst, tmp_path):
    with pytest.raises(NotFound):
        deliver(small, "small-feed", tmp_path / "absent.csv", by=analyst)
    request = Request("small-feed", a_file(tmp_path), period=MAY)
    with pytest.raises(BadInput):
        list(deliver_all(small, [request], by=analyst, leave=Leave(dry_run=True)))
    assert desk.refusals() == []


def test_those_before_it_are_stored_and_it_is_remembered_once(small, analyst, tmp_path):
    good = Request("small-feed", a_file(tmp_path, "new.csv", GOOD.replace("2024", "2025")))
    late = Request(
        "small-feed", a_file(tmp_path), received_at=dt.datetime(2024, 6, 1, tzinfo=dt.UTC), period=MAY
    )
    receipts = deliver_all(small, [good, late], by=analyst)
    assert next(receipts).accepted == 1
    with pytest.raises(BadInput):
        next(receipts)
    (one,) = desk.refusals()
    assert one.received_at == late.received_at


def test_a_file_of_one_or_two_other_feeds_is_told_whose_and_one_of_many_or_restricted_is_not(
    workspace, analyst, tmp_path
):
    names = ("id", "Whereabouts")
    for feed, sensitivity in [("alarm-calls", "restricted"), ("bus-faults", "official")]:
        _another(workspace, feed, sensitivity, names)
    small_contract(workspace.contracts_folder)
    path = a_file(tmp_path, "2024-05.csv", "id,month,Whereabouts\na,2024-05,x\n")

    def told():
        with pytest.raises(BadInput) as refused:
            deliver(workspace, "small-feed", path, by=analyst, period=MAY)
        assert "Whereabouts" not in refused.value.sentence()
        return refused.value.next_step

    assert told() == "This looks like bus-faults: joinedup deliver bus-faults FILE"
    _another(workspace, "cycle-lanes", "official", names)
    assert told() == "This looks like bus-faults or cycle-lanes: joinedup deliver bus-faults FILE"
    _another(workspace, "dog-walks", "official", ("id",))  # it fits too, with fewer of the file's columns
    assert "bus-faults or cycle-lanes:" in told()
    _another(workspace, "empty-homes", "official", names)
    assert told().startswith("Check that this is the right feed")


def _another(workspace, feed, sensitivity, names):
    """A contract of another feed: a month and columns of these names."""
    changed = [
        ('name = "small-feed"', f'name = "{feed}"'),
        ('sensitivity = "official"', f'sensitivity = "{sensitivity}"'),
    ]
    if len(names) > 1:
        changed.append(('name = "note"', f'name = "{names[1]}"'))
    else:
        changed.append(('[[column]]\nname = "note"\nfield = "note"\n', ""))
    made = small_contract(workspace.folder, instead=changed)
    made.rename(workspace.contracts_folder / f"{feed}.toml")
