"""Repeat victims of crime and of domestic abuse; of MARAC referrals, which are restricted, by themselves."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from joinedup.measures.repeats.definitions import Clock, Counting, Repeat, Unit, Window
from joinedup.measures.repeats.shared_parts import ALLEGED, CRIME_PEOPLE, MARAC, ON_POLICE, RECORDED, YEAR
from joinedup.terms import Sensitivity

REPEAT_VICTIM = Repeat(
    name="repeat-victim",
    version=1,
    title=_("Repeat victim of crime: again within 12 months"),
    meaning=_(
        "Of the people who were a victim of crime in the period, those who were one again within 12 months "
        "of their first: everybody is followed for as long, and whose 12 months still run is not counted."
    ),
    origin=_("JDiBrief of University College London on repeat victimisation: equal exposure."),
    unit=Unit.PERSON,
    parts=(CRIME_PEOPLE,),
    roles=("victim",),
    counting=Counting.INCIDENT,
    window=Window(Clock.AFTER_FIRST, YEAR),
    threshold=2,
    caveats=(RECORDED, _("A business that is a victim is nobody here.")),
)
DOMESTIC_VICTIM = replace(
    REPEAT_VICTIM,
    name="repeat-domestic-victim",
    title=_("Repeat victim of domestic abuse: a further crime within 12 months of the last"),
    meaning=_("Domestic crimes against somebody against whom there was one in the 12 months before."),
    origin=_("SafeLives, the older definition of a MARAC repeat: a further criminal incident."),
    window=Window(Clock.SINCE_LAST, YEAR),
    of_incident=(("domestic", "true"),),
    caveats=(ON_POLICE, RECORDED),
)
DOMESTIC_PAIR = replace(
    DOMESTIC_VICTIM,
    name="repeat-domestic-pair",
    title=_("Repeat domestic abuse between the same two: within 12 months of the last"),
    meaning=_(
        "Domestic abuse of which there was some between the same victim and suspect in the 12 months before."
    ),
    origin=_(
        "SafeLives, the newer definition of a MARAC repeat: any instance of abuse between the same victim "
        "and perpetrator."
    ),
    unit=Unit.PAIR,
    other_roles=("suspect",),
    left_out=(("suspect_state", "ELIMINATED"),),
    caveats=(ON_POLICE, RECORDED, ALLEGED, _("Abuse that is no recorded crime is not in it.")),
)
MARAC_ANY = Repeat(
    name="marac-repeat-any-abuse",
    version=1,
    title=_("MARAC repeat: any abuse between the same two within 12 months of the last referral"),
    meaning=_("Referrals of a victim and perpetrator who were referred in the 12 months before."),
    origin=_("SafeLives, the newer definition of a MARAC repeat."),
    unit=Unit.PAIR,
    parts=(MARAC,),
    roles=("victim",),
    other_roles=("perpetrator",),
    window=Window(Clock.SINCE_LAST, YEAR),
    threshold=2,
    sensitivity=Sensitivity.RESTRICTED,
    caveats=(
        _("Restricted: on referrals alone, and never put together with another source."),
        _("Abuse after which nobody referred again is not in it."),
        _("The people are those of the referrals linked by themselves (link run --restricted)."),
    ),
)
MARAC_CRIMINAL = replace(
    MARAC_ANY,
    name="marac-repeat-criminal",
    title=_("MARAC repeat: a further criminal incident within 12 months of the last referral"),
    meaning=_(
        "Referrals of a victim who was referred in the 12 months before, for what the coordinator marked as "
        "a further criminal incident."
    ),
    origin=_("SafeLives, the older definition of a MARAC repeat."),
    unit=Unit.PERSON,
    other_roles=(),
    further=(("repeat_criminal_incident", "true"),),
)
