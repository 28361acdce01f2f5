"""What somebody asks of a definition: the months, the areas, what for, and what is around which point."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup import places
from joinedup.errors import BadInput
from joinedup.hub.repeats.groups import Counted
from joinedup.measures.linked import LinkedQuery
from joinedup.measures.linked.definitions import AroundPlace
from joinedup.measures.repeats import Repeat, RepeatQuery
from joinedup.measures.repeats.definitions import Clock
from joinedup.release.whole_sources import Offer
from joinedup.terms import AreaLevel, Period, Purpose, add_months, parse_knowledge_date

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

YEAR = 12
FIELDS = ("from", "to", "area", "purpose", "as-at", "possible", "longitude", "latitude", "since")
_MOST_DIGITS = 12
_CUTS = {"": AreaLevel.ALL, "district": AreaLevel.DISTRICT, "ward": AreaLevel.WARD}


@dataclass(frozen=True)
class Question:
    """What is asked. ``within`` is the code of a district; empty: everywhere. ``at``: longitude, latitude."""

    definition: Counted
    period: Period
    purpose: Purpose
    level: AreaLevel = AreaLevel.ALL
    within: str = ""
    as_at: str = ""
    possible: int | None = None
    at: tuple[float, float] | None = None
    since: dt.date | None = None

    def repeats(self) -> RepeatQuery:
        """The question to a definition of repeats."""
        return RepeatQuery(
            self.definition.name,
            (),
            self.period,
            as_at=self._known(),
            level=self.level,
            areas=(self.within,) if self.within else (),
            possible_units=self.possible,
        )

    def linked(self) -> LinkedQuery:
        """The question to a definition of linked people."""
        return LinkedQuery(
            self.definition.name, (), self.period, as_at=self._known(), at=self.at, since=self.since
        )

    def _known(self) -> dt.datetime | None:
        return parse_knowledge_date(self.as_at) if self.as_at else None

    def command(self) -> str:
        """The command line that gives the same; without the point, which may be somebody's home."""
        words = ["joinedup repeats count", self.definition.name]
        words += [f"--from {self.period.start:%Y-%m}", f"--to {self.period.last:%Y-%m}"]
        if self.level is not AreaLevel.ALL:
            words.append(f"--area-level {self.level}")
        for option, value in (("within", self.within), ("as-at", self.as_at), ("possible", self.possible)):
            words += [f"--{option} {value}"] if value else []
        if self.at is not None:
            words.append("--at LONGITUDE LATITUDE")
        if self.since is not None:
            words.append(f"--since {self.since}")
        return " ".join([*words, f"--purpose {self.purpose}"])


def needs_point(definition: Counted) -> bool:
    """Whether it is asked of a point, which stands in no address of a page."""
    return isinstance(definition, AroundPlace)


def usual_purpose(offer: Offer) -> Purpose:
    """The purpose for which most of the definition's sources are seen; crime and disorder where it is as
    good."""
    best = max(len(seen) for seen in offer.sources.values())
    fits = [one for one, seen in offer.sources.items() if len(seen) == best]
    return Purpose.CRIME_AND_DISORDER if Purpose.CRIME_AND_DISORDER in fits else fits[0]


def usual_period(definition: Counted, covered: Period) -> Period:
    """The latest year whose following months, where the definition looks at any, have come too."""
    window = definition.window
    after = window.months if window.clock is Clock.AFTER_FIRST else 0
    end = max(add_months(covered.end, -after), add_months(covered.start, 1))
    return Period(max(covered.start, add_months(end, -YEAR)), end)


def areas_offered(workspace: Workspace, definition: Counted) -> list[tuple[str, str]]:
    """Value and words of each way to cut by place; none where the definition is not cut."""
    if not isinstance(definition, Repeat):
        return []
    offered = [("", _("everything together"))]
    levels = {one.level for one in places.catalogue(workspace) if one.kind == "boundaries"}
    if AreaLevel.DISTRICT.value in levels:
        offered.append(("district", _("each district")))
    if AreaLevel.WARD.value in levels:
        offered.append(("ward", _("each ward")))
        for one in sorted(places.areas(workspace, AreaLevel.DISTRICT), key=lambda area: area.name):
            offered.append((f"ward:{one.code}", _("each ward of %(name)s") % {"name": one.name}))
    return offered


def read(
    given: Mapping[str, str], definition: Counted, offer: Offer, areas: Mapping[str, str]
) -> tuple[Question | None, dict[str, str]]:
    """The question, and a sentence for each field that is wrong; no question where any is."""
    wrong: dict[str, str] = {}
    period = _period(given, wrong)
    purpose = given["purpose"] or usual_purpose(offer).value
    if purpose not in offer.sources:
        wrong["purpose"] = _("Choose what it is for")
    cut, _colon, within = given["area"].partition(":")
    if given["area"] and given["area"] not in areas:
        wrong["area"] = _("Choose areas of the list")
    as_at = given["as-at"].strip()
    _check_known(as_at, wrong)
    possible = _possible(given, wrong) if isinstance(definition, Repeat) else None
    at, since = _point(given, wrong) if needs_point(definition) else (None, None)
    if wrong or period is None:
        return None, wrong
    level = _CUTS[cut]
    return Question(definition, period, Purpose(purpose), level, within, as_at, possible, at, since), {}


def _period(given: Mapping[str, str], wrong: dict[str, str]) -> Period | None:
    try:
        first, last = Period.parse(given["from"]), Period.parse(given["to"] or given["from"])
        return Period(first.start, last.end)
    except BadInput as error:
        wrong["from"] = error.sentence()
    return None


def _check_known(text: str, wrong: dict[str, str]) -> None:
    try:
        if text:
            parse_knowledge_date(text)
    except BadInput as error:
        wrong["as-at"] = error.sentence()


def _day(given: Mapping[str, str], name: str, wrong: dict[str, str]) -> dt.date | None:
    text = given[name].strip()
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        wrong[name] = _("Write a day, such as 2025-03-31")
    return None


def _possible(given: Mapping[str, str], wrong: dict[str, str]) -> int | None:
    text = given["possible"].replace(",", "").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > _MOST_DIGITS or int(text) < 1:
        wrong["possible"] = _("Write how many there could be as a number")
        return None
    if given["area"]:
        wrong["possible"] = _("How many there could be is asked for everything together, not for each area")
    return int(text)


def _point(
    given: Mapping[str, str], wrong: dict[str, str]
) -> tuple[tuple[float, float] | None, dt.date | None]:
    found = []
    for name, most in (("longitude", 180.0), ("latitude", 90.0)):
        try:
            found.append(float(given[name]))
            if not abs(found[-1]) <= most:
                raise ValueError
        except ValueError:
            wrong[name] = {
                "longitude": _("Write the longitude in degrees, such as -1.2345"),
                "latitude": _("Write the latitude in degrees, such as 54.5742"),
            }[name]
    since = _day(given, "since", wrong)
    return (None, since) if len(found) < 2 else ((found[0], found[1]), since)
