"""Every role of three agencies at every address and every command, against a naive reading of the rules."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click
import pytest
from doors_asked import NOT_THERE, Answer, Asked, fits, purpose_of, things, without
from doors_leaks import leaks, told
from doors_rules import keeps_contracts, tables
from doors_table import ADDRESSES, CLASSES, COMMANDS, FIGURES, TABLES
from doors_town import (
    FILES,
    GLASS_FOR,
    HELD,
    MEASURES,
    NUMBER,
    OFFICIAL,
    PEOPLE,
    RESTRICTED,
    ROWS,
    SHARED_FOR,
)

from joinedup.cli import main

pytestmark = pytest.mark.slow
READERS = {
    "helpline": ("analyst", "data-owner", "administrator"),
    "council": ("practitioner", "theme-lead", "administrator"),
    "hospital": ("analyst", "review-chair", "auditor"),
}
"""Whose agency owns the feeds, receives the official one, or is no party. Each row of docs/agreements.md is
there where it differs most, and whoever is named by something: who restricted a record and keeps a list, its
recipient, for whom the glass is broken, an auditor from outside. All 27 are asked by ``make test-full``."""
if os.environ.get("JOINEDUP_EVERY_PERSON") == "1":
    READERS = {agency: tuple(role for one, role in PEOPLE if one == agency) for agency in READERS}
RETENTION = {"analyst", "administrator"}
OK = 200
ONE_THING = {
    "data-delivery",
    "data-desk-delivery",
    "data-gap",
    "data-same-pair",
    "measures-measure",
    "report-form",
    "watch-lists-one",
    "requests-request",
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
    assert not wrong, "\n".join(wrong)


def asked_everywhere(ask, person, name, shows, words, says) -> Iterator[str]:
    """What is wrong about one door for one person, of every feed that it may be asked of."""
    if "{" not in words:
        given = ask(person, words)
        if given.status >= 500 or "went wrong" in given.text:
            yield f"{person} {words}: {given.status} {given.text[:200]}"
        yield from (f"{person} {words}: tells {leak}" for leak in leaks(person, shows, given.text))
        return
    nothing = {**NOT_THERE, "purpose": purpose_of(person)}
    for feed in (one for one in (OFFICIAL, RESTRICTED) if fits(words, one)):
        asked, told_of = Asked(name, shows, person, words, feed), things(feed, person)
        given = ask(person, asked.filled(told_of))
        plain = without(given.text, words, told_of)
        same = asked.is_there or plain == without(ask(person, asked.filled(nothing)).text, words, nothing)
        wrong = [f"tells {leak}" for leak in leaks(person, shows, plain)]
        if given.status >= 500:
            wrong.append(f"status {given.status}")
        if not asked.is_protected:
            wrong += says(asked, given, same)
        yield from (f"{person} {words} of {feed}: {one}" for one in wrong)


def _address_says(asked: Asked, given: Answer, same: bool) -> Iterator[str]:
    """What is wrong about the answer of a page about a thing of one feed."""
    formless = asked.name.startswith("report")  # no feed of the town has a form
    wanted = "not there" if formless else asked.wanted
    if wanted == "allowed" and given.status != OK:
        yield f"should be shown, is {given.status}"
    if not same:
        yield "should read as what is not there, and does not"
    titles = (f"{MEASURES[asked.feed]} counted", f"\n{MEASURES[asked.feed]},1,")  # of a page, in a CSV
    shown = given.status == OK and any(one in given.text.casefold() for one in titles)
    if asked.shows in {FIGURES, TABLES} and shown != (wanted == "allowed"):
        yield f"should be {wanted}, and its measure is {'' if shown else 'not '}shown"
    if wanted != "allowed" and asked.name in ONE_THING and given.status != 404:
        yield f"should be 404, is {given.status}"


def command_says(asked: Asked, given: Answer, same: bool) -> Iterator[str]:
    """What is wrong about the answer of a command about a thing of one feed."""
    listing = asked.name in {"deliveries", "held refused", "quality", "quarantine list", "records"}
    if asked.wanted == "allowed" and given.status not in {0, 1}:
        yield f"should be shown, and says {given.text[:150]}"
    if asked.wanted != "allowed" and not listing and given.status != 2:
        yield f"should be {asked.wanted}, and says {given.text[:150]}"
    same = same or asked.shows in {FIGURES, TABLES}  # which measures there are is the product's
    keeper = keeps_contracts(asked.person[1]) and listing  # who knows the contract gets an empty list
    if not same and not keeper:
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


def test_broken_glass_shows_figures_in_the_hub_and_nothing_of_the_deliveries(browse):
    asked = f"?measure={MEASURES[RESTRICTED]}&level=ward&purpose={SHARED_FOR}"
    shown = browse(GLASS_FOR, f"/intelligence/{asked}").text
    assert told(ROWS[RESTRICTED] - 1).search(shown)  # all but the refused row
    assert "The glass is broken for you" in shown and "not told of closed data" in shown
    assert FILES[RESTRICTED] not in shown and not told(ROWS[RESTRICTED]).search(shown)
    for closed in ("workings/", "table.csv", "table.xlsx"):
        assert browse(GLASS_FOR, f"/intelligence/{closed}{asked}").status in {403, 404}
    colleague = browse(("hospital", "practitioner"), f"/intelligence/{asked}").text
    assert not told(ROWS[RESTRICTED] - 1).search(colleague)
