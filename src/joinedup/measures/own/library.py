"""Which measures of the partnership's own are in force, and what is wrong with the files of the others.

One file that is wrong, or was not added, leaves every other measure as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from joinedup.errors import JoinedupError
from joinedup.measures.own import ledger
from joinedup.measures.own.reading import OwnMeasure, read_file
from joinedup.workspace import Workspace


@dataclass(frozen=True)
class BrokenMeasure:
    """A file of which no measure is in force, and why. ``own`` where it can be read."""

    file: str
    error: JoinedupError
    own: OwnMeasure | None = None

    @property
    def waits(self) -> bool:
        """Whether it is right, and only waits to be added."""
        return self.own is not None


@dataclass(frozen=True)
class Library:
    """The own measures in force, by name, and the files that are not."""

    measures: dict[str, OwnMeasure] = field(default_factory=dict)
    broken: tuple[BrokenMeasure, ...] = ()


_Read = OwnMeasure | BrokenMeasure
_read_before: dict[Path, tuple[object, _Read]] = {}


def library(workspace: Workspace, taken: Callable[[], frozenset[str]]) -> Library:
    """What the folder ``measures/`` holds, against the versions that were added.

    ``taken`` gives the words that no own measure may be called by; it is asked only where there are files.
    """
    folder = workspace.measures_folder
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    if not files:
        return Library()
    names, last = taken(), ledger.latest()
    found: dict[str, OwnMeasure] = {}
    broken = []
    for path in files:
        one = _read(path, names)
        if isinstance(one, BrokenMeasure):
            broken.append(one)
            continue
        refused = ledger.refusal(one, last.get(one.measure.name))
        if refused is None:
            found[one.measure.name] = one
        else:
            broken.append(BrokenMeasure(path.name, refused, one))
    return Library(found, tuple(broken))


def _read(path: Path, taken: frozenset[str]) -> _Read:
    """The file, read again only where it changed: pages ask for all, many times."""
    try:
        told = path.stat()
    except OSError:
        state: object = None
    else:
        state = (told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino, taken)
    known = _read_before.get(path)
    if known is not None and state is not None and known[0] == state:
        return known[1]
    try:
        one: _Read = read_file(path, taken)
    except JoinedupError as error:
        one = BrokenMeasure(path.name, error)
    if state is not None:
        _read_before[path] = (state, one)
    return one
