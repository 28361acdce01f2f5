"""Tell who reoffends, by any of the measures there are, and what leads from one measure to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.counting import (
    knowledge_asked,
    name_or_verb,
    period_asked,
    period_options,
    show_linked,
)
from joinedup.cli.output import format_option, purpose_option_of, say, show
from joinedup.terms import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from joinedup.measures.linked import LinkedFigure, LinkedQuery
    from joinedup.measures.reoffending import Bridge

BRIDGE_COLUMNS = (
    "part",
    "says",
    "people",
    "left",
    "came",
    "reoffenders",
    "reoffenders_left",
    "reoffenders_came",
    "now_reoffend",
    "no_longer",
    "share",
    "reoffences",
)


@click.group(name="reoffending", help=__doc__, cls=name_or_verb("count"), invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.measures.reoffending import PARTS, part_says
    from joinedup.release.reoffending import reoffending_available

    shown = ("cohort", "ages", "follow_up", "wait", "proof") if output_format == "table" else PARTS
    show(
        [
            {"name": one.name, "title": str(one.title), **{part: part_says(one, part) for part in shown}}
            for one in reoffending_available(workspace, by)
        ],
        output_format,
        empty="Nothing by which reoffending is counted may be seen whole by you.",
    )


@command.command(name="count")
@click.argument("name")
@period_options
@click.option("--show-sql", is_flag=True, help="Show the SQL that counts it, and count nothing.")
@purpose_option_of(Purpose.OFFENDER_MANAGEMENT)
@click.option("--reason", default="", help="Why you ask, without naming anybody.")
@format_option
@click.pass_context
def count(ctx: click.Context, name: str, output_format: str, show_sql: bool, **asked: Any) -> None:
    """Count by the measure NAME (the word count may be left out): joinedup reoffending proven-reoffending."""
    from joinedup.measures.reoffending import reoffending_named, sql_of
    from joinedup.release.reoffending import released_reoffending

    if show_sql:
        click.echo(sql_of(reoffending_named(name), period_asked(asked)))
        return
    workspace, by = open_workspace(ctx), viewer(ctx)
    figure = released_reoffending(
        workspace, by, _query(name, asked), purpose=Purpose(asked["purpose"]), reason=asked["reason"]
    )
    show_linked(figure, output_format)


@command.command(name="compare")
@click.argument("names", metavar="NAME...", nargs=-1)
@period_options
@purpose_option_of(Purpose.OFFENDER_MANAGEMENT)
@click.option("--reason", default="", help="Why you ask, without naming anybody.")
@format_option
@click.pass_context
def compare(ctx: click.Context, names: tuple[str, ...], output_format: str, **asked: Any) -> None:
    """Set measures side by side, each with what it states, of the people of one period (none named: all)."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.reoffending import released_reoffending, reoffending_available

    chosen = names or tuple(one.name for one in reoffending_available(workspace, by))
    figures = [
        released_reoffending(
            workspace, by, _query(one, asked), purpose=Purpose(asked["purpose"]), reason=asked["reason"]
        )
        for one in chosen
    ]
    _say(_notes(figures))
    say("These measures differ in what they count: none is a later or earlier value of another.")
    show([_beside(one) for one in figures], output_format, empty="There is nothing that you may see whole.")


def _notes(figures: Sequence[LinkedFigure]) -> list[str]:
    """What is said of every measure once; all else behind the titles of those of which it is said."""
    titles: dict[str, list[str]] = {}
    for figure in figures:
        for note in dict.fromkeys(figure.notes):
            titles.setdefault(note, []).append(str(figure.definition.title))
    return [note if len(of) == len(figures) else f"{'; '.join(of)}: {note}" for note, of in titles.items()]


def _beside(figure: LinkedFigure) -> dict[str, Any]:
    from joinedup.measures.linked.definitions import ALL
    from joinedup.measures.reoffending import part_says, reoffending_named

    measure = reoffending_named(figure.definition.name)
    rows = {row.of: row for row in figure.rows if row.group == ALL}
    share, frequency = rows.get("reoffended"), rows.get("reoffences-per-100")
    return {
        "measure": measure.name,
        "people": share.denominator if share else None,
        "reoffended": share.numerator if share else None,
        "share": share.value if share else None,
        "lower": share.lower if share else None,
        "upper": share.upper if share else None,
        "reoffences_per_100": frequency.value if frequency else None,
        **{part: part_says(measure, part) for part in ("ages", "follow_up", "wait", "proof")},
        "flags": [str(flag) for flag in figure.rows[0].flags],
    }


@command.command(name="needs")
@click.argument("name")
@period_options
@purpose_option_of(Purpose.OFFENDER_MANAGEMENT)
@click.option("--reason", default="", help="Why you ask, without naming anybody.")
@format_option
@click.pass_context
def needs(ctx: click.Context, name: str, output_format: str, **asked: Any) -> None:
    """Tell what those need who reoffend by the measure NAME, beside those who do not: odds ratios by need."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.reoffending import released_needs

    figure = released_needs(
        workspace, by, _query(name, asked), purpose=Purpose(asked["purpose"]), reason=asked["reason"]
    )
    show_linked(figure, output_format)


@command.command(name="bridge")
@click.argument("name")
@click.argument("other")
@period_options
@purpose_option_of(Purpose.OFFENDER_MANAGEMENT)
@click.option("--reason", default="", help="Why you ask, without naming anybody.")
@format_option
@click.pass_context
def bridge(ctx: click.Context, name: str, other: str, output_format: str, **asked: Any) -> None:
    """Tell what leads from the measure NAME to OTHER: what each part in which they differ moves."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.reoffending import released_bridge

    found = released_bridge(
        workspace, by, _query(name, asked), other, purpose=Purpose(asked["purpose"]), reason=asked["reason"]
    )
    _say(found.notes)
    table = output_format == "table"
    if table and found.steps:
        say("Each line changes one part, on top of those before; by the best linkage.")
    show(
        [row for row in _steps(found) if not table or row["linkage"] == "best"],
        output_format,
        columns=BRIDGE_COLUMNS if table else (),
        empty="There is no bridge: see above.",
    )


def _steps(found: Bridge) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from joinedup.measures.reoffending import part_says, part_title

    return [
        {
            **asdict(step),
            "part": part_title(step.part),
            "says": part_says(found.other, step.part) if step.part else str(found.one.title),
            "share": step.reoffenders / step.people if step.people else None,
            "linkage": level.value,
            "flags": sorted(str(flag) for flag in found.flags),
        }
        for level, steps in found.steps.items()
        for step in steps
    ]


def _query(name: str, asked: dict[str, Any]) -> LinkedQuery:
    from joinedup.measures.linked import LinkedQuery

    return LinkedQuery(name, (), period_asked(asked), as_at=knowledge_asked(asked))


def _say(notes: Iterable[str]) -> None:
    for note in notes:
        say(str(note))
