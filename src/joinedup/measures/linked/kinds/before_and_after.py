"""What the people of a caseload did before they came onto it, and after, beside others."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from joinedup.measures.linked import before_after
from joinedup.measures.linked.before_after import Compared, Custody, Offences
from joinedup.measures.linked.definitions import BeforeAfter
from joinedup.measures.linked.kinds.work import Done, Work, known_by, of_nobody, read
from joinedup.measures.linked.reading import days_said, own_days
from joinedup.measures.plan import months_of
from joinedup.measures.repeats.counting import day_after
from joinedup.terms import Period, Strictness, add_months

Days = NDArray[np.datetime64]
_IN_CUSTODY = "custody"
_DAYS = {"d": 1.0, "w": 7.0, "m": before_after.MONTH, "y": 365.25}
_FIELDS = ("offence_date", "disposal", "duration", "duration_unit")


def before_and_after(work: Work) -> Done:
    """See ``BeforeAfter``."""
    definition = cast(BeforeAfter, work.definition)
    asked = (*definition.records, *definition.events, *definition.releases)
    frame = read(work, asked, [definition.on, *_FIELDS])
    told = _told(work, definition)
    cells, notes = {}, of_nobody(frame)
    for level in Strictness:
        known, unit, names = known_by(frame, level)
        known = known.assign(unit=unit)
        taken_on = _taken_on(definition, known, len(names))
        anchors, left_out = _anchors(work, definition, taken_on, told)
        if level is Strictness.BEST:
            notes += _left_out(left_out, told)
        cells[level] = before_after.cells_of(_compared(definition, known, anchors, taken_on))
    return Done(cells, notes)


@dataclass(frozen=True)
class _Told:
    """The months of which every feed of offences has told, the first of them, and the day until which
    everything is told."""

    months: frozenset[dt.date]
    begins: dt.date
    until: dt.date


def _told(work: Work, definition: BeforeAfter) -> _Told:
    covered: dict[str, set[dt.date]] = {}
    for one in work.reader.coverage(sorted({one.source for one in definition.events})):
        if one.feed in work.ground.feeds:
            covered.setdefault(one.feed, set()).update(months_of(one.period))
    months = set.intersection(*covered.values()) if covered else set()
    return _Told(frozenset(months), min(months, default=dt.date.max), work.ground.until)


def _taken_on(definition: BeforeAfter, known: pd.DataFrame, units: int) -> Days:
    """The day on which each person first came onto the caseload, whenever that was (of whom no day is told:
    the first on which they stand on it); NaT: never."""
    rows = known[known["part"] < len(definition.records)]
    said, stood = days_said(rows[definition.on]), own_days(rows)
    found = np.full(units, np.datetime64("NaT"), dtype="datetime64[D]")
    for unit, came in zip(rows["unit"].tolist(), np.where(np.isnat(said), stood, said), strict=True):
        if np.isnat(found[unit]) or came < found[unit]:
            found[unit] = came
    return found


def _anchors(
    work: Work, definition: BeforeAfter, taken_on: Days, told: _Told
) -> tuple[dict[int, np.datetime64], Counter[str]]:
    """By person the day on which they first came onto the caseload, if it is in the period and every month
    of both windows is told; of the others, how many came too ``early``, too ``late``, or have a month in
    between that is not told (``gap``)."""
    begin, end = np.datetime64(work.query.period.start), np.datetime64(work.query.period.end)
    months = definition.window.months
    kept, left_out = {}, Counter[str]()
    for unit in np.flatnonzero((taken_on >= begin) & (taken_on < end)).tolist():
        came = taken_on[unit]
        first, last = (
            cast(dt.date, day_after(came, by).item()) for by in (-months, months + definition.wait)
        )
        looked_at = months_of(Period(first.replace(day=1), add_months(last, 1)))
        if first < told.begins:
            left_out["early"] += 1
        elif last > told.until:
            left_out["late"] += 1
        elif any(month not in told.months for month in looked_at if month < told.until):
            left_out["gap"] += 1
        else:
            kept[unit] = came
    return kept, left_out


def _left_out(number: Counter[str], told: _Told) -> list[str]:
    said = {
        "early": _("{number} came so early that months before are not told: offences are from {begins} on."),
        "late": _("{number} came so late that their time has not run: what is told ends before {until}."),
        "gap": _("{number} are left out, for a month before or after them was not delivered."),
    }
    days = {"begins": told.begins.isoformat(), "until": told.until.isoformat()}
    return [note.format(number=number[of], **days) for of, note in said.items() if number[of]]


def _compared(
    definition: BeforeAfter, known: pd.DataFrame, anchors: dict[int, np.datetime64], taken_on: Days
) -> Compared:
    caseload, deeds = len(definition.records), len(definition.records) + len(definition.events)
    part = known["part"]
    events = known[(part >= caseload) & (part < deeds)].drop_duplicates(["unit", "feed", "record_key"])
    released = known[part >= deeds]
    committed, proven = days_said(events["offence_date"]), own_days(events)
    told = np.where(np.isnat(committed), proven, committed)
    unit = events["unit"].to_numpy(dtype=np.int64)
    custody = before_after.without_overlaps(_custody(events, released))
    clock = (definition.window.months, definition.wait)
    return before_after.compared(anchors, Offences(unit, told, proven), custody, taken_on, clock)


def _custody(events: pd.DataFrame, released: pd.DataFrame) -> Custody:
    """From a sentence of custody to the release that is told within its length, or to half of it."""
    rows = events[(events["disposal"] == _IN_CUSTODY) & events["duration"].notna()]
    length = pd.to_numeric(rows["duration"], errors="coerce") * rows["duration_unit"].map(_DAYS)
    releases: dict[int, list[np.datetime64]] = {}
    for unit, day in zip(released["unit"].tolist(), own_days(released), strict=True):
        releases.setdefault(unit, []).append(day)
    found = []
    for unit, begins, days in zip(rows["unit"].tolist(), own_days(rows), length.tolist(), strict=True):
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
