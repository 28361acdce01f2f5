"""Index small areas by what happens and who lives there: vulnerable localities, and how sure each is."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.area_names import area_codes
from joinedup.cli.asking_figures import area_option, period_asked_for, period_options
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
from joinedup.terms import LONDON, AreaLevel, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures.localities import LocalityFigure, LocalityQuery, LocalityRow
    from joinedup.workspace import Workspace

_LEVELS = [level.value for level in (AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA, AreaLevel.OA)]
_JUST = 0.01
"""So near to what is sure, a share of draws is shown with a decimal."""
_VIEWS = ["index", "parts", "worst", "overlay", "definition"]


@click.command(name="localities", help=__doc__)
@click.option(
    "--definition", default="vulnerable-localities", show_default=True, metavar="NAME", help="Which index."
)
@click.option(
    "--area-level", type=Choice(_LEVELS), default="lsoa", show_default=True, help="Which areas to index."
)
@area_option
@period_options
@click.option("--vintage", metavar="YEAR", help="Boundaries of another year than the newest.")
@click.option("--as-at", metavar="TIME", help="As it was known then; a date means the end of that day.")
@counting_engine_option
@click.option(
    "--without", metavar="PART", multiple=True, help="Leave out a part: another index (repeatable)."
)
@click.option("--beside", metavar="MEASURE", multiple=True, help="Rank this measure's rate too (repeatable).")
@click.option(
    "--show",
    "view",
    type=Choice(_VIEWS),
    default="index",
    show_default=True,
    help="Who is in the group; the parts; who is worst in how much; what is laid over it; what it is.",
)
@click.option("--all", "everything", is_flag=True, help="In a table, also the areas that are surely not.")
@purpose_option
@click.option("--reason", default="", help="Why you ask, without naming anybody.")
@format_option
@click.pass_context
def command(ctx: click.Context, view: str, everything: bool, output_format: str, **asked: Any) -> None:
    from joinedup.release.localities import released_localities

    workspace, who = open_workspace(ctx), viewer(ctx)
    if view == "definition":
        _show_definition(workspace, asked["definition"], output_format)
        return
    query = _query(workspace, who, asked)
    purpose = Purpose(asked["purpose"])
    figure = released_localities(
        workspace, who, query, purpose=purpose, reason=asked["reason"], channel="command-line"
    )
    for note in figure.notes:
        say(f"Note: {note}")
    if output_format != "table":
        show(figure.overlay_rows() if view == "overlay" else figure.to_json_rows(), output_format)
        return
    say(_heading(figure))
    show(_table(figure, view, everything=everything), empty="No area is among these: see --all.")
    for sentence in _summary(figure, view):
        say(sentence)


def _query(workspace: Workspace, who: Viewer, asked: dict[str, Any]) -> LocalityQuery:
    from joinedup.measures.localities import Kind, LocalityQuery, localities_named
    from joinedup.release import measure_asked

    level, as_at = AreaLevel(asked["area_level"]), knowledge_asked(asked)
    definition = localities_named(workspace, asked["definition"])
    first = next(part.measure for part in definition.parts if part.kind is Kind.COUNT)
    return LocalityQuery(
        definition.name,
        level,
        area_codes(workspace, asked["areas"], level, asked["vintage"]),
        period_asked_for(workspace, measure_asked(workspace, who, first), asked, as_at),
        asked["vintage"],
        asked["without"],
        asked["beside"],
        as_at,
        asked["engine"],
    )


def _show_definition(workspace: Workspace, name: str, output_format: str) -> None:
    from joinedup.measures.localities import localities_named

    definition = localities_named(workspace, name)
    say(f"{definition.title} (version {definition.version}). {definition.meaning}")
    say(str(definition.origin))
    from_index = definition.at_least is not None
    which = f"an index of {definition.at_least:g} or more" if from_index else _among(definition.top)
    say(f"A vulnerable locality is an area with {which}.")
    show(
        [
            {
                "part": part.name,
                "title": str(part.title),
                "kind": part.kind.value,
                "of": part.measure or part.domain or f"{part.from_age} to {part.to_age}",
                "per": ", ".join(one.value for one in part.per),
                "weight": part.weight,
                "year": part.year,
            }
            for part in definition.parts
        ],
        output_format,
    )


def _among(top: float | None) -> str:
    return f"one of the highest {top or 0:.0%} of indexes"


def _heading(figure: LocalityFigure) -> str:
    known = f"{figure.known_on.astimezone(LONDON):%d %B %Y, %H:%M}" if figure.known_on else "never"
    return (
        f"{figure.definition.title} (definition {figure.definition.version}), {figure.period.words}, "
        f"{figure.query.level} of {figure.vintage}, as known on {known}."
    )


def _table(figure: LocalityFigure, view: str, *, everything: bool) -> list[dict[str, Any]]:
    if view == "overlay":
        return [_overlay_row(one.to_json()) for one in figure.overlay]
    rows = sorted(figure.rows, key=lambda row: (row.rank is None, row.rank or 0))
    if view == "worst":
        rows = sorted(rows, key=lambda row: (-(row.worst_in or 0), row.rank is None, row.rank or 0))
        things = len(figure.parts) + len(figure.query.beside)
        return [
            _worst_row(row, things) for row in rows if everything or (row.worst_in or 0) >= max(1, things - 1)
        ]
    kept = [row for row in rows if everything or row.verdict in {"surely", "perhaps"} or row.inside]
    return [_index_row(row, figure.definition.sure) if view == "index" else _parts_row(row) for row in kept]


def share_of_draws(among: float, sure: float) -> str:
    """A share of draws in per cent, with a decimal where it just fails to be sure: never as if it were."""
    tenths = round(1000 * among, 6)
    if 0 < sure - among < _JUST:
        return f"{math.floor(tenths) / 10:.1f}%"
    if 0 < among - (1 - sure) < _JUST:
        return f"{math.ceil(tenths) / 10:.1f}%"
    return f"{among:.0%}"


def _index_row(row: LocalityRow, sure: float) -> dict[str, Any]:
    return {
        "Code": row.code,
        "Area": row.name,
        "Residents": counted(row.residents),
        "Index": _with(row.index, row.lower, row.upper, "{:,.0f}"),
        "Rank": _with(row.rank, row.rank_lower, row.rank_upper, "{}"),
        "In the group": "–" if row.inside is None else "yes" if row.inside else "no",
        "In draws": Figures("–" if row.among is None else share_of_draws(row.among, sure)),
        "Verdict": row.verdict.words,
        "Turned by": str(len(row.turned_by)) if row.turned_by else "",
        "Cautions": "; ".join(row.flags),
    }


def _parts_row(row: LocalityRow) -> dict[str, Any]:
    shown: dict[str, Any] = {"Code": row.code, "Area": row.name, "Index": _plain(row.index)}
    for name, one in (*row.parts.items(), *row.beside.items()):
        number = "" if one.numerator is None else f"{one.numerator:,.0f}: "
        value = "–" if one.index is None else f"{one.index:,.0f}"
        shown[name.replace("-", " ").capitalize()] = Figures(f"{number}{value}{'*' if one.worst else ''}")
    return shown


def _worst_row(row: LocalityRow, things: int) -> dict[str, Any]:
    among = [name for name, one in (*row.parts.items(), *row.beside.items()) if one.worst]
    return {
        "Code": row.code,
        "Area": row.name,
        "Worst in": Figures("–" if row.worst_in is None else f"{row.worst_in} of {things}"),
        "Of all in draws": Figures("–" if row.worst_in_all is None else f"{row.worst_in_all:.0%}"),
        "Index": _plain(row.index),
        "Which": ", ".join(among),
    }


def _overlay_row(one: dict[str, Any]) -> dict[str, Any]:
    share = one["share_of_areas"]
    return {
        "Over": one["over"],
        "Class": one["class"],
        "Called": one["label"],
        "Areas": counted(one["areas"]),
        "In the group": counted(one["areas_in_group"]),
        "Share": Figures("–" if share is None else f"{share:.0%}"),
        "Surely": counted(one["surely"]),
        "Perhaps": counted(one["perhaps"]),
        "Residents": counted(one["residents"]),
        "In the group live": counted(one["residents_in_group"]),
    }


def _summary(figure: LocalityFigure, view: str) -> list[str]:
    verdicts = Counter(row.verdict for row in figure.rows)
    told = ", ".join(f"{number} {one.words}" for one, number in sorted(verdicts.items()))
    inside = sum(bool(row.inside) for row in figure.rows)
    said = [f"{inside} of {len(figure.rows)} areas are in the group; vulnerable localities are {told}."]
    if view == "parts":
        said.append("Each part: what was counted, and its index; * is among the worst fifth of it.")
    if view == "overlay" and (one := figure.agreement):
        said.append(
            f"Of the {one.inside} areas in the group {one.also_most_deprived} are among the {one.inside} "
            "most deprived."
        )
        said += [
            f"Ranks by {of} and by deprivation: {_correlation(found)}."
            for of, found in (("the index", one.whole), ("its counts alone", one.counts_alone))
            if found
        ]
    return said


def _correlation(found: tuple[float, float, float]) -> str:
    return f"correlation {found[0]:.2f} ({found[1]:.2f} to {found[2]:.2f})"


def _with(value: float | None, lower: float | None, upper: float | None, form: str) -> Figures:
    if value is None:
        return Figures("–")
    return Figures(f"{form.format(value)} ({form.format(lower)} to {form.format(upper)})")


def _plain(value: float | None) -> Figures:
    return Figures("–" if value is None else f"{value:,.0f}")
