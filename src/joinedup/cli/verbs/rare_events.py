"""Tell what few grave events can tell: their rate, the chance of none and of several, areas of like size."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.area_names import COARSE_TO_FINE, area_codes
from joinedup.cli.asking_figures import area_option, conditions, narrowing_options, span_options
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
from joinedup.terms import AreaLevel, Purpose

if TYPE_CHECKING:
    from joinedup.cli.output import Decorated
    from joinedup.measures.rare import AreaChances, Pair, RareEvents, YearRate
    from joinedup.measures.rare.statistics import Dispersion

AREAS, YEARS, PAIRS = "areas", "years", "pairs"


def _shown_options(command: Decorated) -> Decorated:
    """``--coming`` and ``--show``."""
    coming = click.option(
        "--coming",
        type=int,
        default=1,
        show_default=True,
        help="For how many years to come chances are told.",
    )
    shown = click.option(
        "--show",
        "shown",
        type=Choice([AREAS, YEARS, PAIRS]),
        default=AREAS,
        show_default=True,
        help="Chances by area, the years, or areas of like size.",
    )
    return coming(shown(command))


@click.group(name="rare-events", help=__doc__)
def command() -> None:
    """Two ways to the same table: a measure, or a file."""


@command.command(name="measure")
@click.argument("name")
@click.option(
    "--area-level",
    type=Choice([each.value for each in COARSE_TO_FINE]),
    default=AreaLevel.DISTRICT.value,
    show_default=True,
    help="Whose residents and counts.",
)
@area_option
@span_options
@narrowing_options
@counting_engine_option
@_shown_options
@purpose_option
@format_option
@click.pass_context
def measure(ctx: click.Context, name: str, shown: str, output_format: str, **asked: Any) -> None:
    """By the yearly counts of the measure NAME (April to March; every whole year, where none is named)."""
    from joinedup.measures import FigureQuery
    from joinedup.release import measure_asked
    from joinedup.release.rare import released_rare_events
    from joinedup.terms import Period

    workspace, who = open_workspace(ctx), viewer(ctx)
    start, end = asked["start"], asked["end"]
    period = None
    if start or end:
        first, last = Period.parse(start or end), Period.parse(end or start)
        period = Period(first.start, last.end)
    level = AreaLevel(asked["area_level"])
    query = FigureQuery(
        measure=name,
        level=level,
        areas=area_codes(workspace, asked["areas"], level, asked["vintage"]),
        period=period,
        where=conditions(measure_asked(workspace, who, name), asked["where"]),
        as_at=knowledge_asked(asked),
        vintage=asked["vintage"],
        engine=asked["engine"],
    )
    figure, found = released_rare_events(
        workspace,
        who,
        query,
        coming=asked["coming"],
        purpose=Purpose(asked["purpose"]),
        channel="command-line",
    )
    beside = {
        "measure": name,
        "definition_version": figure.measure.version,
        "known_on": figure.known_on.isoformat() if figure.known_on else None,
        "deliveries": [one.number for one in figure.deliveries],
    }
    _tell(
        f"{figure.measure.title} (definition {figure.measure.version})", found, shown, output_format, beside
    )


@command.command(name="series")
@click.argument("file", type=click.Path(path_type=Path))
@_shown_options
@format_option
@click.pass_context
def series(ctx: click.Context, file: Path, coming: int, shown: str, output_format: str) -> None:
    """By a CSV file with the columns area, year, count and residents, such as a region's published table."""
    from joinedup.measures.rare import rare_events, read_series

    open_workspace(ctx)  # which sets the language
    _tell(
        file.name, rare_events(read_series(file), coming=coming), shown, output_format, {"series": file.name}
    )


def _tell(title: str, found: RareEvents, shown: str, output_format: str, beside: dict[str, Any]) -> None:
    for note in found.notes:
        say(f"Note: {note}")
    listed = {AREAS: (*found.areas, found.together), YEARS: found.years, PAIRS: found.pairs}
    rows: Sequence[Any] = listed[shown]
    if output_format != "table":
        show([{**one.to_json(), **_whole(found), **beside} for one in rows], output_format)
        return
    say(
        f"{title}: {found.count:,} in {len(found.years)} years, "
        f"{_small(found.value)} a year for each 100,000 "
        f"residents ({_small(found.lower)} to {_small(found.upper)}). "
        f"Years: {_differ(found.between_years)}. Areas: {_differ(found.between_areas)}."
    )
    in_words: dict[str, Callable[[Any], dict[str, Any]]] = {AREAS: _area, YEARS: _year, PAIRS: _pair}
    show([in_words[shown](one) for one in rows])
    if shown == AREAS:
        over = "the next year" if found.coming == 1 else f"the next {found.coming} years"
        say(f"Chances are for {over}, by the rate of all and what is not known of it.")


def _whole(found: RareEvents) -> dict[str, Any]:
    """What every row of the public table has of all areas and years."""
    years, areas = found.between_years, found.between_areas
    return {
        "all_numerator": found.count,
        "all_denominator": found.exposure,
        "all_value": found.value,
        "all_lower": found.lower,
        "all_upper": found.upper,
        "coming_years": found.coming,
        "years_p": years.p if years else None,
        "areas_p": areas.p if areas else None,
    }


def _differ(one: Dispersion | None) -> str:
    if one is None:
        return "nothing to compare"
    differ = "differ more than by chance" if one.differs else "differ no more than by chance"
    p = "p < 0.001" if one.p < 0.001 else f"p = {one.p:.3f}"
    return f"{differ} ({p}, {'exact' if one.exact else 'by draws'})"


def _area(one: AreaChances) -> dict[str, Any]:
    return {
        "Area": one.area,
        "Events": counted(one.count),
        "Years": one.years,
        "Residents": counted(one.residents),
        "Expected a year": Figures(
            f"{_small(one.expected)} ({_small(one.expected_lower)} to {_small(one.expected_upper)})"
        ),
        "None": Figures(
            f"{_percent(one.chances[0])} ({_percent(one.none_lower)} to {_percent(one.none_upper)})"
        ),
        "One": _percent(one.chances[1]),
        "Two": _percent(one.chances[2]),
        "Three or more": _percent(one.chances[3]),
        "Years to see it doubled": _years(one, one.doubled),
        "Halved": _years(one, one.halved),
    }


def _year(one: YearRate) -> dict[str, Any]:
    return {
        "Year": one.year.words,
        "Events": counted(one.count),
        "Residents": counted(one.residents),
        "Per 100,000": Figures(f"{_small(one.value)} ({_small(one.lower)} to {_small(one.upper)})"),
        "Areas not known": one.lacking,
    }


def _pair(one: Pair) -> dict[str, Any]:
    return {
        "Area": one.area,
        "Residents": counted(one.residents),
        "Of like size": one.other,
        "Its residents": counted(one.others_residents),
        "Larger to smaller": Figures(f"{one.ratio:.2f}"),
        "Chance of events in both": _percent(one.both),
    }


def _small(number: float) -> str:
    """A number with two decimals, or with as many as show two digits of it that are not 0."""
    if number == 0:
        return "0"
    return f"{number:.{max(2, 1 - math.floor(math.log10(abs(number))))}f}"


def _percent(chance: float) -> Figures:
    if 0 < chance < 0.001:
        return Figures("under 0.1%")
    return Figures("over 99.9%" if 0.999 < chance < 1 else f"{100 * chance:.1f}%")


def _years(one: AreaChances, years: int | None) -> Figures:
    if one.expected == 0:
        return Figures("–")
    return Figures("over 1,000" if years is None else f"{years:,}")
