"""Taking a delivery back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from joinedup.errors import BadInput
from joinedup.feeds import library
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

    book = RecordBook(workspace)
    owner = next((row.owner for row in book.deliveries() if row.number == delivery), "")
    require_deliverer(by, owner)
    if not reason.strip():
        raise BadInput("Withdrawing a delivery needs a reason", next_step="It is written to the log")
    return book.withdraw(delivery, by=by, reason=reason)


def take_back(
    workspace: Workspace,
    feed: str,
    *,
    references: Sequence[str] = (),
    record_keys: Sequence[str] = (),
    by: Viewer,
    reason: str,
) -> DeliveryRow:
    """Take single records back from now on, named by the owner's reference or by key.

    The answer is a delivery without a file, whose ``withdrawn`` counts the versions that ended; a record
    stays out, whatever is delivered of it, until that delivery is withdrawn. Raises NotPermitted for whoever
    may not deliver, NotFound where one of the records does not count now.
    """
    from joinedup.records import RecordBook

    require_deliverer(by, library.contract(workspace, feed).owner_code)
    if not reason.strip():
        raise BadInput("Taking a record back needs a reason", next_step="It is written to the log")
    return RecordBook(workspace).take_back(feed, record_keys, references=references, by=by, reason=reason)
