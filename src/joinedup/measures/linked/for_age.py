"""Who is harmed, or suspected, of the people who live in each area: as they are, and standardised for age."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked import shared_parts as shared
from joinedup.measures.linked.definitions import Definition
from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.terms import AreaLevel


@dataclass(frozen=True)
class StandardisedForAge(Definition):
    """People whom the records name in the period, each once, by the area of ``level`` in which they live:
    for 100,000 residents, and for each expected there if residents of every age came as often as in the whole
    partnership."""

    level: AreaLevel = AreaLevel.DISTRICT

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.level in {AreaLevel.ALL, AreaLevel.PARTNERSHIP, AreaLevel.SQUARE}:
            raise self._wrong("People are standardised by areas that have residents by age")


_CAVEATS = (
    _(
        "The ratio says how an area stands beside what its own ages would give. Two areas' ratios are not "
        "compared with each other: each is of its own ages."
    ),
    _("Whose age or home is not known is in no number; how many there are stands beside."),
    _(
        "Only ages are allowed for: no table of residents by age and sex together can be loaded yet, and "
        "neither poverty nor anything else is."
    ),
    _("A home is the point of the postcode; students and others may live elsewhere than they say."),
    _("Only what was reported and recorded."),
)

VICTIMS_FOR_AGE = StandardisedForAge(
    name="victims-standardised-for-age",
    version=1,
    title=_("Victims of crime by where they live, standardised for age"),
    meaning=_(
        "People who live in the partnership and are a victim of a recorded crime in the period, each once, "
        "by the district of their home: for 100,000 residents; for each expected if all residents came alike "
        "(crude); and for each expected if residents of each age came as often as in the whole partnership "
        "(standardised). A ratio that goes towards 1 says that the ages of those who live there explain it."
    ),
    origin=_("Asked for in the catalogue of measures: rate ratios, crude and standardised."),
    records=(shared.VICTIMS,),
    window=Window(Clock.PERIOD),
    caveats=_CAVEATS,
)
SUSPECTS_FOR_AGE = StandardisedForAge(
    name="suspects-standardised-for-age",
    version=1,
    title=_("Suspects by where they live, standardised for age"),
    meaning=_(
        "People who live in the partnership and are a suspect of a recorded crime in the period, each once, "
        "by the district of their home: for 100,000 residents; for each expected if all residents came alike "
        "(crude); and for each expected if residents of each age came as often as in the whole partnership "
        "(standardised)."
    ),
    origin=_("Asked for in the catalogue of measures: rate ratios, crude and standardised."),
    records=(shared.SUSPECTS,),
    window=Window(Clock.PERIOD),
    caveats=(shared.ALLEGED, *_CAVEATS),
)
