"""Which surveys and consultations are counted, each a frozen definition that reads nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from joinedup.errors import BadInput
from joinedup.measures.nearest import no_such
from joinedup.measures.translating import marked as _

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class AgeGroup:
    """Ages that are weighted as one: the bands of answers that lie in it, and its first and last year."""

    name: str
    bands: tuple[str, ...]
    first: int
    last: int

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last or not self.bands:
            raise BadInput("An age group has bands, and a first year before its last", where=self.name)


AGE_GROUPS = (
    AgeGroup("16-24", ("under-18", "16-24", "18-24"), 16, 24),
    AgeGroup("25-34", ("25-34",), 25, 34),
    AgeGroup("35-44", ("35-44",), 35, 44),
    AgeGroup("45-54", ("45-54",), 45, 54),
    AgeGroup("55-64", ("55-64",), 55, 64),
    AgeGroup("65-over", ("65-74", "75-over", "65-over"), 65, 200),
)
"""Residents of 16 and over, in groups that every form's bands fall into; whoever says that they are under 18
is with the youngest."""


@dataclass(frozen=True)
class Consultation:
    """A survey or consultation of one source. ``is_sample``: its answerers were drawn, so that an interval
    says something of residents; ``carried_weight`` is the field in which the owner gives each its weight."""

    name: str
    version: int
    title: str
    meaning: str
    source: str
    is_sample: bool
    carried_weight: str = ""
    ages: tuple[AgeGroup, ...] = AGE_GROUPS
    caveats: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.version < 1:
            raise self._wrong("A consultation has a name of words in lower case, and a version from 1")
        for text in (self.title, self.meaning, self.source):
            if not text.strip():
                raise self._wrong("A consultation says what it is, and of which source")
        bands = [band for one in self.ages for band in one.bands]
        if len(set(bands)) != len(bands):
            raise self._wrong("A band of ages is in one group")
        for one, other in zip(self.ages, self.ages[1:], strict=False):
            if one.last >= other.first:
                raise self._wrong("Groups of ages come one after another")

    def _wrong(self, what: str) -> BadInput:
        return BadInput(what, where=f"consultation {self.name}", next_step="Correct the definition")


_WEIGHTED = _(
    "Weighting corrects for ages, sexes and places that answered less than others, and for nothing else: "
    "those who answer may think otherwise than those of their age and place who do not."
)
RESIDENTS = Consultation(
    name="residents-consultation",
    version=1,
    title=_("Consultation of residents about crime and disorder"),
    meaning=_(
        "Answers of residents to each question: how many gave each, and the share of all who answered it."
    ),
    source="residents-consultation",
    is_sample=False,
    caveats=(
        _(
            "Whoever wished answered: the interval is what chance alone would leave open had they been "
            "drawn, and the truth may lie outside it."
        ),
        _WEIGHTED,
    ),
)
SURVEY = Consultation(
    name="perceptions",
    version=1,
    title=_("Survey of residents' perceptions"),
    meaning=_("Answers of a sample of residents to each question, by the weights that came with them."),
    source="residents-survey",
    is_sample=True,
    carried_weight="weight",
    caveats=(_WEIGHTED,),
)
PRIORITIES = Consultation(
    name="residents-priorities",
    version=1,
    title=_("What residents want the police to put first"),
    meaning=_(
        "Priorities that residents named to neighbourhood officers: how many named each, and the share of "
        "all who named one."
    ),
    source="neighbourhood-policing",
    is_sample=False,
    caveats=(
        _("Those who come to a meeting or meet an officer: not a sample, and somebody may be in it twice."),
        _("Cards say nothing of ages and sexes: they can be weighted by place alone."),
    ),
)
CONSULTATIONS = {one.name: one for one in (RESIDENTS, SURVEY, PRIORITIES)}
"""Every consultation, by name."""


def consultation_named(name: str) -> Consultation:
    """The consultation of that name; ``NotFound`` names the nearest ones."""
    if name in CONSULTATIONS:
        return CONSULTATIONS[name]
    raise no_such("There is no such consultation", name, CONSULTATIONS)
