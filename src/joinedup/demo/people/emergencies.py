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

_NEAR = {"lsoa": 0.35, "msoa": 0.2, "district": 0.38, "anywhere": 0.07}
_VENUE_SHARES = {
    "home": 0.24,
    "street": 0.34,
    "licensed premises": 0.27,
    "school": 0.03,
    "park": 0.04,
    "other": 0.08,
}
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
    words, shares = choices(_VENUE_SHARES)
    venue = np.array([VENUE[word] for word in words])[by_weights(stream, shares, n)]
    premises = np.where(venue == VENUE["licensed premises"], stage.premises.draw(stream, rows.lsoa[row]), -1)
    venue = np.where((venue == VENUE["licensed premises"]) & (premises < 0), VENUE["street"], venue)
    ids = stage.log.events(
        "assault",
        n,
        occurred_from=at,
        reported_at=skip_missing_hour(
            at + np.minimum(stream.exponential(0.16, n) * DAY, 5 * DAY).astype(np.int64) // 60 * 60
        ),
        offence=Codes(np.zeros(n, np.int64), ["assault"]),
        method=stage.methods(stream, np.ones(n, bool)),
        venue=Codes(venue, VENUES),
        venue_name=Codes(premises, stage.premises.names),
        premises_id=np.where(premises >= 0, premises + 1, -1),
        **stage.place(row),
        alcohol=happens(stream, np.where(premises >= 0, 0.75, 0.42), n),
        weapon=happens(stream, 0.08, n),
        domestic=(venue == VENUE["home"]) & happens(stream, 0.55, n),
        ae=True,
        ambulance=happens(stream, 0.24, n),
    )
    _patients(stream, stage, ids, rows.lsoa[row], (12, 75))


def _patients(
    stream: np.random.Generator, stage: Stage, ids: np.ndarray, lsoa: np.ndarray, ages: tuple[int, int]
) -> None:
    def fits(drawn: np.ndarray, at: np.ndarray) -> np.ndarray:
        age = stage.month.age[drawn]
        return (
            (age >= ages[0])
            & (age < ages[1])
            & ((stage.world.people.sex[drawn] == 1) | (stream.random(len(drawn)) < 0.5))
        )

    patient = stage.harmed.pick(stream, lsoa, _NEAR, fits)
    relation = np.where(happens(stream, 0.6, len(ids)), STRANGER, ACQUAINTANCE)
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
    drink = happens(stream, 0.55, n)
    ids = stage.log.events(
        "ambulance",
        n,
        occurred_from=at,
        reported_at=skip_missing_hour(at + stream.integers(0, 40, n) * 60),
        offence=Codes(drink.astype(np.int64), ["assault", "intoxicated person"]),
        venue=Codes(np.where(happens(stream, 0.45, n), VENUE["home"], VENUE["street"]), VENUES),
        **stage.place(row),
        alcohol=drink | happens(stream, 0.35, n),
        drugs=happens(stream, 0.08, n),
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
                dwelling, VENUE["home"], np.where(happens(stream, 0.3, n), VENUE["park"], VENUE["street"])
            ),
            VENUES,
        ),
        **stage.place(row),
        youth=secondary & happens(stream, 0.45, n),
        police=~secondary & happens(stream, 0.5, n),
        council=secondary & happens(stream, 0.1, n),
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
        youth=happens(stream, 0.5, n),
    )
    known = happens(stream, rates["hoax_known_caller"], n)
    caller = stage.disorderly.pick(stream, rows.lsoa[row], _NEAR, lambda drawn, at: ~stage.away[drawn])
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
    seen = [
        "nothing to report",
        "young people gathered",
        "litter or fly-tipping",
        "damage",
        "street drinking",
        "vehicle nuisance",
        "graffiti",
    ]
    for kind, a_year, source, words, shares in (
        (
            "patrol",
            rates["patrols_a_year"],
            "Anti-social behaviour",
            seen,
            [0.52, 0.14, 0.13, 0.07, 0.05, 0.06, 0.03],
        ),
        (
            "litter",
            rates["litter_finds_a_year"],
            "Drugs",
            ["needles", "foil or pipes", "bags or wraps"],
            [0.6, 0.2, 0.2],
        ),
    ):
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
            venue=Codes(np.where(happens(stream, 0.2, n), VENUE["park"], VENUE["street"]), VENUES),
            **stage.place(row),
            youth=(found == 1) & (kind == "patrol"),
            drugs=np.full(n, kind == "litter"),
            alcohol=(found == 4) & (kind == "patrol"),
            warden=kind == "patrol",
            council=True,
        )
