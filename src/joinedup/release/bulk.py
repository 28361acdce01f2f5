"""Bulk export: many rows about people leave at once, which takes two people.

From so many rows on (``[release] bulk_rows``) an approval is used up in the transaction of the disclosure's
act. Figures are no bulk export.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from joinedup.accounts import Asked, Seconder, use
from joinedup.release.acts import log_act
from joinedup.release.approvals import BULK, fitting
from joinedup.release.decision import Access, What
from joinedup.release.permissions import most_of_closed
from joinedup.terms import Purpose, Role, Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace


def asked_for(
    workspace: Workspace,
    rows: int,
    *,
    what: What,
    feeds: Sequence[str],
    owners: Sequence[str],
    purpose: Purpose,
    exactly: Mapping[str, Any],
    told: Mapping[str, Any],
) -> Asked | None:
    """What a second person has to approve before so many rows leave; None where they are fewer than bulk.

    ``exactly`` may say of which feeds it names people, by which details (``named``: the others name nobody).
    """
    if rows < workspace.settings.bulk_rows:
        return None
    seconders = [Seconder(role) for role in Role if most_of_closed(role, what) is Access.FULL]
    arguments = {"what": what.value, "purpose": purpose.value, **exactly}
    return Asked(BULK, feeds, owners, arguments, seconders, {"rows": rows, **told})


def log_leaving(
    workspace: Workspace, kind: str, asked: Asked | None, *, by: Viewer, reason: str, **act: Any
) -> UUID:
    """Write the act before anything leaves, and use up the approval that it takes, both or neither.

    Raises NeedsSecond where there is none.
    """
    from django.db import transaction

    with transaction.atomic():
        if asked is not None:
            fits = fitting(workspace, asked.kind, asked.feeds, asked.arguments)
            approval = use(asked, by=by, reason=reason, fits=fits)
            act["detail"] = {**act.get("detail", {}), "proposal": approval.pk}
        return log_act(kind, by=by, reason=reason, **act)


def log_naming(
    workspace: Workspace,
    keys: Sequence[str],
    fields: Sequence[str],
    feeds: Sequence[str],
    *,
    by: Viewer,
    owners: Sequence[str],
    detail: Mapping[str, Any],
    **act: Any,
) -> UUID:
    """Write the consultation before these details of these records are shown; as ``log_leaving``."""
    asked = asked_for(
        workspace,
        len(keys),
        what=What.REVEAL,
        feeds=feeds,
        owners=owners,
        purpose=act["purpose"],
        exactly={"keys": digest(keys), "fields": sorted(fields)},
        told={"fields": sorted(fields)},
    )
    return log_leaving(
        workspace,
        "consultation",
        asked,
        by=by,
        subjects=list(keys),
        recipients=[by.username],
        detail={"fields": list(fields), **detail},
        **act,
    )


def digest(names: Iterable[object]) -> str:
    """Which records or rows exactly, without keeping them."""
    return hashlib.sha256("\n".join(sorted(map(str, names))).encode()).hexdigest()
