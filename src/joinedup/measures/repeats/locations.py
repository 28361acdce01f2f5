"""Places to which it happens again."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from joinedup.measures.repeats.definitions import Clock, Repeat, Unit, Window
from joinedup.measures.repeats.shared_parts import (
    AT_ONE_PLACE,
    COMPLAINTS,
    CRIMES,
    DEFAULTS,
    LANDLORDS,
    POLICE_CALLS,
    RECORDED,
    YEAR,
)

REPEAT_CRIME_LOCATION = Repeat(
    name="repeat-crime-location",
    version=1,
    title=_("Repeat location of crime: again within 12 months"),
    meaning=_(
        "Of the places with a crime in the period, those with another within 12 months of their first. A "
        "place is the address where its number (UPRN) is given, else the point."
    ),
    origin=_("JDiBrief of University College London on repeat victimisation: equal exposure."),
    unit=Unit.PLACE,
    parts=(CRIMES,),
    window=Window(Clock.AFTER_FIRST, YEAR),
    threshold=2,
    caveats=(RECORDED, DEFAULTS),
)
REPEAT_ASB_LOCATION = replace(
    REPEAT_CRIME_LOCATION,
    name="repeat-asb-location",
    title=_("Repeat location of anti-social behaviour: three or more within two months"),
    meaning=_("Places about which there were three reports or more within any two months of the period."),
    origin=_("joinedup's own: the criterion of the joint action groups, for places."),
    parts=(POLICE_CALLS, COMPLAINTS, LANDLORDS),
    window=Window(Clock.ROLLING, 2),
    threshold=3,
    same_incident=AT_ONE_PLACE,
    caveats=(DEFAULTS, _("Reports of one incident to two agencies without a time of day count twice.")),
)
