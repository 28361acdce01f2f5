"""Finding the definitions: every ``Measure`` in every theme file of the catalogue."""

from __future__ import annotations

import difflib
import functools
import importlib
import pkgutil
from types import ModuleType

import joinedup.measures.catalogue as themes
from joinedup.errors import BadInput, NotFound
from joinedup.measures.definition import Measure
from joinedup.measures.translating import in_language, language


def _themes() -> list[ModuleType]:
    """The theme files, by the ``POSITION`` each gives itself, then by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(themes.__path__))
    modules = [importlib.import_module(f"{themes.__name__}.{name}") for name in names]
    return sorted(modules, key=lambda module: getattr(module, "POSITION", len(modules) * 100))


@functools.cache
def _discovered() -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for theme in _themes():
        for measure in vars(theme).values():
            if not isinstance(measure, Measure):
                continue
            if measure.name in found:
                raise BadInput(f"Two measures are called {measure.name}", where=theme.__name__)
            found[measure.name] = measure
    return found


def catalogue() -> dict[str, Measure]:
    """Every measure there is, by name, in the reader's language: definitions only, nothing is computed."""
    spoken = language()
    return {name: in_language(one, spoken) for name, one in _discovered().items()}


def measure_named(name: str) -> Measure:
    """The measure of that name; ``NotFound`` names the nearest one."""
    measures = catalogue()
    if name in measures:
        return measures[name]
    near = difflib.get_close_matches(name, measures, n=1, cutoff=0.5)
    step = f"Did you mean {near[0]}?" if near else f"There is: {', '.join(measures)}"
    raise NotFound("There is no such measure", where=name, next_step=step)
