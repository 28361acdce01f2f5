"""The impact register: changes of a partner's funding, what might show them, and what was seen.

It computes no figure. Every change is a line of history and an act of administration in the log, in one
transaction; nothing is deleted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotFound
from joinedup.partnership import keeping
from joinedup.partnership.interventions import LEVELS, pence
from joinedup.partnership.keeping import PERS, Where
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.partnership.commissioning_models import FundingChange

DIRECTIONS = ("cut", "added")
COLUMNS = ("name", "title", "partner", "direction", "from", "owner")
MORE_COLUMNS = ("amount", "amount_per", "level", "area", "measures", "review", "seen")
_CHANGED = ("title", "amount_pence", "owner", "review_on", "seen")
_WHAT = "change of funding"


@dataclass(frozen=True)
class Change:
    """A change of funding as somebody enters it. ``measures`` are those that might show it, each with the
    values it is narrowed to."""

    name: str
    title: str
    partner: str
    direction: str
    started_on: dt.date
    owner: str
    amount_pence: int | None = None
    amount_per: str = "year"
    level: str = ""
    area: str = ""
    measures: tuple[tuple[str, Where], ...] = ()
    review_on: dt.date | None = None
    seen: str = ""

    def __post_init__(self) -> None:
        keeping.check_name(self.name)
        texts = [
            (_("what was cut or added"), self.title),
            (_("the partner"), self.partner),
            (_("the owner"), self.owner),
        ]
        keeping.check_texts(self.name, texts)
        if self.seen:
            keeping.check_texts(self.name, [(_("what was seen"), self.seen)], longest=500)
        keeping.check_one_of(self.name, _("direction"), self.direction, DIRECTIONS)
        keeping.check_one_of(self.name, _("length of time"), self.amount_per, PERS)
        keeping.check_amount(self.name, self.amount_pence)
        if bool(self.area) != bool(self.level):
            raise BadInput(_("An area has its level, and a level its area"), where=self.name)
        if self.level:
            keeping.check_one_of(self.name, _("level"), self.level, [level.value for level in LEVELS])
        if len({*self.measures}) < len(self.measures):
            raise BadInput(_("A measure is named twice"), where=self.name)


def add_changes(planned: Sequence[Change], *, by: Viewer) -> list[FundingChange]:
    """Enter changes, all of them or none; whether their measures and areas exist is asked above
    (``release.funding``). Raises BadInput for a name that is taken."""
    keeping.require_keeper(by)
    try:
        with transaction.atomic():
            return [_added(one, by) for one in planned]
    except IntegrityError:
        raise BadInput(
            _("There is a change of funding of that name already"),
            where=", ".join(one.name for one in planned),
        ) from None


def _added(one: Change, by: Viewer) -> FundingChange:
    from joinedup.partnership.commissioning_models import FundingChange

    plain = [[name, [list(pair) for pair in where]] for name, where in one.measures]
    row: FundingChange = FundingChange.objects.create(**(vars(one) | {"measures": plain}))
    keeping.write(row, "added", by, one.title, _WHAT)
    return row


def change_named(name: str) -> FundingChange:
    """The change of this name, also one that was closed."""
    from joinedup.partnership.commissioning_models import FundingChange

    found = FundingChange.objects.filter(name=name).first()
    if found is None:
        raise no_such_change(name)
    return found


def no_such_change(name: str) -> NotFound:
    """What is said of a change that is not there, and of one that is not there for somebody."""
    return NotFound(
        _("There is no change of funding of that name"),
        where=name[:60],
        next_step=_("See: joinedup funding"),
    )


def changes(*, closed: bool = False) -> list[FundingChange]:
    """Every change that is open, by its day; with those that were closed, if asked."""
    from joinedup.partnership.commissioning_models import FundingChange

    found = FundingChange.objects.all()
    return list(found if closed else found.filter(closed_on__isnull=True))


def change_of(row: FundingChange) -> Change:
    """What is kept, as it was entered and changed."""
    kept = {name: getattr(row, name) for name in Change.__dataclass_fields__}
    kept["measures"] = tuple(
        (str(name), tuple((str(key), str(value)) for key, value in where)) for name, where in row.measures
    )
    return Change(**kept)


def alter_change(name: str, *, by: Viewer, note: str = "", **wanted: Any) -> FundingChange:
    """Give a change another title, amount, owner, review or what was seen; what was before stays in its
    history. Its day, place and measures stay: who errs in these closes it and enters another."""
    keeping.require_keeper(by)
    with transaction.atomic():
        row = _open(name)
        altered = {key: wanted[key] for key in _CHANGED if wanted.get(key) not in (None, getattr(row, key))}
        if not altered and not note.strip():
            raise BadInput(_("Nothing about the change is altered"), where=name)
        replace(change_of(row), **altered)  # checks what it would be
        told = keeping.told_changes(row, altered)
        if note.strip():
            keeping.check_texts(name, [(_("the note"), note)], longest=500)
            told.append(note.strip())
        for key, new in altered.items():
            setattr(row, key, new)
        row.save()
        keeping.write(row, "changed", by, "; ".join(told), _WHAT)
    return row


def close_change(name: str, *, why: str, by: Viewer) -> FundingChange:
    """Close a change: it was reviewed, or entered wrongly. It stays with its history."""
    keeping.require_keeper(by)
    keeping.check_texts(name, [(_("why it is closed"), why)], longest=500)
    with transaction.atomic():
        row = _open(name)
        row.closed_on = keeping.today()
        row.save(update_fields=["closed_on"])
        keeping.write(row, "closed", by, why.strip(), _WHAT)
    return row


def read_changes(path: Path) -> list[Change]:
    """From a CSV file; ``measures`` has names with commas between, without conditions. Raises BadInput with
    the line of what is wrong."""
    return keeping.read_table(path, COLUMNS, MORE_COLUMNS, _row)


def _row(text: dict[str, str]) -> Change:
    return Change(
        text["name"],
        text["title"],
        text["partner"],
        text["direction"],
        keeping.day_in(text["from"], "from"),
        text["owner"],
        pence(text["amount"]) if text.get("amount") else None,
        text.get("amount_per") or "year",
        text.get("level", ""),
        text.get("area", ""),
        tuple((name.strip(), ()) for name in text.get("measures", "").split(",") if name.strip()),
        keeping.day_in(text["review"], "review") if text.get("review") else None,
        text.get("seen", ""),
    )


def _open(name: str) -> FundingChange:
    from joinedup.partnership.commissioning_models import FundingChange

    row = FundingChange.objects.select_for_update().filter(name=name).first()
    if row is None:
        raise no_such_change(name)
    if row.closed_on is not None:
        raise BadInput(_("That change is closed"), where=name)
    return row
