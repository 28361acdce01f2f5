"""Every role of three agencies at every address and every command, against a naive reading of the rules."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import click
import pytest
from doors_table import (
    ADDRESSES,
    CLASSES,
    COMMANDS,
    CONTRACTS,
    ERASING,
    INSIDE,
    LOG,
    NAMES,
    TABLES,
    WATCHED,
    answer,
    exists,
    is_shown,
    keeps_contracts,
    tables,
)
from doors_town import (
    FILES,
    HELD,
    LISTS,
    MEASURES,
    NUMBER,
    OFFICIAL,
    PAIR,
    PEOPLE,
    PERSON,
    REFUSED,
    REQUEST,
    RESTRICTED,
    ROWS,
    SINGLE,
    SOURCES,
)

from joinedup.cli import main

pytestmark = pytest.mark.slow
READERS = {
    "helpline": ("data-owner", "theme-lead", "administrator"),
    "council": ("analyst", "theme-lead", "councillor", "administrator"),
    "hospital": ("analyst", "councillor"),
}
"""Whose agency owns the feeds, receives the official one, or is no party. Each row of docs/agreements.md is
there where it differs most; all roles of all agencies are tried in tests/release, where it costs nothing, and
here by ``make test-full``."""
if os.environ.get("JOINEDUP_EVERY_PERSON") == "1":
    READERS = {agency: tuple(role for one, role in PEOPLE if one == agency) for agency in READERS}
RETENTION = {"analyst", "administrator"}
NOT_THERE = {
    "number": "999",
    "feed": "zephyrlodgx",
    "measure": "zephyrstayx",
    "gap": "G.99",
    "list": "list-9",
    "pair": "999",
    "request": "999",
}


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command that does something: leaves, and groups that answer on their own."""
    context = click.Context(command)
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    if command.invoke_without_command:
        yield " ".join(path)
    for name in command.list_commands(context):
        yield from leaves(command.get_command(context, name), (*path, name))


def names(patterns: list, space: str = "") -> Iterator[str]:
    """The name of every address of the resolver, those of included modules too."""
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from names(one.url_patterns, space)
        else:
            yield one.name or str(one.pattern)


def things(feed: str) -> dict[str, str]:
    """What a door's words are filled with for a feed."""
    gaps = {OFFICIAL: "G.1", RESTRICTED: "G.2"}
    return {
        "number": str(NUMBER[feed]),
        "feed": feed,
        "measure": MEASURES.get(feed, ""),
        "gap": gaps.get(feed, ""),
        "list": LISTS.get(feed, ""),
        "pair": str(PAIR.get(feed, "")),
        "request": str(REQUEST.get(feed, "")),
    }


def fits(words: str, feed: str) -> bool:
    """Whether what is asked names a thing that this feed has."""
    return all(things(feed)[name] for name in re.findall(r"{(\w+)}", words))


def told(number: int) -> re.Pattern[str]:
    """A number of rows as pages and tables write it."""
    return re.compile(rf"(?<![\w.:-]){number // 1000},?{number % 1000:03}(?![\w.:-])")


def leaks(person: tuple[str, str], shows: str, text: str) -> list[str]:
    """Whatever of a feed stands in an answer to somebody who may not see it."""
    agency, role = person
    named = shows == NAMES or (shows == WATCHED and is_shown(*person))
    said = [*REFUSED.values(), *(() if named else PERSON.values())]
    found = [word for word in said if word in text]
    inside = role == "auditor" or (agency, role) == ("helpline", "data-owner")
    if not (inside and shows in {LOG, INSIDE, CONTRACTS}):
        found += [word for word in SINGLE if word in text]
    if shows == LOG and role == "auditor":
        return found
    erases = shows == ERASING and role == "administrator"
    if not exists(agency, role, RESTRICTED) and not erases:
        files = [FILES[RESTRICTED], FILES[RESTRICTED].replace("-04", "-05"), MEASURES[RESTRICTED]]
        named = (
            []
            if shows in {CONTRACTS, LOG} and keeps_contracts(role)
            else [RESTRICTED, SOURCES[RESTRICTED], "zephyr"]
        )
        found += [word for word in [*files, *named] if word in text]
        found += told(ROWS[RESTRICTED]).findall(text)
    if tables(agency, role, OFFICIAL) != "full" and not erases:
        found += [word for word in (FILES[OFFICIAL], FILES[OFFICIAL].replace("-04", "-05")) if word in text]
    if tables(agency, role, OFFICIAL) == "none" and not erases:
        found += told(ROWS[OFFICIAL]).findall(text)
    return found


def without(text: str, words: str, asked: dict[str, str]) -> str:
    """An answer without the name that was asked for, so that it compares with that for another name."""
    for name in re.findall(r"{(\w+)}", words):
        if asked[name].isdecimal():
            text = re.sub(rf"(?<=[/(]){asked[name]}(?=[/)])", "ASKED", text)
        else:
            text = text.replace(asked[name], "ASKED")
    return text


