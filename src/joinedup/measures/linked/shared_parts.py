"""What several definitions share: records, and what readers have to know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked.definitions import Records
from joinedup.terms import RecordType

SUSPECTS = Records(
    "police-records", RecordType.INVOLVEMENT, ("suspect",), left_out=(("suspect_state", "ELIMINATED"),)
)
VICTIMS = Records("police-records", RecordType.INVOLVEMENT, ("victim",))
CRIMES = Records("police-records", RecordType.INCIDENT)
CALLS = Records("police-command-and-control", RecordType.INCIDENT, ("caller",))
COUNCIL = Records("council-asb", RecordType.INVOLVEMENT, ("caller", "perpetrator"))
LANDLORDS = Records("social-landlords", RecordType.INCIDENT, ("caller", "perpetrator"))
SENTENCED = Records("court-results", RecordType.SANCTION, ("defendant",))
PROBATION = Records("probation-cases", RecordType.SPELL, ("client",))
YOUTH_JUSTICE = Records("youth-justice-cases", RecordType.SPELL, ("client",))
OUT_OF_COURT = Records("youth-out-of-court", RecordType.SANCTION, ("client",))
TREATMENT = Records("treatment-cases", RecordType.SPELL, ("client",))
IOM = Records("iom-register", RecordType.SPELL, ("client",))
RELEASES = Records("prison-releases", RecordType.SPELL, ("client",))
FAMILIES = Records("supported-families", RecordType.SPELL, ("member",))
STAYS = Records("approved-premises", RecordType.SPELL, ("client",))

ALLEGED = _("An allegation is no finding: a suspect or alleged perpetrator may have done nothing.")
