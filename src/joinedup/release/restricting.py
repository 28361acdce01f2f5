"""The door for restricted records: single records that exist for nobody but those inside.

Whoever may deliver a feed may restrict records of it, and is then outside like everybody else. Inside are the
data owners of the agency whose data it is, and whom a signed agreement gives that kind of restricted records
of the feed by its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from joinedup.accounts import in_their_role
from joinedup.errors import NotPermitted
from joinedup.release.acts import log_act
from joinedup.release.asking import Decisions
from joinedup.terms import Restriction, Role, Viewer

if TYPE_CHECKING:
    from joinedup.records import Restricted
    from joinedup.workspace import Workspace


def restrict_records(
    workspace: Workspace,
    viewer: Viewer,
    feed: str,
    *,
    references: Sequence[str] = (),
    record_keys: Sequence[str | UUID] = (),
    kind: Restriction,
    reason: str,
) -> Restricted:
    """Restrict records of a feed, named by the owner's reference or by key, for every date of knowledge.

    Raises NotPermitted for whoever may not deliver the feed, NotFound where there is no such record (or none
    that is there for everybody), BadInput for a reason that says who they are about.
    """
    from joinedup.feeds import contract
    from joinedup.feeds.permission import require_deliverer
    from joinedup.records import RecordBook

    require_deliverer(viewer, contract(workspace, feed).owner_code)
    return RecordBook(workspace).restrict(
        feed, record_keys, references=references, kind=kind, by=viewer, reason=reason
    )


def lift_restriction(workspace: Workspace, viewer: Viewer, number: int, *, reason: str) -> Restricted:
    """Lift a restriction: its records count again, for every date.

    Raises NotFound where none stands, or none that exists for this person; NotPermitted for whoever is not a
    data owner of the agency whose data it is; NeedsSecond where nobody has approved it.
    """
    from joinedup.records import RecordBook

    row = _known(workspace, viewer, number)
    owners = {one.owner for one in Decisions(workspace, viewer).known.of_feed(row.feed)}
    if viewer.role is not Role.DATA_OWNER or viewer.agency not in owners:
        raise NotPermitted(
            "A restriction is lifted by a data owner of the agency whose data it is",
            where=in_their_role(viewer),
            next_step="Ask one of them",
        )
    return RecordBook(workspace).lift(number, by=viewer, reason=reason)


def restrictions(workspace: Workspace, viewer: Viewer) -> list[Restricted]:
    """The restrictions that exist for this person, lifted ones too, oldest first; for an auditor all."""
    from joinedup.records import RecordBook

    rows = RecordBook(workspace).restrictions()
    if viewer.role is Role.AUDITOR:
        return rows
    decisions = Decisions(workspace, viewer)
    inside = {feed: decisions.inside(feed) for feed in {row.feed for row in rows}}
    return [row for row in rows if row.kind in inside[row.feed]]


def restricted_keys(workspace: Workspace, viewer: Viewer, number: int, *, reason: str) -> list[UUID]:
    """The keys of the records of a restriction, by which ``reveal`` is asked; for those inside, not for
    auditors. Logged before they are shown. Raises NotFound."""
    from joinedup.records import RecordBook
    from joinedup.records.restricting import absent

    row = _known(workspace, viewer, number)
    decisions = Decisions(workspace, viewer)
    if row.kind not in decisions.inside(row.feed):
        raise absent(number)
    keys = RecordBook(workspace).restricted_keys(number)
    log_act(
        "consultation",
        by=viewer,
        purpose=None,
        what=f"Keys of the records of restriction {number} of {row.feed}",
        reason=reason,
        subjects=[str(key) for key in keys],
        recipients=[viewer.username],
        detail={
            "restrictions": [row.kind.value],
            "owners": sorted({one.owner for one in decisions.known.of_feed(row.feed)}),
        },
    )
    return keys


def _known(workspace: Workspace, viewer: Viewer, number: int) -> Restricted:
    from joinedup.records.restricting import absent

    found = [row for row in restrictions(workspace, viewer) if row.number == number and row.stands]
    if not found:
        raise absent(number)
    return found[0]
