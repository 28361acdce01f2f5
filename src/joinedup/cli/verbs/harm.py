"""Weigh crimes by how grave they are: a severity score, its total, and the average of a crime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.area_names import area_codes
from joinedup.cli.asking_figures import (
    area_option,
    conditions,
    narrowing_options,
    period_asked_for,
    period_options,
)
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.counting import knowledge_asked, name_or_verb
from joinedup.cli.nearest import Choice
from joinedup.cli.output import (
    between,
    cautions,
    counted,
    counting_engine_option,
    format_option,
    purpose_option,
    rounded,
    say,
    show,
)
from joinedup.terms import AreaLevel, Every, Form, Purpose

if TYPE_CHECKING:
    from joinedup.measures.harm import HarmFigure, HarmQuery, HarmRow
    from joinedup.workspace import Workspace

USUAL = "ons-2020"


@click.group(name="harm", help=__doc__, cls=name_or_verb("figure"), invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    from joinedup.measures.harm import HARM

    open_workspace(ctx)  # which sets the language
    show(
        [
            {
                "name": one.name,
                "title": one.words["title"],
                "unit": one.words["unit"].format(weight="weight"),
                "meaning": one.words["meaning"],
            }
            for one in HARM.values()
        ],
        output_format,
    )


@command.command(name="figure")
@click.argument("name")
@click.option(
    "--weights", default=USUAL, show_default=True, metavar="NAME", help="By which weights: see harm weights."
)
@click.option(
    "--area-level",
    type=Choice([each.value for each in AreaLevel]),
    default=AreaLevel.PARTNERSHIP.value,
    show_default=True,
    help="How finely to cut by place.",
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
@click.option("--rolling", is_flag=True, help="Twelve months to the end of each month of the period.")
@click.option("--by", metavar="DIMENSION", multiple=True, help="Cut by a breakdown of the crimes.")
@narrowing_options
@counting_engine_option
@click.option(
    "--unweighted", is_flag=True, help="In place of the figure: its offence codes without a weight."
)
@click.option(
    "--show-sql", is_flag=True, help="Print the SQL that counts the crimes, in place of the figure."
)
@purpose_option
@format_option
@click.pass_context
def figure(
    ctx: click.Context, name: str, unweighted: bool, show_sql: bool, output_format: str, **asked: Any
) -> None:
    """The score, the total or the average (the word figure may be left out): joinedup harm score."""
    from joinedup.release.harm import released_harm

    workspace, who = open_workspace(ctx), viewer(ctx)
    purpose = Purpose(asked.pop("purpose"))
    query = _query(workspace, name, asked)
    answer = released_harm(workspace, who, query, purpose=purpose, channel="command-line")
    for note in answer.notes:
        say(f"Note: {note}")
    if show_sql:
        click.echo(answer.sql, nl=False)
    elif unweighted:
        listed = [{"offence_code": code, "crimes": count} for code, count in answer.unweighted]
        show(listed, output_format, empty="Every crime has a weight.")
    elif output_format != "table":
        show(answer.to_json_rows(), output_format)
    else:
        for caveat in answer.definition.caveats_told:
            say(caveat)
        say(_heading(answer))
        show([_row(answer, row) for row in answer.rows])


@command.command(name="weights")
@click.argument("name", required=False)
@format_option
@click.pass_context
def weights(ctx: click.Context, name: str | None, output_format: str) -> None:
    """The weights there are, with vintage and source; of NAME: its rules, and how many codes each gave."""
    from joinedup.measures.harm import weights_known, weights_named

    workspace = open_workspace(ctx)
    if name is None:
        sets = [weights_named(workspace, each) for each in weights_known(workspace)]
        show(
            [
                {
                    "name": one.name,
                    "title": one.title,
                    "vintage": one.vintage,
                    "unit": one.unit,
                    "codes": len(one.by_code),
                    "source": one.source,
                }
                for one in sets
            ],
            output_format,
        )
        return
    one = weights_named(workspace, name)
    say(f"{one.words}, in {one.unit}. {one.source}.")
    show(
        [
            {"rule": rule, "codes": one.codes_by_rule[rule], "means": meaning}
            for rule, meaning in one.rules.items()
        ],
        output_format,
    )


def _query(workspace: Workspace, name: str, asked: dict[str, Any]) -> HarmQuery:
    from joinedup.errors import BadInput
    from joinedup.measures import FigureQuery
    from joinedup.measures.harm import HarmQuery, harm_named

    measure = harm_named(name).by_offence
    as_at, level = knowledge_asked(asked), AreaLevel(asked["area_level"])
    if asked["rolling"] and asked["every"] != Every.WHOLE.value:
        raise BadInput("--rolling has a row for each month", next_step="Leave out --every")
    return HarmQuery(
        name,
        asked["weights"],
        FigureQuery(
            measure=measure.name,
            form=Form.ROLLING_12 if asked["rolling"] else Form.COUNT,
            level=level,
            areas=area_codes(workspace, asked["areas"], level, asked["vintage"]),
            period=period_asked_for(workspace, measure, asked, as_at),
            every=Every(asked["every"]),
            by=tuple(asked["by"]),
            where=conditions(measure, asked["where"]),
            as_at=as_at,
            vintage=asked["vintage"],
            engine=asked["engine"],
        ),
    )


def _heading(answer: HarmFigure) -> str:
    from joinedup.terms import LONDON

    known = f"{answer.known_on.astimezone(LONDON):%d %B %Y, %H:%M}" if answer.known_on else "never"
    return (
        f"{answer.definition.words['title']} (definition {answer.definition.version}) by "
        f"{answer.weights.words}, in {answer.unit}, as known on {known}; "
        f"rests on {len(answer.deliveries)} deliveries."
    )


def _row(answer: HarmFigure, row: HarmRow) -> dict[str, Any]:
    from joinedup.measures.harm.definitions import Reading

    reading = answer.definition.reading
    measure = answer.definition.measure
    digits = 2 if reading is Reading.SCORE else 0 if reading is Reading.TOTAL else 1
    beside = {
        Reading.SCORE: {"Total weight": rounded(row.total, 0), "Residents": counted(row.denominator)},
        Reading.TOTAL: {},
        Reading.AVERAGE: {"Total weight": rounded(row.total, 0)},
    }[reading]
    return {
        "Code": row.area_code,
        "Area": row.area_name,
        "Period": row.period.words,
        **{
            key.replace("_", " ").capitalize(): measure.label(key, value)
            for key, value in row.breakdowns.items()
        },
        "Crimes": counted(row.crimes),
        "With a weight": counted(row.with_weight),
        "Without": counted(row.without_weight),
        **beside,
        reading.value.capitalize(): rounded(row.value, digits),
        "95% interval": between(row.lower, row.upper, digits),
        "Cautions": cautions(row.flags),
    }
