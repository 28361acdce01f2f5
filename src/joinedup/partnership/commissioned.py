"""The register of commissioned services: who is paid for what, how much of it was contracted, what counts it.

It computes no figure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from joinedup.errors import BadInput
from joinedup.partnership import keeping
from joinedup.partnership.keeping import PERS, Register, Where, pence
from joinedup.terms import Period, Viewer

if TYPE_CHECKING:
    from joinedup.partnership.commissioning_models import CommissionedService, ServiceCount

DELIVERED, OUTCOME = "delivered", "outcome"
MOST = 2**31 - 1
COLUMNS = ("name", "title", "provider", "commissioner", "from", "unit")
MORE_COLUMNS = (
    "to", "cost", "cost_per", "volume", "volume_per", "level", "area",
    "delivered_measure", "delivered_where", "outcome_measure", "outcome_where", "outcome_unit",
)  # fmt: skip
_CHANGED = ("title", "provider", "ended_on", "cost_pence", "volume", "outcome_unit")
SERVICES: Register[CommissionedService] = Register(
    "CommissionedService",
    "commissioned service",
    taken=gettext_lazy("There is a commissioned service of that name already"),
    absent=gettext_lazy("There is no commissioned service of that name"),
    see=gettext_lazy("See: joinedup commissioned"),
    unchanged=gettext_lazy("Nothing about the service is changed"),
    ended=gettext_lazy("That service is closed"),
)
service_named, no_such_service = SERVICES.named, SERVICES.no_such
close_service = SERVICES.finish


@dataclass(frozen=True)
class Service:
    """A commissioned service as somebody enters it; cost and volume are for a month, a quarter, a year, or in
    all (which needs an end)."""

    name: str
    title: str
    provider: str
    commissioner: str
    started_on: dt.date
    unit: str
    ended_on: dt.date | None = None
    cost_pence: int | None = None
    cost_per: str = "year"
    volume: int | None = None
    volume_per: str = "year"
    level: str = ""
    area: str = ""
    delivered_measure: str = ""
    delivered_where: Where = ()
    outcome_measure: str = ""
    outcome_where: Where = ()
    outcome_unit: str = ""

    def __post_init__(self) -> None:
        keeping.check_name(self.name)
        texts = [
            (_("what it is for"), self.title),
            (_("the provider"), self.provider),
            (_("the commissioner"), self.commissioner),
        ]
        keeping.check_texts(self.name, texts)
        units = [(_("the unit"), self.unit)]
        if self.outcome_measure or self.outcome_unit:
            units.append((_("the unit of the outcome"), self.outcome_unit))
        keeping.check_texts(self.name, units, longest=60)
        for per in (self.cost_per, self.volume_per):
            keeping.check_one_of(self.name, _("length of time"), per, PERS)
        keeping.check_amount(self.name, self.cost_pence)
        self._check_time_and_place()
        for measure, where in (
            (self.delivered_measure, self.delivered_where),
            (self.outcome_measure, self.outcome_where),
        ):
            if where and not measure:
                raise BadInput(_("A condition is of a measure, and none is named"), where=self.name)

    def _check_time_and_place(self) -> None:
        if self.ended_on is not None and self.ended_on < self.started_on:
            raise BadInput(_("It ends before it begins"), where=self.name)
        spread = [(self.cost_pence, self.cost_per), (self.volume, self.volume_per)]
        if self.ended_on is None and any(number is not None and per == "all" for number, per in spread):
            raise BadInput(
                _("What is given in all cannot be spread over a service without an end"),
                where=self.name,
                next_step=_("Say until when, or give it for a year"),
            )
        if self.volume is not None and not 0 < self.volume <= MOST:
            raise BadInput(_("A volume that was contracted is above 0"), where=self.name)
        keeping.check_area(self.name, self.level, self.area)

    @property
    def measures(self) -> tuple[str, ...]:
        """The names of the measures that count it."""
        return tuple(name for name in (self.delivered_measure, self.outcome_measure) if name)


def add_services(planned: Sequence[Service], *, by: Viewer) -> list[CommissionedService]:
    """Enter services, all of them or none; whether their measures and areas exist is asked above
    (``release.commissioned``). Raises BadInput for a name that is taken."""
    plain = [
        vars(one)
        | {
            "delivered_where": [list(pair) for pair in one.delivered_where],
            "outcome_where": [list(pair) for pair in one.outcome_where],
        }
        for one in planned
    ]
    return SERVICES.add(plain, by=by)


def services(*, closed: bool = False) -> list[CommissionedService]:
    """Every service that is open, by its beginning; with those that were closed, if asked."""
    return SERVICES.lines(ended=closed)


def service_of(row: CommissionedService) -> Service:
    """What is kept, as it was entered and changed."""
    kept = {name: getattr(row, name) for name in Service.__dataclass_fields__}
    for name in ("delivered_where", "outcome_where"):
        kept[name] = tuple((str(key), str(value)) for key, value in kept[name])
    return Service(**kept)


def change_service(name: str, *, by: Viewer, note: str = "", **wanted: Any) -> CommissionedService:
    """Give a service another title, provider, end, cost, volume or unit of its outcome; what was before stays
    in its history. What it is counted by stays: who errs in it closes it and enters another."""
    fields = {key: wanted.get(key) for key in _CHANGED}
    return SERVICES.change(
        name, fields, lambda row, changes: replace(service_of(row), **changes), note=note, by=by
    )


def type_count(
    name: str, of: str, period: Period, count: int | None, *, source: str, by: Viewer
) -> ServiceCount:
    """Type in what a provider counted of whole months, with its source; None takes back what was typed.

    Of the same months the latest stands. Its history says that a count was typed, and never the number.
    Raises BadInput where a measure counts it, and for months that overlap others in part.
    """
    keeping.require_keeper(by)
    keeping.check_one_of(name, _("thing to count"), of, (DELIVERED, OUTCOME))
    keeping.check_texts(name, [(_("the source"), source)])
    if count is not None and not 0 <= count <= MOST:
        raise BadInput(_("A count is not below 0"), where=name)
    with transaction.atomic():
        row = SERVICES.standing(name)
        if measure := getattr(row, f"{of}_measure"):
            raise BadInput(_("That is counted by a measure"), where=f"{name}: {measure}")
        same = _refuse_overlap(row, of, period)
        if count is None and not same:
            raise BadInput(_("Nothing was typed of these months"), where=f"{name}, {period}")
        made: ServiceCount = row.counts.create(
            of=of,
            period_from=period.start,
            period_to=period.end,
            count=count,
            source=source.strip(),
            moment=dt.datetime.now(dt.UTC),
            by=by.username,
        )
        done = "taken back" if count is None else "typed in"
        SERVICES.write(row, "counted", by, f"{of}, {period}: {done}, from {source.strip()}")
    return made


def typed_counts(
    row: CommissionedService, of: str, as_at: dt.datetime | None = None
) -> dict[Period, ServiceCount]:
    """The counts that stand, or stood at an instant, by the months they are of, in their order."""
    found = row.counts.filter(of=of).order_by("id")
    if as_at is not None:
        found = found.filter(moment__lte=as_at)
    latest = {Period(one.period_from, one.period_to): one for one in found}
    stand = {period: one for period, one in latest.items() if one.count is not None}
    return dict(sorted(stand.items(), key=lambda item: item[0].start))


def _refuse_overlap(row: CommissionedService, of: str, period: Period) -> bool:
    """Whether a count of just these months stands; raises BadInput where one of a part of them does."""
    stand = typed_counts(row, of)
    for other in stand:
        if other != period and other.start < period.end and period.start < other.end:
            raise BadInput(
                _("A count of some of these months is there already"),
                where=f"{row.name}, {other}",
                next_step=_("Take that back first"),
            )
    return period in stand


def read_services(path: Path) -> list[Service]:
    """From a CSV file. Raises BadInput with the line of what is wrong."""
    return keeping.read_table(path, COLUMNS, MORE_COLUMNS, _row)


def _row(text: dict[str, str]) -> Service:
    return Service(
        text["name"],
        text["title"],
        text["provider"],
        text["commissioner"],
        keeping.day_in(text["from"], "from"),
        text["unit"],
        keeping.day_in(text["to"], "to") if text.get("to") else None,
        pence(text["cost"]) if text.get("cost") else None,
        text.get("cost_per") or "year",
        keeping.number_in(text["volume"], "volume") if text.get("volume") else None,
        text.get("volume_per") or "year",
        text.get("level", ""),
        text.get("area", ""),
        text.get("delivered_measure", ""),
        keeping.pairs_in(text.get("delivered_where", "")),
        text.get("outcome_measure", ""),
        keeping.pairs_in(text.get("outcome_where", "")),
        text.get("outcome_unit", ""),
    )
