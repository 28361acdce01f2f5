"""The question and answer of an index of localities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from joinedup.measures.localities.definitions import Localities, Part
from joinedup.terms import AreaLevel, Engine, Period

FEW_RESIDENTS = "few-residents"
PART_MISSING = "part-missing"
"""Why an area has no index."""

LEVELS = (AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA, AreaLevel.OA)


@dataclass(frozen=True)
class LocalityQuery:
    """Which index is wanted. ``areas``: codes of ``level`` or above; none means all. ``period`` None: the
    latest 12 months of the first count. ``without``: parts to leave out, which makes it another index.
    ``beside``: measures whose rates are ranked beside the parts. ``as_at``, ``vintage`` and
    ``engine`` as in ``FigureQuery``."""

    definition: str
    level: AreaLevel = AreaLevel.LSOA
    areas: tuple[str, ...] = ()
    period: Period | None = None
    vintage: str | None = None
    without: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    as_at: dt.datetime | None = None
    engine: Engine = Engine.DUCKDB


class Verdict(StrEnum):
    """Whether an area is a vulnerable locality, however the index is turned and the counts fall."""

    SURELY = "surely"
    PERHAPS = "perhaps"
    SURELY_NOT = "surely-not"
    NOT_JUDGED = "not-judged"

    @property
    def words(self) -> str:
        """As people say it."""
        return {
            Verdict.SURELY: _("surely"),
            Verdict.PERHAPS: _("perhaps"),
            Verdict.SURELY_NOT: _("surely not"),
            Verdict.NOT_JUDGED: _("not judged"),
        }[self]


class PartFlag(StrEnum):
    """A caution that a part's number has beside those of a figure."""

    BEFORE_SPLIT = "of-area-before-split"  # the share of the older area of which this one is a part
    SPREAD = "spread-over-areas"  # an older area was split among several, and counts in each as one of them
    AREA_ABOVE = "of-area-above"  # published for the area above alone, and taken for each within
    NO_DENOMINATOR = "no-denominator"
    NOT_KNOWN = "no-data"


@dataclass(frozen=True)
class PartValue:
    """One part of one area. ``value`` is ``numerator`` over ``denominator``, or a score, which has neither.
    ``index`` is 100 where it is as in the whole. What is not known is None, and a flag says why."""

    numerator: float | None
    denominator: float | None
    value: float | None
    index: float | None
    worst: bool | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class LocalityRow:
    """One area. ``lower`` and ``upper`` are the interval of its index by chance in the counts, ``rank`` is 1
    for the highest; ``among`` is the share of draws in which it is in the group; ``turned_by`` names the
    changes of the index that move it in or out. ``worst_in`` counts the things of which it is among the
    worst, ``worst_in_all`` is the share of draws in which it is of all. Numbers are None without an index.
    """

    code: str
    name: str
    district: str
    residents: int | None
    parts: Mapping[str, PartValue]
    beside: Mapping[str, PartValue]
    index: float | None = None
    lower: float | None = None
    upper: float | None = None
    rank: int | None = None
    rank_lower: int | None = None
    rank_upper: int | None = None
    inside: bool | None = None
    among: float | None = None
    verdict: Verdict = Verdict.NOT_JUDGED
    turned_by: tuple[str, ...] = ()
    worst_in: int | None = None
    worst_in_all: float | None = None
    deprivation_decile: int | None = None
    classes: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The row's own columns: the same keys for all rows of a figure."""
        told: dict[str, Any] = {
            "area_code": self.code,
            "area_name": self.name,
            "district": self.district,
            "residents": self.residents,
            "index": self.index,
            "lower": self.lower,
            "upper": self.upper,
            "rank": self.rank,
            "rank_lower": self.rank_lower,
            "rank_upper": self.rank_upper,
            "in_group": self.inside,
            "share_of_draws": self.among,
            "verdict": self.verdict.value,
            "turned_by": list(self.turned_by),
            "worst_in": self.worst_in,
            "worst_in_all_share_of_draws": self.worst_in_all,
            "deprivation_decile": self.deprivation_decile,
            **{f"class_{name.replace('-', '_')}": label for name, label in self.classes.items()},
        }
        for name, one in (*self.parts.items(), *self.beside.items()):
            begin = name.replace("-", "_")
            told |= {
                f"{begin}_numerator": one.numerator,
                f"{begin}_denominator": one.denominator,
                f"{begin}_value": one.value,
                f"{begin}_index": one.index,
                f"{begin}_worst": one.worst,
                f"{begin}_flags": list(one.flags),
            }
        return told | {"flags": list(self.flags)}


@dataclass(frozen=True)
class OverlayRow:
    """The areas of one class of one thing that is laid over the index: how many there are, how many of them
    are in the group (surely, perhaps), and how many people live there."""

    over: str
    title: str
    kind: str
    label: str
    areas: int
    inside: int
    surely: int
    perhaps: int
    residents: int | None
    residents_inside: int | None

    def to_json(self) -> dict[str, Any]:
        """The row as plain values."""
        share = self.inside / self.areas if self.areas else None
        return {
            "over": self.over,
            "title": self.title,
            "class": self.kind,
            "label": self.label,
            "areas": self.areas,
            "areas_in_group": self.inside,
            "share_of_areas": share,
            "surely": self.surely,
            "perhaps": self.perhaps,
            "residents": self.residents,
            "residents_in_group": self.residents_inside,
        }


@dataclass(frozen=True)
class Agreement:
    """Whether the index and deprivation name the same areas: of the areas in the group, how many are among
    the equally many most deprived; and the correlation of the ranks, with its interval, of the whole index
    and of its counts alone (deprivation is in the index, so some of the agreement is made)."""

    inside: int
    also_most_deprived: int
    whole: tuple[float, float, float] | None
    counts_alone: tuple[float, float, float] | None


@dataclass(frozen=True)
class LocalityFigure:
    """The answer: a row for each area, what is laid over it, and what it rests on. ``whole`` is what is 100
    of each part; ``variations`` are the ways in which the index was turned, in words, by name."""

    query: LocalityQuery
    definition: Localities
    parts: tuple[Part, ...]
    period: Period
    vintage: str
    rows: Sequence[LocalityRow]
    whole: Mapping[str, float]
    overlay: tuple[OverlayRow, ...]
    agreement: Agreement | None
    variations: Mapping[str, str]
    notes: tuple[str, ...]
    known_on: dt.datetime | None
    deliveries: tuple[int, ...]

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each area, the same keys in all."""
        fixed = self._fixed()
        known = self._known()
        return [{**fixed, **row.to_json(), **known} for row in self.rows]

    def overlay_rows(self) -> list[dict[str, Any]]:
        """What is laid over the index, one dictionary for each class."""
        fixed = self._fixed()
        known = self._known()
        return [{**fixed, **row.to_json(), **known} for row in self.overlay]

    def _fixed(self) -> dict[str, Any]:
        return {
            "definition": self.definition.name,
            "definition_version": self.definition.version,
            "parts": [part.name for part in self.parts],
            "complete": len(self.parts) == len(self.definition.parts),
            "area_level": self.query.level.value,
            "vintage": self.vintage,
            "period": str(self.period),
        }

    def _known(self) -> dict[str, Any]:
        known_on = self.known_on.isoformat() if self.known_on else None
        return {"known_on": known_on, "deliveries": list(self.deliveries)}
