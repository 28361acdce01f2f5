"""The register of interventions: what was put where, from when to when, by whom and at what cost.

It computes no figure. Every change is a line of the intervention's history and an act of administration in
the log, in one transaction; nothing is deleted: what was entered wrongly is withdrawn.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from joinedup.errors import BadInput, JoinedupError, NotFound, NotPermitted
from joinedup.log import record_act
from joinedup.partnership.saying_who import refuse_saying_who
from joinedup.terms import LONDON, AreaLevel, Role, Viewer

if TYPE_CHECKING:
    from joinedup.partnership.intervention_models import Intervention
    from joinedup.workspace import Workspace

LEVELS = (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA, AreaLevel.OA)
LEAST_RADIUS, MOST_RADIUS = 50, 5_000
KINDS = ("cameras", "lighting", "signs", "patrols", "other")
REASONS = ("high-count", "other", "unknown")
COLUMNS = ("name", "title", "kind", "from", "owner")
MORE_COLUMNS = ("to", "level", "area", "longitude", "latitude", "radius", "cost", "chosen_for")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_POUNDS = re.compile(r"£?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{2}))?")
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
        if not _NAME.fullmatch(self.name):
            raise BadInput(
                "A name is words in lower case and digits, joined by hyphens", where=self.name[:60]
            )
        for what, text in (("title", self.title), ("owner", self.owner)):
            if not text.strip():
                raise BadInput(f"The intervention does not say its {what}", where=self.name)
            refuse_saying_who(text, where=f"{self.name}, {what}")
        if self.kind not in KINDS:
            raise BadInput("There is no such kind", where=self.name, next_step=f"One of: {', '.join(KINDS)}")
        if self.chosen_for not in REASONS:
            said = f"One of: {', '.join(REASONS)}"
            raise BadInput("There is no such reason for a place", where=self.name, next_step=said)
        if self.ended_on is not None and self.ended_on < self.started_on:
            raise BadInput("It ends before it begins", where=self.name)


def add_interventions(workspace: Workspace, planned: Sequence[Planned], *, by: Viewer) -> list[Intervention]:
    """Enter interventions, all of them or none. Raises BadInput for a name that is taken, and NotFound for an
    area that is not loaded."""
    from joinedup.partnership.intervention_models import Intervention

    _require_editor(by)
    for one in planned:
        _require_area(workspace, one)
    try:
        with transaction.atomic():
            return [_added(one, by) for one in planned]
    except IntegrityError:
        taken = Intervention.objects.filter(name__in=[one.name for one in planned])
        named = ", ".join(taken.values_list("name", flat=True)) or ", ".join(one.name for one in planned)
        raise BadInput("There is an intervention of that name already", where=named) from None


def _added(one: Planned, by: Viewer) -> Intervention:
    from joinedup.partnership.intervention_models import Intervention

    place = one.place
    row = Intervention.objects.create(
        name=one.name,
        title=one.title.strip(),
        kind=one.kind,
        level=place.level.value if place.level and place.area else "",
        area=place.area,
        longitude=None if place.longitude is None else round(place.longitude, _DEGREES),
        latitude=None if place.latitude is None else round(place.latitude, _DEGREES),
        radius=place.radius,
        started_on=one.started_on,
        ended_on=one.ended_on,
        cost_pence=one.cost_pence,
        owner=one.owner.strip(),
        chosen_for=one.chosen_for,
    )
    _write(row, "added", by, one.title)
    return row


def _require_area(workspace: Workspace, one: Planned) -> None:
    from joinedup import places

    if one.place.area and one.place.level:
        try:
            places.require_area(workspace, one.place.level, one.place.area)
        except NotFound as error:
            raise NotFound(error.what, where=one.name, next_step=error.next_step) from None


def intervention_named(name: str) -> Intervention:
    """The intervention of this name, also one that was withdrawn."""
    from joinedup.partnership.intervention_models import Intervention

    found = Intervention.objects.filter(name=name).first()
    if found is None:
        raise NotFound(
            "There is no intervention of that name", where=name[:60], next_step="See: joinedup interventions"
        )
    return found


def interventions(*, withdrawn: bool = False) -> list[Intervention]:
    """Every intervention that stands, in order of its beginning; with those that were withdrawn, if asked."""
    from joinedup.partnership.intervention_models import Intervention

    found = Intervention.objects.all()
    return list(found if withdrawn else found.filter(withdrawn_on__isnull=True))


def place_of(row: Intervention) -> Place:
    """Where it is."""
    level = AreaLevel(row.level) if row.level else None
    return Place(level, row.area, row.longitude, row.latitude, row.radius)


def change_intervention(name: str, *, by: Viewer, note: str = "", **wanted: Any) -> Intervention:
    """Give an intervention another title, end, cost, owner or reason; place, kind and beginning stay: who
    errs in these withdraws it and enters another. What was before stays in its history."""
    _require_editor(by)
    row = intervention_named(name)
    allowed = ("title", "ended_on", "cost_pence", "owner", "chosen_for")
    changes = {key: wanted[key] for key in allowed if wanted.get(key) not in (None, getattr(row, key))}
    if not changes and not note.strip():
        raise BadInput("Nothing about the intervention is changed", where=name)
    standing = Planned(
        row.name,
        row.title,
        row.kind,
        place_of(row),
        row.started_on,
        row.owner,
        row.ended_on,
        row.cost_pence,
        row.chosen_for,
    )
    replace(standing, **changes)  # checks what it would be
    refuse_saying_who(note, where=f"{name}, note")
    told = [
        f"{key.replace('_', ' ')}: {_shown(getattr(row, key))} → {_shown(new)}"
        for key, new in changes.items()
    ]
    for key, new in changes.items():
        setattr(row, key, new)
    with transaction.atomic():
        row.save(update_fields=list(changes) or None)
        _write(row, "changed", by, "; ".join([*told, note.strip()] if note.strip() else told))
    return row


def withdraw_intervention(name: str, *, why: str, by: Viewer) -> Intervention:
    """Take an intervention out of the register that should not be in it; it stays in its history."""
    _require_editor(by)
    row = intervention_named(name)
    if not why.strip():
        raise BadInput("Withdrawing an intervention needs a reason", where=name)
    if row.withdrawn_on is not None:
        raise BadInput("It is withdrawn already", where=name)
    refuse_saying_who(why, where=f"{name}, reason")
    row.withdrawn_on = dt.datetime.now(LONDON).date()
    with transaction.atomic():
        row.save(update_fields=["withdrawn_on"])
        _write(row, "withdrawn", by, why.strip())
    return row


def read_interventions(path: Path) -> list[Planned]:
    """From a CSV file; an area's place has ``level`` and ``area``, a circle's ``longitude``, ``latitude`` and
    ``radius``. Raises BadInput with the line of what is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [(reader.line_num, row) for row in reader]
    except FileNotFoundError:
        raise BadInput("There is no such file", where=str(path)) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput("The file cannot be read as a CSV table in UTF-8", where=path.name) from error
    names = set(reader.fieldnames or ())
    wrong = sorted({*COLUMNS} - names) or sorted(names - {*COLUMNS, *MORE_COLUMNS})
    if wrong:
        said = f"Its columns are {', '.join(COLUMNS)}, and as wanted {', '.join(MORE_COLUMNS)}"
        what = "lacks" if {*COLUMNS} - names else "has unknown columns:"
        raise BadInput(f"The table {what} {', '.join(wrong)}", where=path.name, next_step=said)
    return [_row(row, f"{path.name}, line {line}") for line, row in rows]


