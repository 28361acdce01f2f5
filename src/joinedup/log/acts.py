"""Writing an act to the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from uuid6 import uuid7

from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.log.models import Act, ActKind


def record_act(
    kind: ActKind | str,
    *,
    by: Viewer,
    purpose: Purpose | None,
    what: str,
    reason: str = "",
    subjects: Iterable[str] = (),
    recipients: Iterable[str] = (),
    detail: dict[str, Any] | None = None,
) -> Act:
    """Append one act, in the caller's database transaction; if this raises, the act must not happen.

    ``what`` and ``detail`` name measures, feeds, areas and counts, ``subjects`` are keys: never names.
    """
    from joinedup.log.models import Act, ActKind

    act = Act(
        id=uuid7(),
        moment=datetime.now(UTC),
        kind=ActKind(kind),
        username=by.username,
        agency=by.agency,
        role=by.role.value,
        purpose=purpose.value if purpose else "",
        what=what,
        reason=reason,
        subjects=list(subjects),
        recipients=list(recipients),
        detail=detail or {},
    )
    act.save(force_insert=True)
    return act
