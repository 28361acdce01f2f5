"""The door for rows in quarantine: who may take them away as written, and the act in the log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.accounts import in_force
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.release import bulk, matters
from joinedup.release.deciding import decide
from joinedup.release.decision import What
from joinedup.terms import Purpose, Sensitivity, Viewer

if TYPE_CHECKING:
    from joinedup.accounts import Asked
    from joinedup.records import DeliveryRow
    from joinedup.workspace import Workspace


def export_quarantine(
    workspace: Workspace, viewer: Viewer, delivery: int, target: Path, *, purpose: Purpose, reason: str
) -> int:
    """Write the rows of a delivery that wait to a new file (.xlsx, else CSV) for their owner to mend.

    Only its maker can read it; returns how many. It is a disclosure to the owner's agency.

    A refused row holds whatever its owner sent: open feeds' are for analysts, data owners and administrators,
    closed feeds' for the data owner of that agency and for analysts of whom an agreement speaks. The
    disclosure is in the log before the file is there. Of closed data, many rows at once take a second person
    (``bulk``): NeedsSecond is raised where none has approved exactly these.
    Raises ``NotPermitted`` with the decision's sentence or where the log cannot be written, ``NotFound``
    where there is no such delivery, none with refused rows, or none that anybody may know of.
    """
    row = _delivery(workspace, delivery)
    asked = matters.known(workspace).of_feed(row.feed) if row else (matters.NOWHERE,)
    decision = decide(viewer, What.REFUSED_ROWS, asked, agreements=in_force(), purpose=purpose, reason=reason)
    if row is None or (not decision.allowed and any(one.is_restricted for one in asked)):
        # What is restricted does not exist: the same words as for what is not there.
        raise NotFound(
            "There is no delivery of that number that you may see",
            where=str(delivery),
            next_step="See: joinedup quarantine",
        )
    if not decision.allowed or decision.protected:
        raise NotPermitted(decision.sentence)
    if not row.quarantined:
        raise NotFound("That delivery has no row in quarantine", where=str(delivery))
    from joinedup.feeds.waiting import of_delivery

    waiting = of_delivery(workspace, row.number).waiting
    if not waiting:
        raise NotFound("No row of that delivery waits any more", where=str(delivery))
    if target.exists():
        raise BadInput("That file exists already", where=str(target), next_step="Name a new one")
    is_open = all(one.sensitivity is Sensitivity.OPEN for one in asked)
    bulky = None if is_open else _in_bulk(workspace, row, [one.row for one in waiting], purpose)
    bulk.log_leaving(
        workspace,
        "disclosure",
        bulky,
        by=viewer,
        purpose=purpose,
        what=f"quarantine of delivery {row.number} of {row.feed}",
        reason=reason,
        recipients=[row.owner],
        detail={"rows": len(waiting), "owner": row.owner, **decision.basis},
    )
    from joinedup.feeds.quarantine import write_refused_rows

    return write_refused_rows(workspace, row.number, target)


def _in_bulk(
    workspace: Workspace, row: DeliveryRow, numbers: Sequence[int], purpose: Purpose
) -> Asked | None:
    return bulk.asked_for(
        workspace,
        len(numbers),
        what=What.REFUSED_ROWS,
        feeds=[row.feed],
        owners=[row.owner],
        purpose=purpose,
        exactly={"delivery": row.number, "rows": bulk.digest(numbers)},
        told={"delivery": row.number},
    )


def _delivery(workspace: Workspace, number: int) -> DeliveryRow | None:
    from joinedup.records import RecordBook

    return next((row for row in RecordBook(workspace).deliveries() if row.number == number), None)
