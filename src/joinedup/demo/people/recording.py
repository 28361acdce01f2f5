"""Recording the crimes of a month: when reported, where, what became of them, and who had a part."""

from __future__ import annotations

import numpy as np

from joinedup.demo.people.civil import DAY, HOUR, skip_missing_hour
from joinedup.demo.people.crimes import Crimes, identified
from joinedup.demo.people.drawing import by_rows, happens
from joinedup.demo.people.eventlog import NOT_YET, VENUE, VENUES
from joinedup.demo.people.offences import load_offences
from joinedup.demo.people.rates import Rates
from joinedup.demo.people.stage import Stage
from joinedup.demo.people.tables import Codes

_NIGHT = (20, 5)


def _reported(stream: np.random.Generator, stage: Stage, crimes: Crimes) -> np.ndarray:
    rates, offences = stage.world.rates["crimes"], load_offences()
    hours = np.exp(
        stream.normal(
            rates["report_delay_hours"]["mean_log"], rates["report_delay_hours"]["spread"], len(crimes)
        )
    )
    chance = np.where(offences.sexual[crimes.offence], rates["late_report_sexual"], rates["late_report"])
    late = happens(stream, chance, len(crimes))
    late_days = rates["late_report_days"]
    hours = np.where(
        late,
        24 * np.exp(stream.normal(late_days["mean_log"], late_days["spread"], len(crimes))),
        np.minimum(hours, 24 * 14),
    )
    start = np.maximum(crimes.at, crimes.until)
    delay = (np.minimum(hours, 24 * 500) * HOUR).astype(np.int64) // 60 * 60
    return skip_missing_hour(start + delay)


def _venue(stream: np.random.Generator, stage: Stage, crimes: Crimes) -> tuple[np.ndarray, np.ndarray]:
    """Venues, and premises where a licensed place is the scene (else -1)."""
    offences, rows = load_offences(), stage.world.ground.rows
    rates = stage.world.rates["crimes"]
    kinds = offences.victim[crimes.offence]
    hour = crimes.at % DAY // HOUR
    venue = np.full(len(crimes), VENUE["street"])
    venue[(kinds == "home") | (crimes.domestic & happens(stream, rates["domestic_at_home"], len(crimes)))] = (
        VENUE["home"]
    )
    business = kinds == "business"
    venue[business] = VENUE["shop"]
    texts = np.array(rows.locations)[rows.location[crimes.row]]
    parks = np.char.find(texts.astype(str), "Park/Open Space") >= 0
    venue[(venue == VENUE["street"]) & parks] = VENUE["park"]
    schooling = (stage.month.age[np.maximum(crimes.victim, 0)] < 16) & (crimes.victim >= 0)
    schooling &= (hour >= 9) & (hour < 16) & (venue == VENUE["street"])
    venue[schooling & happens(stream, rates["pupils_at_school"], len(crimes))] = VENUE["school"]
    at_night = (hour >= _NIGHT[0]) | (hour < _NIGHT[1])
    night_out = np.isin(
        np.array(offences.types)[crimes.types],
        ("Violence and sexual offences", "Public order", "Theft from the person"),
    )
    licensed = (
        at_night
        & night_out
        & (venue == VENUE["street"])
        & happens(stream, rates["at_premises_at_night"], len(crimes))
    )
    premises = np.full(len(crimes), -1)
    premises[licensed] = stage.premises.draw(stream, rows.lsoa[crimes.row[licensed]])
    venue[premises >= 0] = VENUE["licensed premises"]
    other = (
        np.isin(kinds, ("state",))
        & happens(stream, rates["state_elsewhere"], len(crimes))
        & (venue == VENUE["street"])
    )
    venue[other] = VENUE["other"]
    return venue, premises


def record_crimes(stage: Stage, crimes: Crimes) -> None:
    """Write the month's crimes and people's parts in them; fills in ``crimes.ids``."""
    stream = stage.stream("crime records")
    world, offences = stage.world, load_offences()
    rates, n = world.rates["crimes"], len(crimes)
    venue, premises = _venue(stream, stage, crimes)
    reported = _reported(stream, stage, crimes)
    types = np.array(offences.types)[crimes.types]
    injury = offences.injury[crimes.offence] > 0
    ae = (
        injury
        & (crimes.victim >= 0)
        & happens(
            stream,
            rates["ae_of_injured"] * np.where(offences.injury[crimes.offence] > 1, rates["ae_if_serious"], 1),
            n,
        )
    )
    young = (crimes.offender >= 0) & (stage.month.age[np.maximum(crimes.offender, 0)] < 18)
    social = (crimes.victim >= 0) & stage.social[np.maximum(crimes.victim, 0)]
    damage = types == "Criminal damage and arson"
    drugs = np.array([rates["drugs_flag"].get(name, rates["drugs_flag"]["other"]) for name in types])
    alcohol = offences.alcohol[crimes.offence] * np.where(premises >= 0, rates["alcohol_at_premises"], 1.0)
    changes = _changes(stream, stage, crimes, reported)
    outcomes = sorted(set(crimes.outcome) - {""})
    where = {word: number for number, word in enumerate(outcomes)}
    crimes.ids = stage.log.events(
        "crime",
        n,
        occurred_from=crimes.at,
        occurred_to=crimes.until,
        reported_at=reported,
        offence_code=Codes(crimes.offence, offences.codes),
        offence=Codes(crimes.offence, offences.texts),
        crime_type=Codes(crimes.types, offences.types),
        method=stage.methods(stream, injury),
        venue=Codes(venue, VENUES),
        venue_name=Codes(premises, stage.premises.names),
        premises_id=np.where(premises >= 0, premises + 1, -1),
        **stage.place(crimes.row),
        alcohol=happens(stream, np.minimum(alcohol, 0.9), n),
        drugs=happens(stream, drugs, n),
        domestic=crimes.domestic,
        hate=offences.hate[crimes.offence] | happens(stream, rates["hate_other_violence"] * injury, n),
        weapon=happens(stream, offences.weapon[crimes.offence], n),
        business=offences.victim[crimes.offence] == "business",
        youth=young & identified(crimes.outcome),
        police=True,
        council=crimes.domestic & happens(stream, rates["council_domestic"], n),
        landlord=social & (venue == VENUE["home"]) & damage & happens(stream, rates["landlord_of_damage"], n),
        ae=ae,
        ambulance=injury & happens(stream, rates["ambulance_of_injured"], n),
        outcome_type=Codes(np.array([where.get(word, -1) for word in crimes.outcome]), outcomes),
        **changes,
    )
    _write_parts(stream, stage, crimes)


