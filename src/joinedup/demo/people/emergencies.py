"""What A&E, ambulance, fire service and wardens see, and police mostly do not."""

from __future__ import annotations

import numpy as np

from joinedup.demo.people.civil import DAY, skip_missing_hour
from joinedup.demo.people.crimes import Crimes
from joinedup.demo.people.drawing import by_weights, happens
from joinedup.demo.people.eventlog import VENUE, VENUES
from joinedup.demo.people.inclinations import ACQUAINTANCE, STRANGER
from joinedup.demo.people.offences import load_offences
from joinedup.demo.people.rates import choices
from joinedup.demo.people.rhythm import draw_moments
from joinedup.demo.people.stage import Stage
from joinedup.demo.people.tables import Codes

_FIRE_TYPE = "Criminal damage and arson"


def write_hidden_assaults(stage: Stage, crimes: Crimes) -> None:
    """Assaults that come to A&E without police: more at night, near drink, and of young men."""
    stream = stage.stream("hidden assaults")
    rates, rows = stage.world.rates["emergencies"], stage.world.ground.rows
    injured = crimes.row[load_offences().injury[crimes.offence] > 0]
    expected = len(injured) * stage.world.rates["crimes"]["ae_of_injured"] * rates["hidden_assaults"]
    n = int(stream.poisson(expected)) if len(injured) else 0
    row = injured[stream.integers(0, max(len(injured), 1), n)] if n else injured[:0]
    at = draw_moments(
        stream, stage.world.rates["rhythm"]["night_out"], stage.month.first, stage.month.after, n
    )
    words, shares = choices(rates["hidden_venues"])
    venue = np.array([VENUE[word] for word in words])[by_weights(stream, shares, n)]
    premises = np.where(venue == VENUE["licensed premises"], stage.premises.draw(stream, rows.lsoa[row]), -1)
    venue = np.where((venue == VENUE["licensed premises"]) & (premises < 0), VENUE["street"], venue)
    ids = stage.log.events(
        "assault",
        n,
        occurred_from=at,
        reported_at=skip_missing_hour(
            at
            + np.minimum(stream.exponential(rates["arrival_days"], n) * DAY, 5 * DAY).astype(np.int64)
            // 60
            * 60
        ),
        offence=Codes(np.zeros(n, np.int64), ["assault"]),
        method=stage.methods(stream, np.ones(n, bool)),
        venue=Codes(venue, VENUES),
        venue_name=Codes(premises, stage.premises.names),
        premises_id=np.where(premises >= 0, premises + 1, -1),
        **stage.place(row),
        alcohol=happens(stream, np.where(premises >= 0, *rates["hidden_alcohol"]), n),
        weapon=happens(stream, rates["hidden_weapon"], n),
        domestic=(venue == VENUE["home"]) & happens(stream, rates["hidden_domestic"], n),
        ae=True,
        ambulance=happens(stream, rates["hidden_ambulance"], n),
    )
    _patients(stream, stage, ids, rows.lsoa[row], (12, 75))


def _patients(
    stream: np.random.Generator, stage: Stage, ids: np.ndarray, lsoa: np.ndarray, ages: tuple[int, int]
) -> None:
    rates = stage.world.rates["emergencies"]

    def fits(drawn: np.ndarray, at: np.ndarray) -> np.ndarray:
        age = stage.month.age[drawn]
        return (
            (age >= ages[0])
            & (age < ages[1])
            & ((stage.world.people.sex[drawn] == 1) | (stream.random(len(drawn)) < rates["women_hurt"]))
        )

    patient = stage.harmed.pick(stream, lsoa, rates["near_patient"], fits)
    relation = np.where(happens(stream, rates["hurt_by_stranger"], len(ids)), STRANGER, ACQUAINTANCE)
    stage.log.parts(ids, patient, "patient", relationship=relation)


def write_ambulance_calls(stage: Stage, crimes: Crimes) -> None:
    """Ambulance calls to violence or drink that nobody else comes to know of."""
    stream = stage.stream("ambulance calls")
    rates, rows = stage.world.rates["emergencies"], stage.world.ground.rows
    violent = crimes.row[load_offences().injury[crimes.offence] > 0]
    expected = len(violent) * stage.world.rates["crimes"]["ambulance_of_injured"] * rates["ambulance_only"]
    n = int(stream.poisson(expected)) if len(violent) else 0
    row = violent[stream.integers(0, max(len(violent), 1), n)] if n else violent[:0]
    at = draw_moments(
        stream, stage.world.rates["rhythm"]["night_out"], stage.month.first, stage.month.after, n
    )
    drink = happens(stream, rates["ambulance_drink"], n)
    ids = stage.log.events(
        "ambulance",
        n,
        occurred_from=at,
        reported_at=skip_missing_hour(at + stream.integers(0, 40, n) * 60),
        offence=Codes(drink.astype(np.int64), ["assault", "intoxicated person"]),
        venue=Codes(
            np.where(happens(stream, rates["ambulance_home"], n), VENUE["home"], VENUE["street"]), VENUES
        ),
        **stage.place(row),
        alcohol=drink | happens(stream, rates["ambulance_alcohol"], n),
        drugs=happens(stream, rates["ambulance_drugs"], n),
        ambulance=True,
    )
    _patients(stream, stage, ids, rows.lsoa[row], (14, 90))


