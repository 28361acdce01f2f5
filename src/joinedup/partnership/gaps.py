"""The register of data gaps: opened by people or by a standard that is missed, closed when it holds.

Every change is a line of the gap's history and an act of administration in the log, in one transaction.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import record_act
from joinedup.partnership.judging import RUN, Reading, held, missed
from joinedup.terms import LONDON, Role, Viewer

if TYPE_CHECKING:
    from joinedup.partnership.models import DataGap, GapEvent, Standard

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]*")
_BY_ITSELF = "DQ-"
PER_CENT = 100


def add_gap(
    reference: str,
    title: str,
    *,
    lead: str,
    action: str,
    by: Viewer,
    due: dt.date | None = None,
    standard: Standard | None = None,
    opened_on: dt.date | None = None,
) -> DataGap:
    """Open a gap that people found. ``standard`` names what will prove that it is closed."""
    from joinedup.partnership.models import DataGap

    _require_editor(by)
    if not REFERENCE.fullmatch(reference):
        raise BadInput(
            "A gap's reference has letters, digits, dots and hyphens only", next_step="Such as 3.2.1"
        )
    for name, text in (("what is missing", title), ("lead", lead), ("action", action)):
        if not text.strip():
            raise BadInput(f"A data gap says {name}", where=reference)
    try:
        with transaction.atomic():
            gap = DataGap.objects.create(
                reference=reference,
                title=title,
                lead=lead,
                action=action,
                due=due,
                opened_on=opened_on or _today(),
                standard=standard,
            )
            _write(gap, "opened", by, title)
            _act(f"opened the data gap {reference}", by, gap.standard)
    except IntegrityError:
        raise BadInput("There is a gap of that reference already", where=reference) from None
    return gap


def gap_named(reference: str) -> DataGap:
    """The gap of this reference."""
    from joinedup.partnership.models import DataGap

    found = DataGap.objects.filter(reference=reference).first()
    if found is None:
        raise NotFound(
            "There is no data gap of that reference", where=reference, next_step="See: joinedup gaps"
        )
    return found


def gaps(*, state: str | None = None) -> list[DataGap]:
    """Every gap, or those that are open or closed, by reference as people count (3.2.9, then 3.2.10)."""
    from joinedup.partnership.models import DataGap

    found = DataGap.objects.select_related("standard").prefetch_related("history")
    return sorted(found.filter(state=state) if state else found, key=lambda gap: _order(gap.reference))


def _order(reference: str) -> list[tuple[int, int, str]]:
    parts = re.findall(r"\d+|[^\d.\-]+", reference)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def change_gap(
    reference: str,
    *,
    by: Viewer,
    lead: str | None = None,
    action: str | None = None,
    due: dt.date | None = None,
    note: str = "",
) -> DataGap:
    """Give a gap another lead, action or date, or a note: what was before stays in its history."""
    _require_editor(by)
    gap = gap_named(reference)
    wanted = {"lead": lead, "action": action, "due": due}
    changes = {name: value for name, value in wanted.items() if value and value != getattr(gap, name)}
    if not changes and not note.strip():
        raise BadInput(
            "Nothing about the gap is changed",
            where=reference,
            next_step="Give a lead, an action, a date or a note",
        )
    told = [f"{name}: {getattr(gap, name) or '–'} → {value}" for name, value in changes.items()]
    with transaction.atomic():
        for name, value in changes.items():
            setattr(gap, name, value)
        gap.save(update_fields=list(changes) or None)
        kind = "changed" if changes else "noted"
        _write(gap, kind, by, "; ".join([*told, note.strip()] if note.strip() else told))
        _act(f"changed the data gap {reference}", by, gap.standard)
    return gap


def close_gap(reference: str, *, by: Viewer, why: str, known: Sequence[Reading] = ()) -> DataGap:
    """Close a gap by hand, which needs a reason: one with a standard closes when the standard holds.

    ``known`` are the readings of its standard so far: only later ones can open it again.
    """
    _require_editor(by)
    gap = gap_named(reference)
    if not why.strip():
        raise BadInput("Closing a gap by hand needs a reason", where=reference)
    if gap.state == gap.State.CLOSED:
        raise BadInput("That gap is closed already", where=reference)
    with transaction.atomic():
        _set_state(gap, closed=True)
        _write(gap, "closed", by, why.strip(), known[-1] if known else None)
        _act(f"closed the data gap {reference}", by, gap.standard)
    return gap


def prove_by(reference: str, standard: Standard, *, by: Viewer) -> DataGap:
    """Let a standard prove a gap: it opens and closes with it from now on. What proved it before does so no
    longer, and stands for itself. Raises BadInput where that was of another feed: the gap's history holds the
    counts of a feed, and who may see them is decided by the feed of its standard."""
    _require_editor(by)
    gap = gap_named(reference)
    if gap.standard_id == standard.pk:
        raise BadInput("That standard proves the gap already", where=reference)
    if gap.standard is not None and gap.standard.feed != standard.feed:
        raise BadInput(
            "A standard of another feed proves the gap already, and its history holds that feed's counts",
            where=reference,
            next_step="Open a gap of its own for this feed: joinedup gaps add",
        )
    with transaction.atomic():
        gap.standard = standard
        gap.save(update_fields=["standard"])
        text = _("proved by {measure} of {feed} from now on")
        _write(gap, "changed", by, text.format(measure=standard.measure, feed=standard.feed))
        _act(f"said what proves the data gap {reference}", by, standard)
    return gap


def set_standard(  # noqa: PLR0913 - what a standard consists of
    measure: str,
    feed: str,
    field: str,
    *,
    threshold: float,
    title: str,
    lead: str,
    action: str,
    by: Viewer,
    at_least: bool = True,
    in_days: bool = False,
) -> Standard:
    """Ask something of one field of a feed; what was asked of the same measure and field before ends.

    ``threshold`` is a share from 0 to 1, or, where the measure is ``in_days``, a number of days.
    """
    from joinedup.partnership.models import Standard

    _require_editor(by)
    _check_threshold(threshold, in_days=in_days)
    with transaction.atomic():
        older = Standard.objects.filter(measure=measure, feed=feed, field=field, ended_on__isnull=True)
        replaced = list(older)
        older.update(ended_on=_today())
        made = Standard.objects.create(
            measure=measure,
            feed=feed,
            field=field,
            bound=Standard.Bound.AT_LEAST if at_least else Standard.Bound.AT_MOST,
            threshold=threshold,
            title=title,
            lead=lead,
            action=action,
            set_by=by.username,
            set_on=_today(),
        )
        for one in replaced:
            one.gaps.update(standard=made)
        _act(f"set a standard for {feed} {field}: {measure}", by, made)
    return made


def _act(what: str, by: Viewer, standard: Standard | None) -> None:
    """Write an act, with the feed asked: it is in the log for those alone for whom that feed is there."""
    detail = {"feeds": [standard.feed]} if standard else {}
    record_act("administration", by=by, purpose=None, what=what, detail=detail)


def _check_threshold(threshold: float, *, in_days: bool) -> None:
    if not math.isfinite(threshold) or threshold < 0:
        raise BadInput("A standard's bound is a number of 0 or more", where=str(threshold))
    if threshold > 1 and not in_days:
        share = (
            f"write {threshold / PER_CENT:g} for {threshold:g} %" if threshold <= PER_CENT else "such as 0.9"
        )
        raise BadInput(
            "The bound of a share lies between 0 and 1", where=f"{threshold:g}", next_step=share.capitalize()
        )


def standards() -> list[Standard]:
    """The standards that stand."""
    from joinedup.partnership.models import Standard

    return list(Standard.objects.filter(ended_on__isnull=True))


def review(readings: Mapping[int, Sequence[Reading]], *, by: Viewer) -> list[GapEvent]:
    """Hold the readings of each standard (by its id) against it: open, reopen and close gaps, and say which.

    A gap opens when the latest ``judging.RUN`` readings all miss the standard, and closes when they all meet
    it. The same readings a second time change nothing, and those that were known when somebody closed a gap
    by hand do not open it again.
    """
    _require_editor(by)
    events = []
    with transaction.atomic():
        for standard in standards():
            events += _judged(standard, readings.get(standard.pk, ()))
        if events:
            what = f"reviewed the data gaps: {len(events)} changed"
            record_act("administration", by=by, purpose=None, what=what)
    return events


def _judged(standard: Standard, readings: Sequence[Reading]) -> list[GapEvent]:
    """What one standard's readings do to its gaps."""
    from joinedup.partnership.models import DataGap

    at_least = standard.bound == standard.Bound.AT_LEAST
    known = list(standard.gaps.select_for_update())
    if held(readings, standard.threshold, at_least=at_least):
        text = _("Met in {number} periods one after another.").format(number=RUN)
        still_open = [gap for gap in known if gap.state == DataGap.State.OPEN]
        for gap in still_open:
            _set_state(gap, closed=True)
        return [_write(gap, "closed", None, text, readings[-1]) for gap in still_open]
    judged = max((_closed_by_hand_with(gap) for gap in known), default=dt.date.min)
    later = [reading for reading in readings if reading.period.end > judged]
    if not missed(later, standard.threshold, at_least=at_least):
        return []
    text = _("Missed in {number} periods one after another.").format(number=RUN)
    if not known:
        gap = _opened_by(standard)
        return [_write(gap, "opened", None, text, readings[-1])]
    if all(gap.state == DataGap.State.CLOSED for gap in known):
        _set_state(known[-1], closed=False)
        return [_write(known[-1], "reopened", None, text, readings[-1])]
    return []