def _changes(
    stream: np.random.Generator, stage: Stage, crimes: Crimes, reported: np.ndarray
) -> dict[str, object]:
    """When the outcome came, and what police changed afterwards: cancelled, reclassified, validated."""
    rates, offences, n = stage.world.rates["crimes"], load_offences(), len(crimes)
    kind = np.select([crimes.outcome == "", crimes.outcome == "18", crimes.outcome == "1"], [0, 1, 2], 3)
    spans = np.array(
        [
            [0, 1],
            rates["outcome_days"]["none"],
            rates["outcome_days"]["charge"],
            rates["outcome_days"]["suspect"],
        ]
    )
    days = stream.uniform(spans[kind, 0], spans[kind, 1])
    outcome_at = np.where(
        kind == 0, NOT_YET, skip_missing_hour(reported + (days * DAY).astype(np.int64) // 60 * 60)
    )
    cancelled = happens(stream, rates["cancelled"], n) & ~identified(crimes.outcome)
    changed = happens(stream, rates["reclassified"], n) & ~cancelled
    later = skip_missing_hour(
        reported
        + stream.integers(rates["changed_days"][0] * DAY, rates["changed_days"][1] * DAY, n) // 60 * 60
    )
    other = by_rows(stream, offences.mix, crimes.types)
    changed &= np.array(offences.codes)[other] != np.array(offences.codes)[crimes.offence]
    validated = (stage.month.after + int(stream.integers(*rates["validated_days"]))) * DAY + 12 * HOUR
    return {
        "outcome_at": outcome_at,
        "cancelled_at": np.where(cancelled, later, NOT_YET),
        "reclassified_at": np.where(changed, later, NOT_YET),
        "reclassified_to": Codes(np.where(changed, other, -1), offences.codes),
        "validated_at": np.maximum(validated, reported + 5 * DAY),
    }


def _write_parts(stream: np.random.Generator, stage: Stage, crimes: Crimes) -> None:
    """Victims, whoever was identified, who was not (a table apart), second ones, and witnesses."""
    rates: Rates = stage.world.rates
    lsoa = stage.world.ground.rows.lsoa[crimes.row]
    stage.log.parts(crimes.ids, crimes.victim, "victim", relationship=crimes.relation)
    known = identified(crimes.outcome)
    stage.log.parts(
        crimes.ids[known], crimes.offender[known], "offender", relationship=crimes.relation[known]
    )
    stage.log.parts(
        crimes.ids[~known], crimes.offender[~known], "undetected", relationship=crimes.relation[~known]
    )
    more = np.flatnonzero(
        known
        & (crimes.offender >= 0)
        & ~crimes.domestic
        & happens(stream, rates["offending"]["second_offender"], len(crimes))
    )

    def other(drawn: np.ndarray, at: np.ndarray) -> np.ndarray:
        crime = more[at]
        fits = (drawn != crimes.victim[crime]) & (drawn != crimes.offender[crime])
        return fits & ~stage.justice.in_prison(drawn, crimes.at[crime] // DAY)

    crimes.helper[more] = stage.violent.pick(stream, lsoa[more], rates["offending"]["near"], other)
    stage.log.parts(crimes.ids, crimes.helper, "offender", ordinal=2, relationship=crimes.relation)
    second = _others(
        stream, stage, crimes, "victim", rates["victims"]["second_victim"], np.full(len(crimes), -1)
    )
    _others(stream, stage, crimes, "witness", rates["victims"]["witness"], second)


def _others(
    stream: np.random.Generator, stage: Stage, crimes: Crimes, role: str, chance: float, but: np.ndarray
) -> np.ndarray:
    """Write another victim or a witness of some crimes: nobody who has a part already, nor ``but``."""
    who = np.flatnonzero(happens(stream, chance, len(crimes)) & ((crimes.victim >= 0) | (role == "witness")))
    lsoa = stage.world.ground.rows.lsoa[crimes.row[who]]

    def accept(drawn: np.ndarray, at: np.ndarray) -> np.ndarray:
        crime = who[at]
        parts = np.stack([crimes.victim[crime], crimes.offender[crime], crimes.helper[crime], but[crime]])
        return (drawn != parts).all(axis=0) & ~stage.away[drawn] & (stage.month.age[drawn] >= 12)

    found = np.full(len(crimes), -1)
    found[who] = stage.harmed.pick(stream, lsoa, stage.world.rates["victims"]["near"], accept)
    stage.log.parts(crimes.ids, found, role, ordinal=2 if role == "victim" else 1)
    return found
