"""Judge a target: where the year is going, with a range, and the chance of meeting it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.area_names import area_codes
from joinedup.cli.asking_figures import area_option, conditions, narrowing_options
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.nearest import Choice
from joinedup.cli.output import Figures, format_option, purpose_option, say, show
from joinedup.errors import BadInput
from joinedup.terms import AreaLevel, Period, Purpose, parse_knowledge_date

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery, FigureRow
    from joinedup.measures.projecting import Projection, Target
    from joinedup.workspace import Workspace

_LEVELS = [AreaLevel.PARTNERSHIP, AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA]


@click.command(name="target", help=__doc__)
@click.argument("name")
@click.option("--year", metavar="YEAR", required=True, help="The target's twelve months: 2024/25 or 2024.")
@click.option(
    "--change", type=float, metavar="PERCENT", help="Against the year before: -5 is at most 5 % fewer."
)
@click.option("--at-most", type=float, metavar="COUNT", help="At most so many in the year.")
@click.option("--at-least", type=float, metavar="COUNT", help="At least so many in the year.")
@click.option(
    "--area-level",
    type=Choice([each.value for each in _LEVELS]),
    default=AreaLevel.PARTNERSHIP.value,
    show_default=True,
    help="Whose years to judge.",
)
@area_option
@narrowing_options
@purpose_option
@format_option
@click.pass_context
def command(ctx: click.Context, name: str, output_format: str, **asked: Any) -> None:
    from joinedup.release.targets import released_projection

    workspace, who = open_workspace(ctx), viewer(ctx)
    purpose = Purpose(asked.pop("purpose"))
    target = _target(asked)
    query = _query(workspace, name, asked)
    answer = released_projection(workspace, who, query, target, purpose=purpose, channel="command-line")
    for note in dict.fromkeys([note for _, one in answer.areas for note in one.notes]):
        say(f"Note: {note}")
    if output_format != "table":
        show(answer.to_json_rows(), output_format)
        return
    say(f"{answer.figure.measure.title}, {target.year.words}, against {target.before.words}.")
    show([_row(row, one) for row, one in answer.areas])


def _target(asked: dict[str, Any]) -> Target:
    from joinedup.measures.projecting import Target

    year = Period.parse(asked["year"])
    change, most, least = asked["change"], asked["at_most"], asked["at_least"]
    if sum(one is not None for one in (change, most, least)) != 1:
        raise BadInput(
            "A target is said in one way",
            where="--change, --at-most, --at-least",
            next_step="Say --change -5, or --at-most 900, or --at-least 900",
        )
    if change is not None:
        return Target(year, change=change / 100, at_most=change <= 0)
    return Target(year, count=most if most is not None else least, at_most=most is not None)


def _query(workspace: Workspace, name: str, asked: dict[str, Any]) -> FigureQuery:
    from joinedup.measures import FigureQuery, measure_named

    level = AreaLevel(asked["area_level"])
    return FigureQuery(
        measure=name,
        level=level,
        areas=area_codes(workspace, asked["areas"], level, asked["vintage"]),
        where=conditions(measure_named(name), asked["where"]),
        as_at=parse_knowledge_date(asked["as_at"]) if asked["as_at"] else None,
        vintage=asked["vintage"],
    )


def _row(row: FigureRow, one: Projection) -> dict[str, Any]:
    sign = "at most" if one.target.at_most else "at least"
    return {
        "Area": row.area_name,
        "Months": one.months,
        "So far": _number(one.so_far),
        "Same months before": _number(one.same_before),
        "Year before": _number(one.before),
        "Target": Figures("–" if one.wanted is None else f"{sign} {one.wanted:,.1f}"),
        "Year projected": Figures(_range(one)),
        "Chance": Figures("–" if one.chance is None else _chance(one.chance)),
        "Status": one.status.words,
    }


def _number(count: int | None) -> Figures:
    return Figures("–" if count is None else f"{count:,}")


def _range(one: Projection) -> str:
    if one.projected is None:
        return "–"
    if one.months == 12:
        return f"{one.projected:,.0f}"
    return f"{one.projected:,.0f} ({one.lower:,} to {one.upper:,})"


def _chance(chance: float) -> str:
    if 0 < chance < 0.01:
        return "under 1%"
    return "over 99%" if 0.99 < chance < 1 else f"{100 * chance:.0f}%"
