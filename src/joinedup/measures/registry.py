"""Finding the definitions: every ``Measure`` in every theme file of the catalogue."""

from __future__ import annotations

import difflib
import functools
import importlib
import pkgutil

import joinedup.measures.catalogue as themes
from joinedup.errors import BadInput, NotFound
from joinedup.measures.definition import Measure


@functools.cache
def _discovered() -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for module in sorted(pkgutil.iter_modules(themes.__path__), key=lambda module: module.name):
        theme = importlib.import_module(f"{themes.__name__}.{module.name}")
        for measure in vars(theme).values():
            if not isinstance(measure, Measure):
                continue
            if measure.name in found:
                raise BadInput(f"Two measures are called {measure.name}", where=f"catalogue/{module.name}.py")
            found[measure.name] = measure
    return found


def catalogue() -> dict[str, Measure]:
    """Every measure there is, by name: definitions only, nothing is computed."""
    return dict(_discovered())


def measure_named(name: str) -> Measure:
    """The measure of that name; ``NotFound`` names the nearest ones."""
    measures = _discovered()
    if name in measures:
        return measures[name]
    near = difflib.get_close_matches(name, measures, n=3, cutoff=0.5) or sorted(measures)
    raise NotFound("There is no such measure", where=name, next_step=f"Perhaps: {', '.join(near)}")
