"""The mess: how often each agency's records go wrong (``mess.toml``), drawn the same in every run."""

from __future__ import annotations

import hashlib
import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from joinedup.errors import BadInput

FROZEN = Path(__file__).with_name("mess.toml")

_T = TypeVar("_T")


@dataclass(frozen=True)
class Part:
    """A month of which the first file held only the days up to ``until_day``."""

    until_day: int
    completed: bool


class Draw:
    """Chance for one thing of one feed: the same thing has the same luck in every run."""

    def __init__(self, rates: Mapping[str, float], seed: int) -> None:
        self._rates = rates
        self.random = random.Random(seed)  # nosec B311  # noqa: S311 - repeatable on purpose, nothing is secret

    def happens(self, name: str) -> bool:
        """Whether the slip of this name happens; a rate that nobody wrote down is a mistake."""
        return self.random.random() < self._rates[name]

    def pick(self, among: Sequence[_T]) -> _T:
        """One of these."""
        return among[self.random.randrange(len(among))]


@dataclass(frozen=True)
class Mess:
    """All rates: the general ones, each feed's own, and the files that went wrong as a whole."""

    seed: int
    rates: Mapping[str, float]
    by_feed: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    doubled: frozenset[tuple[str, str]] = frozenset()
    parts: Mapping[tuple[str, str], Part] = field(default_factory=dict)

    def of(self, feed: str) -> Mapping[str, float]:
        """The rates that hold for a feed."""
        return {**self.rates, **self.by_feed.get(feed, {})}

    def luck(self, feed: str) -> Luck:
        """Where the draws of one feed come from."""
        return Luck(feed, self.of(feed), self.seed)

    def without(self) -> Mess:
        """The same with every rate 0 and no file that went wrong: an agency without any mess."""
        none = {feed: dict.fromkeys(rates, 0.0) for feed, rates in self.by_feed.items()}
        return replace(
            self, rates=dict.fromkeys(self.rates, 0.0), by_feed=none, doubled=frozenset(), parts={}
        )

    def only(self, feed: str, **rates: float) -> Mess:
        """No mess but these rates of one feed (``late_`` for ``late``: hyphens as underscores)."""
        clean = self.without()
        named = {name.replace("_", "-"): rate for name, rate in rates.items()}
        own = {**clean.by_feed.get(feed, {}), **named}
        return replace(clean, by_feed={**clean.by_feed, feed: own})


@dataclass(frozen=True)
class Luck:
    """The draws of one feed."""

    feed: str
    rates: Mapping[str, float]
    seed: int

    def draw(self, *what: object) -> Draw:
        """The draw for one thing, named by anything that identifies it."""
        key = "|".join(map(str, (self.seed, self.feed, *what)))
        return Draw(self.rates, int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest()))


def frozen(path: Path = FROZEN) -> Mess:
    """The rates as they were frozen. Raises BadInput where a rate is not between 0 and 1."""
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    by_feed = said.get("feed", {})
    for rates in (said["rates"], *by_feed.values()):
        if wrong := [name for name, rate in rates.items() if not 0 <= rate <= 1]:
            raise BadInput("A rate is between 0 and 1", where=f"{path.name}, {wrong[0]}")
    return Mess(
        seed=said["seed"],
        rates=said["rates"],
        by_feed=by_feed,
        doubled=frozenset((one["feed"], one["month"]) for one in said.get("doubled", [])),
        parts={
            (one["feed"], one["month"]): Part(one["until-day"], one["completed"])
            for one in said.get("partly-missing", [])
        },
    )
