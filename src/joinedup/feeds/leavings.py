"""What processes that no longer live left in the workspace: partners' files, exports, spilled rows."""

from __future__ import annotations

from pathlib import Path

from joinedup.feeds import scratch
from joinedup.workspace import Workspace


def leavings(workspace: Workspace) -> list[Path]:
    """Files and folders in the scratch folder and among the held files that no process and nobody waits for,
    or of which that cannot be told."""
    from joinedup.feeds import desk

    return [*scratch.abandoned(workspace), *scratch.unexplained(workspace), *desk.orphaned(workspace)]


def sweep_leavings(workspace: Workspace) -> None:
    """Delete those of which it can be told that nobody needs them."""
    from joinedup.feeds import desk

    scratch.sweep(workspace)
    desk.sweep(workspace)
