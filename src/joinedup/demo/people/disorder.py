"""Anti-social behaviour of a month: what police record, what only others hear, and who called."""

from __future__ import annotations

import numpy as np

from joinedup.demo.people.civil import DAY, skip_missing_hour
from joinedup.demo.people.crimes import ASB_TYPE, sample_rows
from joinedup.demo.people.drawing import by_weights, happens
from joinedup.demo.people.eventlog import AGENCIES, VENUE, VENUES
from joinedup.demo.people.ground import PREFIX
from joinedup.demo.people.housing import is_street
from joinedup.demo.people.inclinations import ACQUAINTANCE, STRANGER
from joinedup.demo.people.rates import choices
from joinedup.demo.people.rhythm import draw_moments
from joinedup.demo.people.stage import Stage
from joinedup.demo.people.tables import Codes

_POLICE, _COUNCIL, _LANDLORD = range(len(AGENCIES))


def write_disorder(stage: Stage) -> None:
    """Let the month's anti-social behaviour happen, with its callers, victims and perpetrators."""
    stream = stage.stream("disorder")
    rates = stage.world.rates["asb"]
    police_rows = sample_rows(stream, stage, crime=False)
    n_other = stream.poisson(len(police_rows) * rates["council_beside_police"])
    other_rows = (
        police_rows[stream.integers(0, len(police_rows), n_other)] if len(police_rows) else police_rows
    )
    row = np.r_[police_rows, other_rows]
    n = len(row)
    by_police = np.arange(n) < len(police_rows)
    tenants = ~by_police & happens(stream, rates["landlord_of_these"], n)
    row = _at_homes(stream, stage, row, tenants)
    at = draw_moments(
        stream, stage.world.rates["rhythm"]["disorder"], stage.month.first, stage.month.after, n
    )
    reported = _reports(stream, stage, at, by_police, tenants)
    ids, personal, home = _events(stream, stage, row, at, by_police, reported)
    blamed = _people(stream, stage, row, ids, personal, home)
    _calls(stream, stage, row, ids, at, reported, blamed)


def _at_homes(stream: np.random.Generator, stage: Stage, row: np.ndarray, tenants: np.ndarray) -> np.ndarray:
    """What only a landlord hears of is near somebody's home: on a street, not at a supermarket."""
    rows = stage.world.ground.rows
    streets = np.array([is_street(name.removeprefix(PREFIX)) for name in rows.locations])[rows.location]
    found = np.flatnonzero(streets & (rows.month == stage.source_month) & rows.of_type(ASB_TYPE))
    return np.where(tenants, found[stream.integers(0, len(found), len(row))], row)


def _reports(
    stream: np.random.Generator,
    stage: Stage,
    at: np.ndarray,
    by_police: np.ndarray,
    landlord_only: np.ndarray,
) -> dict[str, np.ndarray]:
    """Who came to know of each: police, council, landlord, warden."""
    rates, n = stage.world.rates["asb"], len(at)
    return {
        "police": by_police,
        "council": (~by_police & ~landlord_only)
        | (by_police & happens(stream, rates["police_also_council"], n)),
        "landlord": landlord_only | (by_police & happens(stream, rates["police_also_landlord"], n)),
        "warden": happens(stream, rates["police_also_warden"], n),
        "reported_at": skip_missing_hour(
            at + (stream.exponential(rates["report_delay_days"], n) * DAY).astype(np.int64) // 60 * 60
        ),
    }


def _headings(stream: np.random.Generator, stage: Stage, n: int) -> tuple[Codes, Codes]:
    rates = stage.world.rates["asb"]
    categories, shares = choices(rates["categories"])
    category = by_weights(stream, shares, n)
    words = sorted({word for table in rates["headings"].values() for word in table})
    heading = np.zeros(n, np.int64)
    for number, name in enumerate(categories):
        who = np.flatnonzero(category == number)
        found, weights = choices(rates["headings"][name])
        heading[who] = np.array([words.index(word) for word in found])[by_weights(stream, weights, len(who))]
    return Codes(category, categories), Codes(heading, words)


