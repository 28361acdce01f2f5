"""The doors of a room that is slow to enter: each public name is imported when it is first asked for.

Django imports every room to find its tables, so whatever a room's ``__init__`` imports is paid for by each
command and by each page's first answer, whether it is used or not.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any


def when_asked(room: str, parts: Mapping[str, Sequence[str]]) -> None:
    """Let a package (its ``__name__``) import its public names when they are asked for.

    ``parts``: module of the package to the names that it gives. A module that has the name of a door does not
    hide it: ``from joinedup.places import postcodes`` is the function, whoever imported the module before.
    """
    where = {name: f"{room}.{part}" for part, names in parts.items() for name in names}

    class Room(ModuleType):
        """A package whose doors are opened one by one."""

        def __getattr__(self, name: str) -> Any:
            if name not in where:
                raise AttributeError(f"module {room!r} has no attribute {name!r}")
            found = getattr(import_module(where[name]), name)
            setattr(self, name, found)
            return found

        def __setattr__(self, name: str, value: Any) -> None:
            if not (name in where and isinstance(value, ModuleType)):
                super().__setattr__(name, value)

        def __dir__(self) -> list[str]:
            return sorted({*super().__dir__(), *where})

    sys.modules[room].__class__ = Room
