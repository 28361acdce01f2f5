"""Eastings and northings in each other's columns: such a file is refused, one of places elsewhere is not."""

from __future__ import annotations

import shutil

import pytest
from staging_by_hand import small_contract

from joinedup.accounts import add_agency, add_user
from joinedup.demo.places import load_demo_places
from joinedup.errors import BadInput
from joinedup.feeds import State, deliver, desk
from joinedup.records import RecordBook
from joinedup.terms import Period, Role
from joinedup.workspace import Workspace

PLACE = '[place]\neasting = "x"\nnorthing = "y"\n[[column]]\nname = "x"\n[[column]]\nname = "y"\n'
MAY = Period.parse("2024-05")
MIDDLESBROUGH, CREWE = (449_800, 520_500), (370_500, 355_500)


def _file(folder, places):
    rows = [f"{number},2024-05,n,{x + number},{y}" for number, (x, y) in enumerate(places, 1)]
    path = folder / "may.csv"
    path.write_text("id,month,note,x,y\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A folder of a workspace with the boundaries of Teesside, to be copied."""
    folder = tmp_path_factory.mktemp("places") / "workspace"
    made = Workspace.create(folder, partnership="Testshire")
    load_demo_places(made, None)
    made.close()
    return folder


@pytest.fixture
def feed(places, tmp_path):
    """A workspace with boundaries and a feed of metres."""
    shutil.copytree(places, tmp_path / "workspace")
    workspace = Workspace.open(tmp_path / "workspace")
    contract = small_contract(workspace.contracts_folder)
    contract.write_text(contract.read_text(encoding="utf-8") + PLACE, encoding="utf-8")
    yield workspace
    workspace.close()


@pytest.fixture
def analyst(feed):
    agency = add_agency("testshire-council", "Testshire Council")
    return add_user("ann", name="Ann Tester", role=Role.ANALYST, agency=agency).viewer()


def test_a_swapped_file_is_refused_and_nothing_stored(feed, analyst, tmp_path):
    swapped = [(north, east) for east, north in [MIDDLESBROUGH] * 12]
    with pytest.raises(BadInput, match="each other's columns"):
        deliver(feed, "small-feed", _file(tmp_path, swapped), by=analyst, period=MAY)
    assert not RecordBook(feed).deliveries("small-feed")
    assert [one.feed for one in desk.refusals()] == ["small-feed"]


@pytest.mark.parametrize(
    "lie",
    [
        [MIDDLESBROUGH] * 12,
        [CREWE] * 12,  # far away, but no nearer when exchanged
        [MIDDLESBROUGH] * 7 + [(520_500, 449_800)] * 5,  # most are right: a few rows do not condemn a file
        [(520_500, 449_800)] * 9,  # too few to judge a file by
    ],
    ids=["inside", "elsewhere", "some swapped", "few"],
)
def test_other_files_are_not_refused(feed, analyst, tmp_path, lie):
    receipt = deliver(feed, "small-feed", _file(tmp_path, lie), by=analyst, period=MAY)
    assert (receipt.state, receipt.accepted) == (State.STORED, len(lie))
