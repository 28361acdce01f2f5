"""Rank a measure by the deprivation of where it happens: its rate in each fifth, and how steeply it rises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.area_names import area_codes
from joinedup.cli.asking_figures import (
    area_option,
    conditions,
    known_on,
    narrowing_options,
    period_asked_for,
    period_options,
)
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.counting import knowledge_asked
from joinedup.cli.nearest import Choice
from joinedup.cli.output import (
    between,
    counted,
    counting_engine_option,
    format_option,
    purpose_option,
    rounded,
    say,
    show,
)
from joinedup.terms import AreaLevel, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery
    from joinedup.measures.gradients import GradientRow
    from joinedup.workspace import Workspace

_FEW_DECIMALS = 10  # from which value on one decimal is enough
_LEVELS = [level.value for level in (AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA)]


@click.command(name="by-deprivation", help=__doc__)
@click.argument("name")
@click.option(
    "--area-level", type=Choice(_LEVELS), default="lsoa", show_default=True, help="Which areas to rank."
)
@area_option
@click.option("--index-year", type=int, help="The index of deprivation of this year (default: the newest).")
@click.option("--domain", default="overall", show_default=True, help="Which domain of it: income, education.")
@period_options
@narrowing_options
@counting_engine_option
@purpose_option
@format_option
@click.pass_context
def command(ctx: click.Context, name: str, output_format: str, **asked: Any) -> None:
    from joinedup.release.gradients import released_gradient

    workspace, who = open_workspace(ctx), viewer(ctx)
    answer = released_gradient(
        workspace,
        who,
        _query(workspace, who, name, asked),
        year=asked["index_year"],
        domain=asked["domain"],
        purpose=Purpose(asked["purpose"]),
        channel="command-line",
    )
    for note in answer.gradient.notes:
        say(f"Note: {note}")
    if output_format != "table":
        show(answer.to_json_rows(), output_format)
        return
    figure = answer.figure
    period = figure.query.period
    say(
        f"{figure.measure.title} (definition {figure.measure.version}), {period.words if period else ''}, "
        f"{answer.gradient.areas} areas, as known on {known_on(figure)}."
    )
    show([_row(row) for row in answer.gradient.rows])


def _query(workspace: Workspace, who: Viewer, name: str, asked: dict[str, Any]) -> FigureQuery:
    from joinedup.measures import FigureQuery
    from joinedup.release import measure_asked

    measure = measure_asked(workspace, who, name)
    level, as_at = AreaLevel(asked["area_level"]), knowledge_asked(asked)
    return FigureQuery(
        measure=name,
        level=level,
        areas=area_codes(workspace, asked["areas"], level, asked["vintage"]),
        period=period_asked_for(workspace, measure, asked, as_at),
        where=conditions(measure, asked["where"]),
        as_at=as_at,
        vintage=asked["vintage"],
        engine=asked["engine"],
    )


_CALLED = {
    "ratio": "Most deprived fifth to least (two counts)",
    "slope": "Slope: most less least deprived, per 1,000",
    "concentration": "Concentration index (0: as residents are)",
}


def _row(row: GradientRow) -> dict[str, Any]:
    ends = {"1": " (most deprived)", "5": " (least deprived)"}.get(row.group, "")
    decimals = 1 if abs(row.value or 0) >= _FEW_DECIMALS else 2
    return {
        "Of": _CALLED.get(row.of, f"Fifth {row.group}{ends}"),
        "Areas": counted(row.areas),
        "Count": counted(row.numerator),
        "Residents": counted(None if row.of == "ratio" else row.denominator),
        "Value": rounded(row.value, decimals),
        "95% interval": between(row.lower, row.upper, decimals),
    }