def test_every_address_and_every_command_has_a_row_in_the_table(town):
    from django.urls import get_resolver

    found = set(names(get_resolver("joinedup.hub.urls").url_patterns))
    where = "in tests/doors/doors_table.py: say what it shows, and with which words it is read"
    assert found == set(ADDRESSES), f"Add a row for each new address (or take one out) to ADDRESSES {where}"
    commands = set(leaves(main))
    assert commands == set(COMMANDS), f"Add a row for each new command (or take one out) to COMMANDS {where}"
    assert {door.shows for door in [*ADDRESSES.values(), *COMMANDS.values()]} <= CLASSES


@pytest.mark.parametrize("agency", ["helpline", "council", "hospital"])
def test_every_address_answers_each_person_as_the_rules_say(browse, agency):
    wrong = []
    for person in [(agency, role) for role in READERS[agency]]:
        for name, door in ADDRESSES.items():
            for address in door.asks:
                wrong += list(asked_everywhere(browse, person, name, door.shows, address, _address_says))
    assert wrong == []


def asked_everywhere(ask, person, name, shows, words, says) -> Iterator[str]:
    """What is wrong about one door for one person, of every feed that it may be asked of."""
    if "{" not in words:
        given = ask(person, words)
        if given.status >= 500 or "went wrong" in given.text:
            yield f"{person} {words}: {given.status} {given.text[:200]}"
        yield from (f"{person} {words}: tells {leak}" for leak in leaks(person, shows, given.text))
        return
    for feed in (one for one in (OFFICIAL, RESTRICTED) if fits(words, one)):
        asked = things(feed)
        given = ask(person, words.format(**asked))
        plain = without(given.text, words, asked)
        yield from (f"{person} {words} of {feed}: tells {leak}" for leak in leaks(person, shows, plain))
        outside = not exists(*person, feed)
        same = outside and plain == without(ask(person, words.format(**NOT_THERE)).text, words, NOT_THERE)
        yield from (
            f"{person} {words} of {feed}: {one}" for one in says(name, shows, person, feed, given, same)
        )


def _address_says(name, shows, person, feed, given, same) -> Iterator[str]:
    """What is wrong about the answer of a page about a thing of one feed."""
    if given.status >= 500:
        yield f"status {given.status}"
    formless = name.startswith("report")  # no feed of the town has a form
    wanted = "not there" if formless else answer(shows, *person, feed)
    if shows == TABLES and tables(*person, feed) == "protected":
        return  # which protected tables there are is told in tests/release
    if wanted == "allowed" and given.status != 200:
        yield f"should be shown, is {given.status}"
    if not exists(*person, feed) and not same:
        yield "should read as what is not there, and does not"
    one_thing = name in {
        "data-delivery",
        "data-desk-delivery",
        "data-gap",
        "data-same-pair",
        "measures-measure",
        "report-form",
        "watch-lists-one",
        "requests-request",
    }
    if wanted != "allowed" and one_thing and given.status != 404:
        yield f"should be 404, is {given.status}"


def command_says(name, shows, person, feed, given, same) -> Iterator[str]:
    """What is wrong about the answer of a command about a thing of one feed."""
    wanted = answer(shows, *person, feed)
    if shows == TABLES and tables(*person, feed) == "protected":
        return  # which protected tables there are is told in tests/release
    listing = name in {"deliveries", "held refused", "quality", "quarantine list", "records"}
    if wanted == "allowed" and given.status not in {0, 1}:
        yield f"should be shown, and says {given.text[:150]}"
    if wanted != "allowed" and not listing and given.status != 2:
        yield f"should be refused, and says {given.text[:150]}"
    same = same or shows == TABLES  # which measures there are is the product's, the same for everybody
    keeper = keeps_contracts(person[1]) and listing  # who knows the contract gets an empty list
    if wanted != "allowed" and not exists(*person, feed) and not same and not keeper:
        yield f"should read as what is not there, and says {given.text[:150]}"


def test_retention_is_for_analysts_and_administrators(browse, shell):
    for person in PEOPLE:
        may = person[1] in RETENTION
        assert browse(person, "/data/retention/").status == (200 if may else 403)
        assert shell(person, "retention").status == (0 if may else 2)
        seen = shell(person, "retention --format json").text
        sees = may and (person[1] == "administrator" or tables(*person, OFFICIAL) == "full")
        assert (f'"{OFFICIAL}"' in seen) == sees, person


def test_who_sees_everything_really_sees_it(browse, shell):
    """The other half of every test of absence: the same words are there for those who may see them."""
    insider = ("helpline", "analyst")
    for words in ("deliveries --format json", "held --format json", "quarantine --format json"):
        assert FILES[RESTRICTED][8:] in shell(insider, words).text
    assert told(ROWS[RESTRICTED]).search(browse(insider, f"/data/deliveries/{NUMBER[RESTRICTED]}/").text)
    assert RESTRICTED in browse(insider, "/data/desk/").text
    assert HELD[RESTRICTED] == 2
