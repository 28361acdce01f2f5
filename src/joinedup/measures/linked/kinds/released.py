"""Who is released from prison, and what is seen of them afterwards in the records of every agency."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from joinedup.measures.linked import after_release
from joinedup.measures.linked.after_release import Course, Followed, Integers, Released
from joinedup.measures.linked.definitions import Records
from joinedup.measures.linked.kinds.feeds import Feeds
from joinedup.measures.linked.kinds.work import Done, Work, known_by, of_nobody, read
from joinedup.measures.linked.reading import days_said, own_days
from joinedup.measures.linked.released import AfterRelease, Outcome, Seen
from joinedup.measures.linked.result import Cell
from joinedup.measures.repeats.counting import months_after
from joinedup.terms import Flag, Period, Strictness, add_months

Days = NDArray[np.datetime64]
_ONE_DAY = dt.timedelta(days=1)


def after_prison(work: Work) -> Done:
    """See ``AfterRelease``."""
    definition = cast(AfterRelease, work.definition)
    told = _told(work, definition)
    part = {
        records: at for at, records in enumerate(dict.fromkeys((*definition.records, *definition.beside)))
    }
    seen = [one for outcome in (*definition.outcomes, definition.custody) for one in outcome.seen]
    fields = {name for one in (*seen, *definition.deaths) for name in one.fields}
    fields |= {definition.place, definition.lengths.field}
    frame = read(work, tuple(part), sorted(fields), as_written={definition.place})
    frame[definition.place] = after_release.as_mostly_written(frame[definition.place])
    cells: dict[Strictness, list[Cell]] = {}
    for level in Strictness:
        known, unit, names = known_by(frame, level)
        people = _People.of(known.assign(unit=unit), len(names), part, work.query.period, definition)
        cells[level] = _cells(definition, people, told, work.query.period)
    inside = (frame["part"] == 0) & _within(own_days(frame), work.query.period)
    return Done(cells, [*of_nobody(frame[inside]), *told.notes])


def _within(day: Days, period: Period) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (day >= np.datetime64(period.start)) & (day < np.datetime64(period.end))
    return found


@dataclass(frozen=True)
class _Span:
    """From when on something is told, the first day of which it is not known yet, and flags of what was left
    out."""

    begins: dt.date
    until: dt.date
    flags: frozenset[Flag]

    def through(self, released: Days) -> Integers:
        """For how many days after each release it is known; below 0 for who is not followed."""
        if self.until == dt.date.min:
            return np.full(len(released), -1, dtype=np.int64)
        days = (np.datetime64(self.until) - released).astype(np.int64) - 1
        return np.where(released < np.datetime64(self.begins), -1, days)


@dataclass(frozen=True)
class _Told:
    """What is told of each outcome that is told; which ways into custody and of death; sentences."""

    spans: dict[Outcome, _Span]
    custody: tuple[Seen, ...]
    deaths: tuple[Seen, ...]
    notes: tuple[str, ...]


def _told(work: Work, definition: AfterRelease) -> _Told:
    feeds, period, notes = Feeds(work), work.query.period, []
    custody = tuple(one for one in definition.custody.seen if feeds.of(one))
    deaths = tuple(one for one in definition.deaths if feeds.of(one))
    ending = frozenset[str]().union(*(feeds.of(one) for one in (*custody, *deaths)))
    spans: dict[Outcome, _Span] = {}
    gaps: dict[tuple[str, int], list[str]] = {}
    for outcome in dict.fromkeys((*definition.outcomes, definition.custody)):
        shown = custody if outcome == definition.custody else outcome.seen
        if not all(feeds.of(one) for one in shown):
            said = _("Not told, for lack of records of it: {outcome}.")
            notes.append(said.format(outcome=str(outcome.title)))
            continue
        own = frozenset[str]().union(*(feeds.of(one) for one in shown))
        begins, until = feeds.begins(own), feeds.until(own | ending)
        longest = add_months(period.end, definition.months[-1] + outcome.wait)
        looked_at = Period(max(period.start, min(begins, period.end)), min(max(until, period.end), longest))
        missing = feeds.missing(own | ending, looked_at) if looked_at.start < looked_at.end else {}
        for feed in missing.keys() & own:
            gaps.setdefault((feed, missing[feed]), []).append(str(outcome.title))
        flags = {Flag.INCOMPLETE_FEED} if missing or feeds.unread or begins > period.start else set()
        spans[outcome] = _Span(begins, _observed(until, outcome.wait), frozenset(flags))
        if begins > period.start:
            said = _(
                "Who was released before {begins:%Y-%m-%d} is not followed; it is told from then: {outcome}."
            )
            notes.append(said.format(begins=begins, outcome=str(outcome.title)))
        notes += _not_yet(outcome, spans[outcome].until, period, definition.months)
    said = _("{feed} has not told of all months after a release ({number} are missing): {outcomes}.")
    notes += [
        said.format(feed=feed, number=number, outcomes="; ".join(titles))
        for (feed, number), titles in sorted(gaps.items())
    ]
    notes += feeds.told_of_unread()
    return _Told(spans, custody, deaths, tuple(notes))


def _observed(until: dt.date, wait: int) -> dt.date:
    """The first day of which nobody can know yet what happened: so long before the end as proof may take."""
    if until == dt.date.min or not wait:
        return until
    return add_months(until, -wait)


def _ran(until: dt.date, period: Period) -> int:
    """For how many days after its release somebody of the period's last day has been told of."""
    return (until - period.end).days if until != dt.date.min else -1


