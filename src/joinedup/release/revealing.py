"""The door for identifying details of named records: a stated purpose and reason, and the act in the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.release.acts import log_act
from joinedup.release.deciding import decide
from joinedup.release.decision import What
from joinedup.release.sources import strictest
from joinedup.terms import Purpose, RecordType, Sensitivity, Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace


def reveal(
    workspace: Workspace,
    viewer: Viewer,
    record_type: RecordType,
    keys: Sequence[str],
    fields: Sequence[str],
    *,
    purpose: Purpose,
    reason: str,
) -> list[dict[str, Any]]:
    """Identifying ``fields`` of the records with these ``keys``, one dictionary for each record.

    Raises ``NotPermitted`` where the decision is no or the log cannot be written, and ``NotFound`` where no
    feed carries such fields, which is so for every feed of open data. The act is a consultation and names
    the keys as its subjects. The record book has no place for identifying fields yet: until it has one,
    every request that is allowed and logged ends in ``NotFound``.
    """
    if not keys or not fields:
        raise BadInput("Identifying details are shown for named records and fields", next_step="Name them")
    declared = _declared(workspace, record_type)
    sensitivity = strictest([one for name in fields for one in declared.get(name, [])])
    decision = decide(viewer, What.REVEAL, sensitivity=sensitivity, purpose=purpose, reason=reason)
    if not decision.allowed:
        raise NotPermitted(decision.sentence)
    absent = [name for name in fields if name not in declared]
    if absent:
        raise NotFound(
            _("No feed of this partnership carries that identifying detail"), where=", ".join(absent)
        )
    log_act(
        "consultation",
        by=viewer,
        purpose=purpose,
        what=f"Identifying details of {len(keys)} {record_type} records: {', '.join(fields)}"[:300],
        reason=reason,
        subjects=list(keys),
        recipients=[viewer.username],
        detail={"fields": list(fields), "rule": decision.rule},
    )
    return _kept_apart(workspace, record_type, keys, fields)


def _declared(workspace: Workspace, record_type: RecordType) -> dict[str, list[Sensitivity]]:
    """The identifying fields that contracts of this record type declare, and how sensitive each is."""
    from joinedup.feeds import broken_contracts, contracts
    from joinedup.feeds.contract import Personal

    found: dict[str, list[Sensitivity]] = {}
    for contract in contracts(workspace).values():
        if contract.record_type != record_type:
            continue
        for column in contract.columns:
            if column.personal is Personal.IDENTIFYING and column.field:
                found.setdefault(column.field, []).append(contract.publishing.sensitivity)
    # A contract with an error may carry any of these fields: until it is mended they are as closed as it.
    closing = [broken.sensitivity for broken in broken_contracts(workspace).values()]
    return {field: [*said, *closing] for field, said in found.items()}


def _kept_apart(
    workspace: Workspace, record_type: RecordType, keys: Sequence[str], fields: Sequence[str]
) -> list[dict[str, Any]]:
    """Identifying fields as the record book keeps them: apart, and so far of no feed at all."""
    raise NotFound(
        _("The record book keeps no identifying details yet, so there is nothing to show"),
        where=str(record_type),
    )
