"""What verbs share that count linked people by named definitions: a name for a verb, a period, a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from joinedup.cli.output import say, show
from joinedup.errors import BadInput
from joinedup.terms import Period, parse_knowledge_date

if TYPE_CHECKING:
    from joinedup.measures.linked import LinkedFigure

COLUMNS = (
    "of",
    "group",
    "unit",
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "least_value",
    "most_value",
    "flags",
)
Command = TypeVar("Command", bound=Callable[..., Any])


def name_or_verb(counting: str) -> type[click.Group]:
    """A group in which a first word that is no verb of its own is the name of a definition: ``counting`` is
    the verb that takes it."""

    class NameOrVerb(click.Group):
        def resolve_command(
            self, ctx: click.Context, args: list[str]
        ) -> tuple[str | None, click.Command | None, list[str]]:
            """The verb; or counting, with all words."""
            if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
                return counting, self.get_command(ctx, counting), args
            return super().resolve_command(ctx, args)

    return NameOrVerb


def period_options(command: Command) -> Command:
    """``--from``, ``--to`` and ``--as-at``."""
    known = click.option("--as-at", metavar="TIME", help="As known on this date, with the people known then.")
    end = click.option("--to", "end", metavar="PERIOD", help="To the end of this period.")
    start = click.option(
        "--from", "start", metavar="PERIOD", help="2024-04, 2024-Q2, 2024/25 or 2024: from its start."
    )
    return start(end(known(command)))


def period_asked(asked: Mapping[str, Any]) -> Period:
    """The period of ``--from`` and ``--to``: of one where the other is not said."""
    start, end = asked["start"], asked["end"]
    if start is None and end is None:
        raise BadInput("This is counted in a period", next_step="Say --from 2024-04 --to 2025-03")
    first, last = Period.parse(start or end), Period.parse(end or start)
    return Period(first.start, last.end)


def knowledge_asked(asked: Mapping[str, Any]) -> dt.datetime | None:
    """The instant of ``--as-at``."""
    return parse_knowledge_date(asked["as_at"]) if asked["as_at"] else None


def show_linked(figure: LinkedFigure, output_format: str) -> None:
    """Print a figure of linked people: what it is of, its notes and caveats, then its rows."""
    say(f"{figure.definition.title}, {figure.query.period.words}.")
    for note in (*figure.notes, *figure.definition.caveats):
        say(str(note))
    from joinedup.measures.linked.cells import RATIO

    if output_format == "table" and any(row.unit == RATIO for row in figure.rows):
        say("A ratio is of two rates (or odds), and beside it stand the two counts, which are no fraction.")
        say("1 is no difference: where the interval holds 1, none is shown.")
    show(figure.to_json_rows(), output_format, columns=COLUMNS if output_format == "table" else ())
