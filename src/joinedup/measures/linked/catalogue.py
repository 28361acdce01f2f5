"""The definitions of linked figures that joinedup comes with."""

from __future__ import annotations

from joinedup.measures.linked import (
    coming_again,
    contacts,
    ethnicity,
    first_known,
    for_age,
    offender_management,
    premises,
    prison,
    referrals,
    take_up,
    travel,
    treatment,
    youth,
)
from joinedup.measures.linked.definitions import Definition
from joinedup.measures.nearest import no_such

LINKED: dict[str, Definition] = {
    definition.name: definition
    for definition in (
        contacts.VULNERABLE,
        contacts.HOUSEHOLDS,
        coming_again.SUSPECTED,
        coming_again.SENTENCED,
        coming_again.VICTIMS,
        ethnicity.VICTIMS_BY_ETHNIC_GROUP,
        for_age.VICTIMS_FOR_AGE,
        for_age.SUSPECTS_FOR_AGE,
        travel.SUSPECTS_FROM_ELSEWHERE,
        travel.PERPETRATORS_FROM_ELSEWHERE,
        travel.SUSPECTS_TRAVEL,
        premises.AROUND,
        premises.RESIDENTS,
        offender_management.BEFORE_AND_AFTER,
        offender_management.SIX_MONTHS,
        prison.RELEASED_PRISONERS,
        first_known.EVER,
        first_known.TWO_YEARS,
        take_up.DOMESTIC_ABUSE_SERVICES,
        youth.FIRST_TIME_ENTRANTS,
        youth.JUSTICE_AT_EIGHTEEN,
        youth.TREATMENT_AT_EIGHTEEN,
        treatment.IN_TREATMENT,
        treatment.EPISODES,
        treatment.TREATMENT_BY_ETHNIC_GROUP,
        referrals.TREATMENT,
        referrals.ABUSE_SERVICES,
        referrals.MARAC,
    )
}
"""Every definition, by name."""


def linked_named(name: str) -> Definition:
    """The definition of that name; ``NotFound`` names the nearest ones."""
    if name in LINKED:
        return LINKED[name]
    raise no_such("There is no such definition", name, LINKED)
