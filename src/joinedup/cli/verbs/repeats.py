"""Count who and what it happens to again, by named definitions: repeat callers, victims, suspects, places."""

from __future__ import annotations

from typing import Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.output import format_option, purpose_option, say, show
from joinedup.errors import BadInput
from joinedup.terms import AreaLevel, Period, Purpose, parse_knowledge_date

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
    "flags",
)


@click.command(name="repeats", help=__doc__)
@click.argument("name", required=False)
@click.option("--from", "start", metavar="PERIOD", help="2024-04, 2024-Q2, 2024/25 or 2024: from its start.")
@click.option("--to", "end", metavar="PERIOD", help="To the end of this period.")
@click.option(
    "--area-level",
    "level",
    type=click.Choice([AreaLevel.ALL.value, AreaLevel.DISTRICT.value, AreaLevel.WARD.value]),
    default=AreaLevel.ALL.value,
    show_default=True,
    help="Cut by the areas in which it happened.",
)
@click.option(
    "--possible",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many people, places or pairs there could be: for what chance gives, and Gini.",
)
@click.option("--as-at", metavar="TIME", help="As known on this date, with the people known then.")
@purpose_option
@click.option("--reason", default="", help="Why you ask, without naming anybody.")
@format_option
@click.pass_context
def command(ctx: click.Context, name: str | None, output_format: str, **asked: Any) -> None:
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.measures.repeats import RepeatQuery, told_beside
    from joinedup.release.repeats import released_repeats, repeats_available

    if name is None:
        show(
            [
                {
                    "name": one.name,
                    "title": str(one.title),
                    "unit": one.unit.value,
                    "meaning": str(one.meaning),
                }
                for one in repeats_available(workspace, by)
            ],
            output_format,
            empty="Nothing of which repeats are counted may be seen whole by you.",
        )
        return
    level = AreaLevel(asked["level"])
    if asked["possible"] is not None and level is not AreaLevel.ALL:
        raise BadInput(
            "How many there could be is asked for everything together, not for each area",
            where="--possible",
            next_step="Leave out --area-level",
        )
    query = RepeatQuery(
        name,
        (),
        _period(asked["start"], asked["end"]),
        as_at=parse_knowledge_date(asked["as_at"]) if asked["as_at"] else None,
        level=level,
        possible_units=asked["possible"],
    )
    figure = released_repeats(workspace, by, query, purpose=Purpose(asked["purpose"]), reason=asked["reason"])
    beside = told_beside(figure) if output_format == "table" else []
    for note in (*figure.notes, *beside, *figure.definition.caveats):
        say(str(note))
    columns = COLUMNS if output_format == "table" else None
    rows = figure.to_json_rows()
    show([{key: row[key] for key in columns} for row in rows] if columns else rows, output_format)


def _period(start: str | None, end: str | None) -> Period:
    if start is None and end is None:
        raise BadInput("Repeats are counted in a period", next_step="Say --from 2024-04 --to 2025-03")
    first, last = Period.parse(start or end or ""), Period.parse(end or start or "")
    return Period(first.start, last.end)
