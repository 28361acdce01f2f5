"""From released counts and published places to the index of every area, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from joinedup import places
from joinedup.errors import BadInput, NotFound
from joinedup.measures.definition import Measure
from joinedup.measures.localities import statistics
from joinedup.measures.localities.ages import aged
from joinedup.measures.localities.columns import Column, Counts, Ground, counted, deprived, period_of
from joinedup.measures.localities.definitions import Kind, Localities, Part, Per
from joinedup.measures.localities.judging import Gathered, Judged, judge, judged, part_value
from joinedup.measures.localities.overlay import agreement, overlay
from joinedup.measures.localities.result import LEVELS, LocalityFigure, LocalityQuery, LocalityRow
from joinedup.measures.localities.telling import notes_of
from joinedup.measures.query import FigureQuery
from joinedup.measures.registry import measure_named
from joinedup.terms import Form, Period, Sensitivity
from joinedup.workspace import Workspace

LEAST_COMPARED = 10
"""Of fewer areas an index of above and below the whole says little."""


def parts_of(definition: Localities, query: LocalityQuery) -> tuple[Part, ...]:
    """The parts that the query leaves. Raises BadInput for a level without an index and for parts there are
    not, and where fewer than two or no count are left."""
    if query.level not in LEVELS:
        said = ", ".join(one.value for one in LEVELS)
        raise BadInput("Localities are small areas", where=str(query.level), next_step=f"Levels: {said}")
    names = [part.name for part in definition.parts]
    if strange := [one for one in query.without if one not in names]:
        raise NotFound(
            "The index has no such part", where=", ".join(strange), next_step=f"It has: {', '.join(names)}"
        )
    left = tuple(part for part in definition.parts if part.name not in query.without)
    if len(left) < 2 or not any(part.kind is Kind.COUNT for part in left):
        raise BadInput(
            "Of an index at least two parts are left, one of them a count", where=", ".join(query.without)
        )
    return left


def measures_of(parts: Sequence[Part], query: LocalityQuery) -> tuple[str, ...]:
    """The names of the measures that an index counts, or ranks beside it: each once."""
    counted_by = [part.measure for part in parts if part.kind is Kind.COUNT]
    return tuple(dict.fromkeys([*counted_by, *query.beside]))


def questions(
    parts: Sequence[Part],
    query: LocalityQuery,
    period: Period | None,
    workspace: Workspace | None = None,
) -> Mapping[str, FigureQuery]:
    """The figures of counts that the index is made of and ranked beside, by part or measure. Raises BadInput
    for a measure whose counts do not add up over areas and time, or are of no place, and where published
    counts would stand beside closed ones."""
    asked = {
        part.name: _question(part.measure, part.where, query, period)
        for part in parts
        if part.kind is Kind.COUNT
    }
    for name in query.beside:
        if name in {part.name for part in parts}:
            raise BadInput("A measure beside the index has another name than its parts", where=name)
        asked[name] = _question(name, (), query, period)
    counted_by = [measure_named(one.measure, workspace) for one in asked.values()]
    for measure in counted_by:
        _require_countable(measure)
    if len({measure.sensitivity is Sensitivity.OPEN for measure in counted_by}) > 1:
        raise BadInput(
            "Published counts and those of partners' own records never stand in one table",
            where=", ".join(dict.fromkeys(measure.name for measure in counted_by)),
            next_step="Choose measures of one kind",
        )
    return asked


def _question(
    name: str, where: tuple[tuple[str, str], ...], query: LocalityQuery, period: Period | None
) -> FigureQuery:
    return FigureQuery(
        measure=name,
        level=query.level,
        areas=query.areas,
        period=period or query.period,
        where=where,
        as_at=query.as_at,
        vintage=query.vintage,
        engine=query.engine,
    )


def _require_countable(measure: Measure) -> None:
    adds_up = measure.additive_over_areas and measure.additive_over_time
    if Form.COUNT not in measure.forms or not measure.placed or not adds_up or measure.has_hit:
        raise BadInput(
            "An index of localities needs counts that add up over areas and months, each with a place",
            where=f"measure {measure.name}",
            next_step="Choose another measure",
        )


def compute(
    workspace: Workspace,
    definition: Localities,
    query: LocalityQuery,
    counts: Mapping[str, Counts],
) -> LocalityFigure:
    """The index of every area of the query, from the figures that ``questions`` asked for.

    Raises BadInput where a part is not known of any area, naming it: an index of fewer parts is another
    index, which the query has to ask for. An area that lacks a part, or has too few residents, has no index
    and counts in no whole.
    """
    parts = parts_of(definition, query)
    ground = _ground(workspace, query)
    gathered = Gathered(
        definition,
        parts,
        [_column(ground, part, counts) for part in parts],
        [_beside(ground, name, counts[name]) for name in query.beside],
        places.residents(workspace, ground.level, vintage=ground.vintage),
    )
    _require_known([*gathered.columns, *gathered.beside])
    flags = {code: gathered.left_out(code) for code in ground.codes}
    kept = [code for code in ground.codes if not flags[code]]
    if len(kept) < LEAST_COMPARED:
        raise BadInput(
            "An index holds areas against each other and needs "
            f"{LEAST_COMPARED} of which all parts are known; here are {len(kept)}",
            next_step="Choose a finer level or more areas, or leave out a part with --without",
        )
    found = judge(gathered, kept)
    rows = _rows(ground, gathered, found, flags)
    return _figure(query, ground, found, rows, counts)


def _ground(workspace: Workspace, query: LocalityQuery) -> Ground:
    listed = places.areas(workspace, query.level, vintage=query.vintage, within=query.areas or None)
    if not listed:
        raise NotFound("There is no such area", where=", ".join(query.areas))
    return Ground(workspace, query.level, listed[0].vintage, tuple(listed))


def _column(ground: Ground, part: Part, counts: Mapping[str, Counts]) -> Column:
    if part.kind is Kind.COUNT:
        return counted(ground, part.name, str(part.title), counts[part.name], part.per)
    return aged(ground, part) if part.kind is Kind.AGES else deprived(ground, part)


def _beside(ground: Ground, name: str, found: Counts) -> Column:
    return counted(ground, name, measure_named(name, ground.workspace).title, found, (Per.RESIDENTS,))


def _require_known(columns: Sequence[Column]) -> None:
    """Every part is known of some areas, and is more than nothing."""
    why = [(one.name, f"{one.title}: {one.missing}") for one in columns if one.missing]
    why += [
        (one.name, _("{title}: none in any area, so none is above or below").format(title=one.title))
        for one in columns
        if not one.missing and not any(cell.value > 0 for cell in one.cells.values())
    ]
    if why:
        names = " ".join(f"--without {name}" for name, _sentence in why)
        raise BadInput(
            "The index lacks a part: without it, it is another index",
            where="; ".join(sentence for _name, sentence in why),
            next_step=f"Load what is lacking, or ask for the index of fewer parts: {names}",
        )


def _rows(
    ground: Ground, gathered: Gathered, found: Judged, flags: Mapping[str, tuple[str, ...]]
) -> list[LocalityRow]:
    deprivation = places.deprivation(ground.workspace, ground.level, vintage=ground.vintage)
    classes = places.classifications(ground.workspace, ground.level, vintage=ground.vintage)
    rows = []
    for area in ground.areas:
        told = deprivation.areas.get(area.code)
        row = LocalityRow(
            area.code,
            area.name,
            area.parent_name,
            gathered.people.get(area.code),
            {one.name: part_value(one, area.code, found, row) for row, one in enumerate(gathered.columns)},
            {
                one.name: part_value(one, area.code, found, row)
                for row, one in enumerate(gathered.beside, start=len(gathered.columns))
            },
            deprivation_decile=told.decile if told else None,
            classes={one.name: one.labels.get(one.classes.get(area.code, ""), "") for one in classes},
            flags=flags[area.code],
        )
        rows.append(judged(row, found, found.place[area.code]) if area.code in found.place else row)
    return rows


def _figure(
    query: LocalityQuery,
    ground: Ground,
    found: Judged,
    rows: Sequence[LocalityRow],
    counts: Mapping[str, Counts],
) -> LocalityFigure:
    gathered, given = found.gathered, found.given
    of_counts = [at for at, part in enumerate(gathered.parts) if part.kind is Kind.COUNT]
    counts_alone = statistics.composite(found.of_parts[of_counts], given.part_weights[of_counts])
    whole = statistics.whole_of(given.values, given.base_weights(given.definition.base))
    deprivation = places.deprivation(ground.workspace, ground.level, vintage=ground.vintage)
    period = period_of(next(iter(counts.values())))
    return LocalityFigure(
        query=replace(query, period=period),
        definition=given.definition,
        parts=gathered.parts,
        period=period,
        vintage=ground.vintage,
        rows=rows,
        whole={part.name: float(one) for part, one in zip(gathered.parts, whole, strict=True)},
        overlay=overlay(ground, rows, deprivation),
        agreement=agreement(found.codes, found.index, counts_alone, list(found.inside), deprivation),
        variations={one.name: one.words for one in found.turned},
        notes=notes_of(gathered, rows, counts),
        known_on=max((one.known_on for one in counts.values() if one.known_on), default=None),
        deliveries=tuple(sorted({row.number for one in counts.values() for row in one.deliveries})),
    )
