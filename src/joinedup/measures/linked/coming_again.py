"""Who comes again, by what the first offence was."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked import shared_parts as shared
from joinedup.measures.linked.definitions import AgainByFirst
from joinedup.measures.repeats.definitions import Clock, Window

_ONE_DAY = _(
    "What happens again on the day of the first is not again; whose first day has several types is in the "
    "group of several."
)

SUSPECTED = AgainByFirst(
    name="suspected-again-by-first",
    version=1,
    title=_("Suspected again within 12 months, by the first offence of the period"),
    meaning=_(
        "Of the people who were suspected of a crime in the period, those who are suspected of another on a "
        "later day within 12 months of their first, and of one of the same type, by the type of the first. "
        "Everybody is followed for as long; whose 12 months still run is not counted."
    ),
    origin=_("joinedup's own; equal exposure as in the JDiBrief of University College London."),
    records=(shared.SUSPECTS,),
    window=Window(Clock.AFTER_FIRST, 12),
    threshold=2,
    caveats=(
        shared.ALLEGED,
        _ONE_DAY,
        _("First means first in the period: what was before is not looked at."),
        _("Most crimes have no suspect: this is no rate of reoffending."),
    ),
)
SENTENCED = replace(
    SUSPECTED,
    name="sentenced-again-by-first",
    title=_("Sentenced again within 12 months, by the first offence of the period"),
    meaning=_(
        "Of the people sentenced in the period, those sentenced on a later day within 12 months of their "
        "first, and for the same type, by the type of the first."
    ),
    records=(shared.SENTENCED,),
    caveats=(
        _ONE_DAY,
        _("By the day of sentence, months after the offence; cautions are not in it."),
        _("Proven reoffending as published has its own measure, with cohort and wait."),
    ),
)
VICTIMS = replace(
    SUSPECTED,
    name="victim-again-by-first",
    title=_("Victim again within 12 months, by the first crime of the period"),
    meaning=_(
        "Of the people who were a victim of crime in the period, those who are one again on a later day "
        "within 12 months of their first, and of the same type, by the type of the first."
    ),
    origin=_("JDiBrief of University College London on repeat victimisation: equal exposure."),
    records=(shared.VICTIMS,),
    caveats=(_ONE_DAY, _("A business that is a victim is nobody here.")),
)
