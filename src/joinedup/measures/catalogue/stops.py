"""Stops and searches, as the police publish them."""

from __future__ import annotations

from joinedup.measures.catalogue.volume import ALL_FORMS, PUBLISHED_POLICE_DATA, SNAPPED
from joinedup.measures.definition import Measure
from joinedup.measures.translating import marked as _
from joinedup.terms import RecordType, Sensitivity

POSITION = 3


def _as_published(*values: str) -> dict[str, str]:
    """Values that are published as words are their own labels."""
    return {value: value for value in values}


SEARCH_TYPES = _as_published("Person search", "Person and Vehicle search", "Vehicle search")
GENDERS = _as_published("Female", "Male", "Other")
AGE_RANGES = _as_published("under 10", "10-17", "18-24", "25-34", "over 34")
OFFICER_DEFINED = _as_published("Asian", "Black", "Mixed", "Other", "White")

STOP_AND_SEARCH = Measure(
    name="stop-and-search",
    version=1,
    title=_("Stop and search"),
    noun=_("stops and searches"),
    meaning=_("Searches of persons and vehicles that the police recorded and published on police.uk."),
    unit=_("searches"),
    theme=_("Police activity"),
    sources=(PUBLISHED_POLICE_DATA,),
    record_types=(RecordType.INCIDENT,),
    carries={RecordType.INCIDENT: "search_type"},
    sql="""
        SELECT
            month,
            point,
            search_type,
            gender,
            age_range,
            officer_defined_ethnicity AS officer_ethnicity,
            self_defined_ethnicity AS self_ethnicity,
            object_of_search AS object,
            search_outcome AS outcome
        FROM incident
        WHERE kind = 'stop-and-search' AND status <> 'cancelled'
    """,
    breakdowns={
        "search_type": SEARCH_TYPES,
        "gender": GENDERS,
        "age_range": AGE_RANGES,
        "officer_ethnicity": OFFICER_DEFINED,
        "self_ethnicity": {},
        "object": {},
        "outcome": {},
    },
    forms=ALL_FORMS,
    additive_over_areas=True,
    additive_over_time=True,
    sensitivity=Sensitivity.OPEN,
    caveats=(
        _("It counts searches, not people: one person may be searched several times."),
        _("Where people live is not published, so a rate for residents counts searches of visitors too."),
        _("Age, gender and ethnicity are left empty in many records; these stand as not stated."),
        _("Some records have no location; they are shown apart and are in no area."),
        SNAPPED,
    ),
)
