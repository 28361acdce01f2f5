"""Retention: records whose agreed time has run out come up for review, and what is decided is written down.

A record's time runs from the end of the month it is of. Nothing is erased by itself: a person decides, either
to keep it until a day on which it is looked at again, or to erase it for good. What one decision keeps cannot
be erased, until somebody ends that decision with a reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import record_act
from joinedup.partnership.reviewing import Review, Rule, next_review, reviews, standing
from joinedup.terms import LONDON, Period, Role, Viewer, add_months

if TYPE_CHECKING:
    from joinedup.partnership.models import RetentionDecision
    from joinedup.records import ErasureRow
    from joinedup.workspace import Workspace

__all__ = [
    "DECIDERS",
    "LONGEST_YEARS",
    "Review",
    "Rule",
    "decisions",
    "end",
    "erase",
    "finish",
    "keep",
    "next_review",
    "reviews",
    "standing",
]

DECIDERS = frozenset({Role.ANALYST, Role.ADMINISTRATOR})
LONGEST_YEARS = 10
"""Nothing is kept longer than so many years on one decision."""


def decisions(feed: str | None = None) -> list[RetentionDecision]:
    """Every decision so far, oldest first."""
    from joinedup.partnership.models import RetentionDecision

    found = RetentionDecision.objects.all()
    return list(found.filter(feed=feed) if feed else found)


def keep(
    workspace: Workspace,
    rule: Rule,
    up_to: Period,
    until: dt.date,
    why: str,
    *,
    by: Viewer,
    on: dt.date | None = None,
) -> RetentionDecision:
    """Keep the records of a feed up to the end of a month, until they are looked at again on a day.

    Raises BadInput without a reason or for one that says who the records are about, for a month whose time
    has not run out, or a day that is past or more than ``LONGEST_YEARS`` ahead.
    """
    from joinedup.records import RecordBook

    on = on or _today()
    book = RecordBook(workspace)
    records = _check(book.months_held(rule.feed), rule, None, up_to, why, by, on)
    if until <= on or until > add_months(on.replace(day=1), 12 * LONGEST_YEARS):
        raise BadInput(
            f"The day to look again lies after today, and at most {LONGEST_YEARS} years ahead",
            where=str(until),
        )
    book.refuse_telling(rule.feed, up_to.end, why)
    return _write(rule, None, up_to, "keep", why, records, by, until=until)


def erase(
    workspace: Workspace,
    rule: Rule,
    up_to: Period,
    why: str,
    *,
    by: Viewer,
    since: Period | None = None,
    on: dt.date | None = None,
) -> ErasureRow:
    """Erase the records of a feed up to the end of a month for good, for an administrator.

    ``since`` is the first month (None: from the beginning). Raises NotPermitted where a decision keeps any of
    these months, and BadInput or NotFound, with nothing written down. What was decided is written down when
    nothing refuses it any more, before anything is erased; the record book's attestation is added when it is
    done. A process that is killed in between leaves a decision that is not done: see ``finish``.
    """
    from joinedup.records import RecordBook

    _require_administrator(by)
    on, why = on or _today(), why.strip()
    book = RecordBook(workspace)
    records = _check(book.months_held(rule.feed), rule, since, up_to, why, by, on)
    start = since.start if since else None
    _refuse_kept(rule.feed, start, on)
    decided = []

    def write_down() -> None:
        _refuse_kept(rule.feed, start, on)
        decided.append(_write(rule, since, up_to, "erase", why, records, by))

    row = book.erase_before(rule.feed, up_to.end, start=start, by=by, reason=why, once_judged=write_down)
    _done(decided[0], row.number)
    return row


def finish(workspace: Workspace, *, by: Viewer, on: dt.date | None = None) -> list[RetentionDecision]:
    """Do what was decided to be erased and was not done, oldest first; which decisions those were.

    A decision of which nothing is left to erase is ended. Raises NotPermitted where a decision keeps months
    of one of them.
    """
    _require_administrator(by)
    unfinished = [one for one in decisions() if one.is_unfinished]
    for one in unfinished:
        one.refresh_from_db()
        if one.is_unfinished:
            _finish(workspace, one, by, on or _today())
    return unfinished


def _finish(workspace: Workspace, decision: RetentionDecision, by: Viewer, on: dt.date) -> None:
    from joinedup.records import RecordBook

    book = RecordBook(workspace)
    attested = {one.erasure for one in decisions(decision.feed)}
    for row in book.erasures(decision.feed):
        same = (row.by, row.reason, row.records) == (decision.by, decision.why, decision.records)
        if same and row.at >= decision.at and row.number not in attested:  # erased, but not written down here
            _done(decision, row.number)
            return
    _refuse_kept(decision.feed, decision.since, on)
    try:
        row = book.erase_before(
            decision.feed, decision.up_to, start=decision.since, by=by, reason=decision.why
        )
    except NotFound:
        _end(decision, _("nothing of it was left to erase"), by)
        return
    _done(decision, row.number)


def end(
    workspace: Workspace, number: int, why: str, *, by: Viewer, on: dt.date | None = None
) -> RetentionDecision:
    """End a decision that keeps records, or one to erase that is not done: they are up for review again.

    Raises NotFound where there is none of this number, BadInput where it holds no longer, without a reason,
    or for one that says who the records are about.
    """
    from joinedup.partnership.models import RetentionDecision
    from joinedup.records import RecordBook

    _require_decider(by)
    decision = RetentionDecision.objects.filter(pk=number).first()
    if decision is None:
        raise NotFound(
            "There is no decision of that number",
            where=str(number),
            next_step="See: joinedup retention decisions",
        )
    if not decision.is_unfinished and decision not in standing([decision], on or _today()):
        raise BadInput("That decision holds no longer", where=f"decision {number}: {decision.state}")
    if not why.strip():
        raise BadInput("Ending a decision needs its reason", where=f"decision {number}")
    RecordBook(workspace).refuse_telling(decision.feed, decision.up_to, why)
    _end(decision, why, by)
    return decision


def _end(decision: RetentionDecision, why: str, by: Viewer) -> None:
    with transaction.atomic():
        decision.ended_at, decision.ended_by = dt.datetime.now(dt.UTC), by.username
        decision.ended_why = why.strip()
        decision.save(update_fields=["ended_at", "ended_by", "ended_why"])
        told = _("ended decision {number} about the retention of {feed}").format(
            number=decision.pk, feed=decision.feed
        )
        record_act("administration", by=by, purpose=None, what=told, reason=why.strip())


def _done(decision: RetentionDecision, erasure: int) -> None:
    """Add the attestation to a decision, and to unfinished ones that it was more than enough for."""
    start = decision.since or dt.date.min
    for one in decisions(decision.feed):
        within = one.up_to <= decision.up_to and start <= (one.since or dt.date.min)
        if one == decision or (one.is_unfinished and within):
            one.erasure = erasure
            one.save(update_fields=["erasure"])


def _refuse_kept(feed: str, start: dt.date | None, on: dt.date) -> None:
    """Raise NotPermitted where a decision keeps months of a feed from ``start`` on (None: all of it)."""
    kept = [one for one in standing(decisions(feed), on) if start is None or start < one.up_to]
    if not kept:
        return
    last = max(kept, key=lambda one: (one.up_to, one.pk))
    month = f"{add_months(last.up_to, -1):%Y-%m}"
    raise NotPermitted(
        f"Decision {last.pk} keeps records up to {month} until {last.until}, so nothing was erased",
        where=f"{feed}; in all {len(kept)} decisions keep such months" if len(kept) > 1 else feed,
        next_step=f"Erase from {last.up_to:%Y-%m}, with --from, or end the decision with its reason: "
        f"joinedup retention end {last.pk} --why REASON",
    )


def _require_decider(by: Viewer) -> None:
    if by.role not in DECIDERS:
        from joinedup.accounts import in_their_role

        raise NotPermitted(
            "Only analysts and administrators decide how long records are kept",
            where=in_their_role(by),
            next_step="Ask one of them",
        )


def _require_administrator(by: Viewer) -> None:
    if by.role is not Role.ADMINISTRATOR:
        from joinedup.accounts import in_their_role

        raise NotPermitted(
            "Records are erased by an administrator only",
            where=in_their_role(by),
            next_step="Ask an administrator of the workspace",
        )


def _check(
    held: Mapping[dt.date, int],
    rule: Rule,
    since: Period | None,
    up_to: Period,
    why: str,
    by: Viewer,
    on: dt.date,
) -> int:
    """Refuse what cannot be decided; how many records it is about."""
    _require_decider(by)
    if not why.strip():
        raise BadInput("A decision about retention needs its reason", where=rule.feed)
    if rule.runs_out(add_months(up_to.end, -1)) > on:
        raise BadInput(
            f"Their time has not run out: records of {rule.feed} are kept for {rule.years} years",
            where=f"up to {up_to.last:%Y-%m}",
            next_step=f"Choose a month up to {_latest(rule, on):%Y-%m}",
        )
    start = since.start if since else dt.date.min
    records = sum(count for month, count in held.items() if start <= month < up_to.end)
    if not records:
        raise NotFound("The book holds no such records", where=f"{rule.feed} up to {up_to.last:%Y-%m}")
    return records


def _latest(rule: Rule, on: dt.date) -> dt.date:
    """The latest month whose records have run out."""
    return add_months(on.replace(day=1), -1 - 12 * rule.years)


def _write(
    rule: Rule,
    since: Period | None,
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
            since=since.start if since else None,
            up_to=up_to.end,
            kind=kind,
            until=until,
            records=records,
            why=why.strip(),
            by=by.username,
            at=dt.datetime.now(dt.UTC),
        )
        months = f"{since.start:%Y-%m}..{up_to.last:%Y-%m}" if since else f"up to {up_to.last:%Y-%m}"
        decided = _("kept until {day}").format(day=until) if until else _("to be erased")
        told = _("retention of {feed} {months}: {decided} (decision {number})").format(
            feed=rule.feed, months=months, decided=decided, number=decision.pk
        )
        record_act("administration", by=by, purpose=None, what=told, reason=why.strip())
    return decision


def _today() -> dt.date:
    return dt.datetime.now(LONDON).date()
