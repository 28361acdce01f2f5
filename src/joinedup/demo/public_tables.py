"""The demonstration's tables for councillors: the assaults that emergency departments saw, made safe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.errors import NotFound
from joinedup.release.catalogue import approve, prepare, publications

if TYPE_CHECKING:
    from joinedup.terms import Viewer
    from joinedup.workspace import Workspace

MEASURE = "assault-attendances"


def fill(workspace: Workspace, by: Viewer, second: Viewer) -> int:
    """Publish them for councillors, if never prepared and a whole quarter is there; how many were.

    One person prepares and another approves, as anybody would.
    """
    if publications(MEASURE):
        return 0
    try:
        made, _ = prepare(workspace, by, MEASURE, "councillors")
    except NotFound:  # no whole quarter: a demonstration of few months
        return 0
    approve(workspace, second, made.number)
    return 1
