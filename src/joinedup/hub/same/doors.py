"""The doors of other rooms that this one asks by a name of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from joinedup.people.reviewing import Mentioned

if TYPE_CHECKING:
    from joinedup.workspace import Workspace


def evidence(workspace: Workspace, left: Mentioned, right: Mentioned) -> Sequence[tuple[str, float]]:
    """What spoke for and against two mentions being one person: words and bits each, in the order of the
    model; empty where that cannot be told."""
    return ()
