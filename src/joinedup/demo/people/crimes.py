"""Recorded crime of a month: published street rows, with offence, time, victim, offender and outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from joinedup.demo.people.civil import DAY, HOUR, skip_missing_hour
from joinedup.demo.people.drawing import by_rows, by_weights, happens
from joinedup.demo.people.eventlog import NOT_YET, VENUE, VENUES
from joinedup.demo.people.inclinations import ACQUAINTANCE, FAMILY, STRANGER
from joinedup.demo.people.offences import load_offences
from joinedup.demo.people.rates import Rates, choices
from joinedup.demo.people.residents import LEVELS
from joinedup.demo.people.rhythm import draw_moments
from joinedup.demo.people.stage import Stage
from joinedup.demo.people.tables import Codes

ASB_TYPE = "Anti-social behaviour"
_ACQUISITIVE = (
    "Burglary",
    "Shoplifting",
    "Vehicle crime",
    "Bicycle theft",
    "Other theft",
    "Theft from the person",
    "Robbery",
)
_SPREAD_OUT = ("Burglary", "Vehicle crime", "Criminal damage and arson", "Bicycle theft", "Other theft")
_NOT_IDENTIFIED = ("14", "18", "")
_NEAR_VICTIM = {"lsoa": 0.5, "msoa": 0.15, "district": 0.28, "anywhere": 0.07}
_NIGHT = (20, 5)


@dataclass
class Crimes:
    """The crimes of one month while they are put together; every array has one entry a crime."""

    row: np.ndarray  # positions in the street rows
    offence: np.ndarray
    types: np.ndarray  # positions in ``Offences.types``
    at: np.ndarray
    until: np.ndarray
    victim: np.ndarray
    offender: np.ndarray
    relation: np.ndarray
    domestic: np.ndarray
    outcome: np.ndarray  # Home Office type as a word
    helper: np.ndarray  # a second offender
    ids: np.ndarray

    def __len__(self) -> int:
        """How many."""
        return len(self.row)


def sample_rows(stream: np.random.Generator, stage: Stage, crime: bool) -> np.ndarray:
    """Some of the month's published rows (ASB or crime), in proportion to the people."""
    rows = stage.world.ground.rows
    month = stage.source_month
    is_asb = rows.of_type(ASB_TYPE)
    found = np.flatnonzero((rows.month == month) & (is_asb != crime))
    wanted = len(found) * stage.world.scale
    n = int(wanted) + int(stream.random() < wanted - int(wanted))
    if n <= len(found):
        return np.sort(stream.choice(found, n, replace=False))
    return np.sort(found[stream.integers(0, len(found), n)])


def write_crimes(stage: Stage) -> Crimes:
    """Let the month's crimes happen."""
    stream = stage.stream("crimes")
    offences = load_offences()
    rows = stage.world.ground.rows
    row = sample_rows(stream, stage, crime=True)
    n = len(row)
    to_type = np.array([offences.types.index(t) if t in offences.types else -1 for t in rows.crime_types])
    types = to_type[rows.crime_type[row]]
    offence = by_rows(stream, offences.mix, types)
    crimes = Crimes(
        row=row,
        offence=offence,
        types=types,
        at=np.zeros(n, np.int64),
        until=np.full(n, NOT_YET),
        victim=np.full(n, -1),
        offender=np.full(n, -1),
        relation=np.full(n, -1),
        domestic=np.zeros(n, bool),
        outcome=np.full(n, "", "<U2"),
        helper=np.full(n, -1),
        ids=np.full(n, -1),
    )
    _domestic(stream, stage, crimes)
    _when(stream, stage, crimes)
    _victims(stream, stage, crimes)
    _offenders(stream, stage, crimes)
    _outcomes(stream, stage, crimes)
    _write(stream, stage, crimes)
    return crimes


def _domestic(stream: np.random.Generator, stage: Stage, crimes: Crimes) -> None:
    """Give domestic crimes a pair from near the place; the rest stay open for strangers and acquaintances."""
    offences, people = load_offences(), stage.world.people
    lsoa = stage.world.ground.rows.lsoa[crimes.row]
    chosen = np.flatnonzero(happens(stream, offences.domestic[crimes.offence], len(crimes)))
    levels = by_weights(stream, [0.62, 0.14, 0.20, 0.04], len(chosen))
    pair = stage.draw_pairs(stream, lsoa[chosen], levels)
    fits = pair >= 0
    victim = stage.pairs.victim[np.maximum(pair, 0)]
    sex, age = offences.victim_sex[crimes.offence[chosen]], stage.month.age[victim]
    fits &= (sex < 0) | (people.sex[victim] == sex)
    fits &= age >= offences.victim_from[crimes.offence[chosen]]
    fits &= age < offences.victim_to[crimes.offence[chosen]]
    at, pair = chosen[fits], pair[fits]
    crimes.victim[at], crimes.offender[at] = stage.pairs.victim[pair], stage.pairs.abuser[pair]
    crimes.relation[at] = stage.pairs.kind[pair]
    crimes.domestic[at] = True


