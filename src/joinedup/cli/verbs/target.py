"""Judge a target: where the year is going, with a range, and the chance of meeting it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.area_names import COARSE_TO_FINE, area_codes
from joinedup.cli.asking_figures import area_option, conditions, narrowing_options
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.counting import knowledge_asked
from joinedup.cli.nearest import Choice
from joinedup.cli.output import (
    Figures,
    counted,
    counting_engine_option,
    format_option,
    purpose_option,
    say,
    show,
)
from joinedup.cli.target_words import chance_in_words, plain_number, range_in_words, wanted_in_words
from joinedup.errors import BadInput
from joinedup.terms import AreaLevel, Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery, FigureRow
    from joinedup.measures.projecting import Projection, Target
    from joinedup.workspace import Workspace


@click.command(name="target", help=__doc__)
@click.argument("name")
@click.option("--year", metavar="YEAR", help="The target's twelve months: 2024/25 or 2024.")
@click.option("--change", metavar="PERCENT", help="Against the year before: -5 is at most 5 % fewer.")
@click.option("--at-most", metavar="COUNT", help="At most so many in the year.")
@click.option("--at-least", metavar="COUNT", help="At least so many in the year.")
@click.option(
    "--area-level",
    type=Choice([each.value for each in (AreaLevel.PARTNERSHIP, *COARSE_TO_FINE)]),
    default=AreaLevel.PARTNERSHIP.value,
    show_default=True,
    help="Whose years to judge.",
)
@area_option
@narrowing_options
@counting_engine_option
@purpose_option
@format_option
@click.pass_context
def command(ctx: click.Context, name: str, output_format: str, **asked: Any) -> None:
    from joinedup.release.targets import released_projection

    workspace, who = open_workspace(ctx), viewer(ctx)
    purpose = Purpose(asked.pop("purpose"))
    target = _target(asked)
    query = _query(workspace, who, name, asked)
    answer = released_projection(workspace, who, query, target, purpose=purpose, channel="command-line")
    for note in answer.figure.notes:
        say(f"Note: {note}")
    for note in dict.fromkeys([note for _, one in answer.areas for note in one.notes]):
        of = [row.area_name for row, one in answer.areas if note in one.notes]
        some = f" ({', '.join(of)})" if len(of) < len(answer.areas) else ""
        say(f"Note: {note}{some}")
    if output_format != "table":
        show(answer.to_json_rows(), output_format)
        return
    say(
        f"{answer.figure.measure.title}, {target.year.words}, "
        f"against {target.before.words}: {_words(target)}."
    )
    show([_row(row, one) for row, one in answer.areas])
    if len(answer.areas) > 1:
        statuses = Counter(one.status for _, one in answer.areas)
        say(f"In all: {', '.join(f'{number} {status.words}' for status, number in statuses.items())}.")


def _target(asked: dict[str, Any]) -> Target:
    from joinedup.measures.projecting import Target

    if not asked["year"]:
        raise BadInput("It is not said of which year the target is", next_step="Say --year 2024/25")
    year = Period.parse(asked["year"])
    change, most, least = (plain_number(asked[name], name) for name in ("change", "at_most", "at_least"))
    if sum(one is not None for one in (change, most, least)) != 1:
        raise BadInput(
            "A target is said in one way",
            where="--change, --at-most, --at-least",
            next_step="Say --change -5, or --at-most 900, or --at-least 900",
        )
    if change is not None and change < -100:
        raise BadInput("Nothing falls by more than 100 per cent", where=f"--change {asked['change']}")
    if change is not None:
        return Target(year, change=change / 100, at_most=change <= 0)
    return Target(year, count=most if most is not None else least, at_most=most is not None)


def _query(workspace: Workspace, who: Viewer, name: str, asked: dict[str, Any]) -> FigureQuery:
    from joinedup.measures import FigureQuery
    from joinedup.release import measure_asked

    level = AreaLevel(asked["area_level"])
    return FigureQuery(
        measure=name,
        level=level,
        areas=area_codes(workspace, asked["areas"], level, asked["vintage"]),
        where=conditions(measure_asked(workspace, who, name), asked["where"]),
        as_at=knowledge_asked(asked),
        vintage=asked["vintage"],
        engine=asked["engine"],
    )


def _words(target: Target) -> str:
    """The target as people say it."""
    if target.change is None:
        return f"at {'most' if target.at_most else 'least'} {target.count or 0:,.0f}"
    percent = f"{abs(target.change) * 100:g} %"
    return f"at most {percent} fewer" if target.at_most else f"at least {percent} more"


def _row(row: FigureRow, one: Projection) -> dict[str, Any]:
    return {
        "Area": row.area_name,
        "Months": one.months,
        "So far": counted(one.so_far),
        "Same months before": counted(one.same_before),
        "Year before": counted(one.before),
        "Target": Figures(wanted_in_words(one)),
        "Year projected": Figures(range_in_words(one)),
        "Chance": Figures(chance_in_words(one)),
        "Status": one.status.words,
    }
