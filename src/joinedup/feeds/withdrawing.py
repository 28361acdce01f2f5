"""Taking a delivery back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.errors import BadInput
from joinedup.feeds.permission import require_deliverer
from joinedup.terms import Viewer
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.records import DeliveryRow


def withdraw(workspace: Workspace, delivery: int, *, by: Viewer, reason: str) -> DeliveryRow:
    """End a delivery from now on: what it superseded stands again; as known before, it still counts.

    Raises NotPermitted for whoever may not deliver, and where a later delivery was compared with this one.
    """
    from joinedup.records import RecordBook

    require_deliverer(by)
    if not reason.strip():
        raise BadInput("Withdrawing a delivery needs a reason", next_step="It is written to the log")
    return RecordBook(workspace).withdraw(delivery, by=by, reason=reason)
