"""Explain why a count moved between two dates of knowledge, record by record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.area_names import area_codes
from joinedup.cli.asking_figures import (
    area_option,
    conditions,
    level_asked,
    period_of,
    span_options,
    where_option,
)
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.nearest import Choice
from joinedup.cli.output import format_option, purpose_option, say, show
from joinedup.errors import BadInput
from joinedup.terms import LONDON, AreaLevel, Purpose, parse_knowledge_date

if TYPE_CHECKING:
    from joinedup.measures import Explanation, Measure

COLUMNS = ("area_code", "area_name", "reason", "gained", "lost", "change")
BETWEEN = "--between"


class _Explain(click.Command):
    """Says in our words that a date is missing: click would take the next option for it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words, if ``--between`` has its two dates."""
        for at, word in enumerate(args):
            option, joined, first = word.partition("=")
            if option == BETWEEN:
                dates = ([first] if joined else []) + args[at + 1 : at + (2 if joined else 3)]
                _two_dates([date for date in dates if not date.startswith("-")])
        return super().parse_args(ctx, args)


def _two_dates(given: list[str]) -> None:
    if len(given) < 2:
        raise BadInput(
            "A movement is between two dates of knowledge, and only one is given"
            if given
            else "It is not said between which two dates of knowledge",
            where=f"{BETWEEN} {' '.join(given)}".rstrip(),
            next_step=f"Give both, the earlier first, such as {BETWEEN} 2024-06-30 2024-12-31",
        )


@click.command(name="explain", cls=_Explain, help=__doc__)
@click.argument("name")
@click.option(
    BETWEEN,
    nargs=2,
    metavar="TIME TIME",
    help="The two dates of knowledge; a date means the end of that day.",
)
@click.option(
    "--area-level",
    type=Choice([each.value for each in AreaLevel if each is not AreaLevel.SQUARE]),
    help="How finely to cut by place (default: partnership, or all of what comes without a place).",
)
@area_option
@span_options
@where_option
@click.option("--vintage", help="Boundaries of the later count, where not the current ones.")
@click.option(
    "--vintage-before", help="Boundaries of the earlier count: what only moved between areas is told."
)
@purpose_option
@format_option
@click.pass_context
def command(
    ctx: click.Context, name: str, between: tuple[str, str] | None, output_format: str, **asked: Any
) -> None:
    from joinedup.measures import FigureQuery
    from joinedup.release import explain, measure_asked

    workspace, who = open_workspace(ctx), viewer(ctx)
    measure = measure_asked(workspace, who, name)
    if between is None:
        raise BadInput(
            "It is not said between which two dates of knowledge", next_step=_example(ctx, measure)
        )
    earlier, later = (parse_knowledge_date(text) for text in between)
    level = level_asked(asked, measure)
    query = FigureQuery(
        measure=name,
        level=level,
        areas=area_codes(workspace, asked["areas"], level),
        period=period_of(workspace, measure, asked["start"], asked["end"], later),
        where=conditions(measure, asked["where"]),
        vintage=asked["vintage"],
    )
    found = explain(
        workspace,
        who,
        query,
        earlier,
        later,
        purpose=Purpose(asked["purpose"]),
        channel="command-line",
        vintage_before=asked["vintage_before"],
    )
    for note in found.notes:
        say(f"Note: {note}")
    if output_format == "table":
        _say_totals(found)
    rows = found.to_json_rows()
    if output_format == "table":
        rows = [{**row, "reason": _reason(row)} for row in rows]
    show(
        rows,
        output_format,
        columns=COLUMNS if output_format == "table" else (),
        empty="Nothing moved between the two dates.",
    )


def _example(ctx: click.Context, measure: Measure) -> str:
    """A command of this workspace: the latest two days on which anything became known to the measure."""
    from joinedup.release import provenance

    seen = provenance(open_workspace(ctx), viewer(ctx), measure.sources)
    days = sorted({row.known_from.astimezone(LONDON).date() for row in seen.coverage})
    if len(days) < 2:
        return "Give --between with two dates; until now nothing became known on two different days"
    return f"For example: joinedup explain {measure.name} --between {days[-2]} {days[-1]}"


def _reason(row: Mapping[str, Any]) -> str:
    """The reason as a table has it, with the attribute where one changed."""
    return f"{row['reason']}: {row['attribute']}" if row["attribute"] else str(row["reason"])


def _say_totals(found: Explanation) -> None:
    say(f"{found.measure.title}, {found.query.period.words if found.query.period else ''}:")
    for code, before in found.before.items():
        named, after = _named(code, found.names[code]), found.after[code]
        say(f"  {named}: {before:,} before, {after:,} after, {after - before:+,}")


def _named(code: str, name: str) -> str:
    """An area by its name, with its code where it has one of its own."""
    from joinedup.measures.result import EVERYTHING, OUTSIDE, PARTNERSHIP, UNLOCATED

    return name if code in {EVERYTHING, PARTNERSHIP, OUTSIDE, UNLOCATED} else f"{name} ({code})"
