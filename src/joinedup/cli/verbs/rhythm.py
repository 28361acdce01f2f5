"""When it happens: rates for each hour or day of a kind (night, weekend, season, term), and on event days."""

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
from joinedup.terms import AreaLevel, Every, Purpose, Viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from joinedup.measures import FigureQuery
    from joinedup.measures.rhythms import EventRow, Rhythm, RhythmRow
    from joinedup.release.rhythms import ReleasedEvent, ReleasedRhythm
    from joinedup.workspace import Workspace

_USUAL = "day_or_night"


@click.group(name="rhythm", help=__doc__, cls=name_or_verb("figure"), invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    from joinedup.measures.rhythms import rhythms

    workspace = open_workspace(ctx)
    show(
        [
            {
                "name": one.name,
                "title": one.words["title"],
                "values": len(one.labels),
                "needs_the": str(one.grain),
                "counted_in": str(one.unit),
                "meaning": " ".join(filter(None, (one.words["meaning"], one.says))),
            }
            for one in rhythms(workspace).values()
        ],
        output_format,
    )


def _question(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that both questions have."""
    level = click.option(
        "--area-level",
        type=Choice([each.value for each in AreaLevel]),
        help="How finely to cut by place (default: partnership, or the event's own place).",
    )
    listed = (purpose_option, counting_engine_option, narrowing_options, period_options, area_option, level)
    for option in listed:
        function = option(function)
    return function


@command.command(name="figure")
@click.argument("name")
@click.option("--by", default=_USUAL, show_default=True, metavar="RHYTHM", help="Which rhythm: see rhythm.")
@click.option(
    "--every",
    type=Choice([each.value for each in Every]),
    default=Every.WHOLE.value,
    show_default=True,
    help="How to cut by time.",
)
@_question
@click.option("--show-sql", is_flag=True, help="Print the SQL that counts, in place of the figure.")
@format_option
@click.pass_context
def figure(ctx: click.Context, name: str, show_sql: bool, output_format: str, **asked: Any) -> None:
    """Counts, time, rates and ratios (the word figure may be left out): joinedup rhythm metal-theft."""
    from joinedup.release.rhythms import released_rhythm

    workspace, who = open_workspace(ctx), viewer(ctx)
    purpose = Purpose(asked.pop("purpose"))
    query = _query(workspace, who, name, asked, by=(asked["by"],), every=Every(asked["every"]))
    answer = released_rhythm(workspace, who, query, purpose=purpose, channel="command-line")
    for note in answer.notes:
        say(f"Note: {note}")
    if show_sql:
        click.echo(answer.figure.sql, nl=False)
    elif output_format != "table":
        show(answer.to_json_rows(), output_format)
    else:
        say(_heading(answer, str(answer.found.rhythm.words["title"])))
        show(_without_empty([_row(answer.found.rhythm, row) for row in answer.found.rows]))


@command.command(name="event")
@click.argument("name")
@click.option("--event", "event", required=True, metavar="EVENT", help="Which event: see rhythm events.")
@_question
@click.option("--days", is_flag=True, help="In place of the figure: which days are laid beside which.")
@format_option
@click.pass_context
def event(ctx: click.Context, name: str, event: str, days: bool, output_format: str, **asked: Any) -> None:
    """The days of an event beside the same days of the week around them."""
    from joinedup.release.rhythms import released_event

    workspace, who = open_workspace(ctx), viewer(ctx)
    purpose = Purpose(asked.pop("purpose"))
    query = _query(workspace, who, name, asked)
    answer = released_event(workspace, who, query, event, purpose=purpose, channel="command-line")
    for note in answer.notes:
        say(f"Note: {note}")
    if days:
        show(
            [{"day": day, "beside": ", ".join(beside)} for day, beside in answer.found.pairs],
            output_format,
            empty="No day of the event lies in the months with data.",
        )
    elif output_format != "table":
        show(answer.to_json_rows(), output_format)
    else:
        say(_heading(answer, answer.found.event.title))
        show(_without_empty([_event_row(row) for row in answer.found.rows]))


@command.command(name="events")
@format_option
@click.pass_context
def events(ctx: click.Context, output_format: str) -> None:
    """The events there are: those that come with joinedup, and those of the workspace's events.toml."""
    from joinedup.measures.rhythms import events as known

    workspace = open_workspace(ctx)
    show(
        [
            {
                "name": one.name,
                "title": one.title,
                "days": len(one.days),
                "known_from": one.known_from,
                "known_to": one.known_to,
                "where": ", ".join(one.areas) or "everywhere",
                "source": one.source,
            }
            for one in known(workspace).values()
        ],
        output_format,
    )


@command.command(name="terms")
@format_option
@click.pass_context
def terms(ctx: click.Context, output_format: str) -> None:
    """The school terms that the workspace's term-dates.toml tells of."""
    from joinedup.measures.rhythms import term_dates

    workspace = open_workspace(ctx)
    show(
        [
            {
                "name": one.name,
                "districts": ", ".join(one.districts) or "all",
                "known_from": one.known_from,
                "known_to": one.known_to,
                "terms": len(one.terms),
                "source": one.source,
            }
            for one in term_dates(workspace)
        ],
        output_format,
        empty="There are no term dates: write term-dates.toml (docs/rhythms.md).",
    )


def _query(
    workspace: Workspace,
    who: Viewer,
    name: str,
    asked: dict[str, Any],
    *,
    by: tuple[str, ...] = (),
    every: Every = Every.WHOLE,
) -> FigureQuery:
    from joinedup.measures import FigureQuery
    from joinedup.release import measure_asked

    measure = measure_asked(workspace, who, name)
    as_at = knowledge_asked(asked)
    level = level_asked(asked, measure)
    return FigureQuery(
        measure=name,
        level=level,
        areas=area_codes(workspace, asked["areas"], level, asked["vintage"]),
        period=period_asked_for(workspace, measure, asked, as_at),
        every=every,
        by=by,
        where=conditions(measure, asked["where"]),
        as_at=as_at,
        vintage=asked["vintage"],
        engine=asked["engine"],
    )


def _heading(answer: ReleasedRhythm | ReleasedEvent, title: str) -> str:
    one = answer.figure
    period = one.query.period.words if one.query.period else ""
    return (
        f"{one.measure.title} (definition {one.measure.version}): {title}, {period}, as known on "
        f"{known_on(one)}; rests on {len(one.deliveries)} deliveries."
    )


def _row(rhythm: Rhythm, row: RhythmRow) -> dict[str, Any]:
    return {
        "Code": row.area_code,
        "Area": row.area_name,
        "Period": row.period.words,
        rhythm.words["title"]: row.label,
        "Count": counted(row.count),
        str(rhythm.unit).capitalize(): counted(row.exposure),
        f"For each {rhythm.unit.words}": rounded(row.rate, 1),
        "95% interval": between(row.lower, row.upper, 1),
        "Ratio to the rest": rounded(row.ratio, 2),
        "Its interval": between(row.ratio_lower, row.ratio_upper, 2),
        "Least to most": between(row.least, row.most, 2),
        "Cautions": cautions(row.flags),
    }


def _event_row(row: EventRow) -> dict[str, Any]:
    return {
        "Code": row.area_code,
        "Area": row.area_name,
        "Days": counted(row.days),
        "Count": counted(row.count),
        "Days beside": counted(row.days_beside),
        "Count beside": counted(row.count_beside),
        "Expected": rounded(row.expected, 1),
        "Ratio": rounded(row.ratio, 2),
        "95% interval": between(row.lower, row.upper, 2),
        "Dispersion": rounded(row.dispersion, 1),
        "Day not known": counted(row.day_not_known),
        "Cautions": cautions(row.flags),
    }


def _without_empty(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the column of cautions where there is none."""
    if any(row["Cautions"] for row in rows):
        return rows
    return [{name: value for name, value in row.items() if name != "Cautions"} for row in rows]
