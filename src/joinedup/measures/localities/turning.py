"""The index turned in every way that its definition names: who is in the group each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from joinedup.measures.localities.definitions import Base, Localities, Part
from joinedup.measures.localities.statistics import Floats, Marks, composite, indexes, members, whole_of


@dataclass(frozen=True)
class Values:
    """The parts of an index at hand: ``values`` and ``weights`` in the whole are parts by areas."""

    definition: Localities
    parts: tuple[Part, ...]
    values: Floats
    weights: Floats

    @property
    def part_weights(self) -> Floats:
        """How much each part counts."""
        return np.array([part.weight for part in self.parts])

    def base_weights(self, base: Base) -> Floats:
        """How much an area counts in the whole."""
        return self.weights if base is Base.WHOLE else np.ones_like(self.weights)

    def of_parts(self, base: Base | None = None) -> Floats:
        """Each part's index of each area."""
        weights = self.base_weights(base or self.definition.base)
        return indexes(self.values, whole_of(self.values, weights))

    def group(self, index: Floats) -> Marks:
        """Which areas are in the group by an index."""
        return members(index, self.definition.at_least, self.definition.top)


@dataclass(frozen=True)
class Variation:
    """One way of turning the index, in words, and who is in the group by it."""

    name: str
    words: str
    inside: Marks


def variations(given: Values) -> tuple[Variation, ...]:
    """Each part left out, each weight moved, and the whole told the other way."""
    of_parts = given.of_parts()
    ways = [
        *_without_each(given.parts, given.part_weights),
        *_moved(given.parts, given.part_weights, given.definition.moved),
    ]
    found = [
        Variation(name, words, given.group(composite(of_parts, weights))) for name, words, weights in ways
    ]
    other = Base.MEAN if given.definition.base is Base.WHOLE else Base.WHOLE
    by_other = given.group(composite(given.of_parts(other), given.part_weights))
    words = {
        Base.MEAN: _("100 as the mean of the areas, not of all together"),
        Base.WHOLE: _("100 as all areas together, not the mean of the areas"),
    }[other]
    return (*found, Variation(f"base-{other.value}", words, by_other))


def _without_each(parts: Sequence[Part], weights: Floats) -> Iterator[tuple[str, str, Floats]]:
    for at, part in enumerate(parts):
        left = weights.copy()
        left[at] = 0.0
        yield f"without-{part.name}", _("without: {part}").format(part=part.title), left


def _moved(
    parts: Sequence[Part], weights: Floats, factors: Sequence[float]
) -> Iterator[tuple[str, str, Floats]]:
    for at, part in enumerate(parts):
        for factor in factors:
            moved = weights.copy()
            moved[at] *= factor
            words = _("{part} with {factor:g} times its weight").format(part=part.title, factor=factor)
            yield f"{part.name}-times-{factor:g}", words, moved
