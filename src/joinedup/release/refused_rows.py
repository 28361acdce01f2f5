"""The door for rows in quarantine: who may take them away as written, and the act in the log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.release.acts import log_act
from joinedup.release.deciding import decide
from joinedup.release.decision import What
from joinedup.release.sources import of_sources, strictest
from joinedup.terms import Purpose, Sensitivity, Viewer

if TYPE_CHECKING:
    from joinedup.records import DeliveryRow
    from joinedup.workspace import Workspace


def export_quarantine(
    workspace: Workspace, viewer: Viewer, delivery: int, target: Path, *, purpose: Purpose, reason: str
) -> int:
    """Write the rows of a delivery that wait to a new file (.xlsx, else CSV) for their owner to mend.

    Only its maker can read it; returns how many. It is a disclosure to the owner's agency.

    A refused row holds whatever its owner sent, so open feeds' are for analysts and administrators, closed
    feeds' for analysts, restricted feeds' for nobody. The disclosure is in the log before the file is there.
    Raises ``NotPermitted`` with the decision's sentence or where the log cannot be written, ``NotFound``
    where there is no such delivery, none with refused rows, or none that anybody may know of.
    """
    row = _delivery(workspace, delivery)
    sensitivity = _sensitivity(workspace, row) if row else Sensitivity.RESTRICTED
    decision = decide(viewer, What.REFUSED_ROWS, sensitivity=sensitivity, purpose=purpose, reason=reason)
    if row is None or (sensitivity is Sensitivity.RESTRICTED and not decision.allowed):
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

    waits = len(of_delivery(workspace, row.number).waiting)
    if not waits:
        raise NotFound("No row of that delivery waits any more", where=str(delivery))
    if target.exists():
        raise BadInput("That file exists already", where=str(target), next_step="Name a new one")
    log_act(
        "disclosure",
        by=viewer,
        purpose=purpose,
        what=f"quarantine of delivery {row.number} of {row.feed}",
        reason=reason,
        recipients=[row.owner],
        detail={"rows": waits, "owner": row.owner, "rule": decision.rule},
    )
    from joinedup.feeds.quarantine import write_refused_rows

    return write_refused_rows(workspace, row.number, target)


def _delivery(workspace: Workspace, number: int) -> DeliveryRow | None:
    from joinedup.records import RecordBook

    return next((row for row in RecordBook(workspace).deliveries() if row.number == number), None)


def _sensitivity(workspace: Workspace, row: DeliveryRow) -> Sensitivity:
    """As strict as anything that speaks of its feed: its source's contracts, and its own, whole or broken."""
    from joinedup.feeds import broken_contracts, contracts

    sources = of_sources(workspace)
    said = [sources[row.source]] if row.source in sources else []
    if (contract := contracts(workspace).get(row.feed)) is not None:
        said.append(contract.publishing.sensitivity)
    if (broken := broken_contracts(workspace).get(row.feed)) is not None:
        said.append(broken.sensitivity)
    return strictest(said)
