"""What several definitions of repeats share: the records they count from, and what readers have to know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from joinedup.measures.repeats.definitions import Part, SameIncident
from joinedup.terms import RecordType

POLICE_CALLS = Part("police-command-and-control", RecordType.INCIDENT)
COUNCIL = Part("council-asb", RecordType.INVOLVEMENT)
COMPLAINTS = Part("council-asb", RecordType.INCIDENT)
LANDLORDS = Part("social-landlords", RecordType.INCIDENT)
CRIMES = Part("police-records", RecordType.INCIDENT)
CRIME_PEOPLE = Part("police-records", RecordType.INVOLVEMENT)
COURTS = Part("court-results", RecordType.SANCTION)
MARAC = Part("marac", RecordType.INCIDENT)

CALLERS = (POLICE_CALLS, COUNCIL, LANDLORDS)
TOLD_TO_SEVERAL = SameIncident(minutes=60, metres=200, day_is_enough=True, reference="police_ref")
AT_ONE_PLACE = SameIncident(minutes=60, metres=200, day_is_enough=False, reference="police_ref")
YEAR = 12

ANONYMOUS = _("Anonymous callers are counted as such: they are never one person.")
OUR_SAME = _(
    "That within an hour and 200 metres (or on one day, where no time is kept) one caller tells several "
    "agencies of one incident is joinedup's own choice; without a point nothing is taken for the same."
)
ALLEGED = _("An allegation is no finding: a suspect or alleged perpetrator may have done nothing.")
RECORDED = _(
    "Only what is recorded: whoever stopped reporting looks like somebody whom it stopped happening to."
)
DEFAULTS = _("A point may stand for a place that is not known: see the measure of quality called heaped.")
ON_POLICE = _(
    "On police records alone. The published definition counts from the last referral to the MARAC, which "
    "only the restricted feed knows: it has a definition of its own, and the two are never put together."
)
