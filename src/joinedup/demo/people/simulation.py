"""Simulating the invented partnership: the door of ``joinedup.demo.people``."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from joinedup.demo.people.crimes import commit_crimes
from joinedup.demo.people.disorder import write_disorder
from joinedup.demo.people.emergencies import (
    write_ambulance_calls,
    write_fires,
    write_hidden_assaults,
    write_hoaxes,
    write_street_scene,
)
from joinedup.demo.people.eventlog import EventLog
from joinedup.demo.people.ground import load_ground
from joinedup.demo.people.housing import (
    StreetList,
    address_rows,
    build_homes,
    named_streets,
    premises_addresses,
)
from joinedup.demo.people.inclinations import Inclinations, Pairs, draw_inclinations
from joinedup.demo.people.justice import Justice, charged_of
from joinedup.demo.people.lives import Lives, arrive_later
from joinedup.demo.people.names import load_names
from joinedup.demo.people.naming import alias_rows, name_people, name_the_born, person_rows
from joinedup.demo.people.rates import load_rates
from joinedup.demo.people.recording import record_crimes
from joinedup.demo.people.settling import group_labels, settle
from joinedup.demo.people.spells import PROGRAMMES, Spells
from joinedup.demo.people.stage import Stage
from joinedup.demo.people.streams import Streams
from joinedup.demo.people.support import Support, need_rows
from joinedup.demo.people.surveys import Surveys
from joinedup.demo.people.tables import SCHEMAS, TableWriter
from joinedup.demo.people.truth import SUMMARY_FILE
from joinedup.demo.people.venues import EmptyHomes, Premises
from joinedup.demo.people.world import World
from joinedup.errors import BadInput
from joinedup.progress import Progress, Silent

LEAST, MOST = 500, 6_000_000


def simulate(
    folder: Path, *, people: int = 40_000, seed: int = 20_250_331, progress: Progress | None = None
) -> Path:
    """Invent about ``people`` people and three years of their lives; write the truth into ``folder``.

    The same size and seed give the same bytes. What ``folder`` held of an earlier truth is replaced. Raises
    ``BadInput`` for a size outside 500 to 6 million.
    """
    if not LEAST <= people <= MOST:
        raise BadInput(
            f"An invented partnership has {LEAST:,} to {MOST:,} people", next_step="Choose another number"
        )
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SUMMARY_FILE).unlink(missing_ok=True)
    watched = progress or Silent()
    with ExitStack() as stack:
        writers = {name: stack.enter_context(TableWriter(folder, name)) for name in SCHEMAS}
        simulation = _Simulation(people, seed, writers)
        with watched.stage("Inventing people and three years of their lives", simulation.months) as stage:
            for number in range(simulation.months):
                simulation.month(number)
                stage.advance(1)
        simulation.finish()
        sizes = {name: writer.rows for name, writer in writers.items()}
    _write_summary(folder, people, seed, simulation, sizes)
    return folder


class _Simulation:
    """The parts of the world, put together."""

    def __init__(self, n: int, seed: int, writers: dict[str, TableWriter]) -> None:
        self.writers = writers
        self.world, self.streets = _make_world(n, seed)
        self.labels = group_labels(self.world.rates)[1]
        self.months: int = self.world.rates["months"]
        name_people(self.world)
        self.inclined: Inclinations = draw_inclinations(self.world)
        arrive_later(self.world, self.world.streams.of("arrivals"))
        self.lives = Lives(self.world, writers["residence"].write)
        self.pairs = Pairs(self.world, self.inclined.offend)
        self.premises = Premises(self.world, self.streets)
        self.empty_homes = EmptyHomes(self.world)
        self.spells = Spells(self.world)
        self.justice = Justice(self.world, self.spells, writers["sanction"])
        self.justice.begin(self.inclined.offend)
        self.support = Support(self.world, self.spells, writers["referral"])
        self.support.begin(self.inclined.drug_user, self.inclined.drinker)
        self.surveys = Surveys(writers["response"], self.labels)
        self.log = EventLog(writers)

    def month(self, number: int) -> None:
        self.lives.month(number)
        self.empty_homes.month(number)
        self.pairs.month(number)
        self.justice.month(number)
        stage = Stage(self.world, number, self.inclined, self.pairs, self.justice, self.premises, self.log)
        crimes = commit_crimes(stage)
        record_crimes(stage, crimes)
        self.justice.charge(stage.stream("charges"), *charged_of(crimes))
        write_disorder(stage)
        write_hidden_assaults(stage, crimes)
        write_ambulance_calls(stage, crimes)
        write_fires(stage)
        write_hoaxes(stage)
        write_street_scene(stage)
        self.support.month(stage)
        self.support.refer(stage, crimes)
        self.surveys.month(stage)

    def finish(self) -> None:
        """Write what is known only at the end: people, their names, homes, spells and needs."""
        world, writers = self.world, self.writers
        self.lives.finish()
        self.support.finish()
        name_the_born(world)
        spells = self.spells.whole()
        for name, batches in (
            ("spell", self.spells.rows(spells)),
            ("need", [need_rows(world, spells, self.inclined.drug_user, self.inclined.drinker)]),
            ("address", address_rows(world.ground, self.streets, world.rates, world.homes)),
            ("empty_home", self.empty_homes.rows()),
        ):
            for batch in batches:
                writers[name].write(batch)
        writers["address"].write(premises_addresses(world, self.streets, self.premises))
        writers["premises"].write(self.premises.rows(len(world.homes)))
        proven = np.zeros(world.people.n, bool)
        known = self.justice.proven()
        proven[known[known < world.people.n]] = True
        on_probation = np.zeros(world.people.n, bool)
        on_probation[spells["person"][spells["programme"] == PROGRAMMES.index("probation")]] = True
        for batch in person_rows(world, self.labels, proven, on_probation):
            writers["person"].write(batch)
        for batch in alias_rows(world, np.flatnonzero(proven)):
            writers["alias"].write(batch)


def _make_world(n: int, seed: int) -> tuple[World, StreetList]:
    rates, streams, ground = load_rates(), Streams(seed), load_ground()
    short, _ = group_labels(rates)
    first_day = int(np.datetime64(rates["first_month"], "D").astype(np.int64))
    settled = settle(ground, rates, streams, n, first_day)
    streets = named_streets(ground)
    homes = build_homes(ground, streets, rates, streams, settled.lsoa)
    world = World(
        ground=ground,
        rates=rates,
        streams=streams,
        names=load_names(short, rates),
        groups=short,
        people=settled.people,
        homes=homes,
        home_of=np.arange(settled.households, dtype=np.int32),
        n_households=settled.households,
        scale=n / rates["residents_of_teesside"],
    )
    world.people.first_household[:] = world.people.household
    return world, streets


def _write_summary(
    folder: Path, people: int, seed: int, simulation: _Simulation, sizes: dict[str, int]
) -> None:
    """Sizes, seed, version, rates and true twins: written last, so that a truth without it is unfinished."""
    world = simulation.world
    twin = world.people.twin[: world.people.n]
    summary: dict[str, Any] = {
        "asked_for": people,
        "seed": seed,
        "version": world.rates["version"],
        "first_month": world.rates["first_month"],
        "months": world.rates["months"],
        "people": int(world.people.n),
        "twin_pairs": int((twin >= 0).sum() // 2),
        "sizes": sizes,
        "events": dict(sorted(simulation.log.counts.items())),
        "rates": world.rates,
    }
    text = json.dumps(summary, indent=1, ensure_ascii=False, default=str)
    (folder / SUMMARY_FILE).write_text(text + "\n", encoding="utf-8")
