"""Who comes of age with a service, and what happens during stays."""

from __future__ import annotations

import datetime as dt
from typing import cast

import pandas as pd

from joinedup.measures.linked import again, spells
from joinedup.measures.linked.definitions import ComesOfAge, DuringStays
from joinedup.measures.linked.kinds.work import Done, Work, known_by, of_nobody, read
from joinedup.measures.linked.reading import adult_months, day_said
from joinedup.terms import Strictness


def comes_of_age(work: Work) -> Done:
    """See ``ComesOfAge``."""
    definition, ground = cast(ComesOfAge, work.definition), work.ground
    asked = (*definition.records, *definition.to)
    frame = read(work, asked, ["case_ref", "started", "ended"], circumstances=True)
    cells = {}
    for level in Strictness:
        known, _unit, _names = known_by(frame, level)
        young, adult = known["part"] < len(definition.records), known["part"] >= len(definition.records)
        found = spells.moves(
            _spells(known[young], level),
            _spells(known[adult], level),
            adult_months(known[young], level),
            work.query.period,
            definition.before,
            definition.window.months,
            ground.until,
        )
        cells[level] = spells.cells_of_moves(found)
    return Done(cells, of_nobody(frame[frame["part"] < len(definition.records)]))


def _spells(frame: pd.DataFrame, level: Strictness) -> list[spells.Spell]:
    """Each spell once, as it was told last; one without a start is none."""
    last: dict[tuple[str, str, dt.date], spells.Spell] = {}
    columns = (level.value, "feed", "case_ref", "started", "ended")
    for unit, feed, case, started, ended in zip(*(frame[name] for name in columns), strict=True):
        begun = day_said(started)
        if begun is not None:
            named = f"{feed}/{case if isinstance(case, str) else ''}"
            last[str(unit), named, begun] = spells.Spell(str(unit), named, begun, day_said(ended))
    return list(last.values())


def during_stays(work: Work) -> Done:
    """See ``DuringStays``."""
    definition = cast(DuringStays, work.definition)
    asked = (*definition.records, *definition.events)
    frame = read(work, asked, ["case_ref", "started", "ended", definition.group])
    cells = {}
    for level in Strictness:
        known, _unit, _names = known_by(frame, level)
        stays, done = known["part"] < len(definition.records), known["part"] >= len(definition.records)
        deeds = _deeds(known[done], level, definition.group)
        cells[level] = spells.during_stays(
            _spells(known[stays], level),
            deeds,
            work.query.period,
            definition.window.months,
            work.ground.until,
        )
    return Done(cells, of_nobody(frame[frame["part"] < len(definition.records)]))


def _deeds(frame: pd.DataFrame, level: Strictness, group: str) -> list[spells.Deed]:
    kinds = frame[group].fillna(again.UNKNOWN)
    days = frame["day"].to_numpy().astype("datetime64[D]").tolist()
    return [
        spells.Deed(str(unit), str(kind), day)
        for unit, kind, day in zip(frame[level.value], kinds, days, strict=True)
    ]
