"""Options that say what a watch-list is and which records are meant, and what was said by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.days import day
from joinedup.cli.nearest import Choice
from joinedup.terms import Purpose

if TYPE_CHECKING:
    from joinedup.release.watch_lists import Draw


def described(function: Callable[..., Any]) -> Callable[..., Any]:
    """What a list is, as options of ``make`` and ``change``."""
    options = (
        click.option("--title", help="What it is called."),
        click.option("--purpose", type=Choice([one.value for one in Purpose]), help="For what it is used."),
        click.option("--basis", help="Why it may be shared: the legal basis, in words."),
        click.option("--feed", "feeds", multiple=True, help="A feed whose records are put on it by hand."),
        click.option(
            "--within",
            "rules",
            nargs=3,
            type=(str, int, int),
            multiple=True,
            metavar="FEED BACK AHEAD",
            help="A feed of which all records are on it whose date is so many days back or ahead.",
        ),
        click.option(
            "--from-latest",
            is_flag=True,
            help="Count these days from the last day that the feed tells of, where that is before today.",
        ),
        click.option("--to", "recipients", multiple=True, help="For whom: agency:role, or a user name."),
        click.option(
            "--detail", "details", multiple=True, help="A detail that it shows, such as client.full_name."
        ),
        click.option("--starts", metavar="DATE", help="From which day (default: today)."),
        click.option("--expires", metavar="DATE", help="The last day: within 12 months."),
        click.option("--review", metavar="DATE", help="When it is looked over (default: half-way)."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def records(function: Callable[..., Any]) -> Callable[..., Any]:
    """Which records are meant, as options of ``add`` and ``remove``."""
    options = (
        click.option("--feed", default="", help="Their feed, where the list draws on several."),
        click.option("--ref", "references", multiple=True, help="The owner's reference of a record."),
        click.option("--key", "keys", multiple=True, help="The record of this key."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def said_of(told: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, as a definition has them."""
    from joinedup.release.watch_lists import Recipient

    said: dict[str, Any] = {name: told[name] for name in ("title", "basis") if told[name]}
    if told["purpose"]:
        said["purpose"] = Purpose(told["purpose"])
    if told["recipients"]:
        said["recipients"] = tuple(Recipient.parse(one) for one in told["recipients"])
    if told["details"]:
        said["details"] = told["details"]
    if draws := _draws(told):
        said["draws"] = draws
    dates = {name: day(told[name]) for name in ("starts", "expires", "review") if told[name]}
    return {**said, **dates}


def _draws(told: dict[str, Any]) -> tuple[Draw, ...]:
    from joinedup.release.watch_lists import CountedFrom, Draw, Rule

    counted = CountedFrom.LATEST if told["from_latest"] else CountedFrom.TODAY
    by_rule = [Draw(feed, Rule(back, ahead, counted)) for feed, back, ahead in told["rules"]]
    return (*(Draw(feed) for feed in told["feeds"]), *by_rule)