def _row(row: dict[str, str | None], where: str) -> Planned:
    text = {key: (value or "").strip() for key, value in row.items() if key}
    try:
        return Planned(
            text["name"],
            text["title"],
            text["kind"],
            Place(
                AreaLevel(text["level"]) if text.get("level") in {level.value for level in LEVELS} else None,
                text.get("area", ""),
                _number(text.get("longitude", ""), "longitude"),
                _number(text.get("latitude", ""), "latitude"),
                None if (radius := _number(text.get("radius", ""), "radius")) is None else round(radius),
            ),
            _day(text["from"], "from"),
            text["owner"],
            _day(text["to"], "to") if text.get("to") else None,
            pence(text["cost"]) if text.get("cost") else None,
            text.get("chosen_for") or "unknown",
        )
    except JoinedupError as error:
        place = f"{where}: {error.where}" if error.where else where
        raise BadInput(error.what, where=place, next_step=error.next_step) from error


def pence(text: str) -> int:
    """An amount of pounds as people write it: 400000, £400,000 or 1234.50."""
    found = _POUNDS.fullmatch(text.strip())
    if found is None:
        raise BadInput("That is no amount of pounds", next_step="Write 400000, £400,000 or 1234.50")
    return int(found[1].replace(",", "")) * 100 + int(found[2] or 0)


def _number(text: str, column: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"The {column} is no number") from None


def _day(text: str, column: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"The column {column} holds no date", next_step="Write it as 2026-12-31") from None


def _shown(value: object) -> str:
    return "–" if value in (None, "") else str(value)


def _write(row: Intervention, kind: str, by: Viewer, text: str) -> None:
    """A line of history, with its act."""
    from joinedup.partnership.intervention_models import InterventionEvent

    with transaction.atomic():
        InterventionEvent.objects.create(
            intervention=row, moment=dt.datetime.now(dt.UTC), kind=kind, by=by.username, text=text
        )
        record_act("administration", by=by, purpose=None, what=f"{kind} the intervention {row.name}")


def _require_editor(by: Viewer) -> None:
    if by.role not in {Role.ANALYST, Role.ADMINISTRATOR}:
        raise NotPermitted(
            "Only an analyst or an administrator keeps the register of interventions",
            next_step="Ask an analyst of the partnership",
        )