def _when(stream: np.random.Generator, stage: Stage, crimes: Crimes) -> None:
    rates, offences = stage.world.rates, load_offences()
    names = [rates["crimes"]["rhythm"][name] for name in offences.types]
    rhythm = np.where(crimes.domestic, rates["crimes"]["rhythm"]["domestic"], np.array(names)[crimes.types])
    for name in sorted(set(rhythm)):
        who = np.flatnonzero(rhythm == name)
        crimes.at[who] = draw_moments(
            stream, rates["rhythm"][name], stage.month.first, stage.month.after, len(who)
        )
    spread_out = np.isin(np.array(offences.types)[crimes.types], _SPREAD_OUT) & ~crimes.domestic
    long = np.flatnonzero(spread_out & happens(stream, 0.72, len(crimes)))
    hours = np.exp(stream.normal(1.9, 0.8, len(long)))
    until = crimes.at[long] + np.minimum(hours * HOUR, 20 * DAY).astype(np.int64) // 300 * 300
    crimes.until[long] = skip_missing_hour(until)


def _victims(stream: np.random.Generator, stage: Stage, crimes: Crimes) -> None:
    """A person for crimes that have one: for a home or a vehicle somebody who lives there."""
    offences, people = load_offences(), stage.world.people
    kinds = offences.victim[crimes.offence]
    lsoa = stage.world.ground.rows.lsoa[crimes.row]
    for names, near in ((("home", "vehicle"), {"lsoa": 1.0}), (("person",), _NEAR_VICTIM)):
        who = np.flatnonzero(np.isin(kinds, names) & (crimes.victim < 0))
        offence = crimes.offence[who]

        def accept(drawn: np.ndarray, at: np.ndarray, offence: np.ndarray = offence) -> np.ndarray:
            wanted, age = offences.victim_sex[offence[at]], stage.month.age[drawn]
            fits = (wanted < 0) | (people.sex[drawn] == wanted)
            fits &= (age >= offences.victim_from[offence[at]]) & (age < offences.victim_to[offence[at]])
            return fits & ~stage.away[drawn]

        whole = {name: near.get(name, 0.0) for name in LEVELS}
        crimes.victim[who] = stage.harmed.pick(stream, lsoa[who], whole, accept)


