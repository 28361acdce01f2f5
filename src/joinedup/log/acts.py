"""Writing an act to the log."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from uuid6 import uuid7

from joinedup.log import chain
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.log.models import Act, ActKind, Chain


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
    """Append one act to its agency's chain, in the caller's database transaction; if this raises, the act
    must not happen.

    ``what`` and ``detail`` name measures, feeds, areas and counts, ``subjects`` are keys: never names.
    ``reason`` is what a person wrote: it stands apart, and the act holds a commitment to it. On PostgreSQL
    other acts of the agency wait from here to the end of the transaction, so record late in it.
    """
    from django.db import transaction

    from joinedup.log.models import Act, ActKind, Words

    with transaction.atomic():
        last = _end_of(by.agency)
        act = Act(
            id=uuid7(),
            number=last.number + 1,
            previous=last.digest,
            moment=datetime.now(UTC),
            kind=ActKind(kind).value,
            username=by.username,
            agency=by.agency,
            role=by.role.value,
            purpose=purpose.value if purpose else "",
            what=what,
            subjects=chain.as_stored(list(subjects)),
            recipients=chain.as_stored(list(recipients)),
            detail=chain.as_stored(detail or {}),
        )
        if reason:
            salt = chain.new_salt()
            act.commitment = chain.commitment(salt, reason)
            Words(act_id=act.id, salt=salt, text=reason).save(force_insert=True)
        act.digest = act.entry().digest()
        act.save(force_insert=True)
        last.number, last.digest = act.number, act.digest
        last.save(force_update=True)
    return act


def _end_of(agency: str) -> Chain:
    """The end of an agency's chain, held until the transaction ends."""
    from django.db import IntegrityError, transaction

    from joinedup.log.models import Chain

    held = Chain.objects.select_for_update().filter(agency=agency)
    end = held.first()
    if end is not None:
        return end
    with contextlib.suppress(IntegrityError), transaction.atomic():  # unless another began it just now
        Chain.objects.create(agency=agency, number=0, digest=chain.BEGINNING)
    return held.get()
