"""Own measures of closed and of restricted feeds, at every door that a measure has, for each person."""

from __future__ import annotations

import datetime as dt

import pytest
from doors_rules import exists, figures
from doors_town import OFFICIAL, PEOPLE, RESTRICTED, SOURCES

from own_measures import put

pytestmark = pytest.mark.slow
NAMES = {OFFICIAL: "own-night-calls", RESTRICTED: "own-quince-calls"}


def _file(feed: str, sensitivity: str) -> str:
    return f'''\
title = "{NAMES[feed].title()} counted"
noun = "calls at night"
meaning = "Calls at night."
unit = "calls"
version = 1
source = "{SOURCES[feed]}"
records = ["incident"]
sensitivity = "{sensitivity}"
forms = ["count"]
adds_up_over_areas = true
adds_up_over_time = true
sql = "SELECT month, point, call_kind AS kind FROM incident WHERE call_kind = 'night'"
[carries]
incident = "call_kind"
[breakdowns.kind]
night = "By night"
'''


@pytest.fixture
def with_own(town):
    """Both measures, in force."""
    from joinedup.measures import words_taken
    from joinedup.measures.own import ledger, read_file
    from joinedup.measures.own.ledger import latest

    for feed, sensitivity in ((OFFICIAL, "official"), (RESTRICTED, "restricted")):
        own = read_file(put(town.measures_folder, _file(feed, sensitivity), NAMES[feed]), words_taken())
        if NAMES[feed] not in latest():
            ledger.enter(own, "council-analyst", dt.datetime(2024, 5, 1, tzinfo=dt.UTC))
    return town


WORDS = (
    "figure {name} --period 2024-04",
    "figure {name} --period 2024-04 --purpose public-information",
    "figure {name} --period 2024-Q2 --area-level ward --by kind",
    "measures show {name}",
    "explain {name} --between 2024-05-01 2024-06-01",
    "target {name} --year 2024/25 --change -5",
    "compare {name} --period 2024-04",
)
ADDRESSES = ("/measures/{name}/", "/intelligence/?measure={name}&level=ward", "/measures/")


@pytest.mark.parametrize("feed", [OFFICIAL, RESTRICTED])
def test_each_person_has_of_an_own_measure_what_its_source_gives_them(with_own, shell, browse, feed):
    name, wrong = NAMES[feed], []
    for person in PEOPLE:
        seen = figures(*person, feed)
        there = exists(*person, feed) or seen != "none"  # it may be by broken glass
        given = shell(person, f"figure {name} --period 2024-04")
        if (given.status == 0) != (seen == "full"):
            wrong.append((person, seen, given))
        listed = shell(person, "measures").text
        keeps = person[1] in {"analyst", "administrator"}  # the files, so all of them are told of
        if (name in listed) != (seen == "full" or (there and keeps)):
            wrong.append((person, "listed", listed))
        if there:
            continue
        for words in WORDS:
            of_it, absent = (shell(person, words.format(name=one)) for one in (name, "own-quince-cells"))
            if of_it.text.replace(name, "own-quince-cells") != absent.text or of_it.status != absent.status:
                wrong.append((person, words, of_it, absent))
        for words in ADDRESSES:
            page = browse(person, words.format(name=name))
            absent = browse(person, words.format(name="own-quince-cells"))
            if page.status != absent.status or "quince" in page.text.replace(f"measure={name}", ""):
                wrong.append((person, words, page.status))
    assert not wrong, "\n".join(map(str, wrong))


def test_who_sees_protected_tables_is_shown_nothing_of_it_at_any_door(with_own, shell, browse):
    name, tried = NAMES[OFFICIAL], 0
    for person in PEOPLE:
        if figures(*person, OFFICIAL) != "protected":
            continue
        tried += 1
        for words in WORDS[::2][:2]:
            given = shell(person, words.format(name=name))
            assert given.status == 2 and "whole or not at all" in given.text, (person, words, given)
        page = browse(person, f"/intelligence/?measure={name}&level=ward")
        assert f'value="{name}" selected' not in page.text
    assert tried
