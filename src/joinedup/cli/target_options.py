"""The options that say what a target asks, and the aim that they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from joinedup.cli.target_words import plain_number
from joinedup.errors import BadInput
from joinedup.terms import Period, parse_knowledge_date

if TYPE_CHECKING:
    from joinedup.partnership.aims import Aim

Command = TypeVar("Command", bound=Callable[..., Any])
_WHERE = "--change, --at-most, --at-least"
_SAY = "Say --change -5, or --at-most 900, or --at-least 900"


def aim_options(command: Command) -> Command:
    """``--change``, ``--at-most``, ``--at-least``, ``--direction`` and what says the baseline."""
    options = (
        click.option("--change", metavar="PERCENT", help="Against the baseline: -5 is 5 % fewer, or fewer."),
        click.option("--at-most", metavar="COUNT", help="At most so many in the year."),
        click.option("--at-least", metavar="COUNT", help="At least so many in the year."),
        click.option(
            "--direction",
            type=click.Choice(["at-most", "at-least"]),
            help="With --change, where it is not as its sign says: --change 5 --direction at-most.",
        ),
        click.option(
            "--baseline", metavar="YEAR", help="The year it is measured by (default: the one before)."
        ),
        click.option("--baseline-count", metavar="COUNT", help="Or the number that it is measured by."),
        click.option(
            "--baseline-known",
            metavar="DATE",
            help="As the baseline was known then; without it a year's count is as known when it is judged.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def aim_asked(asked: Mapping[str, Any]) -> Aim:
    """The aim that the options say. Raises BadInput where they say no threshold, or several."""
    from joinedup.partnership.aims import Aim

    change, count, most = _threshold(asked)
    if change is None and count is None:
        raise BadInput("A target is said in one way", where=_WHERE, next_step=_SAY)
    if change is None:
        return Aim(at_most=most, count=count, **_baseline(asked))
    return Aim(at_most=_at_most(asked, change <= 0), change=change, **_baseline(asked))


def aim_changed(asked: Mapping[str, Any], now: Aim) -> Aim | None:
    """The aim that the options make of the one that is kept: what they leave out stays. None where they say
    nothing."""
    from joinedup.partnership.aims import Aim

    change, count, most = _threshold(asked)
    baseline = _baseline(asked)
    if count is not None:
        return Aim(at_most=most, count=count, **baseline)
    if change is None and not baseline and not asked["direction"]:
        return None
    kept = baseline or {
        "baseline_year": now.baseline_year,
        "baseline_value": now.baseline_value,
        "known_at": now.known_at,
    }
    if change is None:
        return Aim(at_most=_at_most(asked, now.at_most), change=now.change, count=now.count, **kept)
    return Aim(at_most=_at_most(asked, change <= 0), change=change, **kept)


def _threshold(asked: Mapping[str, Any]) -> tuple[float | None, int | None, bool]:
    """The change as a share, or the count and whether it is the most; none of them where none is said."""
    change, most, least = (plain_number(asked[name], name) for name in ("change", "at_most", "at_least"))
    if sum(one is not None for one in (change, most, least)) > 1:
        raise BadInput("A target is said in one way", where=_WHERE, next_step=_SAY)
    if change is not None:
        return change / 100, None, False
    count = most if most is not None else least
    if count is not None and asked["direction"]:
        raise BadInput("--at-most and --at-least say the direction", where="--direction")
    return None, None if count is None else _whole(count), most is not None


def _at_most(asked: Mapping[str, Any], otherwise: bool) -> bool:
    return asked["direction"] == "at-most" if asked["direction"] else otherwise


def _baseline(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of the baseline; empty where nothing is."""
    year, count, known = (asked[name] for name in ("baseline", "baseline_count", "baseline_known"))
    if not (year or count or known):
        return {}
    value = plain_number(count, "baseline_count")
    return {
        "baseline_year": Period.parse(year) if year else None,
        "baseline_value": None if value is None else _whole(value),
        "known_at": parse_knowledge_date(known) if known else None,
    }


def _whole(number: float) -> int:
    if number != int(number):
        raise BadInput("A count is a whole number", where=f"{number:g}")
    return int(number)
