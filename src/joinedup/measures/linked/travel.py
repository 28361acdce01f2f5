"""People who come from elsewhere, and how far they come."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked import shared_parts as shared
from joinedup.measures.linked.definitions import FromElsewhere, Home, Records, Travelled
from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.terms import RecordType

_POSTCODE = _(
    "A home is the point of the postcode that the record has, good to some tens of metres in a town; without "
    "a directory of postcodes (joinedup places load-postcodes) no home is known."
)

SUSPECTS_FROM_ELSEWHERE = FromElsewhere(
    name="suspects-from-elsewhere",
    version=1,
    title=_("Suspects who live outside the district, or the partnership, of the crime"),
    meaning=_(
        "Of the people suspected of a crime in the period whose home and crime are both located, those with "
        "a crime outside the district in which they lived then, and those who lived outside the partnership; "
        "by type of crime. Whose home is not known is told apart, and is in neither."
    ),
    origin=_("A partnership's data gap 5.2.2: perpetrators from outside the borough."),
    records=(shared.SUSPECTS,),
    window=Window(Clock.PERIOD),
    home=Home.LOCATED,
    group="crime_type",
    caveats=(
        shared.ALLEGED,
        _POSTCODE,
        _("Homeless people and visitors have no postcode: they are unknown."),
    ),
)
PERPETRATORS_FROM_ELSEWHERE = replace(
    SUSPECTS_FROM_ELSEWHERE,
    name="asb-perpetrators-from-elsewhere",
    title=_("Alleged perpetrators of anti-social behaviour from outside the borough"),
    meaning=_(
        "Of the people about whom somebody complained to the council and of whom its record says whether "
        "they live in the borough, those from outside. Where it does not say is told apart."
    ),
    records=(Records("council-asb", RecordType.INVOLVEMENT, ("perpetrator",)),),
    home=Home.SAID,
    group="",
    caveats=(shared.ALLEGED, _("As the council's officers wrote it down, often without knowing.")),
)
SUSPECTS_TRAVEL = Travelled(
    name="suspects-travel",
    version=2,
    title=_("How far suspects travel from home to crime"),
    meaning=_(
        "The straight line from home to crime, in metres, of each suspect and crime of the period of which "
        "both are located: median and quartiles, by type of crime."
    ),
    origin=_("The field's journey to crime; the paper's data gap 5.2.2 asks why visitors come."),
    records=(shared.SUSPECTS,),
    window=Window(Clock.PERIOD),
    caveats=(
        shared.ALLEGED,
        _POSTCODE,
        _(
            "A crime at home is 0 metres but for the postcode's error. The way that somebody really went is "
            "longer."
        ),
        _("The interval allows for several crimes of one person (R. S. Woodruff, 1952)."),
    ),
)
