"""Which workspace this process serves: one at a time; and to whom: this computer only, or beyond."""

from __future__ import annotations

from joinedup.errors import NotFound
from joinedup.workspace import Workspace

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_occupied: list[tuple[Workspace, str]] = []


def occupy(workspace: Workspace, host: str | None = None) -> None:
    """From now on the hub's pages are about this workspace; ``host`` is what it listens on, as the settings
    say unless given.
    """
    _occupied[:] = [(workspace, host or workspace.settings.host)]


def workspace() -> Workspace:
    """The workspace that the hub shows."""
    return _served()[0]


def beyond_this_computer() -> bool:
    """Whether others can reach the hub: it listens beyond loopback, or a web server stands before it."""
    shown, host = _served()
    return shown.settings.behind_proxy or host not in LOOPBACK


def second_factor_required() -> bool:
    """Whether everybody needs a second factor: as the settings say, or because others can reach the hub."""
    said = workspace().settings.second_factor
    return beyond_this_computer() if said == "automatic" else said == "required"


def _served() -> tuple[Workspace, str]:
    if not _occupied:
        raise NotFound("The hub has no workspace", next_step="Start it with: joinedup serve")
    return _occupied[0]
