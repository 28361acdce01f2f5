"""Count who and what it happens to again, and what linked records tell: repeats, contacts, travel, at 18."""

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
from joinedup.cli.nominating import nominations
from joinedup.cli.output import format_option, purpose_option, say, show
from joinedup.errors import BadInput
from joinedup.terms import AreaLevel, Period, Purpose

if TYPE_CHECKING:
    from joinedup.measures.linked import Definition
    from joinedup.measures.repeats import Repeat
    from joinedup.terms import Viewer
    from joinedup.workspace import Workspace

BY_CHANCE = "by_chance"
"""In the table where it is said how many there could be: of those seen alone it is too much."""
COLUMNS = (
    "area_code",
    "area_name",
    "share_of",
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "least",
    "most",
    BY_CHANCE,
    "top_10_percent",
    "gini",
    "flags",
)


@click.group(name="repeats", help=__doc__, cls=name_or_verb("count"), invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.linked import linked_available
    from joinedup.release.repeats import repeats_available

    available: list[Repeat | Definition] = [
        *repeats_available(workspace, by),
        *linked_available(workspace, by),
    ]
    show(
        [
            {
                "name": one.name,
                "title": str(one.title),
                "unit": one.unit.value,
                "meaning": str(one.meaning),
            }
            for one in available
        ],
        output_format,
        empty="Nothing of which repeats are counted may be seen whole by you.",
    )


command.add_command(nominations)


@command.command(name="count")
@click.argument("name")
@period_options
@click.option(
    "--area-level",
    "level",
    type=click.Choice([AreaLevel.ALL.value, AreaLevel.DISTRICT.value, AreaLevel.WARD.value]),
    default=AreaLevel.ALL.value,
    show_default=True,
    help="Cut repeats by the areas in which it happened.",
)
@click.option("--within", metavar="CODE", help="Only areas of --area-level within this district.")
@click.option(
    "--possible",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many people, places or pairs there could be: for what chance gives, and Gini.",
)
@click.option("--at", type=(float, float), metavar="LONGITUDE LATITUDE", help="For what is around a place.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Since when the place is as it is now.")
@purpose_option
@click.option("--reason", default="", help="Why you ask, without naming anybody.")
@format_option
@click.pass_context
def count(ctx: click.Context, name: str, output_format: str, **asked: Any) -> None:
    """Count by the definition NAME (the word count may be left out): joinedup repeats repeat-caller."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.measures.linked import LINKED

    counting = _linked if name in LINKED else _repeats
    counting(workspace, by, name, period_asked(asked), output_format, asked)


def _repeats(
    workspace: Workspace, by: Viewer, name: str, period: Period, output_format: str, asked: dict[str, Any]
) -> None:
    from joinedup.measures.linked import LINKED
    from joinedup.measures.repeats import REPEATS, RepeatQuery, told_beside
    from joinedup.release.repeats import released_repeats

    if name not in REPEATS:
        from joinedup.cli.nearest import did_you_mean
        from joinedup.errors import NotFound

        near = did_you_mean(name, [*REPEATS, *LINKED]) or "See: joinedup repeats"
        raise NotFound("There is no such repeat", where=name, next_step=near)
    level = AreaLevel(asked["level"])
    if asked["possible"] is not None and level is not AreaLevel.ALL:
        raise BadInput(
            "How many there could be is asked for everything together, not for each area",
            where="--possible",
            next_step="Leave out --area-level",
        )
    if asked["within"] is not None and level is AreaLevel.ALL:
        raise BadInput(
            "Only areas are within a district", where="--within", next_step="Say --area-level ward as well"
        )
    _refuse(asked, "at", "since")
    query = RepeatQuery(
        name,
        (),
        period,
        as_at=knowledge_asked(asked),
        level=level,
        areas=(asked["within"],) if asked["within"] else (),
        possible_units=asked["possible"],
    )
    figure = released_repeats(workspace, by, query, purpose=Purpose(asked["purpose"]), reason=asked["reason"])
    beside = told_beside(figure) if output_format == "table" else []
    say(f"{figure.definition.title}, {figure.query.period.words}.")
    for note in (*figure.notes, *beside, *figure.definition.caveats):
        say(str(note))
    columns = [one for one in COLUMNS if one != BY_CHANCE or asked["possible"] is not None]
    show(figure.to_json_rows(), output_format, columns=columns if output_format == "table" else ())


def _linked(
    workspace: Workspace, by: Viewer, name: str, period: Period, output_format: str, asked: dict[str, Any]
) -> None:
    from joinedup.measures.linked import LinkedQuery
    from joinedup.release.linked import released_linked

    if asked["level"] != AreaLevel.ALL.value:
        raise BadInput("This is counted for everything together", where="--area-level")
    _refuse(asked, "possible", "within")
    since = asked["since"].date() if asked["since"] else None
    query = LinkedQuery(name, (), period, as_at=knowledge_asked(asked), at=asked["at"], since=since)
    figure = released_linked(workspace, by, query, purpose=Purpose(asked["purpose"]), reason=asked["reason"])
    show_linked(figure, output_format)


def _refuse(asked: dict[str, Any], *names: str) -> None:
    for name in names:
        if asked[name] is not None:
            raise BadInput("That does not go with this definition", where=f"--{name}")


@command.command(name="shared")
@click.argument("name")
@click.argument("other")
@period_options
@purpose_option
@click.option("--reason", default="", help="Why you ask, without naming anybody.")
@format_option
@click.pass_context
def shared(ctx: click.Context, name: str, other: str, output_format: str, **asked: Any) -> None:
    """Tell how far those who repeat by NAME are those who repeat by OTHER."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.measures.repeats import RepeatQuery
    from joinedup.release.repeats import released_shared

    query = RepeatQuery(name, (), period_asked(asked), as_at=knowledge_asked(asked))
    found, notes = released_shared(
        workspace, by, query, other, purpose=Purpose(asked["purpose"]), reason=asked["reason"]
    )
    for note in notes:
        say(note)
    rows = [
        {
            "linking": level.value,
            "both": one.both,
            f"only_{name}": one.only_one,
            f"only_{other}": one.only_other,
        }
        for level, one in found.items()
    ]
    show(rows, output_format, empty="One of the two has no data.")
