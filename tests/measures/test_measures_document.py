"""The page of every measure says what the definitions say; and no meaning changes under one version."""

from __future__ import annotations

import dataclasses
import importlib.util
import re
from pathlib import Path

import pytest

from joinedup.measures import catalogue, measure_named, names_taken
from joinedup.measures.fingerprints import fingerprint
from joinedup.measures.history import came_with, history
from joinedup.measures.reoffending.catalogue import PROVEN
from joinedup.measures.repeats.catalogue import REPEATS

TOOLS = Path(__file__).parents[2] / "tools"


def tool(name):
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_document_of_measures_is_current(workspace):
    told = tool("measures_document")
    assert told.DOCUMENT.read_text(encoding="utf-8") == told.document(), (
        "Run: python tools/measures_document.py"
    )


def test_the_document_tells_of_every_measure_and_of_every_theme(workspace):
    text = tool("measures_document").DOCUMENT.read_text(encoding="utf-8")
    for name in names_taken():
        assert f"(`{name}`, version " in text
    headings = {
        re.sub(r"[,’]", "", line[3:].lower()).replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("## ")
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings


def test_no_definition_counts_something_else_under_a_version_that_is_out():
    versions = tool("measure_versions")
    assert set(came_with()) >= set(versions.definitions()) == set(names_taken())
    for name, one in versions.definitions().items():
        newest = came_with()[name][0]
        says = f"{name} counts otherwise: raise its version, and run tools/measure_versions.py --says"
        assert (newest.version, newest.fingerprint) == (one.version, fingerprint(one)), says
        assert [change.version for change in came_with()[name]] == list(range(one.version, 0, -1))
        assert all(change.says.endswith(".") for change in came_with()[name])


def test_the_keeper_of_versions_takes_no_silent_change(monkeypatch):
    versions = tool("measure_versions")
    crime = measure_named("recorded-crime")
    other = dataclasses.replace(crime, sql=crime.sql.replace("'crime'", "'crimes'"))
    known = dict(catalogue())
    monkeypatch.setattr(versions, "catalogue", lambda: {**known, "recorded-crime": other})
    with pytest.raises(SystemExit, match="recorded-crime counts something else than version 1 did"):
        versions.written()
    later = dataclasses.replace(other, version=2)
    monkeypatch.setattr(versions, "catalogue", lambda: {**known, "recorded-crime": later})
    with pytest.raises(SystemExit, match="--says tells what changed"):
        versions.written()
    assert 'says = "Something."' in versions.written("Something.")
    assert versions.FILE.read_text(encoding="utf-8") == tool("measure_versions").written()


@pytest.mark.parametrize(
    "change",
    [
        {"sql": "SELECT month, point, crime_type AS type, last_outcome AS outcome FROM incident"},
        {"sources": ("other-police-data",)},
        {"unit": "offences"},
        {"matures_after": 3},
        {"additive_over_time": False},
        {"breakdowns": {"type": {"burglary": "Burglary"}, "outcome": {}}},
    ],
)
def test_what_moves_a_number_moves_the_fingerprint(change):
    crime = measure_named("recorded-crime")
    assert fingerprint(dataclasses.replace(crime, **change)) != fingerprint(crime)


def test_words_do_not_move_the_fingerprint_of_any_kind():
    crime, repeat = measure_named("recorded-crime"), REPEATS["repeat-victim"]
    words = {"title": "Crime", "meaning": "Another sentence.", "caveats": ()}
    for one in (crime, repeat, PROVEN):
        assert fingerprint(dataclasses.replace(one, **words)) == fingerprint(one)
    assert fingerprint(dataclasses.replace(PROVEN, wait=3)) != fingerprint(PROVEN)
    assert fingerprint(dataclasses.replace(repeat, threshold=3)) != fingerprint(repeat)
    spaced = dataclasses.replace(crime, sql=crime.sql.replace("FROM", "  -- from\n FROM"))
    assert fingerprint(spaced) == fingerprint(crime)
    quoted = dataclasses.replace(crime, sql=crime.sql.replace("'crime'", "'cri  me'"))
    assert fingerprint(quoted) != fingerprint(crime)


def test_every_measure_of_the_catalogue_tells_its_changes():
    assert history(measure_named("recorded-crime"))[0].words == "version 1 (joinedup 0.1.0): The first"
