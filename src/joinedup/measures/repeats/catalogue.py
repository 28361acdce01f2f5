"""The definitions of repeats that joinedup comes with. Restricted sources have definitions of their own."""

from __future__ import annotations

from joinedup.measures.nearest import no_such
from joinedup.measures.repeats import callers, households, locations, offenders, victims
from joinedup.measures.repeats.definitions import Repeat

REPEATS = {
    definition.name: definition
    for definition in (
        callers.REPEAT_CALLER,
        callers.UNREQUESTED,
        callers.REPEAT_CALLER_JAG,
        callers.UNREQUESTED_JAG,
        callers.CASE_REVIEW,
        victims.REPEAT_VICTIM,
        victims.DOMESTIC_VICTIM,
        victims.DOMESTIC_PAIR,
        households.REPEAT_VICTIM_HOUSEHOLD,
        households.REPEAT_CALLER_HOUSEHOLD,
        victims.MARAC_CRIMINAL,
        victims.MARAC_ANY,
        offenders.REPEAT_SUSPECT,
        offenders.REPEAT_OFFENDER,
        offenders.REPEAT_PERPETRATOR,
        locations.REPEAT_CRIME_LOCATION,
        locations.REPEAT_ASB_LOCATION,
        offenders.REPEAT_PAIR,
        offenders.REPEAT_ASB_PAIR,
    )
}
"""Every definition of a repeat, by name."""


def repeat_named(name: str) -> Repeat:
    """The definition of that name; ``NotFound`` names the nearest ones."""
    if name in REPEATS:
        return REPEATS[name]
    raise no_such("There is no such repeat", name, REPEATS)
