"""What changed from version to version of a measure: the log of changes that each definition has.

Of those that joinedup comes with, ``versions.toml`` keeps it, with the fingerprint of what each counts: tests
compare it with the definitions. Of the partnership's own, the database keeps it (``own.ledger``).
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from joinedup.measures.definition import Measure

FILE = Path(__file__).with_name("versions.toml")


@dataclass(frozen=True)
class Change:
    """One version. ``since`` is the release of joinedup it came with, or the day it was added and by whom;
    ``text`` is the whole file of an own measure as it was."""

    version: int
    since: str
    says: str
    fingerprint: str
    text: str = ""

    @property
    def words(self) -> str:
        """For people."""
        return f"version {self.version} ({self.since}): {self.says.rstrip('.')}"


def history(measure: Measure) -> tuple[Change, ...]:
    """The versions of a measure, the newest first."""
    return _of_own(measure.name) if measure.own else came_with().get(measure.name, ())


@functools.cache
def came_with() -> dict[str, tuple[Change, ...]]:
    """The versions of every definition that joinedup comes with, of each kind, by name, the newest first."""
    document = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        name: tuple(
            Change(one["version"], f"joinedup {one['since']}", one["says"], one["fingerprint"])
            for one in sorted(versions, key=lambda one: -int(one["version"]))
        )
        for name, versions in document.items()
    }


def _of_own(name: str) -> tuple[Change, ...]:
    from joinedup.measures.own.ledger import versions

    return tuple(
        Change(
            one.version,
            f"{one.at:%d %B %Y}, {one.by}",
            one.says or "The first.",
            one.fingerprint,
            one.text,
        )
        for one in reversed(versions(name))
    )