def _offenders(stream: np.random.Generator, stage: Stage, crimes: Crimes) -> None:
    """Somebody inclined to it near the place, not the victim, not in prison; a parent for cruelty."""
    offences = load_offences()
    lsoa = stage.world.ground.rows.lsoa[crimes.row]
    acquisitive = np.isin(np.array(offences.types)[crimes.types], _ACQUISITIVE)
    family = np.where(offences.sexual[crimes.offence], 2, np.where(acquisitive, 1, 0))
    for one, who_offends in enumerate((stage.violent, stage.acquisitive, stage.sexual)):
        who = np.flatnonzero((family == one) & (crimes.offender < 0))

        def accept(drawn: np.ndarray, at: np.ndarray, who: np.ndarray = who) -> np.ndarray:
            crime = who[at]
            return (drawn != crimes.victim[crime]) & ~stage.justice.in_prison(drawn, crimes.at[crime] // DAY)

        near = stage.world.rates["offending"]["near"]
        crimes.offender[who] = who_offends.pick(stream, lsoa[who], near, accept)
    _child_cruelty(stage, crimes)
    own = (crimes.victim >= 0) & (crimes.offender >= 0) & (crimes.relation < 0)
    stranger_share = stage.world.rates["victims"]["stranger"]
    names = np.array(offences.types)[crimes.types]
    chance = np.array([stranger_share.get(name, stranger_share["other"]) for name in names])
    drawn = np.where(happens(stream, chance, len(crimes)), STRANGER, ACQUAINTANCE)
    crimes.relation[own] = drawn[own]


def _child_cruelty(stage: Stage, crimes: Crimes) -> None:
    offences, people = load_offences(), stage.world.people
    cruel = np.array(
        ["Cruelty" in text or "by a parent" in text or "by parent" in text for text in offences.texts]
    )
    at = np.flatnonzero(cruel[crimes.offence] & (crimes.victim >= 0))
    parent = people.mother[crimes.victim[at]]
    fits = (parent >= 0) & stage.month.adult[np.maximum(parent, 0)] & ~stage.away[np.maximum(parent, 0)]
    crimes.offender[at] = np.where(fits, parent, -1)
    crimes.relation[at[fits]] = FAMILY
    crimes.domestic[at[fits]] = True


def _outcomes(stream: np.random.Generator, stage: Stage, crimes: Crimes) -> None:
    """The outcome of the published row as a Home Office type; without anybody who could have done it, 18."""
    rows, table = stage.world.ground.rows, stage.world.rates["crimes"]["outcomes"]
    for number, label in enumerate(rows.outcomes):
        who = np.flatnonzero(rows.outcome[crimes.row] == number)
        words, shares = choices(table[label])
        crimes.outcome[who] = np.array(words)[by_weights(stream, shares, len(who))]
    known = ~np.isin(crimes.outcome, _NOT_IDENTIFIED)
    crimes.outcome[known & (crimes.offender < 0)] = "18"
    crimes.outcome[crimes.domestic & (crimes.outcome == "18")] = "16"
    young = (crimes.offender >= 0) & (stage.month.age[np.maximum(crimes.offender, 0)] < 18)
    crimes.outcome[young & (crimes.outcome == "3")] = "2"


def identified(outcome: np.ndarray) -> np.ndarray:
    """Whether the police know who did it: not with outcomes 14 and 18, nor without any."""
    return ~np.isin(outcome, _NOT_IDENTIFIED)


def _reported(stream: np.random.Generator, stage: Stage, crimes: Crimes) -> np.ndarray:
    rates, offences = stage.world.rates["crimes"], load_offences()
    hours = np.exp(
        stream.normal(
            rates["report_delay_hours"]["mean_log"], rates["report_delay_hours"]["spread"], len(crimes)
        )
    )
    chance = np.where(offences.sexual[crimes.offence], rates["late_report_sexual"], rates["late_report"])
    late = happens(stream, chance, len(crimes))
    hours = np.where(late, 24 * np.exp(stream.normal(3.2, 1.1, len(crimes))), np.minimum(hours, 24 * 14))
    start = np.maximum(crimes.at, crimes.until)
    delay = (np.minimum(hours, 24 * 500) * HOUR).astype(np.int64) // 60 * 60
    return skip_missing_hour(start + delay)


def _venue(stream: np.random.Generator, stage: Stage, crimes: Crimes) -> tuple[np.ndarray, np.ndarray]:
    """Venues, and premises where a licensed place is the scene (else -1)."""
    offences, rows = load_offences(), stage.world.ground.rows
    kinds = offences.victim[crimes.offence]
    hour = crimes.at % DAY // HOUR
    venue = np.full(len(crimes), VENUE["street"])
    venue[(kinds == "home") | (crimes.domestic & happens(stream, 0.78, len(crimes)))] = VENUE["home"]
    business = kinds == "business"
    venue[business] = VENUE["shop"]
    texts = np.array(rows.locations)[rows.location[crimes.row]]
    parks = np.char.find(texts.astype(str), "Park/Open Space") >= 0
    venue[(venue == VENUE["street"]) & parks] = VENUE["park"]
    schooling = (stage.month.age[np.maximum(crimes.victim, 0)] < 16) & (crimes.victim >= 0)
    schooling &= (hour >= 9) & (hour < 16) & (venue == VENUE["street"])
    venue[schooling & happens(stream, 0.4, len(crimes))] = VENUE["school"]
    at_night = (hour >= _NIGHT[0]) | (hour < _NIGHT[1])
    night_out = np.isin(
        np.array(offences.types)[crimes.types],
        ("Violence and sexual offences", "Public order", "Theft from the person"),
    )
    licensed = at_night & night_out & (venue == VENUE["street"]) & happens(stream, 0.5, len(crimes))
    premises = np.full(len(crimes), -1)
    premises[licensed] = stage.premises.draw(stream, rows.lsoa[crimes.row[licensed]])
    venue[premises >= 0] = VENUE["licensed premises"]
    other = np.isin(kinds, ("state",)) & happens(stream, 0.3, len(crimes)) & (venue == VENUE["street"])
    venue[other] = VENUE["other"]
    return venue, premises


def _write(stream: np.random.Generator, stage: Stage, crimes: Crimes) -> None:
    world, offences = stage.world, load_offences()
    rates, n = world.rates["crimes"], len(crimes)
    venue, premises = _venue(stream, stage, crimes)
    reported = _reported(stream, stage, crimes)
    types = np.array(offences.types)[crimes.types]
    injury = offences.injury[crimes.offence] > 0
    ae = (
        injury
        & (crimes.victim >= 0)
        & happens(stream, rates["ae_of_injured"] * np.where(offences.injury[crimes.offence] > 1, 3, 1), n)
    )
    young = (crimes.offender >= 0) & (stage.month.age[np.maximum(crimes.offender, 0)] < 18)
    social = (crimes.victim >= 0) & stage.social[np.maximum(crimes.victim, 0)]
    damage = types == "Criminal damage and arson"
    drugs = np.array([rates["drugs_flag"].get(name, rates["drugs_flag"]["other"]) for name in types])
    alcohol = offences.alcohol[crimes.offence] * np.where(premises >= 0, 2.0, 1.0)
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
    later = skip_missing_hour(reported + stream.integers(2 * DAY, 120 * DAY, n) // 60 * 60)
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
    found[who] = stage.harmed.pick(stream, lsoa, _NEAR_VICTIM, accept)
    stage.log.parts(crimes.ids, found, role, ordinal=2 if role == "victim" else 1)
    return found
