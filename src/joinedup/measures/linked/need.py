"""How many of those in need a service reaches: a count beside an estimate. Pure functions."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.measures.intervals import poisson
from joinedup.measures.linked.cells import FOR_NEED
from joinedup.measures.linked.result import Cell
from joinedup.terms import Period

PENETRATION = "penetration"
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Need:
    """How many people are estimated to be in need, by somebody's published or own study.

    ``low`` and ``high`` are the limits of 95 % of ``estimate``; ``groups`` are those values of the
    definition's first field whose people count against it (none: all); ``year`` is what it is an estimate of,
    ``where`` the area and ages in words, ``known_on`` the day on which it was published or handed in.
    """

    name: str
    title: str
    definition: str
    year: Period
    estimate: int
    low: int
    high: int
    where: str
    source: str
    known_on: dt.date
    groups: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise self._wrong(_("An estimate's name is words in lower case joined by hyphens"))
        if not 0 < self.low <= self.estimate <= self.high:
            raise self._wrong(_("An estimate lies between its limits of 95 %, and all are above 0"))
        for text in (self.title, self.where, self.source):
            if not text.strip():
                raise self._wrong(_("An estimate says what it is of, where, and who estimated it"))
        if len(set(self.groups)) != len(self.groups):
            raise self._wrong(_("A group of an estimate is named once"))

    def _wrong(self, what: str) -> BadInput:
        return BadInput(what, where=self.name, next_step=_("See docs/treatment.md"))


def penetration(people: int, need: Need) -> Cell:
    """People reached for each in need, with an interval of 95 % that carries what both leave open.

    The count has its exact Poisson interval, the estimate its own, which need not be symmetric. Both are
    joined on the logarithm by the method of variance estimates recovery: G. Y. Zou and A. Donner,
    "Construction of confidence limits about effect measures: a general approach", Statistics in Medicine 27
    (2008). Where nobody is reached the upper limit is that of the count over the low limit of the estimate,
    which is wider. Numerator is the count and denominator the estimate; a value above 1 says that one of both
    is wrong.
    """
    least, most = (float(one.item()) for one in poisson(people))
    value = people / need.estimate
    if not people:
        return Cell(PENETRATION, need.name, FOR_NEED, 0, need.estimate, 0.0, 0.0, most / need.low)
    below = math.hypot(math.log(people / least), math.log(need.high / need.estimate))
    above = math.hypot(math.log(most / people), math.log(need.estimate / need.low))
    return Cell(
        PENETRATION,
        need.name,
        FOR_NEED,
        people,
        need.estimate,
        value,
        value * math.exp(-below),
        value * math.exp(above),
    )
