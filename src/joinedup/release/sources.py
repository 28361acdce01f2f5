"""How sensitive each source is: as strict as the strictest contract and measure that name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.terms import Sensitivity

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

_STRICTNESS = {Sensitivity.OPEN: 0, Sensitivity.OFFICIAL: 1, Sensitivity.RESTRICTED: 2}


def strictest(found: list[Sensitivity]) -> Sensitivity:
    """The strictest of several; where nothing is said, data is closed."""
    return max(found, key=lambda one: _STRICTNESS[one], default=Sensitivity.OFFICIAL)


def sensitivities(workspace: Workspace) -> dict[str, Sensitivity]:
    """The sensitivity of every source that a contract or a measure names."""
    from joinedup.feeds import contracts
    from joinedup.measures import catalogue

    said: dict[str, list[Sensitivity]] = {}
    for contract in contracts(workspace).values():
        said.setdefault(contract.source, []).append(contract.publishing.sensitivity)
    for measure in catalogue().values():
        for source in measure.sources:
            said.setdefault(source, []).append(measure.sensitivity)
    return {source: strictest(found) for source, found in said.items()}
