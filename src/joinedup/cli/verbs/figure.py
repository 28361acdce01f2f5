"""Compute a figure: numerator, denominator, value, interval and cautions for each area and period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.area_names import area_codes
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.nearest import Choice
from joinedup.cli.output import format_option, purpose_option, say, show
from joinedup.errors import BadInput
from joinedup.terms import LONDON, AreaLevel, Engine, Every, Form, Period, Purpose, parse_knowledge_date

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery, Measure
    from joinedup.release import ReleasedFigure
    from joinedup.workspace import Workspace


@click.command(name="figure", help=__doc__)
@click.argument("name")
@click.option(
    "--form",
    type=Choice([each.value for each in Form]),
    default=Form.COUNT.value,
    show_default=True,
    help="How to show the count.",
)
@click.option(
    "--area-level",
    type=Choice([each.value for each in AreaLevel]),
    default=AreaLevel.PARTNERSHIP.value,
    show_default=True,
    help="How finely to cut by place.",
)
@click.option(
    "--area",
    "areas",
    metavar="CODE|NAME",
    multiple=True,
    help="Only this area, or all within it: its code, or its name.",
)
@click.option("--period", metavar="PERIOD", help="2024-04, 2024-Q2, 2024/25, 2024 or A..B.")
@click.option("--from", "start", metavar="PERIOD", help="2024-04, 2024-Q2, 2024/25 or 2024: from its start.")
@click.option("--to", "end", metavar="PERIOD", help="To the end of this period (default: latest 12 months).")
@click.option(
    "--every",
    type=Choice([each.value for each in Every]),
    default=Every.WHOLE.value,
    show_default=True,
    help="How to cut by time.",
)
@click.option("--against", metavar="PERIOD", help="With --form change: compare with A..B, of equal length.")
@click.option("--by", metavar="DIMENSION", multiple=True, help="Cut by a breakdown of the measure.")
@click.option("--where", metavar="DIMENSION=VALUE", multiple=True, help="Keep one value (repeat for more).")
@click.option("--as-at", metavar="TIME", help="As it was known then; a date means the end of that day.")
@click.option("--vintage", metavar="YEAR", help="Boundaries of another year than the newest.")
@click.option(
    "--engine",
    type=Choice([each.value for each in Engine]),
    default=Engine.DUCKDB.value,
    show_default=True,
    help="What counts the records; the figure is the same.",
)
@click.option("--show-sql", is_flag=True, help="Print the SQL that makes the figure, in place of its rows.")
@purpose_option
@format_option
@click.pass_context
def command(ctx: click.Context, name: str, show_sql: bool, output_format: str, **asked: Any) -> None:
    from joinedup.release import release

    workspace, who = open_workspace(ctx), viewer(ctx)
    purpose = Purpose(asked.pop("purpose"))
    query = _query(workspace, name, asked)
    answer = release(workspace, who, query, purpose=purpose, channel="command-line")
    for note in answer.notes:
        say(f"Note: {note}")
    if show_sql:
        click.echo(answer.sql, nl=False)
        return
    if output_format != "table":
        show(answer.to_json_rows(), output_format)
        return
    from joinedup.cli.figure_table import table_of

    say(_heading(answer))
    show(table_of(answer), empty="Nothing was counted: the figure has no row.")


def _query(workspace: Workspace, name: str, asked: dict[str, Any]) -> FigureQuery:
    from joinedup.measures import FigureQuery, measure_named

    measure = measure_named(name)
    as_at = parse_knowledge_date(asked["as_at"]) if asked["as_at"] else None
    return FigureQuery(
        measure=name,
        form=Form(asked["form"]),
        level=AreaLevel(asked["area_level"]),
        areas=area_codes(workspace, asked["areas"], AreaLevel(asked["area_level"]), asked["vintage"]),
        period=_period(workspace, measure, asked, as_at),
        every=Every(asked["every"]),
        by=tuple(asked["by"]),
        where=conditions(measure, asked["where"]),
        as_at=as_at,
        against=Period.parse(asked["against"]) if asked["against"] else None,
        vintage=asked["vintage"],
        engine=Engine(asked["engine"]),
    )


def _period(
    workspace: Workspace, measure: Measure, asked: dict[str, Any], as_at: dt.datetime | None
) -> Period | None:
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


def conditions(measure: Measure, written: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of breakdown and value; a value may be given by its label."""
    pairs = []
    for condition in written:
        name, sign, value = condition.partition("=")
        if not sign:
            raise BadInput("A condition is DIMENSION=VALUE", where=condition)
        labels = {label.lower(): code for code, label in measure.breakdowns.get(name.strip(), {}).items()}
        pairs.append((name.strip(), labels.get(value.strip().lower(), value.strip())))
    return tuple(pairs)


def _heading(answer: ReleasedFigure) -> str:
    numbers = [row.number for row in answer.deliveries]
    known = f"{answer.known_on.astimezone(LONDON):%d %B %Y, %H:%M}" if answer.known_on else "never"
    rests = f"{len(numbers)} deliveries" if len(numbers) != 1 else f"delivery {numbers[0]}"
    return (
        f"{answer.measure.title} (definition {answer.measure.version}), as known on {known}; "
        f"rests on {rests}."
    )
