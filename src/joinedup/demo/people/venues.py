"""Licensed premises, and homes that stand empty."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from joinedup.demo.people.drawing import GroupDraw, by_weights
from joinedup.demo.people.housing import StreetList
from joinedup.demo.people.rates import choices
from joinedup.demo.people.tables import Codes
from joinedup.demo.people.world import NONE, World

_NAMES = Path(__file__).with_name("premises_names.toml")
_VIOLENT = "Violence and sexual offences"


class Premises:
    """Invented premises at real street points, thickest where most violence is recorded."""

    def __init__(self, world: World, streets: StreetList) -> None:
        """Choose points, names and how much trouble each has; ids are positions from 1."""
        stream = world.streams.of("premises")
        rates, rows = world.rates["premises"], world.ground.rows
        self.count = max(6, round(rates["count"] * world.scale))
        self.kinds, shares = choices(rates["kinds"])
        self.kind = by_weights(stream, shares, self.count)
        violence = np.bincount(rows.lsoa[rows.of_type(_VIOLENT)], minlength=len(world.ground.codes)).astype(
            float
        )
        per_street = violence**1.6 / np.maximum(np.bincount(streets.lsoa, minlength=len(violence)), 1)
        self.street = by_weights(stream, per_street[streets.lsoa], self.count)
        self.lsoa = streets.lsoa[self.street]
        self.number = stream.integers(1, world.rates["homes"]["highest_number"], self.count)
        self.names = self._names(stream)
        trouble = np.exp(stream.normal(0, rates["trouble_spread"], self.count))
        weight = np.array([rates["trouble"][self.kinds[kind]] for kind in self.kind])
        self._draw = GroupDraw(trouble * weight, self.lsoa, len(violence))
        self.trouble = trouble * weight

    def _names(self, stream: np.random.Generator) -> list[str]:
        words = tomllib.loads(_NAMES.read_text(encoding="utf-8"))
        pairs = [
            f"{first} {second}" for first in words["first"].split() for second in words["second"].split()
        ]
        pairs = [pairs[at] for at in stream.permutation(len(pairs))]
        places = words["place"].split()
        names: list[str] = []
        taken: dict[str, int] = {}
        for at, kind in enumerate(self.kind):
            shape = words["shapes"][self.kinds[kind]]
            two = pairs[at % len(pairs)].split()
            name = shape.format(*two) if shape.count("{}") == 2 else shape.format(places[at % len(places)])
            taken[name] = taken.get(name, 0) + 1
            names.append(name if taken[name] == 1 else f"{name} {taken[name]}")
        return names

    def draw(self, stream: np.random.Generator, lsoa: np.ndarray) -> np.ndarray:
        """Premises of each LSOA by their trouble (positions), or -1 where there are none."""
        return self._draw.draw(stream, lsoa)

    def rows(self, first_address: int) -> dict[str, Any]:
        """The premises table; their addresses follow those of the homes from ``first_address``."""
        ids = np.arange(self.count)
        return {
            "premises_id": ids + 1,
            "name": Codes(ids, self.names),
            "kind": Codes(self.kind, self.kinds),
            "address_id": first_address + ids,
            "licence_ref": Codes(ids, [f"PRL/{number + 1:04d}" for number in ids]),
        }


class EmptyHomes:
    """Notes when homes stand empty, month by month, and says which stood empty long."""

    def __init__(self, world: World) -> None:
        """Homes that are empty on the first day have been so for some time."""
        self._world = world
        stream = world.streams.of("empty homes")
        empty = world.homes.household == NONE
        before = stream.integers(20, 1500, len(empty))
        self._since = np.where(empty, world.starts[0] - before, NONE).astype(np.int64)
        self._ended: list[np.ndarray] = []

    def month(self, number: int) -> None:
        """Compare with the month before."""
        after = int(self._world.starts[number + 1])
        empty = self._world.homes.household == NONE
        filled = np.flatnonzero(~empty & (self._since != NONE))
        self._ended.append(np.stack([filled, self._since[filled], np.full(len(filled), after - 1)], axis=1))
        self._since[filled] = NONE
        self._since[empty & (self._since == NONE)] = after - 1

    def rows(self) -> Iterator[dict[str, Any]]:
        """Homes empty for at least half a year, with a reason."""
        rates = self._world.rates["homes"]
        still = np.flatnonzero(self._since != NONE)
        standing = np.stack([still, self._since[still], np.full(len(still), NONE)], axis=1)
        spells = np.concatenate([*self._ended, standing])
        end = np.where(spells[:, 2] == NONE, int(self._world.starts[-1]), spells[:, 2])
        spells = spells[end - spells[:, 1] >= rates["empty_after_days"]]
        words, shares = choices(rates["empty_reasons"])
        stream = self._world.streams.of("reasons of empty homes")
        to_date = spells[:, 2].astype("datetime64[D]")
        to_date[spells[:, 2] == NONE] = np.datetime64("NaT")
        yield {
            "address_id": spells[:, 0],
            "from_date": spells[:, 1].astype("datetime64[D]"),
            "to_date": to_date,
            "reason": Codes(by_weights(stream, shares, len(spells)), words),
        }
