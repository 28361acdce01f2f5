"""Crime of a month: published street rows, with an offence, a time, a victim, an offender and an outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from joinedup.demo.people.civil import DAY, HOUR, skip_missing_hour
from joinedup.demo.people.drawing import by_rows, by_weights, happens
from joinedup.demo.people.eventlog import NOT_YET
from joinedup.demo.people.inclinations import ACQUAINTANCE, FAMILY, STRANGER
from joinedup.demo.people.near_repeats import follow_others
from joinedup.demo.people.offences import load_offences
from joinedup.demo.people.rates import choices
from joinedup.demo.people.residents import LEVELS
from joinedup.demo.people.rhythm import draw_moments
from joinedup.demo.people.stage import Stage

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


def commit_crimes(stage: Stage) -> Crimes:
    """Let the month's crimes happen; ``recording.record_crimes`` writes them down."""
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
    struck_again = follow_others(stream, stage, crimes)
    _victims(stream, stage, crimes)
    _strike_again(crimes, struck_again)
    _offenders(stream, stage, crimes)
    _outcomes(stream, stage, crimes)
    return crimes


def _domestic(stream: np.random.Generator, stage: Stage, crimes: Crimes) -> None:
    """Give domestic crimes a pair from near the place; the rest stay open for strangers and acquaintances."""
    offences, people = load_offences(), stage.world.people
    lsoa = stage.world.ground.rows.lsoa[crimes.row]
    chosen = np.flatnonzero(happens(stream, offences.domestic[crimes.offence], len(crimes)))
    near = stage.world.rates["victims"]["near_domestic"]
    levels = by_weights(stream, [near[name] for name in LEVELS], len(chosen))
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
    long = np.flatnonzero(spread_out & happens(stream, rates["crimes"]["long_interval"], len(crimes)))
    lasts = rates["crimes"]["interval_hours"]
    hours = np.exp(stream.normal(lasts["mean_log"], lasts["spread"], len(long)))
    until = crimes.at[long] + np.minimum(hours * HOUR, 20 * DAY).astype(np.int64) // 300 * 300
    crimes.until[long] = skip_missing_hour(until)


def _victims(stream: np.random.Generator, stage: Stage, crimes: Crimes) -> None:
    """A person for crimes that have one: for a home or a vehicle somebody who lives there."""
    offences, people = load_offences(), stage.world.people
    kinds = offences.victim[crimes.offence]
    lsoa = stage.world.ground.rows.lsoa[crimes.row]
    for names, near in (
        (("home", "vehicle"), {"lsoa": 1.0}),
        (("person",), stage.world.rates["victims"]["near"]),
    ):
        who = np.flatnonzero(np.isin(kinds, names) & (crimes.victim < 0))
        offence = crimes.offence[who]

        def accept(drawn: np.ndarray, at: np.ndarray, offence: np.ndarray = offence) -> np.ndarray:
            wanted, age = offences.victim_sex[offence[at]], stage.month.age[drawn]
            fits = (wanted < 0) | (people.sex[drawn] == wanted)
            fits &= (age >= offences.victim_from[offence[at]]) & (age < offences.victim_to[offence[at]])
            return fits & ~stage.away[drawn]

        whole = {name: near.get(name, 0.0) for name in LEVELS}
        crimes.victim[who] = stage.harmed.pick(stream, lsoa[who], whole, accept)


def _strike_again(crimes: Crimes, origin: np.ndarray) -> None:
    """The victim of the crime before, where both are of a kind that has one."""
    who = np.flatnonzero(origin >= 0)
    before = crimes.victim[origin[who]]
    able = (before >= 0) & (crimes.victim[who] >= 0) & ~crimes.domestic[who]
    crimes.victim[who[able]] = before[able]


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
