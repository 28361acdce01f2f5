"""Which workspace this process serves: one at a time."""

from __future__ import annotations

from joinedup.errors import NotFound
from joinedup.workspace import Workspace

_occupied: list[Workspace] = []


def occupy(workspace: Workspace) -> None:
    """From now on the hub's pages are about this workspace."""
    _occupied[:] = [workspace]


def workspace() -> Workspace:
    """The workspace that the hub shows."""
    if not _occupied:
        raise NotFound("The hub has no workspace", next_step="Start it with: joinedup serve")
    return _occupied[0]
