"""The register of interventions: what was put where, from when to when, by whom and at what cost.

It computes no figure. What was entered wrongly is withdrawn.
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
from joinedup.partnership.keeping import LEVELS, Register, pence
from joinedup.terms import AreaLevel, Viewer

if TYPE_CHECKING:
    from joinedup.partnership.intervention_models import Intervention
    from joinedup.workspace import Workspace

LEAST_RADIUS, MOST_RADIUS = 50, 5_000
KINDS = ("cameras", "lighting", "signs", "patrols", "other")
REASONS = ("high-count", "other", "unknown")
COLUMNS = ("name", "title", "kind", "from", "owner")
MORE_COLUMNS = ("to", "level", "area", "longitude", "latitude", "radius", "cost", "chosen_for")
_CHANGED = ("title", "ended_on", "cost_pence", "owner", "chosen_for")
INTERVENTIONS: Register[Intervention] = Register(
    "Intervention",
    "intervention",
    taken=gettext_lazy("There is an intervention of that name already"),
    absent=gettext_lazy("There is no intervention of that name"),
    see=gettext_lazy("See: joinedup interventions"),
    unchanged=gettext_lazy("Nothing about the intervention is changed"),
    ended=gettext_lazy("It is withdrawn already"),
    ends="withdrawn_on",
    end="withdrawn",
)
intervention_named = INTERVENTIONS.named
withdraw_intervention = INTERVENTIONS.finish
_DEGREES = 5  # decimals of a point that are kept: about a metre


@dataclass(frozen=True)
class Place:
    """An area by level and code, or a circle: longitude and latitude (WGS84) with a radius in metres."""

    level: AreaLevel | None = None
    area: str = ""
    longitude: float | None = None
    latitude: float | None = None
    radius: int | None = None

    def __post_init__(self) -> None:
        circle = (self.longitude, self.latitude, self.radius)
        if bool(self.area) == any(part is not None for part in circle):
            raise BadInput(
                "A place is an area, or a point with a radius",
                next_step="Give an area with its level, or longitude, latitude and radius",
            )
        if self.area and self.level not in LEVELS:
            levels = ", ".join(level.value for level in LEVELS)
            raise BadInput("The area's level is not said, or none of those", next_step=f"Levels: {levels}")
        if not self.area:
            self._check_circle()

    def _check_circle(self) -> None:
        if self.longitude is None or self.latitude is None or self.radius is None:
            raise BadInput("A circle has a longitude, a latitude and a radius")
        if not (-180 <= self.longitude <= 180 and -90 <= self.latitude <= 90):
            raise BadInput("The point does not lie on the earth", next_step="Give degrees, as -1.234 54.567")
        if not LEAST_RADIUS <= self.radius <= MOST_RADIUS:
            raise BadInput(f"A radius is from {LEAST_RADIUS} to {MOST_RADIUS:,} metres")


@dataclass(frozen=True)
class Planned:
    """An intervention as somebody enters it."""

    name: str
    title: str
    kind: str
    place: Place
    started_on: dt.date
    owner: str
    ended_on: dt.date | None = None
    cost_pence: int | None = None
    chosen_for: str = "unknown"

    def __post_init__(self) -> None:
        keeping.check_name(self.name)
        texts = [(_("its title"), self.title), (_("its owner"), self.owner)]
        keeping.check_texts(self.name, texts)
        keeping.check_one_of(self.name, _("kind"), self.kind, KINDS)
        keeping.check_one_of(self.name, _("reason for a place"), self.chosen_for, REASONS)
        keeping.check_amount(self.name, self.cost_pence)
        if self.ended_on is not None and self.ended_on < self.started_on:
            raise BadInput("It ends before it begins", where=self.name)


def add_interventions(workspace: Workspace, planned: Sequence[Planned], *, by: Viewer) -> list[Intervention]:
    """Enter interventions, all of them or none. Raises BadInput for a name that is taken, and NotFound for an
    area that is not loaded."""
    keeping.require_keeper(by)
    for one in planned:
        keeping.require_area(workspace, one.place.level or "", one.place.area, of=one.name)
    return INTERVENTIONS.add([_fields(one) for one in planned], by=by)


def interventions(*, withdrawn: bool = False) -> list[Intervention]:
    """Every intervention that stands, in order of its beginning; with those that were withdrawn, if asked."""
    return INTERVENTIONS.lines(ended=withdrawn)


def _fields(one: Planned) -> dict[str, Any]:
    """As its row has it."""
    place = one.place
    fields = {key: value for key, value in vars(one).items() if key != "place"}
    return fields | {
        "title": one.title.strip(),
        "owner": one.owner.strip(),
        "level": place.level.value if place.level and place.area else "",
        "area": place.area,
        "longitude": None if place.longitude is None else round(place.longitude, _DEGREES),
        "latitude": None if place.latitude is None else round(place.latitude, _DEGREES),
        "radius": place.radius,
    }


def place_of(row: Intervention) -> Place:
    """Where it is."""
    level = AreaLevel(row.level) if row.level else None
    return Place(level, row.area, row.longitude, row.latitude, row.radius)


def change_intervention(name: str, *, by: Viewer, note: str = "", **wanted: Any) -> Intervention:
    """Give an intervention another title, end, cost, owner or reason; place, kind and beginning stay: who
    errs in these withdraws it and enters another. What was before stays in its history."""
    fields = {key: wanted.get(key) for key in _CHANGED}
    return INTERVENTIONS.change(
        name, fields, lambda row, changes: replace(_planned(row), **changes), note=note, by=by
    )


def _planned(row: Intervention) -> Planned:
    """What is kept, as it was entered and changed."""
    kept = {name: getattr(row, name) for name in Planned.__dataclass_fields__ if name != "place"}
    return Planned(**kept, place=place_of(row))


def read_interventions(path: Path) -> list[Planned]:
    """From a CSV file; an area's place has ``level`` and ``area``, a circle's ``longitude``, ``latitude`` and
    ``radius``. Raises BadInput with the line of what is wrong."""
    return keeping.read_table(path, COLUMNS, MORE_COLUMNS, _row)


def _row(text: dict[str, str]) -> Planned:
    radius = _number(text.get("radius", ""), "radius")
    return Planned(
        text["name"],
        text["title"],
        text["kind"],
        Place(
            AreaLevel(text["level"]) if text.get("level") in {level.value for level in LEVELS} else None,
            text.get("area", ""),
            _number(text.get("longitude", ""), "longitude"),
            _number(text.get("latitude", ""), "latitude"),
            None if radius is None else round(radius),
        ),
        keeping.day_in(text["from"], "from"),
        text["owner"],
        keeping.day_in(text["to"], "to") if text.get("to") else None,
        pence(text["cost"]) if text.get("cost") else None,
        text.get("chosen_for") or "unknown",
    )


def _number(text: str, column: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise BadInput(_("The {column} is no number").format(column=column)) from None
