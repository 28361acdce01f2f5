"""Repeat suspects, offenders and alleged perpetrators, and pairs of them with whom they did it to."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from joinedup.measures.repeats.definitions import Clock, Counting, Repeat, Unit, Window
from joinedup.measures.repeats.shared_parts import (
    ALLEGED,
    COUNCIL,
    COURTS,
    CRIME_PEOPLE,
    LANDLORDS,
    OUR_SAME,
    TOLD_TO_SEVERAL,
)

REPEAT_SUSPECT = Repeat(
    name="repeat-suspect",
    version=1,
    title=_("Repeat suspect: two crimes or more in the period"),
    meaning=_("People who were suspected of two crimes or more in the period, but for those eliminated."),
    origin=_("joinedup's own; paper 003, row 4.2.1, asks for repeat suspects without a definition."),
    unit=Unit.PERSON,
    parts=(CRIME_PEOPLE,),
    roles=("suspect",),
    counting=Counting.INCIDENT,
    window=Window(Clock.PERIOD),
    threshold=2,
    left_out=(("suspect_state", "ELIMINATED"),),
    caveats=(ALLEGED, _("Most crimes have no suspect, and are not in it.")),
)
REPEAT_OFFENDER = Repeat(
    name="repeat-offender",
    version=1,
    title=_("Repeat offender: sentenced in two cases or more in the period"),
    meaning=_("People sentenced by a court in two cases or more in the period, whatever each was for."),
    origin=_("joinedup's own; proven reoffending as published has its own measure, with cohort and wait."),
    unit=Unit.PERSON,
    parts=(COURTS,),
    roles=("defendant",),
    counting=Counting.INCIDENT,
    window=Window(Clock.PERIOD),
    threshold=2,
    caveats=(
        _("By the day of sentence, months after the offence; cautions are not in it."),
        _("Two cases may be of offences before either sentence: this is no rate of reoffending."),
    ),
)
REPEAT_PERPETRATOR = replace(
    REPEAT_SUSPECT,
    name="repeat-asb-perpetrator",
    title=_("Repeat alleged perpetrator of anti-social behaviour: two complaints or more in the period"),
    meaning=_("People about whom two complaints or more were made to the council or a landlord."),
    origin=_("joinedup's own."),
    parts=(COUNCIL, LANDLORDS),
    roles=("perpetrator",),
    left_out=(),
    same_incident=TOLD_TO_SEVERAL,
    caveats=(ALLEGED, OUR_SAME, _("The names of most perpetrators are not known.")),
)
REPEAT_PAIR = replace(
    REPEAT_SUSPECT,
    name="repeat-pair",
    title=_("Repeat pair: two crimes or more by the same suspect against the same victim in the period"),
    meaning=_("Victim and suspect of one crime who are so again in the period; who did it to whom matters."),
    origin=_("joinedup's own."),
    unit=Unit.PAIR,
    roles=("victim",),
    other_roles=("suspect",),
)
REPEAT_ASB_PAIR = replace(
    REPEAT_PERPETRATOR,
    name="repeat-asb-pair",
    title=_("Repeat pair: two complaints or more by the same caller about the same person in the period"),
    meaning=_("Caller and alleged perpetrator of one complaint who are so again in the period."),
    unit=Unit.PAIR,
    roles=("caller",),
    other_roles=("perpetrator",),
)