def _not_yet(outcome: Outcome, until: dt.date, period: Period, months: tuple[int, ...]) -> list[str]:
    running = [one for one in months if after_release.days_of(one) > _ran(until, period)]
    if not running:
        return []
    if until == dt.date.min:
        return [_("Of no month is it told: {outcome}.").format(outcome=str(outcome.title))]
    said = _(
        "Not yet mature within {months} months, for it is known until {until:%Y-%m-%d}: {outcome}. Where the "
        "clock of some has run, the number is an estimate that may still move."
    )
    listed = ", ".join(str(one) for one in running)
    return [said.format(months=listed, until=until - _ONE_DAY, outcome=str(outcome.title))]


@dataclass(frozen=True)
class _People:
    """The released of one linkage: what was told of each, the day of release, and every row of theirs with
    its person's number among them (``who``, below 0: of somebody else)."""

    released: Released
    day: Days
    rows: pd.DataFrame
    part: dict[Records, int]

    @classmethod
    def of(
        cls,
        known: pd.DataFrame,
        units: int,
        part: dict[Records, int],
        period: Period,
        definition: AfterRelease,
    ) -> _People:
        """Each person once, at their first release of the period; the rows are in the order of days."""
        own = known[(known["part"] == 0) & _within(own_days(known), period)]
        first = own.drop_duplicates("unit")
        number = np.full(units, -1, dtype=np.int64)
        number[first["unit"].to_numpy(dtype=np.int64)] = np.arange(len(first))
        rows = known.assign(who=number[known["unit"].to_numpy(dtype=np.int64)])
        elsewhere = np.zeros(len(first), dtype=np.bool_)
        theirs = rows[(rows["who"] >= 0) & (rows["part"] != 0)]
        elsewhere[theirs["who"].to_numpy(dtype=np.int64)] = True
        months = pd.to_numeric(first[definition.lengths.field], errors="coerce")
        released = Released(
            len(own[["feed", "record_key"]].drop_duplicates()),
            ["" if pd.isna(one) else str(one) for one in first[definition.place]],
            ["" if np.isnan(one) else definition.lengths.name_of(one) for one in months.tolist()],
            elsewhere,
        )
        return cls(released, own_days(first), rows[rows["who"] >= 0], part)

    def first(self, seen: Seen, wait: int) -> Integers:
        """By person the first day after the release on which it is seen."""
        rows = self.rows[self.rows["part"] == self.part[seen.records]]
        if seen.ends:
            return self._first_in_spell(rows, seen)
        own, told = own_days(rows), days_said(rows[seen.on]) if seen.on else own_days(rows)
        proven = days_said(rows[seen.known_on]) if seen.known_on else own
        proven = np.where(np.isnat(proven), own, proven)
        day = np.where(np.isnat(told), proven, told)
        if wait and len(day):
            in_time = proven <= months_after(np.where(np.isnat(day), proven, day), wait)
            day = np.where(in_time, day, np.datetime64("NaT"))
        return after_release.first_days(rows["who"].to_numpy(dtype=np.int64), day, self.day, 1)

    def _first_in_spell(self, rows: pd.DataFrame, seen: Seen) -> Integers:
        """The day on which a spell begins, or 0 where it is open then; a spell whose end nobody said lasts
        until the last day of which a record tells it."""
        spell = rows.assign(case_ref=rows["case_ref"].fillna(""))
        spell = spell[spell[seen.on].notna()].drop_duplicates(
            ["who", "feed", "case_ref", seen.on], keep="last"
        )
        who = spell["who"].to_numpy(dtype=np.int64)
        began, ended = days_said(spell[seen.on]), days_said(spell[seen.ends])
        last = np.where(np.isnat(ended), own_days(spell), ended)
        begins = np.where(last > self.day[who], np.maximum(began, self.day[who]), began)
        return after_release.first_days(who, begins, self.day, 0)


def _cells(definition: AfterRelease, people: _People, told: _Told, period: Period) -> list[Cell]:
    number = len(people.day)
    death = after_release.of_several({one: people.first(one, 0) for one in told.deaths}, number)
    inside = after_release.of_several({one: people.first(one, 0) for one in told.custody}, number)
    followed = {}
    for outcome, span in told.spans.items():
        is_custody = outcome == definition.custody
        happened = (
            inside
            if is_custody
            else after_release.of_several(
                {one: people.first(one, outcome.wait) for one in outcome.seen}, number
            )
        )
        hindered = death if is_custody else np.minimum(death, inside)
        course = Course(happened, hindered, span.through(people.day))
        followed[outcome] = Followed(outcome, course, _ran(span.until, period), span.flags)
    shown = [followed[one] for one in definition.outcomes if one in followed]
    return after_release.cells_of(people.released, shown, definition.months, followed[definition.custody])
