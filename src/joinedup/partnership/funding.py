"""The impact register: changes of a partner's funding, what might show them, and what was seen.

It computes no figure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from joinedup.errors import BadInput
from joinedup.partnership import keeping
from joinedup.partnership.keeping import PERS, Register, Where, pence
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.partnership.commissioning_models import FundingChange

DIRECTIONS = ("cut", "added")
COLUMNS = ("name", "title", "partner", "direction", "from", "owner")
MORE_COLUMNS = ("amount", "amount_per", "level", "area", "measures", "review", "seen")
_CHANGED = ("title", "amount_pence", "owner", "review_on", "seen")
CHANGES: Register[FundingChange] = Register(
    "FundingChange",
    "change of funding",
    taken=gettext_lazy("There is a change of funding of that name already"),
    absent=gettext_lazy("There is no change of funding of that name"),
    see=gettext_lazy("See: joinedup funding"),
    unchanged=gettext_lazy("Nothing about the change is altered"),
    ended=gettext_lazy("That change is closed"),
)
change_named, no_such_change = CHANGES.named, CHANGES.no_such
close_change = CHANGES.finish


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
        keeping.check_area(self.name, self.level, self.area)
        if len({*self.measures}) < len(self.measures):
            raise BadInput(_("A measure is named twice"), where=self.name)


def add_changes(planned: Sequence[Change], *, by: Viewer) -> list[FundingChange]:
    """Enter changes, all of them or none; whether their measures and areas exist is asked above
    (``release.funding``). Raises BadInput for a name that is taken."""
    plain = [
        vars(one) | {"measures": [[name, [list(pair) for pair in where]] for name, where in one.measures]}
        for one in planned
    ]
    return CHANGES.add(plain, by=by)


def changes(*, closed: bool = False) -> list[FundingChange]:
    """Every change that is open, by its day; with those that were closed, if asked."""
    return CHANGES.lines(ended=closed)


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
    fields = {key: wanted.get(key) for key in _CHANGED}
    return CHANGES.change(
        name, fields, lambda row, changes: replace(change_of(row), **changes), note=note, by=by
    )


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
