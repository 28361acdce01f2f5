"""Compare areas with their peers: who stands out beyond chance, shrunken rates, and how sure ranks are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.area_names import COARSE_TO_FINE, area_codes
from joinedup.cli.asking_figures import (
    area_option,
    conditions,
    known_on,
    narrowing_options,
    per_option,
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
from joinedup.errors import BadInput
from joinedup.terms import AreaLevel, Form, Per, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery
    from joinedup.measures.peers import PeerRow
    from joinedup.release.peers import ReleasedComparison
    from joinedup.workspace import Workspace


@click.command(name="compare", help=__doc__)
@click.argument("name")
@click.option(
    "--area-level",
    type=Choice([each.value for each in COARSE_TO_FINE]),
    help="Which areas to compare (default: ward; with --family, its own).",
)
@click.option(
    "--form",
    type=Choice([Form.RATE.value, Form.SHARE.value]),
    help="Rates, or shares (default: rates, of a measure that has them).",
)
@per_option
@area_option
@click.option("--family", metavar="NAME", help="Only the areas of this family, as families.toml names them.")
@period_options
@narrowing_options
@counting_engine_option
@purpose_option
@format_option
@click.pass_context
def command(ctx: click.Context, name: str, output_format: str, **asked: Any) -> None:
    from joinedup.release.peers import released_comparison

    workspace, who = open_workspace(ctx), viewer(ctx)
    purpose = Purpose(asked.pop("purpose"))
    query = _query(workspace, who, name, asked)
    answer = released_comparison(workspace, who, query, purpose=purpose, channel="command-line")
    for note in answer.comparison.notes:
        say(f"Note: {note}")
    if output_format != "table":
        show(answer.to_json_rows(), output_format)
        return
    say(_heading(answer))
    row = _share_row if answer.figure.query.form is Form.SHARE else _row
    per = answer.figure.query.per
    show([row(one, per) for one in sorted(answer.comparison.rows, key=_place)])
    say(_summary(answer))


def _query(workspace: Workspace, who: Viewer, name: str, asked: dict[str, Any]) -> FigureQuery:
    from joinedup.measures import FigureQuery
    from joinedup.release import measure_asked

    measure = measure_asked(workspace, who, name)
    as_at = knowledge_asked(asked)
    level, areas = _areas(workspace, asked)
    usual = Form.RATE if Form.RATE in measure.forms or Form.SHARE not in measure.forms else Form.SHARE
    return FigureQuery(
        measure=name,
        form=Form(asked["form"] or usual),
        level=level,
        areas=areas,
        period=period_asked_for(workspace, measure, asked, as_at),
        where=conditions(measure, asked["where"]),
        as_at=as_at,
        vintage=asked["vintage"],
        engine=asked["engine"],
        per=Per(asked["per"]),
    )


def _areas(workspace: Workspace, asked: dict[str, Any]) -> tuple[AreaLevel, tuple[str, ...]]:
    if not asked["family"]:
        level = AreaLevel(asked["area_level"] or AreaLevel.WARD)
        return level, area_codes(workspace, asked["areas"], level, asked["vintage"])
    if asked["areas"] or asked["area_level"]:
        raise BadInput(
            "--family says which areas are compared", next_step="Leave out --area and --area-level"
        )
    from joinedup.places import family_named

    family = family_named(workspace, asked["family"])
    return family.level, family.areas


def _heading(answer: ReleasedComparison) -> str:
    from joinedup.measures import bases

    figure, found = answer.figure, answer.comparison
    period = figure.query.period
    months = period.months if period else 12
    over = {12: "", 1: " in this month"}.get(months, f" over these {months} months")
    told = (
        f"{figure.measure.title} (definition {figure.measure.version}), "
        f"{period.words if period else ''}, as known on {known_on(figure)}. "
    )
    if figure.query.form is Form.SHARE:
        return (
            f"{told}All {found.compared} areas together: {found.numerator:,} of {found.denominator:,}, "
            f"{100 * found.rate:.1f}%."
        )
    return (
        f"{told}"
        f"All {found.compared} areas together: {found.numerator:,} for {found.denominator:,} "
        f"{bases.words(figure.query.per)}, "
        f"{found.rate:.1f} per 1,000{over}."
    )


def _summary(answer: ReleasedComparison) -> str:
    from joinedup.measures.peers import Verdict

    verdicts = Counter(one.verdict for one in answer.comparison.rows)
    told = ", ".join(f"{verdicts[one]} {one.words}" for one in Verdict if verdicts[one])
    return f"In all: {told}."


def _place(one: PeerRow) -> tuple[bool, float]:
    return one.rank is None, -(one.row.value or 0)


def _row(one: PeerRow, per: Per) -> dict[str, Any]:
    from joinedup.measures import bases

    row = one.row
    return {
        "Code": row.area_code,
        "Area": row.area_name,
        "Count": counted(row.numerator),
        bases.heading(per): counted(row.denominator),
        "Per 1,000": _rate(row.value),
        "With its peers": _with_interval(one.shrunken, one.shrunken_interval),
        "Rank": Figures("–" if one.rank is None else _rank(one)),
        "Verdict": one.words,
        "Cautions": cautions(row.flags),
    }


def _share_row(one: PeerRow, per: Per) -> dict[str, Any]:
    """The same of a share, in per cent."""
    plain, row = _row(one, per), one.row
    interval = one.shrunken_interval and (100 * one.shrunken_interval[0], 100 * one.shrunken_interval[1])
    return {
        "Code": plain["Code"],
        "Area": plain["Area"],
        "Count": plain["Count"],
        "Of": counted(row.denominator),
        "Per cent": _rate(None if row.value is None else 100 * row.value),
        "With its peers": _with_interval(None if one.shrunken is None else 100 * one.shrunken, interval),
        "Rank": plain["Rank"],
        "Verdict": plain["Verdict"],
        "Cautions": plain["Cautions"],
    }


def _rate(value: float | None) -> Figures:
    return Figures("–" if value is None else f"{value:,.1f}")


def _with_interval(value: float | None, interval: tuple[float, float] | None) -> Figures:
    if value is None or interval is None:
        return Figures("–")
    return Figures(f"{value:,.1f} ({interval[0]:,.1f} to {interval[1]:,.1f})")


def _rank(one: PeerRow) -> str:
    lower, upper = one.rank_interval or (one.rank, one.rank)
    return f"{one.rank} ({lower} to {upper})"
