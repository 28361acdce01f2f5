"""What a figure means: one frozen definition for each measure, which cannot be built wrong.

Nothing here runs anything: no engine is imported, so that a definition reads as what it is.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from sqlglot import exp

from joinedup.errors import BadInput
from joinedup.measures.sql_check import POINTS, checked_select, columns_read
from joinedup.terms import AreaLevel, Form, RecordType, Sensitivity

UNSTATED = "not-stated"
"""The breakdown value of a record whose owner left the field empty."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_COLUMN = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_STANDARD = {"month", "point", "area_code", "hit", "amount"}


@dataclass(frozen=True)
class Break:
    """A date from which the counting changed, so that before and after cannot be compared.

    ``date`` is the first day counted the new way. With ``breakdown``, only figures cut by that breakdown are
    touched.
    """

    date: dt.date
    sentence: str
    breakdown: str = ""

    def __post_init__(self) -> None:
        if self.date.day != 1:
            raise BadInput("A break falls on the first day of a month", where=f"{self.date}")
        if not self.sentence.strip():
            raise BadInput("A break says in a sentence what changed", where=f"{self.date}")


@dataclass(frozen=True)
class StatedArea:
    """The level and vintage of the area codes that a ready-made count arrives with."""

    level: AreaLevel
    vintage: str


@dataclass(frozen=True)
class Measure:
    """One thing that can be counted, with everything a reader needs to know about it.

    ``sql`` (DuckDB's dialect) gives a row for each thing counted, over the views named in ``record_types``:
    ``month`` (first day), ``point`` (or ``area_code``, with ``stated_area``), each breakdown as a column, and
    ``hit`` (BOOLEAN) where only a share makes sense of it or ``amount`` (BIGINT) where it arrives counted.

    ``breakdowns`` maps each breakdown to the label of each known value; ``classified_by`` are those whose
    change makes a record another kind of thing (a crime's type), not the same thing with another attribute.
    ``carries`` names, for each record type, a field that only feeds which can bear this measure have: months
    such a feed covered are zero where empty, all others are "no data" (``where_given``: also those of which
    no row of the file says anything in that field, as where it lacks the column). Months later than
    ``matures_after`` months before the date of knowledge are flagged not yet mature; the latest
    ``provisional_months`` are flagged provisional. What is not ``placed`` comes without a place, and is
    counted for everything alone. ``own``: the partnership added it (``own``); the others come with joinedup.
    ``dated_to``: how finely its records are dated at best (hour, day or month), which says by which rhythms
    it can be cut (``rhythms``).
    """

    name: str
    version: int
    title: str
    noun: str
    meaning: str
    unit: str
    sources: tuple[str, ...]
    record_types: tuple[RecordType, ...]
    sql: str
    forms: tuple[Form, ...]
    additive_over_areas: bool
    additive_over_time: bool
    sensitivity: Sensitivity
    theme: str
    carries: Mapping[RecordType, str]
    breakdowns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    positive_values: tuple[str, ...] = ()
    breaks: tuple[Break, ...] = ()
    classified_by: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    stated_area: StatedArea | None = None
    provisional_months: int = 0
    matures_after: int = 0
    placed: bool = True
    own: bool = False
    dated_to: str = "hour"
    where_given: bool = False

    def __post_init__(self) -> None:
        self._check_names()
        self._check_words()
        self._check_scope()
        self._check_forms(self._checked)

    def __hash__(self) -> int:
        return hash((self.name, self.version))

    @property
    def usual_level(self) -> AreaLevel:
        """The level that is meant where none is named: all of what has no place."""
        return AreaLevel.PARTNERSHIP if self.placed else AreaLevel.ALL

    def _wrong(self, what: str) -> BadInput:
        return BadInput(what, where=f"measure {self.name}", next_step="Correct the definition")

    def _check_names(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise self._wrong("A measure's name is words in lower case joined by hyphens")
        for breakdown in self.breakdowns:
            if not _COLUMN.fullmatch(breakdown) or breakdown in _STANDARD | {"area", "part"}:
                raise self._wrong(f"The breakdown {breakdown} is not a plain column name of its own")
        for name in self.classified_by:
            if name not in self.breakdowns:
                raise self._wrong(f"It is classified by {name}, which is no breakdown of it")
        for broken in self.breaks:
            if broken.breakdown and broken.breakdown not in self.breakdowns:
                raise self._wrong(f"A break names the breakdown {broken.breakdown}, which there is not")

    def _check_words(self) -> None:
        for name in ("title", "noun", "meaning", "unit", "theme"):
            if not getattr(self, name).strip():
                raise self._wrong(f"The measure does not state its {name}")
        if self.dated_to not in {"hour", "day", "month"}:
            raise self._wrong("A measure's records are dated to the hour, the day or the month at best")
        if self.version < 1:
            raise self._wrong("A measure's version counts from 1")

    def _check_scope(self) -> None:
        if not self.sources:
            raise self._wrong("The measure names no source")
        if not self.record_types or set(self.carries) != set(self.record_types):
            raise self._wrong("The measure names its record types, and a field carried by each")
        if not isinstance(self.additive_over_areas, bool) or not isinstance(self.additive_over_time, bool):
            raise self._wrong("The measure does not state whether it adds up over areas and over time")
        if min(self.provisional_months, self.matures_after) < 0:
            raise self._wrong("Months of waiting are not negative")

    @functools.cached_property
    def _checked(self) -> exp.Select:
        place = "area_code" if self.stated_area else "point"
        return checked_select(
            self.sql,
            views=[*(str(kind) for kind in self.record_types), POINTS],
            columns=["month", place, *self.breakdowns],
            where=self.name,
        )

    def _check_forms(self, select: exp.Select) -> None:
        given = {name.lower() for name in select.named_selects}
        if {"hit", "amount"} <= given:
            raise self._wrong("The SQL gives both hit and amount")
        if not self.forms or len(set(self.forms)) != len(self.forms):
            raise self._wrong("The measure names the forms it comes in, each once")
        if Form.SHARE in self.forms and "hit" not in given and not self.breakdowns:
            raise self._wrong("A share needs a hit column or a breakdown")

    def select(self) -> exp.Select:
        """The SQL's syntax tree, checked; one's own to change."""
        return self._checked.copy()

    @functools.cached_property
    def fields_read(self) -> Mapping[str, frozenset[str]]:
        """{view: the columns that the SQL reads of it}."""
        return columns_read(self._checked)

    @functools.cached_property
    def _given(self) -> frozenset[str]:
        return frozenset(name.lower() for name in self._checked.named_selects)

    @property
    def has_hit(self) -> bool:
        """Whether the numerator is the rows that hit, not all rows."""
        return "hit" in self._given

    @property
    def has_amount(self) -> bool:
        """Whether rows arrive as ready-made counts."""
        return "amount" in self._given

    def label(self, breakdown: str, value: str) -> str:
        """What people call ``value`` of ``breakdown``; the value itself where it has no label."""
        if value == UNSTATED:
            return _("Not stated")
        return self.breakdowns.get(breakdown, {}).get(value, value)
