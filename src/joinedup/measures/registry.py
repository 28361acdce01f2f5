"""Finding the definitions: every ``Measure`` in a theme file of the catalogue, and the partnership's own."""

from __future__ import annotations

import difflib
import functools
import importlib
import pkgutil
from types import ModuleType
from typing import TYPE_CHECKING

import joinedup.measures.catalogue as themes
from joinedup.errors import BadInput, NotFound
from joinedup.measures.definition import Measure
from joinedup.measures.translating import in_language, language

if TYPE_CHECKING:
    from joinedup.measures.own import Library
    from joinedup.workspace import Workspace


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


def catalogue(workspace: Workspace | None = None) -> dict[str, Measure]:
    """Every measure there is, by name, in the reader's language: definitions only, nothing is computed.

    Those that joinedup comes with; with a ``workspace``, then the partnership's own that are in force.
    Whether one exists for somebody is for ``release`` to say.
    """
    spoken = language()
    found = {name: in_language(one, spoken) for name, one in _discovered().items()}
    if workspace is not None:
        found |= {name: one.measure for name, one in own_measures(workspace).measures.items()}
    return found


def own_measures(workspace: Workspace) -> Library:
    """The partnership's own measures: those in force, and the files that are not and why."""
    from joinedup.measures.own import library

    return library(workspace, words_taken)


def names_taken() -> frozenset[str]:
    """Every name that something joinedup comes with is asked for by; no own measure may have one."""
    return frozenset(_discovered()) | _other_kinds()


def words_taken() -> frozenset[str]:
    """These names, and the titles and nouns of the catalogue, folded: what would be taken for its own."""
    words = {word.casefold() for one in _discovered().values() for word in (one.title, one.noun)}
    return names_taken() | words


@functools.cache
def _other_kinds() -> frozenset[str]:
    from joinedup.measures.linked.catalogue import LINKED
    from joinedup.measures.nominations.definitions import JAG
    from joinedup.measures.quality.definitions import QUALITY
    from joinedup.measures.reoffending.catalogue import REOFFENDING
    from joinedup.measures.repeats.catalogue import REPEATS

    return frozenset({*REPEATS, *LINKED, *REOFFENDING, *QUALITY, JAG.name})


def measure_named(name: str, workspace: Workspace | None = None) -> Measure:
    """The measure of that name; ``NotFound`` names the nearest one that joinedup comes with."""
    measures = catalogue(workspace)
    if name in measures:
        return measures[name]
    raise no_such(name, [one for one in measures if not measures[one].own])


def no_such(name: str, known: list[str]) -> NotFound:
    """What is said of a measure that there is not, naming the nearest of those that are known."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    step = f"Did you mean {near[0]}?" if near else f"There is: {', '.join(known)}"
    return NotFound("There is no such measure", where=name, next_step=step)
