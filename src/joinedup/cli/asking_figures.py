"""What verbs share that ask for figures: which areas, which period, which values, known when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from joinedup.cli.nearest import Choice
from joinedup.errors import BadInput
from joinedup.terms import LONDON, AreaLevel, Per, Period

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.workspace import Workspace


class _Known(Protocol):
    """Any answer that knows its date of knowledge."""

    @property
    def known_on(self) -> dt.datetime | None: ...


Command = TypeVar("Command", bound=Callable[..., Any])


def area_option(command: Command) -> Command:
    """``--area``, as often as wanted."""
    option = click.option(
        "--area",
        "areas",
        metavar="CODE|NAME",
        multiple=True,
        help="Only this area, or all within it: its code, or its name.",
    )
    return option(command)


def per_option(command: Command) -> Command:
    """``--per``: what a rate divides by."""
    option = click.option(
        "--per",
        type=Choice([each.value for each in Per]),
        default=Per.RESIDENTS.value,
        show_default=True,
        help="What a rate divides by: see joinedup places load-denominator.",
    )
    return option(command)


def period_options(command: Command) -> Command:
    """``--period``, or ``--from`` and ``--to``."""
    whole = click.option("--period", metavar="PERIOD", help="2024-04, 2024-Q2, 2024/25, 2024 or A..B.")
    return whole(span_options(command))


def span_options(command: Command) -> Command:
    """``--from`` and ``--to``."""
    start = click.option(
        "--from", "start", metavar="PERIOD", help="2024-04, 2024-Q2, 2024/25 or 2024: from its start."
    )
    end = click.option(
        "--to",
        "end",
        metavar="PERIOD",
        help="To its end; alone: from the first data (neither: latest 12 months).",
    )
    return start(end(command))


def narrowing_options(command: Command) -> Command:
    """``--where``, ``--as-at`` and ``--vintage``."""
    known = click.option(
        "--as-at", metavar="TIME", help="As it was known then; a date means the end of that day."
    )
    vintage = click.option("--vintage", metavar="YEAR", help="Boundaries of another year than the newest.")
    return where_option(known(vintage(command)))


def where_option(command: Command) -> Command:
    """``--where``, as often as wanted."""
    option = click.option(
        "--where", metavar="DIMENSION=VALUE", multiple=True, help="Keep one value (repeat for more)."
    )
    return option(command)


def known_on(figure: _Known) -> str:
    """When the latest delivery that an answer rests on became known, in London's time."""
    return f"{figure.known_on.astimezone(LONDON):%d %B %Y, %H:%M}" if figure.known_on else "never"


def level_asked(asked: Mapping[str, Any], measure: Measure) -> AreaLevel:
    """The level of ``--area-level``; where none is named the partnership, or all of what has no place."""
    return AreaLevel(asked["area_level"] or measure.usual_level)


def period_asked_for(
    workspace: Workspace, measure: Measure, asked: Mapping[str, Any], as_at: dt.datetime | None
) -> Period | None:
    """The period of ``--period``, or of ``--from`` and ``--to``; None where none was named."""
    if not asked["period"]:
        return period_of(workspace, measure, asked["start"], asked["end"], as_at)
    if asked["start"] or asked["end"]:
        raise BadInput("--period says all that --from and --to say", next_step="Give either")
    return Period.parse(asked["period"])


def period_of(
    workspace: Workspace, measure: Measure, start: str | None, end: str | None, as_at: dt.datetime | None
) -> Period | None:
    """The period asked for; what is left open reaches as far as the data."""
    if start is None and end is None:
        return None
    first = Period.parse(start) if start else None
    last = Period.parse(end) if end else None
    if first and last:
        return Period(first.start, last.end)
    from joinedup.measures import delivered_period

    data = delivered_period(workspace, measure, as_at)
    if data is None:
        return first or last
    if first:
        return Period(first.start, max(first.end, data.end))
    assert last is not None  # noqa: S101 - one of both was given
    return Period(min(last.start, data.start), last.end)


def _values(measure: Measure, name: str) -> Mapping[str, str]:
    """The values of a breakdown by their code, with labels; those of the usual rhythms too."""
    if name in measure.breakdowns:
        return measure.breakdowns[name]
    from joinedup.measures.rhythms import usual

    found = usual(name)
    return found.values if found else {}


def conditions(measure: Measure, written: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of breakdown and value; a value may be given by its label."""
    pairs = []
    for condition in written:
        name, sign, value = condition.partition("=")
        if not sign:
            raise BadInput("A condition is DIMENSION=VALUE", where=condition)
        labels = {label.lower(): code for code, label in _values(measure, name.strip()).items()}
        pairs.append((name.strip(), labels.get(value.strip().lower(), value.strip())))
    return tuple(pairs)