def _closed_by_hand_with(gap: DataGap) -> dt.date:
    """Up to which day its standard's readings were known when somebody closed a gap by hand.

    Where that was not written down, those of the periods that its history judged, or that were over by then.
    The first of all days where it was not closed by hand.
    """
    history = list(gap.history.all())
    last = next((one for one in reversed(history) if one.kind in {"closed", "opened", "reopened"}), None)
    if last is None or last.kind != last.Kind.CLOSED or not last.by:
        return dt.date.min
    if last.period_to is not None:
        return last.period_to
    judged = [one.period_to for one in history if one.period_to is not None]
    return max(judged, default=last.moment.astimezone(LONDON).date())


def _opened_by(standard: Standard) -> DataGap:
    from joinedup.partnership.models import DataGap

    taken = DataGap.objects.filter(reference__startswith=_BY_ITSELF).values_list("reference", flat=True)
    numbers = [int(one.removeprefix(_BY_ITSELF)) for one in taken if one.removeprefix(_BY_ITSELF).isdecimal()]
    return DataGap.objects.create(
        reference=f"{_BY_ITSELF}{max(numbers, default=0) + 1}",
        title=standard.title,
        lead=standard.lead,
        action=standard.action,
        opened_on=_today(),
        standard=standard,
    )


def _set_state(gap: DataGap, *, closed: bool) -> None:
    gap.state = gap.State.CLOSED if closed else gap.State.OPEN
    gap.closed_on = _today() if closed else None
    gap.save(update_fields=["state", "closed_on"])


def _write(gap: DataGap, kind: str, by: Viewer | None, text: str, reading: Reading | None = None) -> GapEvent:
    from joinedup.partnership.models import GapEvent

    return GapEvent.objects.create(
        gap=gap,
        moment=dt.datetime.now(dt.UTC),
        kind=kind,
        by=by.username if by else "",
        text=text,
        period_from=reading.period.start if reading else None,
        period_to=reading.period.end if reading else None,
        numerator=reading.numerator if reading else None,
        denominator=reading.denominator if reading else None,
        value=reading.value if reading else None,
    )


def _require_editor(by: Viewer) -> None:
    if by.role not in {Role.ANALYST, Role.ADMINISTRATOR}:
        raise NotPermitted(
            "Only an analyst or an administrator keeps the register of data gaps",
            next_step="Ask an analyst of the partnership",
        )


def _today() -> dt.date:
    return dt.datetime.now(LONDON).date()
