"""For every contract that names people: whoever was findable is erased, found nowhere, and stays away.

Contracts are read from their files, and rows made from them: a new feed is tried without a line of code.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from contract_rows import Sent, Somebody

import joinedup.feeds
from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.feeds import Contract, Leave, Request, contract, deliver_all
from joinedup.records import DeliveryRow, RecordBook
from joinedup.terms import Period, Role, Viewer
from joinedup.workspace import Workspace
from sampling import sampled
from seconding import shell_by_two

sys.path.append(str(Path(__file__).parent.parent / "records"))
from searching import found_in

FOLDER = Path(joinedup.feeds.__file__).parent / "contracts"
SPRING = Period.parse("2024-Q2")
HER = Somebody("quillfeather", number=1)
CHANGED = replace(HER, said={"full_name": "Quillfeather Vane", "phone": "Quillfeather 0777"})
HIM = Somebody("obadiah", number=2)
HE_AGAIN = replace(HIM, said={"address": "Obadiah New House", "phone": "Obadiah 0123", "alias": "Obadiah Q"})
OTHER = Somebody("ludovica", number=3)
GONE = ["Quillfeather", "QUILLFEATHER", "quillfeather"]
WHY = ["--reason", "request 12"]


def _naming_people() -> list[str]:
    feeds = {
        tomllib.loads(path.read_text(encoding="utf-8"))["name"]
        for path in FOLDER.glob("*.toml")
        if "[[person]]" in path.read_text(encoding="utf-8")
    }
    return sorted(feeds)


@pytest.fixture
def here(workspace: Workspace) -> Iterator[Workspace]:
    """A workspace with an analyst and an administrator."""
    agency = add_agency("council", "Council")
    for name, role in (("ann", Role.ANALYST), ("cass", Role.ADMINISTRATOR)):
        add_user(name, name=name.title(), role=role, agency=agency)
    yield workspace


def _run(workspace: Workspace, *words: str):
    return shell_by_two(
        lambda: CliRunner().invoke(main, ["-C", str(workspace.folder), "--as", "cass", *words])
    )


def _deliver(workspace: Workspace, folder: Path, feed: str, *files: tuple[str, str]) -> list[DeliveryRow]:
    """Deliver these files (name and text), one after the other; what the ledger has of each."""
    requests = []
    for name, text in files:
        place = folder / f"sent-{len(list(folder.iterdir()))}"
        place.mkdir()
        (place / name).write_text(text, encoding="utf-8")
        requests.append(Request(feed, place / name))
    by = Viewer("ann", "Ann", Role.ANALYST, "council")
    for receipt in deliver_all(workspace, requests, by=by, leave=Leave(unusual=True)):
        assert receipt.state == "stored", receipt.summary()
    return RecordBook(workspace).deliveries()[-len(files) :]


def _erase_her(workspace: Workspace, told: Contract, row: dict[str, str]):
    """As an administrator does: by her identifier; where there is none, by what a look finds."""
    [person, *_] = told.persons
    if person.identifiers:
        scheme = next(iter(person.identifiers))
        return _run(
            workspace, "erase", told.name, "--identifier", f"{scheme}={HER.identifier(scheme).lower()}", *WHY
        )
    named = ["--name", "quillfeather"] if {"full_name", "family_name"} & set(person.columns) else []
    look = ["erase", told.name, "--look", "--ref", row[told.ref or ""], *named, *WHY]
    found = json.loads(_run(workspace, *look, "--format", "json").stdout)
    meant = [(f"--{kind}", one[kind]) for one in found for kind in ("key", "refused") if one[kind]]
    return _run(workspace, "erase", told.name, *(word for pair in meant for word in pair), *WHY)


@pytest.mark.parametrize("feed", sampled(_naming_people(), 3))
def test_whoever_a_feed_names_is_erased_and_stays_away(here: Workspace, tmp_path: Path, feed: str) -> None:
    told = contract(here, feed, period=SPRING)
    every = SPRING if not told.period.one_month else Period.parse("2024-04")
    sent, later = Sent(told, every), Sent(told, every.shifted(every.months))
    first, second = _deliver(
        here, tmp_path, feed, sent.file([HER, HIM]), sent.file([HIM], unreadable=[CHANGED])
    )
    assert (first.accepted, first.quarantined, second.quarantined) == (2, 0, 1)
    before = found_in(here, GONE)
    assert {name.rsplit("-", 1)[1] for name in before} >= {"who.parquet", "quarantine.parquet"}

    erased = _erase_her(here, told, sent.row(HER))
    assert erased.exit_code == 0, erased.stderr
    assert found_in(here, GONE) == {}

    back = _deliver(
        here,
        tmp_path,
        feed,
        sent.file([HER, HE_AGAIN, OTHER]),
        later.file([HER, HIM]),
        later.file([HIM, OTHER], unreadable=[HER]),
    )
    for row in back:
        assert (row.set_aside.get("erased"), row.quarantined, row.adds_up) == (1, 0, True)
    assert found_in(here, GONE) == {}
    assert found_in(here, ["Obadiah"]) != {}
    assert RecordBook(here).check() == []
