"""The areas of a figure: which rows it has, and the SQL that finds the area of a record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup import places
from joinedup.errors import BadInput, NotFound
from joinedup.measures.definition import Measure
from joinedup.measures.query import FigureQuery
from joinedup.measures.result import EVERYTHING, OUTSIDE, PARTNERSHIP, UNLOCATED
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

ORDER = (
    AreaLevel.ALL,
    AreaLevel.PARTNERSHIP,
    AreaLevel.DISTRICT,
    AreaLevel.WARD,
    AreaLevel.MSOA,
    AreaLevel.LSOA,
    AreaLevel.OA,
    AreaLevel.SQUARE,
)
NESTS_IN = (AreaLevel.PARTNERSHIP, AreaLevel.DISTRICT)
"""Levels to which areas that a count arrives with add up exactly."""

UNPLACED = "unplaced"
"""The area, in SQL only, of a point that the points table does not hold yet."""


@dataclass(frozen=True)
class AreaAxis:
    """The areas of a figure, in order, and how a record finds its own.

    ``expression`` is SQL for the area's code over ``counted`` and ``points``; ``condition`` narrows the
    records (empty: all). ``open_ended`` areas are found in the data (squares). ``joins_points`` says whether
    the expression needs the view ``points``.
    """

    level: AreaLevel
    codes: tuple[str, ...]
    names: tuple[str, ...]
    expression: str
    condition: str = ""
    open_ended: bool = False
    joins_points: bool = True
    notes: tuple[str, ...] = ()


def quoted(text: str) -> str:
    """Text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def listed(values: Iterable[str]) -> str:
    """Texts as an SQL list, for IN."""
    return "(" + ", ".join(quoted(value) for value in values) + ")"


def area_axis(workspace: Workspace, measure: Measure, query: FigureQuery) -> AreaAxis:
    """The areas the query asks for. Raises ``NotFound`` for a code that is no area of the level or above."""
    if query.level is not AreaLevel.ALL and measure.stated_area is not None:
        return _stated_axis(workspace, measure, query)
    return placed_axis(workspace, query)


def placed_axis(workspace: Workspace, query: FigureQuery) -> AreaAxis:
    """The areas the query asks for, of records that are placed by their point. Raises as ``area_axis``."""
    if query.level is AreaLevel.ALL:
        if query.areas:
            raise BadInput(
                "Everything delivered has no areas to choose from", next_step="Choose another level"
            )
        return AreaAxis(query.level, (EVERYTHING,), (_("Everything delivered"),), "'all'", joins_points=False)
    if query.level is AreaLevel.PARTNERSHIP:
        return _partnership_axis(workspace, query)
    if query.level is AreaLevel.SQUARE:
        return _square_axis(workspace, query)
    return _point_axis(workspace, query)


def districts_of(workspace: Workspace) -> list[places.Area]:
    """The districts of the partnership: those its settings name, or all that are loaded."""
    loaded = places.areas(workspace, AreaLevel.DISTRICT)
    named = set(workspace.settings.districts)
    missing = named - {area.code for area in loaded}
    if missing:
        raise NotFound(
            "The settings name districts that no loaded boundary has",
            where=", ".join(sorted(missing)),
            next_step="Load the districts with: joinedup places load, or correct joinedup.toml",
        )
    return [area for area in loaded if area.code in named] if named else list(loaded)


def _from_point(column: str) -> str:
    return (
        "CASE WHEN counted.point IS NULL THEN 'unlocated' "
        f"WHEN points.point IS NULL THEN '{UNPLACED}' ELSE coalesce({column}, 'outside') END"
    )


def _column(query: FigureQuery) -> str:
    return f'points."{query.level}_{query.vintage}"' if query.vintage else f"points.{query.level}"


def _with_strays(axis: AreaAxis, query: FigureQuery) -> AreaAxis:
    """The axis with its rows for records that lie outside or have no place, where nothing is filtered."""
    if query.areas:
        return axis
    return AreaAxis(
        axis.level,
        (*axis.codes, OUTSIDE, UNLOCATED),
        (*axis.names, _("Outside every area"), _("No location given")),
        axis.expression,
        axis.condition,
        axis.open_ended,
        axis.joins_points,
        axis.notes,
    )


def _partnership_axis(workspace: Workspace, query: FigureQuery) -> AreaAxis:
    _only_known(query, {PARTNERSHIP})
    inside = listed(area.code for area in districts_of(workspace))
    expression = (
        "CASE WHEN counted.point IS NULL THEN 'unlocated' "
        f"WHEN points.point IS NULL THEN '{UNPLACED}' "
        f"WHEN points.district IN {inside} THEN 'partnership' ELSE 'outside' END"
    )
    axis = AreaAxis(query.level, (PARTNERSHIP,), (workspace.settings.partnership,), expression)
    return _with_strays(axis, query)


def _point_axis(workspace: Workspace, query: FigureQuery) -> AreaAxis:
    chosen = _chosen(workspace, query, _loaded(workspace, query.level, query.vintage))
    axis = AreaAxis(
        query.level,
        tuple(area.code for area in chosen),
        tuple(area.name for area in chosen),
        _from_point(_column(query)),
    )
    return _with_strays(axis, query)


def _loaded(workspace: Workspace, level: AreaLevel, vintage: str | None) -> list[places.Area]:
    loaded = places.areas(workspace, level, vintage=vintage)
    if not loaded:
        raise NotFound(
            f"No boundaries are loaded for {level}{f' of {vintage}' if vintage else ''}",
            next_step="Load them with: joinedup places load",
        )
    return list(loaded)


