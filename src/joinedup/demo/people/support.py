"""Treatment, MARAC, domestic abuse services, intensive management, supported families, and needs."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np

from joinedup.demo.people.civil import DAY, read_text
from joinedup.demo.people.crimes import Crimes
from joinedup.demo.people.drawing import between, by_weights, happens
from joinedup.demo.people.inclinations import FAMILY
from joinedup.demo.people.offences import load_offences
from joinedup.demo.people.rates import choices, monthly
from joinedup.demo.people.spells import PROGRAMMES, Spells
from joinedup.demo.people.stage import Stage
from joinedup.demo.people.tables import Codes, TableWriter
from joinedup.demo.people.world import NEVER, World

_REFERRERS = ["police", "health", "housing", "self", "idva"]
_YEAR_DAYS = 365
_MEETING_DAYS = 30  # a case comes to one meeting a month


class Support:
    """Keeps who is on what, month by month."""

    def __init__(self, world: World, spells: Spells, referrals: TableWriter) -> None:
        """Some are in treatment on the first day."""
        self._world, self._spells, self._referrals = world, spells, referrals
        room = world.people.room
        self._until = {
            name: np.full(room, -NEVER, np.int64) for name in ("drug", "alcohol", "iom", "marac", "high risk")
        }
        self._family_until: dict[int, int] = {}
        self._referred: list[dict[str, np.ndarray]] = []

    def begin(self, drug_user: np.ndarray, drinker: np.ndarray) -> None:
        """Those who were in treatment before the first day."""
        stream = self._world.streams.of("treatment at the start")
        start, rates = int(self._world.starts[0]), self._world.rates["support"]
        for name, who, share in (
            ("drug", drug_user, rates["drug_treated_at_start"]),
            ("alcohol", drinker, rates["alcohol_treated_at_start"]),
        ):
            chosen = np.flatnonzero(who & self._world.people.here)
            chosen = chosen[happens(stream, share, len(chosen))]
            self._treat(stream, name, chosen, start - stream.integers(1, 700, len(chosen)), longer=start)

    def month(self, stage: Stage) -> None:
        """Starts of treatment, of intensive management and of work with families."""
        stream = stage.stream("support")
        rates, first = self._world.rates["support"], stage.month.first
        days = stage.month.after - first
        for name, who, yearly in (
            ("drug", stage.inclined.drug_user, rates["drug_treatment_a_year"]),
            ("alcohol", stage.inclined.drinker, rates["alcohol_treatment_a_year"]),
        ):
            free = np.flatnonzero(who & stage.month.adult & ~stage.away & (self._until[name] < first))
            chosen = free[happens(stream, monthly(yearly), len(free))]
            self._treat(stream, name, chosen, first + stream.integers(0, days, len(chosen)))
        self._manage(stream, stage)
        self._families(stream, stage)

    def _treat(
        self, stream: np.random.Generator, name: str, who: np.ndarray, started: np.ndarray, longer: int = 0
    ) -> None:
        rates = self._world.rates["support"]
        lasts = np.exp(
            stream.normal(rates["treatment_days"]["mean_log"], rates["treatment_days"]["spread"], len(who))
        )
        ended = np.maximum(started, longer) + np.clip(lasts, 7, 3000).astype(np.int64)
        words, shares = choices(rates["drug_substances"])
        found = np.array(words, dtype=object)[by_weights(stream, shares, len(who))]
        self._until[name][who] = ended
        self._spells.add(
            f"{name}-treatment", who, started, ended, detail=found if name == "drug" else "Alcohol"
        )

    def _manage(self, stream: np.random.Generator, stage: Stage) -> None:
        rates, first = self._world.rates["justice"], stage.month.first
        many = (
            (stage.justice.count >= rates["iom_sanctions"]) & stage.month.adult & (self._until["iom"] < first)
        )
        who = np.flatnonzero(many)
        who = who[happens(stream, rates["iom_taken"], len(who))]
        started = first + stream.integers(0, stage.month.after - first, len(who))
        ended = started + (rates["iom_months"] * 30.44 * stream.uniform(0.6, 1.5, len(who))).astype(np.int64)
        self._until["iom"][who] = ended + 90
        self._spells.add("iom", who, started, ended, detail="fixed cohort")

    def _families(self, stream: np.random.Generator, stage: Stage) -> None:
        people, first = self._world.people, stage.month.first
        child = np.flatnonzero(stage.month.here & (stage.month.age < 18))
        households = np.unique(people.household[child])
        troubled = np.zeros(self._world.n_households, bool)
        some = stage.month.here & ((stage.inclined.offend > 0) | stage.inclined.drug_user)
        troubled[people.household[np.flatnonzero(some)]] = True
        rates = self._world.rates["support"]
        more = np.where(troubled[households], *rates["families_where_troubled"])
        new = happens(stream, monthly(rates["supported_families_a_year"] * more), len(households))
        before = happens(stream, rates["families_at_start"] * more, len(households)) & (stage.number == 0)
        free = np.array([self._family_until.get(int(h), -1) < first for h in households], dtype=bool)
        chosen = np.flatnonzero((new | before) & free)
        if not len(chosen):
            return
        started = first + stream.integers(0, stage.month.after - first, len(chosen))
        ended = started + between(stream, rates["family_days"], len(chosen))
        started = started - np.where(before[chosen], stream.integers(30, 110, len(chosen)), 0)
        households = households[chosen]
        self._family_until.update(zip(households.tolist(), ended.tolist(), strict=True))
        members = np.flatnonzero(stage.month.here & np.isin(people.household, households))
        of = np.searchsorted(households, people.household[members])
        fits = people.since[members] <= started[of]
        members, of = members[fits], of[fits]
        self._spells.add(
            "supported-family",
            members,
            started[of],
            ended[of],
            detail="family worker",
            household=households[of],
        )

    def refer(self, stage: Stage, crimes: Crimes) -> None:
        """MARAC referrals and advocates after domestic crimes, graver ones sooner."""
        stream = stage.stream("referrals")
        rates = self._world.rates["support"]
        grave = 1 + 2.5 * (load_offences().injury[crimes.offence] > 0)
        able = crimes.domestic & (crimes.victim >= 0) & (crimes.relation <= FAMILY)
        able &= stage.month.age[np.maximum(crimes.victim, 0)] >= 16
        at = np.flatnonzero(able & happens(stream, rates["marac_of_domestic"] * grave / 1.6, len(crimes)))
        at = at[np.unique(crimes.victim[at], return_index=True)[1]]
        start = np.maximum(crimes.at, crimes.until)[at] // DAY + stream.integers(1, 15, len(at))
        late = self._until["marac"][crimes.victim[at]] < start
        at, start = at[late], start[late]
        who = crimes.victim[at]
        self._until["marac"][who] = start + _MEETING_DAYS
        words, shares = choices(rates["referrers"])
        referrer = np.array([_REFERRERS.index(word) for word in words])[by_weights(stream, shares, len(at))]
        self._referred.append(
            {
                "person": who,
                "other": crimes.offender[at],
                "day": start,
                "referrer": referrer,
                "event": np.where(
                    happens(stream, rates["referral_names_event"], len(at)), crimes.ids[at], -1
                ),
            }
        )
        new = self._until["high risk"][who] < start
        who, start = who[new], start[new]
        self._until["high risk"][who] = start + _YEAR_DAYS
        self._spells.add("marac", who, start, start + _YEAR_DAYS, detail="high risk")
        some = happens(stream, rates["idva_of_marac"], len(who))
        ended = start[some] + between(stream, rates["idva_days"], int(some.sum()))
        self._spells.add("idva", who[some], start[some] + 2, ended, detail="advocate")

    def finish(self) -> None:
        """Write the referrals of those who lived to be referred, by their days."""
        if not self._referred:
            return
        made = {name: np.concatenate([part[name] for part in self._referred]) for name in self._referred[0]}
        kept = (made["day"] < self._world.people.death[made["person"]]) & (
            made["day"] < self._world.starts[-1]
        )
        kept = np.flatnonzero(kept)
        kept = kept[np.lexsort((made["person"][kept], made["day"][kept]))]
        self._referrals.write(
            {
                "referral_id": np.arange(1, len(kept) + 1),
                "person_id": made["person"][kept].astype(np.int64),
                "other_person_id": made["other"][kept].astype(np.int64),
                "referred_on": made["day"][kept].astype("datetime64[D]"),
                "referrer": Codes(made["referrer"][kept], _REFERRERS),
                "event_id": made["event"][kept],
            }
        )


def need_rows(
    world: World, spells: dict[str, np.ndarray], drug_user: np.ndarray, drinker: np.ndarray
) -> dict[str, Any]:
    """Scores of the eight OASys sections at the start of each spell of probation and intensive management."""
    stream = world.streams.of("needs")
    sections = list(csv.DictReader(io.StringIO(read_text("oasys_criminogenic_needs.csv.gz"))))
    assessed = np.isin(spells["programme"], [PROGRAMMES.index("probation"), PROGRAMMES.index("iom")])
    at = np.flatnonzero(assessed)
    who, n = spells["person"][at], len(sections)
    most = np.array([2 * (1 + row["scored_items"].count(";")) for row in sections])
    share = stream.beta(1.6, world.rates["support"]["needs_spread"], (len(at), 1)) * stream.uniform(
        0.4, 1.5, (len(at), n)
    )
    names = [row["code"] for row in sections]
    for name, who_has in (("DRUG_MISUSE", drug_user), ("ALCOHOL_MISUSE", drinker)):
        share[:, names.index(name)] += np.where(who_has[who], *world.rates["support"]["needs_of_users"])
    score = np.clip(np.round(share * most), 0, most).astype(np.int64)
    on = spells["started"][at] + stream.integers(0, 28, len(at))
    on = np.minimum(on, np.minimum(spells["ended"][at], world.people.death[who]) - 1)
    return {
        "assessment_id": np.repeat(np.arange(1, len(at) + 1), n),
        "person_id": np.repeat(who, n),
        "assessed_on": np.repeat(on, n).astype("datetime64[D]"),
        "domain": Codes(np.tile(np.arange(n), len(at)), names),
        "score": score.ravel(),
    }
