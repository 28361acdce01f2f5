"""Retention: records whose agreed time has run out come up for review, and what is decided is written down.

A record's time runs from the end of the month it is of. Nothing is erased by itself: a person decides, either
to keep it until a day on which it is looked at again, or to erase it for good.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import record_act
from joinedup.terms import LONDON, Period, Role, Viewer, add_months

if TYPE_CHECKING:
    from joinedup.partnership.models import RetentionDecision
    from joinedup.records import ErasureRow
    from joinedup.workspace import Workspace

DECIDERS = frozenset({Role.ANALYST, Role.ADMINISTRATOR})
LONGEST_YEARS = 10
"""Nothing is kept longer than so many years on one decision."""


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

    ``decision`` is None where nobody has decided; ``due`` is the day on which they come (or came) up.
    """

    rule: Rule
    period: Period
    records: int
    due: dt.date
    decision: RetentionDecision | None = None

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
        groups: dict[RetentionDecision | None, dict[dt.date, int]] = {}
        for month, records in held.get(rule.feed, {}).items():
            if rule.runs_out(month) <= on:
                groups.setdefault(_kept_by(rule.feed, month, decided), {})[month] = records
        found += [_review(rule, months, decision) for decision, months in groups.items()]
    return sorted(found, key=lambda one: (not one.is_due(on), one.due, one.rule.feed))


def next_review(
    rules: Iterable[Rule], held: Mapping[str, Mapping[dt.date, int]], on: dt.date
) -> dt.date | None:
    """The next day after ``on`` on which records come up that nobody decided about."""
    days = [rule.runs_out(month) for rule in rules for month in held.get(rule.feed, {})]
    return min((day for day in days if day > on), default=None)


def _kept_by(feed: str, month: dt.date, decided: Sequence[RetentionDecision]) -> RetentionDecision | None:
    """The latest decision to keep this month; None where there is none."""
    fitting = [one for one in decided if one.feed == feed and one.kind == "keep" and month < one.up_to]
    return max(fitting, key=lambda one: (one.at, one.pk)) if fitting else None


def _review(rule: Rule, months: Mapping[dt.date, int], decision: RetentionDecision | None) -> Review:
    first, last = min(months), max(months)
    due = rule.runs_out(first)
    if decision is not None and decision.until is not None:
        due = decision.until
    return Review(rule, Period(first, add_months(last, 1)), sum(months.values()), due, decision)


def decisions(feed: str | None = None) -> list[RetentionDecision]:
    """Every decision so far, oldest first."""
    from joinedup.partnership.models import RetentionDecision

    found = RetentionDecision.objects.all()
    return list(found.filter(feed=feed) if feed else found)


def keep(
    rule: Rule,
    up_to: Period,
    until: dt.date,
    why: str,
    *,
    records: int,
    by: Viewer,
    on: dt.date | None = None,
) -> RetentionDecision:
    """Keep the records of a feed up to the end of a month, until they are looked at again on a day.

    Raises BadInput without a reason, for a month whose time has not run out, or a day that is past or more
    than ``LONGEST_YEARS`` ahead.
    """
    on = on or _today()
    _check(rule, up_to, why, records, by, on)
    if until <= on or until > add_months(on.replace(day=1), 12 * LONGEST_YEARS):
        raise BadInput(
            f"The day to look again lies after today, and at most {LONGEST_YEARS} years ahead",
            where=str(until),
        )
    return _write(rule, up_to, "keep", why, records, by, until=until)


def erase(
    workspace: Workspace, rule: Rule, up_to: Period, why: str, *, by: Viewer, on: dt.date | None = None
) -> ErasureRow:
    """Erase the records of a feed up to the end of a month for good, for an administrator.

    What was decided is written down first; the record book's attestation is added when it is done.
    """
    from joinedup.records import RecordBook

    book = RecordBook(workspace)
    if by.role is not Role.ADMINISTRATOR:
        raise NotPermitted(
            "Records are erased by an administrator only",
            where=f"{by.username} is a {by.role.value}",
            next_step="Ask an administrator of the workspace",
        )
    records = sum(count for month, count in book.months_held(rule.feed).items() if month < up_to.end)
    _check(rule, up_to, why, records, by, on or _today())
    decision = _write(rule, up_to, "erase", why, records, by)
    row = book.erase_before(rule.feed, up_to.end, by=by, reason=why)
    decision.erasure = row.number
    decision.save(update_fields=["erasure"])
    return row


def _check(rule: Rule, up_to: Period, why: str, records: int, by: Viewer, on: dt.date) -> None:
    if by.role not in DECIDERS:
        raise NotPermitted(
            "Only analysts and administrators decide how long records are kept",
            where=f"{by.username} is a {by.role.value}",
            next_step="Ask one of them",
        )
    if not why.strip():
        raise BadInput("A decision about retention needs its reason", where=rule.feed)
    if rule.runs_out(add_months(up_to.end, -1)) > on:
        raise BadInput(
            f"Their time has not run out: records of {rule.feed} are kept for {rule.years} years",
            where=f"up to {up_to.last:%Y-%m}",
            next_step=f"Choose a month up to {_latest(rule, on):%Y-%m}",
        )
    if not records:
        raise NotFound("The book holds no such records", where=f"{rule.feed} up to {up_to.last:%Y-%m}")


def _latest(rule: Rule, on: dt.date) -> dt.date:
    """The latest month whose records have run out."""
    return add_months(on.replace(day=1), -1 - 12 * rule.years)


def _write(
    rule: Rule,
    up_to: Period,
    kind: str,
    why: str,
    records: int,
    by: Viewer,
    until: dt.date | None = None,
) -> RetentionDecision:
    from joinedup.partnership.models import RetentionDecision

    with transaction.atomic():
        decision = RetentionDecision.objects.create(
            feed=rule.feed,
            up_to=up_to.end,
            kind=kind,
            until=until,
            records=records,
            why=why.strip(),
            by=by.username,
            at=dt.datetime.now(dt.UTC),
        )
        told = _("retention of {feed} up to {month}: {kind}").format(
            feed=rule.feed, month=f"{up_to.last:%Y-%m}", kind=decision.get_kind_display()
        )
        record_act("administration", by=by, purpose=None, what=told, reason=why.strip())
    return decision


def _today() -> dt.date:
    return dt.datetime.now(LONDON).date()
