"""Vulnerable people, and their households, whom several agencies see at once."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked import shared_parts as shared
from joinedup.measures.linked.definitions import SeveralAgencies, Sign
from joinedup.measures.repeats.definitions import Clock, Unit, Window
from joinedup.measures.repeats.households import ONE_HOME, UNTOLD

VULNERABLE = SeveralAgencies(
    name="vulnerable-several-agencies",
    version=1,
    title=_("Vulnerable people in the records of three agencies or more within three months"),
    meaning=_(
        "Of the people of whom a record of the period has a sign that they may be vulnerable, those whom "
        "three agencies or more recorded within any three months of the period, in whatever part."
    ),
    origin=_(
        "joinedup's own. Tees JSNA (2012) found no process to identify individuals with multiple needs who "
        "appear in different data sets; HMIC (2010) that few forces could see vulnerability at the call."
    ),
    records=(
        shared.CALLS,
        shared.COUNCIL,
        shared.LANDLORDS,
        shared.VICTIMS,
        shared.SUSPECTS,
        shared.PROBATION,
        shared.YOUTH_JUSTICE,
        shared.OUT_OF_COURT,
        shared.TREATMENT,
        shared.IOM,
        shared.RELEASES,
        shared.FAMILIES,
        shared.SENTENCED,
    ),
    window=Window(Clock.ROLLING, 3),
    threshold=3,
    signs=(
        Sign(
            "domestic-abuse",
            _("victim of a domestic crime"),
            replace(shared.VICTIMS, says=(("domestic", "true"),)),
        ),
        Sign("hate", _("victim of a hate crime"), replace(shared.VICTIMS, says=(("hate", "true"),))),
        Sign("child-victim", _("victim under 18"), shared.VICTIMS, younger_than=18),
        Sign("young-in-justice", _("under 18, with the youth justice service"), shared.YOUTH_JUSTICE, 18),
        Sign(
            "no-fixed-abode",
            _("no fixed abode (probation)"),
            replace(shared.PROBATION, says=(("no_fixed_abode", "true"),)),
        ),
        Sign("treatment", _("in drug or alcohol treatment"), shared.TREATMENT),
        Sign("supported-family", _("in a supported family"), shared.FAMILIES),
    ),
    caveats=(
        _("A sign is what an agency wrote down for its own reason; nobody was assessed as vulnerable by it."),
        _("No feed has a marker of vulnerability of its own: see docs/repeats.md."),
        _("An agency is the owner of the feed: two feeds of one agency are one."),
        _("A caseload counts in each month in which somebody stands on it."),
    ),
)
HOUSEHOLDS = replace(
    VULNERABLE,
    name="households-several-agencies",
    title=_("Households in the records of three agencies or more within three months"),
    meaning=_(
        "Of the households of which a record of the period has a sign that somebody may be vulnerable, those "
        "of which three agencies or more recorded the same or different people within any three months."
    ),
    unit=Unit.HOUSEHOLD,
    signs=tuple(one for one in VULNERABLE.signs if one.name != "no-fixed-abode"),
    caveats=(*VULNERABLE.caveats, ONE_HOME, UNTOLD),
)
