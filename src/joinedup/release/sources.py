"""How sensitive sources are: as strict as the strictest that speaks of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from joinedup.terms import Sensitivity

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

_STRICTNESS = {Sensitivity.OPEN: 0, Sensitivity.OFFICIAL: 1, Sensitivity.RESTRICTED: 2}
_State = tuple[tuple[str, int], ...]
_kept: dict[str, tuple[_State, dict[str, Sensitivity]]] = {}


def strictest(found: list[Sensitivity]) -> Sensitivity:
    """The strictest of several; where nothing is said, data is closed."""
    return max(found, key=lambda one: _STRICTNESS[one], default=Sensitivity.OFFICIAL)


def of_sources(workspace: Workspace) -> Mapping[str, Sensitivity]:
    """What the feeds' contracts say of each source; read again when a contract's file changes.

    A contract with an error closes every source that it may be of, until it is mended.
    """
    state = contracts_state(workspace)
    kept = _kept.get(str(workspace.folder))
    if kept is None or kept[0] != state:
        said = {source: strictest(found) for source, found in _said(workspace).items()}
        kept = _kept[str(workspace.folder)] = (state, said)
    return kept[1]


def contracts_state(workspace: Workspace) -> _State:
    """What changes when a contract of the workspace does."""
    files = sorted(file for file in workspace.contracts_folder.rglob("*") if file.is_file())
    return tuple((str(file), file.stat().st_mtime_ns) for file in files)


def _said(workspace: Workspace) -> dict[str, list[Sensitivity]]:
    from joinedup.feeds import broken_contracts, contracts

    said: dict[str, list[Sensitivity]] = {}
    for contract in contracts(workspace).values():
        said.setdefault(contract.source, []).append(contract.publishing.sensitivity)
    broken = broken_contracts(workspace)
    if broken:
        delivered, known = _delivered(workspace), _known(workspace, said)
        known |= {source for sources in delivered.values() for source in sources}
        for one in broken.values():
            for source in one.concerned(known) | delivered.get(one.feed, set()):
                said.setdefault(source, []).append(one.sensitivity)
    return said


def _delivered(workspace: Workspace) -> dict[str, set[str]]:
    """The sources that each feed delivered for, whatever its contract says now."""
    from joinedup.records import RecordBook

    sources: dict[str, set[str]] = {}
    for row in RecordBook(workspace).deliveries():
        sources.setdefault(row.feed, set()).add(row.source)
    return sources


def _known(workspace: Workspace, said: Iterable[str]) -> set[str]:
    """The sources of contracts and of measures."""
    from joinedup.measures import catalogue

    return {*said, *(source for measure in catalogue(workspace).values() for source in measure.sources)}
