"""Finding the verbs: the modules of ``cli/verbs``, and their first lines, without importing any of them."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from functools import cache

import click

from joinedup.cli import verbs as verbs_package


@cache
def verbs() -> list[str]:
    """The names of all verbs, in alphabetical order."""
    modules = pkgutil.iter_modules(verbs_package.__path__)
    return sorted(module.name.replace("_", "-") for module in modules if not module.name.startswith("_"))


def summary(verb: str) -> str:
    """The first line of the verb's module docstring, read from its source."""
    source = pkgutil.get_data(verbs_package.__name__, f"{verb.replace('-', '_')}.py") or b""
    docstring = ast.get_docstring(ast.parse(source)) or ""
    return docstring.partition("\n")[0]


def command(verb: str) -> click.Command | None:
    """The verb's click command, imported now; None when there is no such verb."""
    if verb not in verbs():
        return None
    found = importlib.import_module(_module(verb)).command
    if not isinstance(found, click.Command):
        raise TypeError(f"{_module(verb)}.command is not a click command")
    return found


def _module(verb: str) -> str:
    return f"{verbs_package.__name__}.{verb.replace('-', '_')}"
