"""Lay two measures of different sources side by side: counts, their ratio, and the shares of each group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.area_names import COARSE_TO_FINE, area_codes
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
from joinedup.cli.counting import knowledge_asked
from joinedup.cli.nearest import Choice
from joinedup.cli.output import (
    Figures,
    cautions,
    counted,
    counting_engine_option,
    format_option,
    purpose_option,
    say,
    show,
)
from joinedup.terms import Period, Purpose, Viewer, add_months

if TYPE_CHECKING:
    import datetime as dt

    from joinedup.measures import FigureQuery, Measure
    from joinedup.measures.two_sources import SideRow
    from joinedup.workspace import Workspace

_YEAR = 12


@click.command(name="compare-sources", help=__doc__)
@click.argument("first")
@click.argument("second")
@click.option("--by", metavar="DIMENSION", help="A breakdown that both have: sex, hour_band, weekday.")
@click.option(
    "--area-level",
    type=Choice(["all", *(each.value for each in COARSE_TO_FINE)]),
    help="Which areas (default: all that was delivered where either has no places, else the partnership).",
)
@area_option
@click.option(
    "--where-second",
    metavar="DIMENSION=VALUE",
    multiple=True,
    help="Keep one value of the second (--where: of the first).",
)
@period_options
@narrowing_options
@counting_engine_option
@purpose_option
@format_option
@click.pass_context
def command(ctx: click.Context, first: str, second: str, output_format: str, **asked: Any) -> None:
    from joinedup.release.two_sources import released_sides

    workspace, who = open_workspace(ctx), viewer(ctx)
    answer = released_sides(
        workspace,
        who,
        *_queries(workspace, who, (first, second), asked),
        purpose=Purpose(asked["purpose"]),
        channel="command-line",
    )
    for note in answer.found.notes:
        say(f"Note: {note}")
    if output_format != "table":
        show(answer.to_json_rows(), output_format)
        return
    months = answer.found.months
    for called, one in (("First", answer.first), ("Second", answer.second)):
        say(f"{called}: {one.measure.title} (definition {one.measure.version}), as known on {known_on(one)}.")
    say(f"{len(months)} months from {months[0].words} to {months[-1].words}.")
    several = len({row.area_code for row in answer.found.rows}) > 1 and bool(asked["by"])
    show([_row(row, several) for row in answer.found.rows])


def _queries(
    workspace: Workspace, who: Viewer, names: tuple[str, str], asked: dict[str, Any]
) -> tuple[FigureQuery, FigureQuery]:
    from joinedup.measures import FigureQuery
    from joinedup.release import measure_asked

    first, second = (measure_asked(workspace, who, name) for name in names)
    level, as_at = level_asked(asked, second if first.placed else first), knowledge_asked(asked)
    period = period_asked_for(workspace, first, asked, as_at) or _latest_of_both(
        workspace, (first, second), as_at
    )
    query = FigureQuery(
        measure=first.name,
        level=level,
        areas=area_codes(workspace, asked["areas"], level, asked["vintage"]),
        period=period,
        by=(asked["by"],) if asked["by"] else (),
        where=conditions(first, asked["where"]),
        as_at=as_at,
        vintage=asked["vintage"],
        engine=asked["engine"],
    )
    return query, replace(query, measure=second.name, where=conditions(second, asked["where_second"]))


def _latest_of_both(
    workspace: Workspace, measures: tuple[Measure, Measure], as_at: dt.datetime | None
) -> Period | None:
    """The latest 12 months up to the last that both have; None where either has nothing."""
    from joinedup.measures import delivered_period

    found = [delivered_period(workspace, measure, as_at) for measure in measures]
    if found[0] is None or found[1] is None:
        return None
    end = min(found[0].end, found[1].end)
    return Period(add_months(end, -_YEAR), end)


def _row(row: SideRow, several: bool) -> dict[str, Any]:
    return {
        **({"Area": row.area_name} if several else {}),
        "Group": row.label,
        "First": counted(row.first),
        "Second": counted(row.second),
        "First / second": _with_interval(row.ratio, row.lower, row.upper),
        "% of first": _share(row.first_share),
        "% of second": _share(row.second_share),
        "Ratio of shares": _with_interval(row.share_ratio, row.share_lower, row.share_upper),
        "Cautions": cautions(row.flags),
    }


def _share(value: float | None) -> Figures:
    return Figures("–" if value is None else f"{100 * value:.1f}")


def _with_interval(value: float | None, lower: float | None, upper: float | None) -> Figures:
    if lower is None:
        return Figures("–")
    middle = "–" if value is None else f"{value:.2f}"
    return Figures(f"{middle} ({lower:.2f} to {'any' if upper is None else f'{upper:.2f}'})")
