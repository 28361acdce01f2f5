"""How sensitive sources and measures are: as strict as the strictest that speaks of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from joinedup.terms import Sensitivity

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.workspace import Workspace

_STRICTNESS = {Sensitivity.OPEN: 0, Sensitivity.OFFICIAL: 1, Sensitivity.RESTRICTED: 2}
_State = tuple[tuple[str, int], ...]
_kept: dict[str, tuple[_State, dict[str, Sensitivity]]] = {}


def strictest(found: list[Sensitivity]) -> Sensitivity:
    """The strictest of several; where nothing is said, data is closed."""
    return max(found, key=lambda one: _STRICTNESS[one], default=Sensitivity.OFFICIAL)


def of_sources(workspace: Workspace) -> Mapping[str, Sensitivity]:
    """What the feeds' contracts say of each source; read again when a contract file changes."""
    from joinedup.feeds import contracts

    files = sorted(workspace.contracts_folder.rglob("*.toml"))
    state = tuple((str(file), file.stat().st_mtime_ns) for file in files)
    kept = _kept.get(str(workspace.folder))
    if kept is None or kept[0] != state:
        said: dict[str, list[Sensitivity]] = {}
        for contract in contracts(workspace).values():
            said.setdefault(contract.source, []).append(contract.publishing.sensitivity)
        kept = (state, {source: strictest(found) for source, found in said.items()})
        _kept[str(workspace.folder)] = kept
    return kept[1]


def of_measure(workspace: Workspace, measure: Measure) -> Sensitivity:
    """What the measure says, or any of its sources if that is stricter."""
    sources = of_sources(workspace)
    return strictest([measure.sensitivity, *(sources[one] for one in measure.sources if one in sources)])