def write_fires(stage: Stage) -> None:
    """Deliberate fires, by season and after school."""
    stream = stage.stream("fires")
    rates, rows = stage.world.rates["emergencies"], stage.world.ground.rows
    of_year = (stage.source_month % 12) % 12
    season = np.array(rates["fires_by_month"])
    n = stage.how_many(stream, rates["fires_a_year"] * season[of_year] / season.mean())
    row = _rows_of(stream, stage, _FIRE_TYPE, n)
    kinds, shares = choices(rates["fire_kinds"])
    kind = by_weights(stream, shares, n)
    at = draw_moments(stream, stage.world.rates["rhythm"]["fire"], stage.month.first, stage.month.after, n)
    dwelling = np.array(["dwelling" in name for name in kinds])[kind]
    secondary = np.array(["secondary" in name for name in kinds])[kind]
    ids = stage.log.events(
        "fire",
        n,
        occurred_from=at,
        reported_at=skip_missing_hour(at + stream.integers(2, 60, n) * 60),
        fire_kind=Codes(kind, kinds),
        venue=Codes(
            np.where(
                dwelling,
                VENUE["home"],
                np.where(happens(stream, rates["fire_in_park"], n), VENUE["park"], VENUE["street"]),
            ),
            VENUES,
        ),
        **stage.place(row),
        youth=secondary & happens(stream, rates["fire_youth"], n),
        police=~secondary & happens(stream, rates["fire_police"], n),
        council=secondary & happens(stream, rates["fire_council"], n),
    )
    known = np.flatnonzero(dwelling)
    patient = stage.harmed.pick(
        stream, rows.lsoa[row[known]], {"lsoa": 1.0, "msoa": 0.0, "district": 0.0, "anywhere": 0.0},
        lambda drawn, at: stage.month.age[drawn] >= 18,
    )  # fmt: skip
    stage.log.parts(ids[known], patient, "victim")


def write_hoaxes(stage: Stage) -> None:
    """Malicious false alarms; some callers are known."""
    stream = stage.stream("hoaxes")
    rates, rows = stage.world.rates["emergencies"], stage.world.ground.rows
    n = stage.how_many(stream, rates["hoaxes_a_year"])
    row = _rows_of(stream, stage, "Anti-social behaviour", n)
    at = draw_moments(
        stream, stage.world.rates["rhythm"]["disorder"], stage.month.first, stage.month.after, n
    )
    ids = stage.log.events(
        "hoax",
        n,
        occurred_from=at,
        reported_at=skip_missing_hour(at + 60),
        offence=Codes(np.zeros(n, np.int64), ["malicious false alarm"]),
        venue=Codes(np.full(n, VENUE["street"]), VENUES),
        **stage.place(row),
        youth=happens(stream, rates["hoax_youth"], n),
    )
    known = happens(stream, rates["hoax_known_caller"], n)
    caller = stage.disorderly.pick(
        stream, rows.lsoa[row], rates["near_patient"], lambda drawn, at: ~stage.away[drawn]
    )
    stage.log.parts(ids[known], caller[known], "caller")


def _rows_of(stream: np.random.Generator, stage: Stage, crime_type: str, n: int) -> np.ndarray:
    rows = stage.world.ground.rows
    found = np.flatnonzero((rows.month == stage.source_month) & rows.of_type(crime_type))
    return found[stream.integers(0, len(found), n)]


def write_street_scene(stage: Stage) -> None:
    """Wardens' patrol reports, and finds of drug litter."""
    stream = stage.stream("street scene")
    rates = stage.world.rates["streets"]
    rhythm = stage.world.rates["rhythm"]["patrol"]
    for kind, a_year, source, table in (
        ("patrol", rates["patrols_a_year"], "Anti-social behaviour", rates["patrol_sees"]),
        ("litter", rates["litter_finds_a_year"], "Drugs", rates["litter_is"]),
    ):
        words, shares = choices(table)
        n = stage.how_many(stream, a_year)
        row = _rows_of(stream, stage, source, n)
        at = draw_moments(stream, rhythm, stage.month.first, stage.month.after, n)
        found = by_weights(stream, shares, n)
        stage.log.events(
            kind,
            n,
            occurred_from=at,
            reported_at=skip_missing_hour(at + stream.integers(0, 90, n) * 60),
            offence=Codes(found, words),
            asb_category=Codes(np.where((found > 0) | (kind == "litter"), 0, -1), ["environmental"]),
            venue=Codes(
                np.where(happens(stream, rates["in_park"], n), VENUE["park"], VENUE["street"]), VENUES
            ),
            **stage.place(row),
            youth=(found == 1) & (kind == "patrol"),
            drugs=np.full(n, kind == "litter"),
            alcohol=(found == 4) & (kind == "patrol"),
            warden=kind == "patrol",
            council=True,
        )
