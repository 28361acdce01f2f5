"""Asking the log by record and by whose data it was, without what does not exist for somebody."""

from __future__ import annotations

import pytest

from joinedup.log import AboutData, acts, record_act
from joinedup.terms import Role, Viewer
from joinedup.workspace import Workspace

KEY = "0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3"
ANN = Viewer("ann", "Ann", Role.ANALYST, "council")
BOB = Viewer("bob", "Bob", Role.PRACTITIONER, "police")


@pytest.fixture
def log(database_url, tmp_path):
    """Acts on the data of two agencies, on either database."""
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=database_url)
    owned = {"owners": ["police", "fire"], "measure": "assaults"}
    record_act("consultation", by=BOB, purpose=None, what="names", subjects=[KEY], detail=owned)
    record_act("collection", by=ANN, purpose=None, what="delivery 7 of crimes", detail={"accepted": 3})
    record_act("collection", by=BOB, purpose=None, what="held file 2 of crimes: waits")
    record_act("disclosure", by=ANN, purpose=None, what="Crimes, by ward", detail={"measure": "recorded"})
    record_act("consultation", by=ANN, purpose=None, what="look-up of what to erase in every feed")
    yield made
    made.close()


def whats(**asked):
    return sorted(act.what for act in acts(**asked))


def test_by_the_key_of_a_record(log):
    assert whats(subject=KEY) == ["names"]
    assert whats(subject=KEY[:-1] + "0") == []


def test_by_the_agency_whose_data_it_was(log):
    assert whats(about=AboutData("fire")) == ["names"]
    assert whats(about=AboutData("fir")) == []
    everything = AboutData("police", ["crimes"], ["recorded"])
    assert whats(about=everything) == [
        "Crimes, by ward",
        "delivery 7 of crimes",
        "held file 2 of crimes: waits",
        "look-up of what to erase in every feed",
        "names",
    ]
    assert whats(about=AboutData("", ["crime"]), kind="collection") == []
    assert whats(about=AboutData("fire", or_by="ann"), kind="disclosure") == ["Crimes, by ward"]


def test_an_act_that_names_a_feed_anywhere_is_about_it(log):
    told = [
        "named crimes as bringing kind 2",
        "retention of crimes up to 2024-04: kept",
        "set it for crimes kind: 1",
    ]
    for what in told:
        record_act("administration", by=ANN, purpose=None, what=what)
    record_act("administration", by=ANN, purpose=None, what="set crimes-of-old kind: 1")
    assert whats(about=AboutData(feeds=["crimes"]), kind="administration") == told
    left = whats(unless=AboutData(feeds=["crimes"], or_by="bob"), kind="administration")
    assert left == ["set crimes-of-old kind: 1"]


def test_but_for_what_is_not_there_for_somebody(log):
    assert whats(unless=AboutData(feeds=["crimes"], or_by="bob"), kind="collection") == [
        "held file 2 of crimes: waits"
    ]
    left = whats(unless=AboutData(feeds=["crimes"], or_by="bob"))
    assert "names" in left and "Crimes, by ward" in left


def test_page_after_page(log):
    first = acts(limit=2)
    rest = acts(after=str(first[-1].id))
    assert [act.id for act in first + rest] == [act.id for act in acts()]
