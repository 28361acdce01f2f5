"""What each harm-weighted figure means: definitions that are data. Nothing here runs anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.measures.catalogue.police_records import CRIME
from joinedup.measures.definition import Measure
from joinedup.measures.nearest import no_such
from joinedup.measures.translating import marked

CODE = "offence_code"
"""The field by which a crime is looked up among the weights."""


class Reading(StrEnum):
    """What is told of the weights of an area's crimes."""

    TOTAL = "total"
    SCORE = "score"
    AVERAGE = "average"


@dataclass(frozen=True)
class Harm:
    """One harm-weighted figure: the crimes of a measure of the catalogue, each with its offence's weight.

    ``unit`` is a text with a place for the unit of the weights.
    """

    name: str
    version: int
    title: str
    meaning: str
    unit: str
    reading: Reading
    measure: Measure
    caveats: tuple[str, ...]

    def __post_init__(self) -> None:
        if "{weight}" not in self.unit:
            raise BadInput("The unit has no place for that of the weights", where=f"harm {self.name}")
        if not self.measure.additive_over_time or not self.measure.additive_over_areas:
            raise BadInput("Weights are summed over what adds up", where=f"harm {self.name}")

    @property
    def by_offence(self) -> Measure:
        """The measure whose crimes are weighed, with their offence's code as a breakdown."""
        measure = self.measure
        if CODE in measure.breakdowns:
            return measure
        text = measure.select().select(CODE).sql(dialect="duckdb")
        return replace(
            measure,
            name=f"{measure.name}-by-offence",
            sql=text,
            breakdowns={**measure.breakdowns, CODE: {}},
        )

    @property
    def words(self) -> Mapping[str, str]:
        """Title, meaning and unit in the reader's language."""
        return {"title": _(self.title), "meaning": _(self.meaning), "unit": _(self.unit)}

    @property
    def caveats_told(self) -> tuple[str, ...]:
        """The caveats in the reader's language."""
        return tuple(_(caveat) for caveat in self.caveats)


_NO_WEIGHT = marked(
    "A crime whose offence has no weight is in no sum: the figure tells how many there are. Between areas or "
    "years that differ in them, compare with care."
)
_MOVED = marked(
    "Weights come from sentences, and a few grave crimes weigh more than all others: read the interval, and "
    "the count beside it."
)
_RECORDING = marked("It moves with what is reported and recorded, not only with what happens.")
_CAVEATS = (_NO_WEIGHT, _MOVED, _RECORDING)

SCORE = Harm(
    name="score",
    version=1,
    title=marked("Crime severity score"),
    meaning=marked("The weights of the area's crimes that have one, added up, for each resident."),
    unit=marked("{weight} per resident in the period"),
    reading=Reading.SCORE,
    measure=CRIME,
    caveats=_CAVEATS,
)
TOTAL = Harm(
    name="total",
    version=1,
    title=marked("Total severity of crime"),
    meaning=marked("The weights of the area's crimes that have one, added up."),
    unit=marked("{weight}, total"),
    reading=Reading.TOTAL,
    measure=CRIME,
    caveats=_CAVEATS,
)
AVERAGE = Harm(
    name="average",
    version=1,
    title=marked("Average severity of a crime"),
    meaning=marked(
        "The weights of the area's crimes that have one, added up, for each crime that has a weight."
    ),
    unit=marked("{weight} per crime with a weight"),
    reading=Reading.AVERAGE,
    measure=CRIME,
    caveats=_CAVEATS,
)

HARM: Mapping[str, Harm] = MappingProxyType({one.name: one for one in (SCORE, TOTAL, AVERAGE)})


def harm_named(name: str) -> Harm:
    """The definition of that name; NotFound names those there are."""
    if name not in HARM:
        raise no_such("There is no harm-weighted figure of that name", name, HARM)
    return HARM[name]
