"""Which records come up for review: agreed times, the months held, and what was decided, put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup.terms import Period, add_months

if TYPE_CHECKING:
    from joinedup.partnership.models import RetentionDecision


@dataclass(frozen=True)
class Rule:
    """How long the records of a feed are kept: so many years from the end of their month."""

    feed: str
    title: str
    owner: str
    years: int

    def runs_out(self, month: dt.date) -> dt.date:
        """The first day on which records of this month are to be looked at."""
        return add_months(month, 1 + 12 * self.years)


@dataclass(frozen=True)
class Review:
    """Months of a feed whose time has run out: since when, how many records, and what was last decided.

    ``decision`` keeps them or kept them (None: nobody has decided so); ``due`` is the day on which they come
    (or came) up. ``unfinished`` decided to erase them and is not done. ``behind_kept``: earlier months of the
    feed are kept, so that an erasure has to begin after them.
    """

    rule: Rule
    period: Period
    records: int
    due: dt.date
    decision: RetentionDecision | None = None
    unfinished: RetentionDecision | None = None
    behind_kept: bool = False

    def is_due(self, on: dt.date) -> bool:
        """Whether somebody has to decide now."""
        return self.due <= on


def reviews(
    rules: Iterable[Rule],
    held: Mapping[str, Mapping[dt.date, int]],
    decided: Sequence[RetentionDecision],
    on: dt.date,
) -> list[Review]:
    """What is up for review, the longest overdue first, then what is kept by a decision, the next first.

    ``held`` has the records of each feed by the first day of their month, as ``RecordBook.months_held`` has.
    """
    found: list[Review] = []
    for rule in rules:
        own = [one for one in decided if one.feed == rule.feed]
        groups: dict[_Decided, dict[dt.date, int]] = {}
        for month, records in held.get(rule.feed, {}).items():
            if rule.runs_out(month) <= on:
                groups.setdefault((_kept_by(month, own), _unfinished(month, own)), {})[month] = records
        kept_up_to = max((one.up_to for one in standing(own, on)), default=dt.date.min)
        found += [_review(rule, months, of, kept_up_to) for of, months in groups.items()]
    return sorted(found, key=lambda one: (not one.is_due(on), one.due, one.rule.feed, one.period.start))


def next_review(
    rules: Iterable[Rule], held: Mapping[str, Mapping[dt.date, int]], on: dt.date
) -> dt.date | None:
    """The next day after ``on`` on which records come up that nobody decided about."""
    days = [rule.runs_out(month) for rule in rules for month in held.get(rule.feed, {})]
    return min((day for day in days if day > on), default=None)


def standing(decided: Iterable[RetentionDecision], on: dt.date) -> list[RetentionDecision]:
    """The decisions that keep records on a day: nobody has ended them, and their day has not come."""
    return [one for one in _keeping(decided) if one.until is not None and one.until > on]


_Decided = tuple[
    "RetentionDecision | None", "RetentionDecision | None"
]  # keeps, or is to erase and is not done


def _keeping(decided: Iterable[RetentionDecision]) -> list[RetentionDecision]:
    return [one for one in decided if one.kind == "keep" and one.ended_at is None]


def _kept_by(month: dt.date, decided: Sequence[RetentionDecision]) -> RetentionDecision | None:
    """The decision that keeps this month longest, or kept it; None where there is none."""
    fitting = [one for one in _keeping(decided) if month < one.up_to]
    return max(fitting, key=lambda one: (one.until or dt.date.min, one.at, one.pk), default=None)


def _unfinished(month: dt.date, decided: Sequence[RetentionDecision]) -> RetentionDecision | None:
    """The latest decision to erase this month that is not done."""
    fitting = [one for one in decided if one.is_unfinished and one.covers(month)]
    return max(fitting, key=lambda one: (one.at, one.pk), default=None)


def _review(rule: Rule, months: Mapping[dt.date, int], decided: _Decided, kept_up_to: dt.date) -> Review:
    first, last = min(months), max(months)
    kept, unfinished = decided
    due = kept.until if kept is not None and kept.until is not None else rule.runs_out(first)
    return Review(
        rule,
        Period(first, add_months(last, 1)),
        sum(months.values()),
        due,
        kept,
        unfinished,
        behind_kept=dt.date.min < kept_up_to <= first,
    )
