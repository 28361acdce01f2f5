"""Who comes from elsewhere, and how far people travel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from joinedup import places
from joinedup.measures.linked import elsewhere
from joinedup.measures.linked.definitions import FromElsewhere, Home, Records, Travelled
from joinedup.measures.linked.kinds.work import Done, Work, known_by, of_nobody, read
from joinedup.terms import AreaLevel, Strictness
from joinedup.workspace import Workspace


def from_elsewhere(work: Work) -> Done:
    """See ``FromElsewhere``."""
    definition = cast(FromElsewhere, work.definition)
    if definition.home is Home.SAID:
        return _said(work, definition)
    frame, notes = _trips(work, definition.records, definition.group)
    home, away = _districts(work.workspace, frame, "home_"), _districts(work.workspace, frame, "")
    ours = set(places.partnership_districts(work.workspace))
    located = ~np.isnan(frame["home_longitude"].to_numpy(dtype=np.float64))
    placed = np.array([one is not None for one in away])
    outside = {
        "from-another-district": home != away,
        "from-outside-the-partnership": np.array([one not in ours for one in home]),
    }
    frame = frame.assign(known=located & placed, **outside)
    cells = {}
    for level in Strictness:
        known, trips, names = _grouped(frame, level, definition.group)
        away_by = {of: known[of].to_numpy(dtype=np.bool_) for of in outside}
        cells[level] = elsewhere.from_elsewhere(
            trips, names, known["known"].to_numpy(dtype=np.bool_), away_by
        )
    return Done(cells, notes)


def _said(work: Work, definition: FromElsewhere) -> Done:
    """By what the record says: ``residence`` is in the borough or outside it."""
    frame = read(work, definition.records, ["residence"], work.query.period)
    cells = {}
    for level in Strictness:
        known, trips, names = _grouped(frame, level, definition.group)
        says = known["residence"].notna().to_numpy(dtype=np.bool_)
        outside = {"from-outside-the-borough": (known["residence"] == "outside").to_numpy(dtype=np.bool_)}
        cells[level] = elsewhere.from_elsewhere(trips, names, says, outside)
    return Done(cells, of_nobody(frame))


def travelled(work: Work) -> Done:
    """See ``Travelled``."""
    definition = cast(Travelled, work.definition)
    frame, notes = _trips(work, definition.records, definition.group)
    ends = ("home_longitude", "home_latitude", "longitude", "latitude")
    metres = elsewhere.straight_line(*(frame[name].to_numpy(dtype=np.float64) for name in ends))
    frame = frame.assign(metres=metres)
    cells = {}
    for level in Strictness:
        known, trips, names = _grouped(frame, level, definition.group)
        cells[level] = elsewhere.travelled(trips, names, known["metres"].to_numpy(dtype=np.float64))
    return Done(cells, notes)


def _trips(work: Work, records: Sequence[Records], group: str) -> tuple[pd.DataFrame, list[str]]:
    """Each person and event once, with where both are; and what the reader has to know of homes."""
    fields = [group] if group else []
    frame = read(work, records, fields, work.query.period, circumstances=True)
    frame = frame.drop_duplicates(["event", "best", "strict", "loose"]).reset_index(drop=True)
    return frame, [*of_nobody(frame), *homes_told(work.workspace, frame)]


def homes_told(workspace: Workspace, frame: pd.DataFrame) -> list[str]:
    """By what homes are known, and how many are not found."""
    directory = places.postcodes(workspace)
    if directory is None:
        return [_("No directory of postcodes is loaded, so no home is known. See: joinedup places.")]
    notes = [_("Homes by postcode: {title}.").format(title=directory.title)]
    missing = int((frame["home"] == "not-found").sum())
    if missing:
        note = _("{number} homes have a postcode that the directory has not.")
        notes.append(note.format(number=f"{missing:,}"))
    return notes


def _districts(workspace: Workspace, frame: pd.DataFrame, which: str) -> NDArray[np.object_]:
    """The district of each row's point (None outside all of them, and where there is no point)."""
    east, north = (frame[f"{which}{name}"].to_numpy(dtype=np.float64) for name in ("longitude", "latitude"))
    there = ~np.isnan(east)
    found = np.full(len(frame), None, dtype=np.object_)
    if there.any():
        found[there] = places.locate(workspace, east[there], north[there], level=AreaLevel.DISTRICT)
    return found


def _grouped(
    frame: pd.DataFrame, level: Strictness, group: str
) -> tuple[pd.DataFrame, elsewhere.Trips, list[str]]:
    known, unit, _names = known_by(frame, level)
    if not group:
        return known, elsewhere.Trips(unit, np.zeros(len(unit), dtype=np.int64)), [""]
    kind, names = pd.factorize(known[group].fillna(""), sort=True)
    return known, elsewhere.Trips(unit, kind.astype(np.int64)), [str(name) for name in names]
