"""Whose first proven offence is known to be in a period, of which age and sex, and for what."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import cast

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from joinedup.measures.linked import first_offenders
from joinedup.measures.linked.definitions import Records
from joinedup.measures.linked.first_known import FirstKnown
from joinedup.measures.linked.first_offenders import First
from joinedup.measures.linked.kinds.feeds import Feeds
from joinedup.measures.linked.kinds.work import Done, Work, known_by, of_nobody, read
from joinedup.measures.linked.reading import adult_months, days_said, own_days
from joinedup.measures.linked.released import Seen
from joinedup.measures.linked.result import Cell
from joinedup.terms import Flag, Period, Strictness, add_months

_OF_AGE, _MONTHS = 18, 12


def first_known(work: Work) -> Done:
    """See ``FirstKnown``."""
    definition, period = cast(FirstKnown, work.definition), work.query.period
    feeds = Feeds(work)
    lacking = [one.records.source for one in definition.proofs if not feeds.of(one)]
    if lacking:
        said = _("Without what {sources} proves, too many would seem to be there for the first time.")
        return Done({}, [said.format(sources=", ".join(sorted(set(lacking))))])
    part = {
        records: at for at, records in enumerate(dict.fromkeys((*definition.records, *definition.beside)))
    }
    seen = (*definition.proofs, *definition.earlier)
    fields = sorted({definition.sex, definition.offence, *(name for one in seen for name in one.fields)})
    frame = read(work, tuple(part), fields, circumstances=True)
    earlier = tuple(one for one in definition.earlier if feeds.of(one))
    flags, notes = _looks_back(definition, feeds, period)
    cells: dict[Strictness, list[Cell]] = {}
    for level in Strictness:
        known, unit, names = known_by(frame, level)
        known = known.assign(unit=unit)
        proofs = _days(known, part, definition.proofs)
        first, proven = first_offenders.firsts(
            proofs["unit"].to_numpy(dtype=np.int64), own_days(proofs), period, definition.look_back
        )
        told = _Told(definition, known, proofs, adult_months(known, level), names, level)
        before = _known_before(_days(known, part, earlier), first) if earlier else None
        found = [told.of(who, day, None if before is None else who in before) for who, day in first.items()]
        ages = [name for name, _least in definition.ages.each]
        cells[level] = first_offenders.cells_of(found, proven, ages, flags)
    inside = frame["part"].isin([part[one] for one in definition.records])
    return Done(cells, [*of_nobody(frame[inside]), *notes, *feeds.told_of_unread()])


def _looks_back(definition: FirstKnown, feeds: Feeds, period: Period) -> tuple[frozenset[Flag], list[str]]:
    """From when on offences can be known, and whether that is as far back as the definition looks: if not,
    the beginning is cut off, and more seem to be there for the first time than are."""
    begins = max(feeds.begins(feeds.of(one)) for one in definition.proofs)
    flags = {Flag.INCOMPLETE_FEED} if feeds.unread else set()
    until = min(feeds.until(feeds.of(one)) for one in definition.proofs)
    notes = []
    if until < period.end:
        flags.add(Flag.NOT_YET_MATURE)
        said = _("What proves an offence is told until {until:%Y-%m-%d}: the period is not over in it.")
        notes.append(said.format(until=until - dt.timedelta(days=1)))
    looked = Period(begins, period.end).months - period.months if begins < period.start else 0
    if not definition.look_back:
        said = _(
            "Proven offences are known from {begins:%Y-%m-%d} on, {looked} months before the period: first "
            "known is not first (the beginning is cut off), and the longer the look-back the fewer are first."
        )
        notes.append(said.format(begins=begins, looked=looked))
        return frozenset({*flags, Flag.INCOMPLETE_FEED}), notes
    if begins > add_months(period.start, -definition.look_back):
        said = _(
            "Proven offences are known from {begins:%Y-%m-%d} on, {looked} months before the period, and the "
            "definition looks back {months}: the beginning is cut off, and some who seem to be there for the "
            "first time are not."
        )
        notes.append(said.format(begins=begins, looked=looked, months=definition.look_back))
        flags.add(Flag.INCOMPLETE_FEED)
    return frozenset(flags), notes


def _days(known: pd.DataFrame, part: Mapping[Records, int], seen: tuple[Seen, ...]) -> pd.DataFrame:
    """The rows of these records, each on the day that is asked of it (else its own); later ``day`` is it."""
    found = []
    for one in seen:
        rows = known[known["part"] == part[one.records]]
        field = one.known_on or one.on
        told = days_said(rows[field]) if field else own_days(rows)
        found.append(rows.assign(day=np.where(np.isnat(told), own_days(rows), told)))
    return pd.concat(found, ignore_index=True)


def _known_before(earlier: pd.DataFrame, first: Mapping[int, np.datetime64]) -> set[int]:
    days = zip(earlier["unit"].tolist(), own_days(earlier), strict=True)
    return {who for who, day in days if who in first and day < first[who]}


class _Told:
    """What records tell of each person: month of coming of age, sex, and offences by day."""

    def __init__(
        self,
        definition: FirstKnown,
        known: pd.DataFrame,
        proofs: pd.DataFrame,
        adult: Mapping[str, dt.date],
        names: list[str],
        level: Strictness,
    ) -> None:
        """Read it once for all of one linkage."""
        self._ages, self._adult, self._names = definition.ages, adult, names
        sexes: dict[int, Counter[str]] = defaultdict(Counter)
        for who, sex in zip(known["unit"].tolist(), known[definition.sex], strict=True):
            if isinstance(sex, str) and sex:
                sexes[who][sex] += 1
        self._sex = {who: min(said, key=lambda one: (-said[one], one)) for who, said in sexes.items()}
        self._offences: dict[tuple[int, np.datetime64], set[str]] = defaultdict(set)
        rows = zip(proofs["unit"].tolist(), own_days(proofs), proofs[definition.offence], strict=True)
        for who, day, offence in rows:
            if isinstance(offence, str) and offence:
                self._offences[who, day].add(offence)

    def of(self, who: int, day: np.datetime64, known_before: bool | None) -> First:
        """What is told of somebody on the day of their first proven offence."""
        offences = frozenset(self._offences.get((who, day), ()))
        return First(self._age(who, day), self._sex.get(who, ""), offences, known_before)

    def _age(self, who: int, day: np.datetime64) -> str:
        adult = self._adult.get(self._names[who])
        if adult is None:
            return ""
        return self._ages.name_of(age_in(adult, cast(dt.date, day.item())))


def age_in(adult: dt.date, day: dt.date) -> int:
    """Years of age in the month of a day, of who comes of age in a month."""
    months = (day.year - adult.year) * _MONTHS + day.month - adult.month
    return _OF_AGE + months // _MONTHS
