"""The sentence about a definition that there is not: it names the nearest ones."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from joinedup.errors import NotFound


def no_such(what: str, name: str, known: Collection[str]) -> NotFound:
    """``what`` says that there is none of that name; ``known`` are the names there are."""
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or sorted(known)
    return NotFound(what, where=name, next_step=f"Perhaps: {', '.join(near)}")
