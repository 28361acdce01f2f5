"""Households to which it happens again: the people of one home, whichever of them it is."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from joinedup.measures.repeats.callers import REPEAT_CALLER_JAG
from joinedup.measures.repeats.definitions import Unit
from joinedup.measures.repeats.shared_parts import RECORDED
from joinedup.measures.repeats.victims import REPEAT_VICTIM

ONE_HOME = _(
    "A household is those whom records name at one address within the window: of people who moved out and in "
    "within it nothing is told; shared houses and hostels are one, and so are flats without their number."
)
UNTOLD = _(
    "Whose record has neither a property reference number nor a postcode with a house number is in no "
    "household; the range of the linkage is no wider."
)

REPEAT_VICTIM_HOUSEHOLD = replace(
    REPEAT_VICTIM,
    name="repeat-victim-household",
    title=_("Household with a victim of crime: again within 12 months"),
    meaning=_(
        "Of the households of which somebody was a victim of crime in the period, those of which the same or "
        "another was one within 12 months of the first: each is followed for as long."
    ),
    unit=Unit.HOUSEHOLD,
    caveats=(RECORDED, ONE_HOME, UNTOLD),
)
REPEAT_CALLER_HOUSEHOLD = replace(
    REPEAT_CALLER_JAG,
    name="repeat-caller-household",
    title=_("Household that calls about anti-social behaviour: three or more within two months"),
    meaning=_("Households from which three calls or more came within any two months of the period."),
    origin=_("joinedup's own: the criterion of the joint action groups, for households."),
    unit=Unit.HOUSEHOLD,
    caveats=(*REPEAT_CALLER_JAG.caveats, ONE_HOME, UNTOLD),
)
