"""Violence with injury in the police force's own records, cut as emergency departments cut assaults.

To be laid beside ``assault-attendances`` (``joinedup compare-sources``), and never added to it.
"""

from __future__ import annotations

from dataclasses import replace

from joinedup.measures.catalogue import police_records
from joinedup.measures.catalogue.cardiff import SEXES
from joinedup.measures.catalogue.clock import BY_THE_CALENDAR, HOURS, WEEKDAYS, hour_band, weekday
from joinedup.measures.catalogue.police_records import KINDS_OF_PLACE, OWN_RECORDS, PROVISIONAL
from joinedup.measures.translating import marked as _
from joinedup.terms import Form, RecordType

POSITION = 9

WITH_INJURY = "lower(incident.offence_group) = 'violence with injury'"
"""By the sub-class of the Home Office's list, whose capitals vary."""

EARLIEST = _("Where only a span of time is known, the crime counts at its beginning.")
_CUT = {"hour_band": HOURS, "weekday": WEEKDAYS, "kind_of_place": KINDS_OF_PLACE}
_CUTTING = f"""incident.venue AS kind_of_place,
            {hour_band()},
            {weekday()}"""

CRIMES = replace(
    police_records.CRIME,
    name="violence-with-injury",
    title=_("Violence with injury in the police force's records"),
    noun=_("crimes of violence with injury"),
    meaning=_(
        "Crimes that the force recorded as violence with injury, by the sub-class of their offence code, and "
        "did not cancel."
    ),
    sql=f"""
        SELECT
            incident.month,
            incident.point,
            {_CUTTING}
        FROM incident
        WHERE incident.status <> 'cancelled' AND {WITH_INJURY}
    """,
    breakdowns=_CUT,
    classified_by=(),
    caveats=(OWN_RECORDS, EARLIEST, BY_THE_CALENDAR, PROVISIONAL),
)

VICTIMS = replace(
    CRIMES,
    name="victims-of-violence-with-injury",
    title=_("Victims of violence with injury in the police force's records"),
    noun=_("victims of violence with injury"),
    meaning=_(
        "Victims named in crimes that the force recorded as violence with injury and did not cancel, by the "
        "month of the crime. Somebody counts once for each crime."
    ),
    unit=_("victims"),
    record_types=(RecordType.INVOLVEMENT, RecordType.INCIDENT),
    carries={RecordType.INVOLVEMENT: "relationship", RecordType.INCIDENT: "offence_code"},
    sql=f"""
        SELECT
            incident.month,
            incident.point,
            involvement.sex,
            {_CUTTING}
        FROM involvement
        JOIN incident ON incident.ref = involvement.incident_ref AND incident.source = involvement.source
        WHERE involvement.role = 'victim' AND involvement.status <> 'cancelled'
            AND incident.status <> 'cancelled' AND {WITH_INJURY}
    """,
    breakdowns={"sex": SEXES, **_CUT},
    forms=(Form.COUNT, Form.SHARE, Form.CHANGE, Form.YEAR_TO_DATE, Form.ROLLING_12),
    caveats=(
        OWN_RECORDS,
        _("A crime without a victim in the records is not in this count; businesses are not victims here."),
        EARLIEST,
        BY_THE_CALENDAR,
        PROVISIONAL,
    ),
)
