"""What the people of a caseload did before they came onto it, and after, beside others."""

from __future__ import annotations

import datetime as dt
from typing import cast

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from joinedup.measures.linked import before_after
from joinedup.measures.linked.before_after import Compared, Custody, Offences
from joinedup.measures.linked.definitions import BeforeAfter
from joinedup.measures.linked.kinds.work import Done, Work, known_by, of_nobody, read
from joinedup.measures.linked.reading import day_said
from joinedup.measures.repeats.counting import months_after
from joinedup.terms import Strictness

Days = NDArray[np.datetime64]
_IN_CUSTODY = "custody"
_DAYS = {"d": 1.0, "w": 7.0, "m": before_after.MONTH, "y": 365.25}
_FIELDS = ("offence_date", "disposal", "duration", "duration_unit")


def before_and_after(work: Work) -> Done:
    """See ``BeforeAfter``."""
    definition = cast(BeforeAfter, work.definition)
    asked = (*definition.records, *definition.events, *definition.releases)
    frame = read(work, asked, [definition.on, *_FIELDS])
    begins, until = _told(work, definition)
    cells, notes = {}, of_nobody(frame)
    for level in Strictness:
        known, unit, names = known_by(frame, level)
        known = known.assign(unit=unit)
        anchors, early, young = _anchors(work, definition, known, begins, until)
        if level is Strictness.BEST:
            notes += _left_out(early, young, begins, until)
        cells[level] = before_after.cells_of(_compared(definition, known, anchors, len(names)))
    return Done(cells, notes)


def _told(work: Work, definition: BeforeAfter) -> tuple[dt.date, dt.date]:
    """From which day offences are told, and until which day everything is."""
    sources = sorted({one.source for one in definition.events})
    first: dict[str, dt.date] = {}
    for one in work.reader.coverage(sources):
        if one.feed in work.ground.feeds:
            first[one.feed] = min(one.period.start, first.get(one.feed, one.period.start))
    return max(first.values(), default=dt.date.max), work.ground.until


def _anchors(
    work: Work, definition: BeforeAfter, known: pd.DataFrame, begins: dt.date, until: dt.date
) -> tuple[dict[int, np.datetime64], int, int]:
    """By person the day on which they first came onto the caseload, if it is in the period and both windows
    are told; how many came too early for that, and how many too late."""
    rows = known[known["part"] < len(definition.records)]
    day = _days(rows[definition.on])
    first: dict[int, np.datetime64] = {}
    for unit, came in zip(rows["unit"].tolist(), day, strict=True):
        if not np.isnat(came):
            first[unit] = min(came, first.get(unit, came))
    period = work.query.period
    begin, end = np.datetime64(period.start), np.datetime64(period.end)
    inside = {unit: came for unit, came in first.items() if begin <= came < end}
    months = definition.window.months
    early = {unit for unit, came in inside.items() if _plus(came, -months) < np.datetime64(begins)}
    runs = months + definition.wait
    young = {unit for unit, came in inside.items() if _plus(came, runs) > np.datetime64(until)} - early
    kept = {unit: came for unit, came in inside.items() if unit not in early | young}
    return kept, len(early), len(young)


def _plus(day: np.datetime64, months: int) -> np.datetime64:
    return months_after(np.array([day], dtype="datetime64[D]"), months)[0]


def _left_out(early: int, young: int, begins: dt.date, until: dt.date) -> list[str]:
    notes = []
    if early:
        note = _("{number} came so early that months before them are not told: offences are from {day} on.")
        notes.append(note.format(number=early, day=begins.isoformat()))
    if young:
        note = _("{number} came so late that their time has not run: what is told ends before {day}.")
        notes.append(note.format(number=young, day=until.isoformat()))
    return notes


def _compared(
    definition: BeforeAfter, known: pd.DataFrame, anchors: dict[int, np.datetime64], units: int
) -> Compared:
    caseload, deeds = len(definition.records), len(definition.records) + len(definition.events)
    part = known["part"]
    events = known[(part >= caseload) & (part < deeds)].drop_duplicates(["unit", "feed", "record_key"])
    released = known[part >= deeds]
    committed, proven = _days(events["offence_date"]), _own_days(events)
    told = np.where(np.isnat(committed), proven, committed)
    unit = events["unit"].to_numpy(dtype=np.int64)
    ever = set(known[part < caseload]["unit"].tolist())
    others = np.array(sorted({*unit.tolist()} - ever), dtype=np.int64)
    custody = before_after.without_overlaps(_custody(events, released))
    clock = (definition.window.months, definition.wait, units)
    return before_after.compared(anchors, Offences(unit, told, proven), custody, others, clock)


def _custody(events: pd.DataFrame, released: pd.DataFrame) -> Custody:
    """From a sentence of custody to the release that is told within its length, or to half of it."""
    rows = events[(events["disposal"] == _IN_CUSTODY) & events["duration"].notna()]
    length = pd.to_numeric(rows["duration"], errors="coerce") * rows["duration_unit"].map(_DAYS)
    releases: dict[int, list[np.datetime64]] = {}
    for unit, day in zip(released["unit"].tolist(), _own_days(released), strict=True):
        releases.setdefault(unit, []).append(day)
    found = []
    for unit, begins, days in zip(rows["unit"].tolist(), _own_days(rows), length.tolist(), strict=True):
        if np.isnan(days):
            continue
        last = begins + np.timedelta64(round(days), "D")
        told = [day for day in releases.get(unit, []) if begins < day <= last]
        ends = min(told) if told else begins + np.timedelta64(round(days / 2), "D")
        found.append((unit, begins, ends))
    return Custody(
        np.array([one[0] for one in found], dtype=np.int64),
        np.array([one[1] for one in found], dtype="datetime64[D]"),
        np.array([one[2] for one in found], dtype="datetime64[D]"),
    )


def _days(said: pd.Series) -> Days:
    return np.array([day_said(one) for one in said], dtype="datetime64[D]")


def _own_days(frame: pd.DataFrame) -> Days:
    return frame["day"].to_numpy().astype("datetime64[D]")
