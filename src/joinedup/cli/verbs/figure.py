"""Compute a figure: numerator, denominator, value, interval and cautions for each area and period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.area_names import area_codes
from joinedup.cli.asking_figures import (
    area_option,
    conditions,
    known_on,
    level_asked,
    narrowing_options,
    per_option,
    period_asked_for,
    period_options,
)
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.counting import knowledge_asked
from joinedup.cli.nearest import Choice
from joinedup.cli.output import counting_engine_option, format_option, purpose_option, say, show
from joinedup.terms import AreaLevel, Every, Form, Per, Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery
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
@per_option
@click.option(
    "--area-level",
    type=Choice([each.value for each in AreaLevel]),
    help="How finely to cut by place (default: partnership, or all of what comes without a place).",
)
@area_option
@period_options
@click.option(
    "--every",
    type=Choice([each.value for each in Every]),
    default=Every.WHOLE.value,
    show_default=True,
    help="How to cut by time.",
)
@click.option("--against", metavar="PERIOD", help="With --form change: compare with A..B, of equal length.")
@click.option("--by", metavar="DIMENSION", multiple=True, help="Cut by a breakdown of the measure.")
@narrowing_options
@counting_engine_option
@click.option("--show-sql", is_flag=True, help="Print the SQL that makes the figure, in place of its rows.")
@purpose_option
@format_option
@click.pass_context
def command(ctx: click.Context, name: str, show_sql: bool, output_format: str, **asked: Any) -> None:
    from joinedup.release import release

    workspace, who = open_workspace(ctx), viewer(ctx)
    purpose = Purpose(asked.pop("purpose"))
    query = _query(workspace, who, name, asked)
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


def _query(workspace: Workspace, who: Viewer, name: str, asked: dict[str, Any]) -> FigureQuery:
    from joinedup.measures import FigureQuery
    from joinedup.release import measure_asked

    measure = measure_asked(workspace, who, name)
    as_at, level = knowledge_asked(asked), level_asked(asked, measure)
    return FigureQuery(
        measure=name,
        form=Form(asked["form"]),
        level=level,
        areas=area_codes(workspace, asked["areas"], level, asked["vintage"]),
        period=period_asked_for(workspace, measure, asked, as_at),
        every=Every(asked["every"]),
        by=tuple(asked["by"]),
        where=conditions(measure, asked["where"]),
        as_at=as_at,
        against=Period.parse(asked["against"]) if asked["against"] else None,
        vintage=asked["vintage"],
        engine=asked["engine"],
        per=Per(asked["per"]),
    )


def _heading(answer: ReleasedFigure) -> str:
    numbers = [row.number for row in answer.deliveries]
    rests = f"{len(numbers)} deliveries" if len(numbers) != 1 else f"delivery {numbers[0]}"
    return (
        f"{answer.measure.title} (definition {answer.measure.version}), "
        f"as known on {known_on(answer)}; rests on {rests}."
    )
