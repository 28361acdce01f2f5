"""Cautions, courts, prison, probation and youth justice: what follows a charge or a caution."""

from __future__ import annotations

from typing import Any

import numpy as np

from joinedup.demo.people.civil import DAY, weekday
from joinedup.demo.people.drawing import between, by_weights, happens, rank_in_group
from joinedup.demo.people.offences import load_offences
from joinedup.demo.people.rates import choices
from joinedup.demo.people.spells import Spells
from joinedup.demo.people.tables import Codes, TableWriter
from joinedup.demo.people.world import NEVER, World

COURTS = ["Teesside Magistrates’ Court", "Teesside Youth Court", "Teesside Crown Court", "Cleveland Police"]
_MAGISTRATES, _YOUTH, _CROWN, _POLICE = range(4)
RESULTS = [
    "custody",
    "community",
    "suspended",
    "fine",
    "discharge",
    "caution",
    "youth-caution",
    "referral-order",
]
_RESULT = {name: number for number, name in enumerate(RESULTS)}
_MONTH_DAYS = 30.44
_ORDER_DAYS = 365
_ADULT = 18
_SATURDAY = 5  # courts sit from Monday to Friday


class Justice:
    """Who is charged, convicted and locked up, month by month."""

    def __init__(self, world: World, spells: Spells, sanctions: TableWriter) -> None:
        """Nobody is in prison yet: see ``begin``."""
        self._world, self._spells, self._sanctions = world, spells, sanctions
        room = world.people.room
        self.count = np.zeros(room, np.int32)  # sanctions so far
        # First day in prison and first day out again, of the last stay and the one before.
        self._locked = np.full((2, room), NEVER, np.int32)
        self._free = np.full((2, room), -NEVER, np.int32)
        self._pending: list[dict[str, np.ndarray]] = []
        self._next_id = 1

    def in_prison(self, people: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Whether each was in prison on the day."""
        inside = (self._locked[:, people] <= days) & (days < self._free[:, people])
        return np.asarray(inside.any(axis=0))

    def away(self, first: int, after: int) -> np.ndarray:
        """Who was in prison for any part of the month."""
        return np.asarray(((self._locked < after) & (self._free > first)).any(axis=0))

    def _lock_up(self, people: np.ndarray, days: np.ndarray, until: np.ndarray) -> None:
        self._locked[1, people], self._free[1, people] = self._locked[0, people], self._free[0, people]
        self._locked[0, people], self._free[0, people] = days, until

    def begin(self, offend: np.ndarray) -> None:
        """The caseloads of the first day: some of the inclined are on an order, on licence or in prison."""
        world, rates = self._world, self._world.rates["justice"]
        stream = world.streams.of("caseloads at the start")
        age = world.people.age(float(world.starts[0]))
        who = np.flatnonzero((offend > 0) & world.people.here & (age >= 12))
        chance = (
            np.minimum(rates["before_start"] * offend[who] / np.median(offend[who]), 0.85)
            if len(who)
            else 0.0
        )
        who = who[happens(stream, chance, len(who))]
        start = int(world.starts[0])
        adult = age[who] >= _ADULT
        locked = adult & happens(stream, rates["prison_at_start"], len(who))
        before = stream.integers(10, 330, len(who))
        left = np.minimum(
            stream.exponential(rates["days_left_at_start"], len(who)).astype(np.int64) + 8, 2000
        )
        self.count[who] += 1 + stream.poisson(
            np.minimum(offend[who] / np.median(offend[who]), 8) * rates["sanctions_before"]
        )
        inside = who[locked]
        self._lock_up(inside, start - before[locked], start + left[locked])
        self._spells.add(
            "prison",
            inside,
            start - before[locked],
            start + left[locked],
            detail=self._spells.prisons(stream, inside),
        )
        self._spells.add_licence(
            stream,
            inside,
            start + left[locked],
            start + left[locked] + int(rates["licence_months"] * _MONTH_DAYS),
        )
        outside = ~locked
        begun = start - before[outside]
        for grown, programme, word in (
            (True, "probation", "community order"),
            (False, "youth-justice", "referral order"),
        ):
            part = adult[outside] == grown
            self._spells.add(
                programme, who[outside][part], begun[part], begun[part] + _ORDER_DAYS, detail=word
            )

    def charge(
        self,
        stream: np.random.Generator,
        events: np.ndarray,
        people: np.ndarray,
        offence: np.ndarray,
        days: np.ndarray,
        caution: np.ndarray,
    ) -> None:
        """Send people to court, or caution them, some weeks or months after a crime (``days``)."""
        rates = self._world.rates["justice"]
        to_court = between(stream, rates["days_to_court"], len(events))
        to_caution = between(stream, rates["days_to_caution"], len(events))
        tried = caution | happens(stream, rates["convicted"], len(events))
        due = days + np.where(caution, to_caution, to_court)
        due = np.where(caution, due, due + np.maximum(7 - weekday(due), 0) * (weekday(due) >= _SATURDAY))
        self._pending.append(
            {
                "event": events[tried],
                "person": people[tried],
                "offence": offence[tried],
                "day": due[tried],
                "caution": caution[tried],
            }
        )

    def month(self, number: int) -> None:
        """Decide what is due this month, in the order of its days."""
        if not self._pending:
            return
        first, after = (int(day) for day in self._world.starts[number : number + 2])
        cases = {name: np.concatenate([part[name] for part in self._pending]) for name in self._pending[0]}
        due = (cases["day"] >= first) & (cases["day"] < after)
        self._pending = [{name: values[~due] for name, values in cases.items()}]
        alive = self._world.people.death[cases["person"]] > cases["day"]
        chosen = np.flatnonzero(due & alive)
        chosen = chosen[np.lexsort((cases["event"][chosen], cases["day"][chosen]))]
        self._decide(
            self._world.streams.of("courts", number), {name: values[chosen] for name, values in cases.items()}
        )

    def _decide(self, stream: np.random.Generator, cases: dict[str, np.ndarray]) -> None:
        rates, people = self._world.rates["justice"], self._world.people
        who, days = cases["person"], cases["day"]
        age = (days - people.birth[who]) / 365.2425
        result = self._results(stream, who, age, cases["caution"])
        serious = (load_offences().injury[cases["offence"]] > 1) | load_offences().sexual[cases["offence"]]
        crown = happens(
            stream, np.where(serious, rates["crown_court_if_serious"], rates["crown_court"]), len(who)
        )
        court = np.where(
            cases["caution"], _POLICE, np.where(age < _ADULT, _YOUTH, np.where(crown, _CROWN, _MAGISTRATES))
        )
        result = np.where(
            serious & (court == _CROWN) & (result != _RESULT["suspended"]), _RESULT["custody"], result
        )
        spread = np.exp(
            stream.normal(rates["custody_months"]["mean_log"], rates["custody_months"]["spread"], len(who))
        )
        months = np.clip(
            np.round(spread * np.where(serious, rates["longer_if_serious"], 1)),
            *rates["custody_months"]["limits"],
        ).astype(np.int64)
        ids = np.arange(self._next_id, self._next_id + len(who))
        self._next_id += len(who)
        locked = result == _RESULT["custody"]
        self._sanctions.write(
            {
                "sanction_id": ids,
                "event_id": cases["event"],
                "person_id": who.astype(np.int64),
                "offence_code": Codes(cases["offence"], load_offences().codes),
                "convicted_at": days.astype("datetime64[D]"),
                "court": Codes(court, COURTS),
                "result": Codes(result, RESULTS),
                "months": np.where(locked, months, -1),
            }
        )
        np.add.at(self.count, who, 1)
        self._imprison(stream, ids[locked], who[locked], days[locked], months[locked])
        self._orders(ids, who, days, result, age)

    def _results(
        self, stream: np.random.Generator, who: np.ndarray, age: np.ndarray, caution: np.ndarray
    ) -> np.ndarray:
        rates = self._world.rates["justice"]
        result = np.zeros(len(who), np.int64)
        for young, table in ((True, "youth_results"), (False, "adult_results")):
            words, shares = choices(rates[table])
            part = np.flatnonzero((age < _ADULT) == young)
            drawn = by_weights(stream, shares, len(part))
            result[part] = np.array([_RESULT[word] for word in words])[drawn]
        before = self.count[who]
        prison = happens(
            stream,
            np.minimum(before * rates["custody_more_each_sanction"], rates["custody_at_most_more"]),
            len(who),
        ) & (age >= _ADULT)
        result = np.where(prison, _RESULT["custody"], result)
        spared = happens(stream, rates["women_spared_custody"], len(who)) & (self._world.people.sex[who] == 0)
        result = np.where(spared & (result == _RESULT["custody"]), _RESULT["suspended"], result)
        return np.where(caution, np.where(age < _ADULT, _RESULT["youth-caution"], _RESULT["caution"]), result)

    def _imprison(
        self,
        stream: np.random.Generator,
        ids: np.ndarray,
        who: np.ndarray,
        days: np.ndarray,
        months: np.ndarray,
    ) -> None:
        """Start a stay in prison, half of the sentence, unless one lasts already (then it runs beside)."""
        rates = self._world.rates["justice"]
        new = (rank_in_group(who) == 0) if len(who) else np.zeros(0, bool)
        new &= self._free[0, who] <= days
        ids, who, days, months = ids[new], who[new], days[new], months[new]
        until = days + np.maximum((months * _MONTH_DAYS * rates["served"]).astype(np.int64), 14)
        until = np.minimum(until, self._world.people.death[who])
        self._lock_up(who, days, until)
        self._spells.add("prison", who, days, until, sanction=ids, detail=self._spells.prisons(stream, who))
        self._spells.add_licence(
            stream,
            who,
            until,
            until + int(rates["licence_months"] * _MONTH_DAYS),
            sanction=ids,
            long=months >= 24,
        )

    def _orders(
        self, ids: np.ndarray, who: np.ndarray, days: np.ndarray, result: np.ndarray, age: np.ndarray
    ) -> None:
        young = age < _ADULT
        for name, programme, word, part in (
            ("community", "probation", "community order", ~young),
            ("suspended", "probation", "suspended sentence order", ~young),
            ("community", "youth-justice", "youth rehabilitation order", young),
            ("referral-order", "youth-justice", "referral order", young),
            ("youth-caution", "youth-justice", "youth caution", young),
        ):
            at = np.flatnonzero((result == _RESULT[name]) & part)
            lasts = 120 if name == "youth-caution" else _ORDER_DAYS
            self._spells.add(programme, who[at], days[at], days[at] + lasts, sanction=ids[at], detail=word)

    def proven(self) -> np.ndarray:
        """People with a sanction, now or before the first month."""
        return np.flatnonzero(self.count > 0)


def charged_of(crimes: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Events, people, offences, days and whether a caution, of crimes that were charged or cautioned."""
    at = np.flatnonzero(np.isin(crimes.outcome, ("1", "2", "3")) & (crimes.offender >= 0))
    days = np.maximum(crimes.at, crimes.until)[at] // DAY
    return (
        crimes.ids[at],
        crimes.offender[at],
        crimes.offence[at],
        days,
        np.isin(crimes.outcome[at], ("2", "3")),
    )