def _events(
    stream: np.random.Generator,
    stage: Stage,
    row: np.ndarray,
    at: np.ndarray,
    by_police: np.ndarray,
    reported: dict[str, np.ndarray],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n, rates = len(row), stage.world.rates["asb"]
    category, heading = _headings(stream, stage, n)
    personal = np.array(category.words)[category.codes] == "personal"
    words = np.array(heading.words)[heading.codes]
    home = np.isin(words, ("Nuisance neighbours", "Noise")) | (reported["landlord"] & ~by_police)
    venue = np.where(home, VENUE["home"], VENUE["street"])
    rowdy = words == "Rowdy/inconsiderate behaviour"
    ids = stage.log.events(
        "asb",
        n,
        occurred_from=at,
        reported_at=reported["reported_at"],
        crime_type=Codes(np.where(by_police, 0, -1), [ASB_TYPE]),
        asb_category=category,
        asb_heading=heading,
        venue=Codes(venue, VENUES),
        **stage.place(row),
        alcohol=happens(stream, np.where(rowdy | (words == "Street drinking"), *rates["alcohol"]), n),
        drugs=happens(stream, np.where(words == "Littering/drugs paraphernalia", *rates["drugs"]), n),
        hate=happens(stream, np.where(personal, *rates["hate"]), n),
        youth=happens(stream, np.where(rowdy, *rates["youth"]), n),
        police=by_police,
        council=reported["council"],
        landlord=reported["landlord"],
        warden=reported["warden"],
    )
    return ids, personal, home


def _people(
    stream: np.random.Generator,
    stage: Stage,
    row: np.ndarray,
    ids: np.ndarray,
    personal: np.ndarray,
    home: np.ndarray,
) -> np.ndarray:
    """Write perpetrators and victims; return the perpetrators (shape 2 × incidents, -1 for nobody known)."""
    rates, lsoa = stage.world.rates["asb"], stage.world.ground.rows.lsoa[row]
    known = np.flatnonzero(
        happens(stream, np.where(home, rates["known_neighbour"], rates["known_perpetrator"]), len(row))
    )

    def free(drawn: np.ndarray, at: np.ndarray) -> np.ndarray:
        return ~stage.away[drawn]

    perpetrator = np.full(len(row), -1)
    perpetrator[known] = stage.disorderly.pick(stream, lsoa[known], rates["near_perpetrator"], free)
    relation = np.where(home, ACQUAINTANCE, STRANGER)
    stage.log.parts(ids, perpetrator, "perpetrator", relationship=relation)
    two = np.flatnonzero((perpetrator >= 0) & happens(stream, rates["second_perpetrator"], len(row)))

    def other(drawn: np.ndarray, at: np.ndarray) -> np.ndarray:
        return ~stage.away[drawn] & (drawn != perpetrator[two[at]])

    second = np.full(len(row), -1)
    second[two] = stage.disorderly.pick(stream, lsoa[two], rates["near_perpetrator"], other)
    stage.log.parts(ids, second, "perpetrator", ordinal=2)
    harmed = np.flatnonzero(personal & happens(stream, rates["victim_of_personal"], len(row)))

    def somebody_else(drawn: np.ndarray, at: np.ndarray) -> np.ndarray:
        apart = (drawn != perpetrator[harmed[at]]) & (drawn != second[harmed[at]])
        return apart & (stage.month.age[drawn] >= 12)

    victim = stage.callers.pick(stream, lsoa[harmed], rates["near_caller"], somebody_else)
    stage.log.parts(ids[harmed], victim, "victim", relationship=relation[harmed])
    return np.stack([perpetrator, second])


def _calls(
    stream: np.random.Generator,
    stage: Stage,
    row: np.ndarray,
    ids: np.ndarray,
    at: np.ndarray,
    reported: dict[str, np.ndarray],
    blamed: np.ndarray,
) -> None:
    """Calls about each incident to each agency that knows of it; a few people make most of them."""
    rates, lsoa = stage.world.rates["asb"], stage.world.ground.rows.lsoa[row]
    made = []
    for agency, name in enumerate(AGENCIES):
        about = np.flatnonzero(reported[name] & ~happens(stream, rates["no_call"], len(row)))
        again = happens(stream, rates["further_call"], len(about))
        about = np.sort(np.r_[about, about[again]])
        caller = _callers(stream, stage, lsoa[about])
        caller = np.where((caller == blamed[:, about]).any(axis=0), -1, caller)
        caller = _once_each(ids[about], caller)
        moment = reported["reported_at"][about] + stream.integers(0, 40, len(about)) * 60
        moment = skip_missing_hour(np.maximum(moment, at[about]))
        heavy = stage.inclined.call[np.maximum(caller, 0)] > np.exp(
            rates["repeat_spread"] * rates["requested_from"]
        )
        requested = (caller >= 0) & heavy & happens(stream, rates["requested_of_repeat"], len(about))
        made.append((ids[about], caller, moment, np.full(len(about), agency), requested))
    stage.log.calls(*(np.concatenate(column) for column in zip(*made, strict=True)))


def _callers(stream: np.random.Generator, stage: Stage, lsoa: np.ndarray) -> np.ndarray:
    """Who calls about something in each LSOA: a neighbour, somebody passing by, or -1 for anonymous."""
    rates = stage.world.rates["asb"]
    passing = happens(stream, rates["passer_by_call"], len(lsoa))
    caller = np.full(len(lsoa), -1)
    for far, draws, near in (
        (False, stage.callers, rates["near_caller"]),
        (True, stage.anybody, rates["far_caller"]),
    ):
        who = np.flatnonzero(passing == far)
        caller[who] = draws.pick(stream, lsoa[who], near, lambda drawn, at: ~stage.away[drawn])
    caller[happens(stream, rates["anonymous_call"], len(lsoa))] = -1
    return caller


def _once_each(events: np.ndarray, callers: np.ndarray) -> np.ndarray:
    """The second call of one person about one incident to one agency becomes anonymous."""
    key = events * (int(callers.max(initial=0)) + 2) + callers
    first = np.zeros(len(key), bool)
    first[np.unique(key, return_index=True)[1]] = True
    return np.where(first, callers, -1)
