"""People by a group that their records tell, beside the residents of the group."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import cast

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from joinedup import places
from joinedup.measures.linked import by_group
from joinedup.measures.linked.by_group import ELSEWHERE, NOT_KNOWN, People
from joinedup.measures.linked.definitions import ByGroup, Group
from joinedup.measures.linked.kinds.travel import homes_told
from joinedup.measures.linked.kinds.work import Done, Work, known_by, of_nobody, read
from joinedup.places import ResidentsByGroup
from joinedup.terms import AreaLevel, Strictness


def by_groups(work: Work) -> Done:
    """See ``ByGroup``."""
    definition = cast(ByGroup, work.definition)
    frame = read(work, definition.records, [definition.field], work.query.period, circumstances=True)
    notes = [*of_nobody(frame), *homes_told(work.workspace, frame)]
    residents = places.residents_by(work.workspace, definition.level, definition.breakdown)
    areas = areas_here(work, definition.level, residents.counts)
    if not areas:
        said = _("No table of residents by {what} is loaded for {level}, so there is no rate.")
        return Done({}, [*notes, said.format(what=definition.breakdown, level=definition.level)])
    frame = frame.assign(
        told=_told(frame[definition.field], definition.groups),
        area=lives_in(work, frame, definition.level, areas),
    )
    lives = np.array(
        [[float(residents.counts[area].get(one.residents, 0)) for area in areas] for one in definition.groups]
    )
    names = [one.name for one in definition.groups]
    reference = names.index(definition.reference)
    cells = {
        level: by_group.cells_of(_people(frame, level, len(names)), names, lives, reference)
        for level in Strictness
    }
    return Done(cells, [*notes, _of_residents(residents), *_of_labels(residents, definition.groups)])


def _of_labels(residents: ResidentsByGroup, groups: Sequence[Group]) -> list[str]:
    """Groups that the table of residents does not call so: they have no rate."""
    there = {label for counts in residents.counts.values() for label in counts}
    lacking = [one.residents for one in groups if one.residents not in there]
    if not lacking:
        return []
    note = _("The table of residents has no {labels}, so there is no rate of them.")
    return [note.format(labels=", ".join(f"“{one}”" for one in lacking))]


def _of_residents(residents: ResidentsByGroup) -> str:
    said = _("Residents: {source}, {year} ({method}).")
    return said.format(source=residents.source.rstrip("."), year=residents.year, method=residents.method)


def _told(field: pd.Series, groups: Sequence[Group]) -> NDArray[np.int64]:
    """The number of the group of each record; a code of none of them tells nothing."""
    number = {
        code: at
        for at, group in enumerate(groups)
        for code in field.dropna().unique()
        if str(code).startswith(group.codes)
    }
    return field.map(number).fillna(NOT_KNOWN).to_numpy(dtype=np.int64)


def lives_in(work: Work, frame: pd.DataFrame, level: AreaLevel, areas: Sequence[str]) -> NDArray[np.int64]:
    """The number of the area in which each mention lives."""
    east = frame["home_longitude"].to_numpy(dtype=np.float64)
    north = frame["home_latitude"].to_numpy(dtype=np.float64)
    there = ~np.isnan(east)
    found = np.full(len(frame), NOT_KNOWN, dtype=np.int64)
    if there.any():
        codes = places.locate(work.workspace, east[there], north[there], level=level)
        number = {code: at for at, code in enumerate(areas)}
        found[there] = [number.get(code, ELSEWHERE) for code in codes]
    return found


def _people(frame: pd.DataFrame, level: Strictness, groups: int) -> People:
    """Each person once: of the group that most of their records tell, at the first home that is known."""
    known, unit, names = known_by(frame, level)
    told = by_group.most_told(unit, known["told"].to_numpy(dtype=np.int64), groups)
    area = first_homes(known, unit, len(names))
    group = np.array([told.get(one, NOT_KNOWN) for one in range(len(names))], dtype=np.int64)
    return People(group, area)


def first_homes(known: pd.DataFrame, unit: NDArray[np.int64], people: int) -> NDArray[np.int64]:
    """The number of the area in which each person lives: of their first record that tells a home."""
    area = np.full(people, NOT_KNOWN, dtype=np.int64)
    own = known["area"].to_numpy(dtype=np.int64)
    located = np.flatnonzero(own != NOT_KNOWN)[::-1]  # the rows are by day: the first is written last
    area[unit[located]] = own[located]
    return area


def areas_here(work: Work, level: AreaLevel, known: Collection[str]) -> list[str]:
    """The areas of the partnership of which something is known, in order of code."""
    ours = set(places.partnership_districts(work.workspace))
    listed = places.areas(work.workspace, level)
    return sorted({area.code for area in listed if ours & {area.code, *area.within}} & set(known))