def _chosen(workspace: Workspace, query: FigureQuery, loaded: Sequence[places.Area]) -> list[places.Area]:
    if not query.areas:
        return list(loaded)
    wanted = set(query.areas)
    if PARTNERSHIP in wanted:
        wanted |= {area.code for area in districts_of(workspace)}
    chosen, used = [], {PARTNERSHIP} & wanted
    for area in loaded:
        reasons = wanted & {area.code, *area.parents.values()}
        used |= reasons
        if reasons:
            chosen.append(area)
    unknown = set(query.areas) - used
    if unknown:
        raise NotFound(
            f"There is no such area at the level {query.level} or above it",
            where=", ".join(sorted(unknown)),
            next_step="joinedup places list shows what is loaded; codes of finer areas need a finer level",
        )
    return chosen


def _only_known(query: FigureQuery, known: set[str]) -> None:
    unknown = set(query.areas) - known
    if unknown:
        raise NotFound(
            f"There is no such area at the level {query.level} or above it",
            where=", ".join(sorted(unknown)),
            next_step="joinedup places list shows what is loaded; codes of finer areas need a finer level",
        )


def _square_axis(workspace: Workspace, query: FigureQuery) -> AreaAxis:
    """Squares in which something was counted. A wider area keeps every square in which a point of it lies.

    Such a square is counted whole, so that it has one number wherever it is looked at from.
    """
    codes = set(query.areas)
    if PARTNERSHIP in codes:
        codes |= {area.code for area in districts_of(workspace)}
    conditions, known = [], {PARTNERSHIP}
    notes: tuple[str, ...] = ()
    for level in ORDER[2:]:
        within = sorted(codes & _codes_if_loaded(workspace, level))
        known |= set(within)
        if not within:
            continue
        conditions.append(_whole_squares(level, within))
        if level is not AreaLevel.SQUARE:
            notes = (_("Squares on the edge are counted whole, so squares need not add up to their area."),)
    _only_known(query, known)
    if conditions:  # so that points nobody placed yet are noticed
        conditions.append("(counted.point IS NOT NULL AND points.point IS NULL)")
    axis = AreaAxis(
        query.level,
        (),
        (),
        _from_point("points.square"),
        condition=f"({' OR '.join(conditions)})" if conditions else "",
        open_ended=True,
        notes=notes,
    )
    return _with_strays(axis, query)


def _whole_squares(level: AreaLevel, codes: Sequence[str]) -> str:
    if level is AreaLevel.SQUARE:
        return f"points.square IN {listed(codes)}"
    touching = f"SELECT inside.square FROM points AS inside WHERE inside.{level} IN {listed(codes)}"
    return f"points.square IN ({touching})"


def _codes_if_loaded(workspace: Workspace, level: AreaLevel) -> set[str]:
    try:
        return {area.code for area in places.areas(workspace, level)}
    except NotFound:
        return set()


def _stated_axis(workspace: Workspace, measure: Measure, query: FigureQuery) -> AreaAxis:
    """Areas of counts that arrive with an area code: the code itself, or the areas it nests in."""
    stated = measure.stated_area
    assert stated is not None  # noqa: S101 - the caller looked
    sources = _loaded(workspace, stated.level, stated.vintage)
    own = query.level is stated.level and query.vintage == stated.vintage
    if own:
        targets, parent = sources, {area.code: area.code for area in sources}
    else:
        targets, parent = _rolled_up(workspace, measure, query, sources)
    chosen = _chosen(workspace, query, targets) if query.level is not AreaLevel.PARTNERSHIP else []
    codes, names = [area.code for area in chosen], [area.name for area in chosen]
    if query.level is AreaLevel.PARTNERSHIP:
        _only_known(query, {PARTNERSHIP})
        codes, names = [PARTNERSHIP], [workspace.settings.partnership]
    groups: dict[str, list[str]] = {}
    for child, code in parent.items():
        groups.setdefault(code, []).append(child)
    whens = "\n        ".join(
        f"WHEN counted.area_code IN {listed(children)} THEN {quoted(code)}"
        for code, children in groups.items()
    )
    if own:
        whens = f"WHEN counted.area_code IN {listed(parent)} THEN counted.area_code"
    expression = f"CASE WHEN counted.area_code IS NULL THEN 'unlocated' {whens} ELSE 'outside' END"
    note = _("Placed by the {level} code of {vintage} that came with each count.")
    if not own:
        note = _(
            "Placed by the {level} code of {vintage} that came with each count; each lies in one district."
        )
    note = note.format(level=stated.level.upper(), vintage=stated.vintage)
    axis = AreaAxis(query.level, tuple(codes), tuple(names), expression, joins_points=False, notes=(note,))
    return _with_strays(axis, query)


def _rolled_up(
    workspace: Workspace, measure: Measure, query: FigureQuery, sources: Sequence[places.Area]
) -> tuple[list[places.Area], dict[str, str]]:
    """The areas of the query's level and, for each stated code, the one it lies in.

    Statistical areas nest in districts exactly; anything else would be a guess, and is refused.
    """
    if query.level not in NESTS_IN:
        stated = measure.stated_area
        raise BadInput(
            f"{measure.title} arrives counted by area and cannot be cut by {query.level}",
            where=f"area codes: {stated.level} of {stated.vintage}" if stated else "",
            next_step="Choose district, partnership or all, or the level and vintage it comes with",
        )
    parents = {
        area.code: area.parents[AreaLevel.DISTRICT] for area in sources if AreaLevel.DISTRICT in area.parents
    }
    if query.level is AreaLevel.PARTNERSHIP:
        inside = {area.code for area in districts_of(workspace)}
        return [], {child: PARTNERSHIP for child, parent in parents.items() if parent in inside}
    targets = _loaded(workspace, AreaLevel.DISTRICT, query.vintage)
    known = {area.code for area in targets}
    return targets, {child: parent for child, parent in parents.items() if parent in known}
