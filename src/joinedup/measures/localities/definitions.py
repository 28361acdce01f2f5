"""What an index of vulnerable localities states: its parts, their weights, and from where an area is one.

The published index: L. Tompson, "Vulnerable Localities Index", JDiBrief, UCL Jill Dando Institute
(studylib.net/doc/13051371), and S. Chainey, "Identifying priority neighbourhoods using the Vulnerable
Localities Index", Policing 2 (2008) 196-209. The brief names the six parts, says that each is made a rate or
a proportion, that an index is made of each "by applying a straightforward formula", that the six are
aggregated, and that above 200 a neighbourhood is a priority. The formula itself stands in its template, which
was not read; here it is 100 times an area's value over the whole's, and the mean of the parts.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from joinedup.errors import BadInput

if TYPE_CHECKING:
    from typing import TypeAlias

    from django.utils.functional import _StrPromise

    Words: TypeAlias = str | _StrPromise

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_OLDEST = 130
_TAKEN = frozenset({"index", "rank", "residents", "deprivation", "all"})


class Kind(StrEnum):
    """Where a part's numbers are from."""

    COUNT = "count"  # of a measure of the catalogue, for each of the dwellings or residents
    AGES = "ages"  # the share of residents who are of some ages
    DEPRIVATION = "deprivation"  # the score of one domain of an index of deprivation


class Per(StrEnum):
    """What a count is divided by."""

    DWELLINGS = "dwellings"
    RESIDENTS = "residents"


class Base(StrEnum):
    """What an area's value is held against, as 100."""

    WHOLE = "whole"  # the rate of all compared areas together; scores weighted by residents
    MEAN = "mean"  # the mean of the areas' values, each area as much as any other


@dataclass(frozen=True)
class Part:
    """One part of an index. ``weight`` is how much it counts among the others.

    Of the kind ``count``: the ``measure``, narrowed by ``where`` (pairs of breakdown and value), for each of
    the first of ``per`` that is known of the areas. Of ``ages``: residents from ``from_age`` to ``to_age``,
    both included. Of ``deprivation``: the ``domain``. ``year`` is of the residents or of the index of
    deprivation; None for the newest.
    """

    name: str
    title: Words
    kind: Kind
    weight: float = 1.0
    measure: str = ""
    where: tuple[tuple[str, str], ...] = ()
    per: tuple[Per, ...] = ()
    from_age: int = 0
    to_age: int = 0
    domain: str = ""
    year: int | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.name in _TAKEN:
            raise self._wrong("A part's name is words in lower case joined by hyphens, and no column's")
        if not (math.isfinite(self.weight) and self.weight > 0):
            raise self._wrong("A part's weight is a number above 0")
        if (self.kind is Kind.COUNT) != bool(self.measure) or (self.kind is Kind.COUNT) != bool(self.per):
            raise self._wrong("A count has its measure and what it is divided by, and no other part has")
        if self.where and self.kind is not Kind.COUNT:
            raise self._wrong("Only a count is narrowed to some values")
        if len(set(self.per)) != len(self.per):
            raise self._wrong("What it is divided by is named once")
        if (self.kind is Kind.DEPRIVATION) != bool(self.domain):
            raise self._wrong("A part of deprivation has its domain, and no other part has")
        if self.kind is Kind.AGES and not 0 <= self.from_age <= self.to_age <= _OLDEST:
            raise self._wrong("Ages run from one to another that is no lower")

    def _wrong(self, what: str) -> BadInput:
        return BadInput(what, where=f"part {self.name}", next_step="Correct the definition")

    @property
    def column(self) -> str:
        """How the part's columns begin."""
        return self.name.replace("-", "_")


@dataclass(frozen=True)
class Localities:
    """One definition of an index, with everything a reader needs to know about it.

    An area is a vulnerable locality where its index is ``at_least`` that, or where it is among the ``top``
    share (0 to 1) of the areas: one of the two. Areas of ``fewest_residents`` or fewer are in no index.
    ``sure`` is from which share of draws on an area is surely one; each weight is ``moved`` by these factors
    in turn; ``worst`` is the share of areas that are the worst of a part. ``of_workspace``: the partnership's
    own.
    """

    name: str
    version: int
    title: Words
    meaning: Words
    origin: Words
    parts: tuple[Part, ...]
    base: Base = Base.WHOLE
    at_least: float | None = None
    top: float | None = None
    fewest_residents: int = 0
    sure: float = 0.95
    moved: tuple[float, ...] = (0.5, 2.0)
    worst: float = 0.2
    of_workspace: bool = False

    def __post_init__(self) -> None:
        self._check_words()
        self._check_parts()
        if (self.at_least is None) == (self.top is None):
            raise self._wrong("An area is one from an index on (at_least), or among a share of areas (top)")
        if self.at_least is not None and not (math.isfinite(self.at_least) and self.at_least > 0):
            raise self._wrong("The index from which an area is one is above 0")
        for name in ("top", "worst"):
            share = getattr(self, name)
            if share is not None and not 0 < share < 1:
                raise self._wrong(f"{name} is a share of areas, above 0 and below 1")
        if not 0.5 < self.sure < 1:
            raise self._wrong("What is sure is so in more than half of the draws, and less than all")
        if not all(math.isfinite(one) and one > 0 and one != 1 for one in self.moved):
            raise self._wrong("Weights are moved by factors above 0 that are not 1")
        if self.fewest_residents < 0:
            raise self._wrong("Residents are not negative")

    def _wrong(self, what: str) -> BadInput:
        return BadInput(what, where=f"localities {self.name}", next_step="Correct the definition")

    def _check_words(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise self._wrong("A definition's name is words in lower case joined by hyphens")
        if self.version < 1:
            raise self._wrong("A definition's version counts from 1")
        for name in ("title", "meaning", "origin"):
            words = getattr(self, name)  # a translated one is not read before Django is set up
            if isinstance(words, str) and not words.strip():
                raise self._wrong(f"The definition does not state its {name}")

    def _check_parts(self) -> None:
        names = [part.name for part in self.parts]
        if len(names) < 2 or len({part.column for part in self.parts}) < len(names):
            raise self._wrong("An index has at least two parts, each with a name of its own")
        if not any(part.kind is Kind.COUNT for part in self.parts):
            raise self._wrong("An index of localities counts something that happened: no part does")
