"""What came of crimes: outcomes, by the month of the crime."""

from __future__ import annotations

from joinedup.measures.catalogue.volume import CRIME_TYPES, PUBLISHED_POLICE_DATA, TYPE_BREAKS
from joinedup.measures.definition import Measure
from joinedup.measures.translating import marked as _
from joinedup.terms import Form, RecordType, Sensitivity

POSITION = 2

POSITIVE = (
    "charged",
    "sentenced-in-another-case",
    "cautioned",
    "drugs-possession-warning",
    "penalty-notice-issued",
    "local-resolution",
)
"""Outcomes by which a suspect was charged or dealt with out of court."""

POSITIVE_OUTCOMES = Measure(
    name="positive-outcomes",
    version=1,
    title=_("Crimes with a positive outcome"),
    noun=_("crimes with a positive outcome"),
    meaning=_(
        "The share of the crimes of a month for which a positive outcome was known on the date of "
        "knowledge: a suspect charged (in this or another case), cautioned, given a penalty notice or a "
        "drugs possession warning, or a local resolution. By the month of the crime, not of the outcome."
    ),
    unit=_("crimes"),
    theme=_("Outcomes"),
    sources=(PUBLISHED_POLICE_DATA,),
    record_types=(RecordType.INCIDENT, RecordType.OUTCOME),
    carries={RecordType.INCIDENT: "crime_type", RecordType.OUTCOME: "outcome_type"},
    positive_values=POSITIVE,
    sql=f"""
        SELECT
            incident.month,
            incident.point,
            incident.crime_type AS type,
            known.incident_ref IS NOT NULL AS hit
        FROM incident
        LEFT JOIN (
            SELECT DISTINCT source, incident_ref
            FROM outcome
            WHERE status <> 'cancelled'
                AND outcome_type IN ({", ".join(f"'{value}'" for value in POSITIVE)})
        ) AS known
            ON known.incident_ref = incident.ref AND known.source = incident.source
        WHERE incident.kind = 'crime' AND incident.status <> 'cancelled'
    """,
    breakdowns={"type": CRIME_TYPES},
    forms=(Form.SHARE, Form.COUNT),
    additive_over_areas=True,
    dated_to="month",
    additive_over_time=True,
    sensitivity=Sensitivity.OPEN,
    breaks=TYPE_BREAKS,
    classified_by=("type",),
    matures_after=6,
    caveats=(
        _("Outcomes take months to come: a month with less than six months of follow-up will rise."),
        _("A crime with several outcomes counts once, as positive if any of them is."),
        _("What courts decided is largely missing from police.uk since June 2019."),
        _(
            "A local resolution or a warning is an outcome by discretion: a higher share is not always "
            "better justice."
        ),
    ),
)
