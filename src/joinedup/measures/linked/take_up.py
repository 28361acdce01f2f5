"""Who comes to a service, by how deprived the area is in which they live."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked.definitions import Definition, Records
from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.terms import AreaLevel, RecordType, Sensitivity


@dataclass(frozen=True)
class ByDeprivation(Definition):
    """People whom the records name in the period, each once, for 100,000 residents of each fifth of areas of
    ``level`` by their deprivation in ``domain``, and how steeply that rises."""

    level: AreaLevel = AreaLevel.WARD
    domain: str = "overall"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.level not in {AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA} or not self.domain:
            raise self._wrong("Deprivation is told of wards, MSOAs and LSOAs, by a domain")


DOMESTIC_ABUSE_SERVICES = ByDeprivation(
    name="abuse-services-by-deprivation",
    version=1,
    title=_("Take-up of domestic abuse services by deprivation of the ward"),
    meaning=_(
        "People who live in the partnership and had a case with the domestic abuse service's advocates at "
        "the end of a month of the period, or one that closed in it, each once, for 100,000 residents of "
        "the wards of each fifth by deprivation. The slope is how many more that is in the most deprived "
        "ward than in the least; concentration is 0 where those who come are spread as residents are."
    ),
    origin=_("Asked for in the catalogue of measures: take-up by deprivation of the ward."),
    records=(Records("domestic-abuse-cases", RecordType.SPELL, ("victim",)),),
    window=Window(Clock.PERIOD),
    sensitivity=Sensitivity.RESTRICTED,
    caveats=(
        _("Take-up is not need: how many suffer abuse in each ward, and do not come, is not known."),
        _("Addresses are often withheld, for good reason. Who withholds one is in no ward."),
        _("A home is the point of the postcode that the service wrote down; a refuge is a home too."),
        _("Residents are of all ages and both sexes."),
    ),
)
