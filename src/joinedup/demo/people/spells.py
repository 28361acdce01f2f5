"""Time on programmes: collected while the world lives, and written at the end, when deaths are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from joinedup.demo.people.drawing import happens
from joinedup.demo.people.tables import Codes
from joinedup.demo.people.world import NEVER, World

PROGRAMMES = [
    "probation", "youth-justice", "drug-treatment", "alcohol-treatment", "iom", "prison", "approved-premises",
    "marac", "idva", "supported-family",
]  # fmt: skip
_PRISONS = ["HMP Eskmoor", "HMP Wearbank", "HMP Skelderby"]  # invented, as are the next three
_WOMENS_PRISON, _YOUNG_PRISON, _PREMISES = "HMP Ousefield", "HMYOI Tarnbeck", "Beckside House"
_PREMISES_DAYS = 90


class Spells:
    """Collects spells; one that ends after the three years has no end yet; a death ends all."""

    def __init__(self, world: World) -> None:
        """Empty."""
        self._world = world
        self._parts: list[dict[str, np.ndarray]] = []

    def add(
        self,
        programme: str,
        people: np.ndarray,
        started: np.ndarray,
        ended: np.ndarray,
        *,
        sanction: np.ndarray | None = None,
        detail: str | np.ndarray = "",
        household: np.ndarray | None = None,
    ) -> None:
        """Add a spell for each person, from a day to a day (``NEVER``: open)."""
        n = len(people)
        self._parts.append(
            {
                "programme": np.full(n, PROGRAMMES.index(programme)),
                "person": np.asarray(people, np.int64),
                "started": np.asarray(started, np.int64),
                "ended": np.asarray(ended, np.int64),
                "sanction": np.full(n, -1) if sanction is None else sanction,
                "detail": np.full(n, detail, dtype=object) if isinstance(detail, str) else detail,
                "household": np.full(n, -1) if household is None else household,
            }
        )

    def prisons(self, stream: np.random.Generator, people: np.ndarray) -> np.ndarray:
        """An invented establishment for each."""
        names = np.array(_PRISONS, dtype=object)[stream.integers(0, len(_PRISONS), len(people))]
        young = self._world.people.age(float(self._world.starts[0]))[people] < 20
        names[young] = _YOUNG_PRISON
        names[self._world.people.sex[people] == 0] = _WOMENS_PRISON
        return names

    def add_licence(
        self,
        stream: np.random.Generator,
        people: np.ndarray,
        released: np.ndarray,
        ended: np.ndarray,
        *,
        sanction: np.ndarray | None = None,
        long: np.ndarray | None = None,
    ) -> None:
        """Probation from release on; some of those with long sentences live in approved premises at first."""
        self.add("probation", people, released, ended, sanction=sanction, detail="licence")
        share = self._world.rates["justice"]["approved_premises_of_long"]
        stays = happens(stream, share, len(people)) & (np.zeros(len(people), bool) if long is None else long)
        ids = None if sanction is None else sanction[stays]
        self.add(
            "approved-premises",
            people[stays],
            released[stays],
            released[stays] + _PREMISES_DAYS,
            sanction=ids,
            detail=_PREMISES,
        )

    def whole(self) -> dict[str, np.ndarray]:
        """All spells that had begun by the end, by day and number; deaths end them."""
        people, end = self._world.people, int(self._world.starts[-1])
        all_parts = {name: np.concatenate([part[name] for part in self._parts]) for name in self._parts[0]}
        death = people.death[all_parts["person"]].astype(np.int64)
        all_parts["ended"] = np.minimum(all_parts["ended"], death)
        kept = (
            (all_parts["started"] < end)
            & (all_parts["started"] < death)
            & (all_parts["ended"] > all_parts["started"])
        )
        chosen = np.flatnonzero(kept)
        chosen = chosen[
            np.lexsort(
                (all_parts["person"][chosen], all_parts["programme"][chosen], all_parts["started"][chosen])
            )
        ]
        found = {name: values[chosen] for name, values in all_parts.items()}
        found["ended"] = np.where(found["ended"] >= end, NEVER, found["ended"])
        return found

    def rows(self, spells: dict[str, np.ndarray]) -> Iterator[dict[str, Any]]:
        """The spell table."""
        n = len(spells["person"])
        words = sorted({str(word) for word in spells["detail"]} - {""})
        number = {word: at for at, word in enumerate(words)}
        ended = spells["ended"].astype("datetime64[D]")
        ended[spells["ended"] == NEVER] = np.datetime64("NaT")
        yield {
            "spell_id": np.arange(1, n + 1),
            "person_id": spells["person"],
            "programme": Codes(spells["programme"], PROGRAMMES),
            "started": spells["started"].astype("datetime64[D]"),
            "ended": ended,
            "sanction_id": spells["sanction"],
            "detail": Codes(
                np.array([number.get(str(word), -1) for word in spells["detail"]], dtype=np.int64), words
            ),
            "household_id": spells["household"].astype(np.int64),
        }
