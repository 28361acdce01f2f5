"""The targets of the partnership's plan: set, changed with their history, and closed.

Every change is a line of the target's history and an act of administration in the log, in one transaction.
Whether a target is being met is asked of the records above (``hub.targets``); no figure is kept here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import record_act
from joinedup.partnership.aims import MONTHS, Aim, Place
from joinedup.partnership.saying_who import refuse_saying_who
from joinedup.terms import LONDON, AreaLevel, Period, Role, Viewer, add_months

if TYPE_CHECKING:
    from joinedup.partnership.target_models import KeptTarget

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]*")
EDITORS = frozenset({Role.ANALYST, Role.ADMINISTRATOR})
LONGEST = 200  # characters of a title or a place, as the models have it
_SEE = "See: joinedup targets"


def set_target(  # noqa: PLR0913 - what a target consists of
    reference: str,
    title: str,
    *,
    measure: str,
    version: int,
    where: Iterable[tuple[str, str]] = (),
    place: Place,
    year: Period,
    aim: Aim,
    owner: str,
    by: Viewer,
    set_on: dt.date | None = None,
    review_on: dt.date | None = None,
    note: str = "",
) -> KeptTarget:
    """Keep a target. ``set_on`` (None: today) is earlier where an older plan is taken over."""
    from joinedup.partnership import target_models as models

    require_editor(by)
    if not REFERENCE.fullmatch(reference) or len(reference) > models.LONGEST_REFERENCE:
        raise BadInput(
            _("A target's reference is letters, digits, dots and hyphens, forty at most"),
            where=reference,
            next_step=_("Such as T1 or burglary-2026"),
        )
    if year.months != MONTHS:
        raise BadInput(_("A target is of a year of twelve months"), where=f"{year}")
    day = set_on or _today()
    if day > _today():
        raise BadInput(_("A target cannot be set in the future"), where=f"{day}")
    try:
        with transaction.atomic():
            made = models.KeptTarget(
                reference=reference,
                title=_checked(title, models.LONGEST_TITLE, _("what is to be reached")),
                measure=measure,
                measure_version=version,
                where=[list(pair) for pair in where],
                level=place.level.value,
                areas=list(place.areas),
                vintage=place.vintage,
                place=_checked(place.name, models.LONGEST_TITLE, _("the place")),
                year_from=year.start,
                owner=_checked(owner, models.LONGEST_TITLE, _("the owner")),
                set_on=day,
                set_by=by.username,
                review_on=review_on,
                note=_checked(note, models.LONGEST_NOTE, _("the note")) if note.strip() else "",
            )
            _put_aim(made, aim)
            made.save(force_insert=True)
            _tell(made, "set", by, f"{made.title}: {aim.words}")
            _act(made, by, f"set the target {reference}")
    except IntegrityError:
        raise BadInput(_("There is a target of that reference already"), where=reference) from None
    return made


def change_target(
    reference: str,
    *,
    by: Viewer,
    title: str = "",
    aim: Aim | None = None,
    owner: str = "",
    review_on: dt.date | None = None,
    note: str = "",
    version: int | None = None,
) -> KeptTarget:
    """Change what is asked, who owns it, when it is reviewed or what is noted; what was before stays in its
    history. ``version`` takes the definition as it is now. Another measure, place or year is another target.
    """
    require_editor(by)
    with transaction.atomic():
        found = _open(reference)
        told = _changed(found, title=title, owner=owner, review_on=review_on, note=note, version=version)
        if aim is not None and aim != aim_of(found):
            told.append(_line(_("target"), aim_of(found).words, aim.words))
            _put_aim(found, aim)
        if not told:
            raise BadInput(
                _("Nothing about the target is changed"),
                where=reference,
                next_step=_("Give another threshold, owner, date of review, title or note"),
            )
        found.save()
        _tell(found, "noted" if _only_note(told, note) else "changed", by, "; ".join(told))
        _act(found, by, f"changed the target {reference}")
    return found


def close_target(reference: str, *, by: Viewer, why: str) -> KeptTarget:
    """Close a target, with the reason: it was met or missed, or is given up. It stays in the register."""
    from joinedup.partnership import target_models as models

    require_editor(by)
    text = _checked(why, models.LONGEST_NOTE, _("why it is closed"))
    with transaction.atomic():
        found = _open(reference)
        found.state, found.closed_on = found.State.CLOSED, _today()
        found.save(update_fields=["state", "closed_on"])
        _tell(found, "closed", by, text)
        _act(found, by, f"closed the target {reference}")
    return found


def targets(*, year: Period | None = None, state: str | None = None) -> list[KeptTarget]:
    """Every target, or those of a year or a state, by year and reference; who sees which is decided above."""
    from joinedup.partnership.target_models import KeptTarget

    found = KeptTarget.objects.prefetch_related("history")
    found = found.filter(state=state) if state else found
    return list(found.filter(year_from=year.start) if year else found)


def target_named(reference: str) -> KeptTarget:
    """The target of this reference."""
    from joinedup.partnership.target_models import KeptTarget

    found = KeptTarget.objects.filter(reference=reference).first()
    if found is None:
        raise no_such_target(reference)
    return found


def no_such_target(reference: str) -> NotFound:
    """What is said of a target that is not there, and of one that is not there for somebody."""
    return NotFound(_("There is no target of that reference"), where=reference, next_step=_SEE)


def aim_of(one: KeptTarget) -> Aim:
    """What a target asks now."""
    return Aim(
        at_most=one.direction == one.Direction.AT_MOST,
        change=one.change,
        count=one.count,
        baseline_year=_year(one.baseline_from) if one.baseline_from else None,
        baseline_value=one.baseline_value,
        known_at=one.baseline_known_at,
    )


def place_of(one: KeptTarget) -> Place:
    """Where it is to be reached."""
    return Place(one.place, AreaLevel(one.level), tuple(one.areas), one.vintage)


def year_of(one: KeptTarget) -> Period:
    """Its twelve months."""
    return _year(one.year_from)


def require_editor(by: Viewer) -> None:
    """Raise NotPermitted for whoever does not keep the register of targets."""
    if by.role not in EDITORS:
        raise NotPermitted(
            _("Only an analyst or an administrator keeps the targets"),
            next_step=_("Ask an analyst of the partnership"),
        )


def _year(start: dt.date) -> Period:
    return Period(start, add_months(start, MONTHS))


def _put_aim(one: KeptTarget, aim: Aim) -> None:
    one.direction = one.Direction.AT_MOST if aim.at_most else one.Direction.AT_LEAST
    one.change, one.count = aim.change, aim.count
    one.baseline_from = aim.baseline_year.start if aim.baseline_year else None
    one.baseline_value, one.baseline_known_at = aim.baseline_value, aim.known_at


def _changed(
    found: KeptTarget, *, title: str, owner: str, review_on: dt.date | None, note: str, version: int | None
) -> list[str]:
    """Change these fields where they are given and differ; returns what was and what is, in words."""
    from joinedup.partnership import target_models as models

    longest = {"title": models.LONGEST_TITLE, "owner": models.LONGEST_TITLE, "note": models.LONGEST_NOTE}
    names = {"title": _("title"), "owner": _("owner"), "note": _("note"), "review_on": _("review"),
             "measure_version": _("version of the definition")}  # fmt: skip
    given: dict[str, Any] = {
        name: _checked(text, longest[name], names[name])
        for name, text in (("title", title), ("owner", owner), ("note", note))
        if text.strip()
    }
    given |= {"review_on": review_on, "measure_version": version}
    told = []
    for name, value in given.items():
        before = getattr(found, name)
        if value and value != before:
            told.append(_line(names[name], before or "–", value))
            setattr(found, name, value)
    return told


def _line(name: str, before: Any, after: Any) -> str:
    return f"{name}: {before} → {after}"


def _only_note(told: list[str], note: str) -> bool:
    return len(told) == 1 and bool(note.strip())


def _checked(text: str, longest: int, what: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise BadInput(_("It is not said: {what}").format(what=what))
    if len(text) > longest:
        raise BadInput(
            _("That is too long: {what}").format(what=what),
            next_step=_("Write no more than {n} characters").format(n=longest),
        )
    refuse_saying_who(text, where=what)
    return text


def _open(reference: str) -> KeptTarget:
    from joinedup.partnership.target_models import KeptTarget

    found = KeptTarget.objects.select_for_update().filter(reference=reference).first()
    if found is None:
        raise no_such_target(reference)
    if not found.is_open:
        raise BadInput(
            _("That target is closed"), where=reference, next_step=_("Set another: joinedup targets add")
        )
    return found


def _tell(one: KeptTarget, kind: str, by: Viewer, text: str) -> None:
    one.history.create(moment=dt.datetime.now(dt.UTC), kind=kind, by=by.username, text=text)


def _act(one: KeptTarget, by: Viewer, what: str) -> None:
    """With the measure the log shows an act on what is restricted to nobody outside."""
    detail = {"target": one.reference, "measure": one.measure}
    record_act("administration", by=by, purpose=None, what=what, detail=detail)


def _today() -> dt.date:
    return dt.datetime.now(LONDON).date()
