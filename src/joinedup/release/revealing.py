"""The door for identifying details of named records: a stated purpose and reason, and the act in the log."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from joinedup.accounts import in_force
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.release import bulk, matters
from joinedup.release.breaking import broken_for
from joinedup.release.deciding import OF_ROLES, all_of, decide
from joinedup.release.decision import Decision, What
from joinedup.release.identifying import details_of, is_of, said
from joinedup.release.matters import Matter
from joinedup.release.sources import strictest
from joinedup.terms import Purpose, RecordType, Restriction, Sensitivity, Viewer

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
    feed: str | None = None,
) -> list[dict[str, Any]]:
    """Identifying ``fields`` of the records with these ``keys`` (record keys, of one ``feed`` if named).

    A field is a role's attribute (``victim.full_name``, ``client.identifiers.nhs``) or a private field of the
    record (``narrative``). One dictionary for each mention: ``record_key``, ``feed``, ``role``, ``ordinal``,
    then the fields that were asked for, None where the owner gave none; private fields stand under the role
    ``record``. Raises ``NotPermitted`` where the decision is no or the log cannot be written, and
    ``NotFound`` where no feed carries such fields or no such record has them. The act is a consultation
    that names the keys as its subjects, and is in the log before anything is read. Many keys at once take a
    second person (``bulk``): NeedsSecond is raised where none has approved exactly this.
    """
    if not keys or not fields:
        raise BadInput("Identifying details are shown for named records and fields", next_step="Name them")
    from joinedup.records.mentions import keys_of

    carriers = _carriers(workspace, record_type, feed, fields)
    shown, decision = _decided(workspace, viewer, carriers, purpose, reason)
    if not decision.allowed:
        raise NotPermitted(decision.sentence)
    absent = [name for name in fields if not any(name in carriers[one] for one in shown)]
    if absent:
        raise NotFound(
            _("No feed of this partnership carries that identifying detail"), where=", ".join(absent)
        )
    named = [str(key) for key in keys_of(keys)]
    carried = {one: carriers[one] for one in shown}
    inside, decisions = _inside(workspace, viewer, carried, named, purpose, reason)
    basis = all_of([decision, *decisions]).basis
    if inside and len(named) >= workspace.settings.bulk_rows:  # a second person might be outside
        raise BadInput(
            _("Restricted records are among these, and so many are not shown at once"),
            next_step=_("Ask for fewer than %(most)s") % {"most": workspace.settings.bulk_rows},
        )
    if inside:
        basis["restrictions"] = sorted({kind for kinds in inside.values() for kind in kinds})
    bulk.log_naming(
        workspace,
        named,
        fields,
        shown,
        by=viewer,
        owners=decision.owners,
        purpose=purpose,
        what=f"Identifying details of {len(named)} {record_type} records: {', '.join(fields)}"[:300],
        reason=reason,
        detail=basis,
    )
    return _kept_apart(workspace, shown, named, fields, inside)


def _carriers(
    workspace: Workspace, record_type: RecordType, feed: str | None, fields: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Which of these identifying details each feed of this record type carries, by its contract."""
    from joinedup.feeds import contracts

    found = {}
    for contract in contracts(workspace).values():
        if contract.record_type == record_type and feed in {None, contract.name}:
            found[contract.name] = tuple(name for name in fields if name in details_of(contract))
    return {name: carried for name, carried in found.items() if carried}


def _decided(
    workspace: Workspace,
    viewer: Viewer,
    carriers: dict[str, tuple[str, ...]],
    purpose: Purpose,
    reason: str,
) -> tuple[list[str], Decision]:
    """The feeds whose details this person may have, and the decision; the first refusal where there is none.

    A restricted feed that they may not have is not there: then, as where no feed carries such details, role
    and reason alone decide which answer they get.
    """
    from joinedup.feeds import broken_contracts

    # A contract with an error may carry any of these fields: until it is mended they are as closed as it.
    closing = [broken.sensitivity for broken in broken_contracts(workspace).values()]
    held, broken = in_force(), broken_for(viewer)
    known, decisions = matters.known(workspace), {}
    for name, carried in carriers.items():
        asked = [
            replace(one, fields=carried, sensitivity=strictest([one.sensitivity, *closing]))
            for one in known.of_feed(name)
        ]
        decision = decide(
            viewer,
            What.REVEAL,
            asked,
            agreements=held,
            purpose=purpose,
            reason=reason,
            broken=broken,
        )
        # Of a restricted feed whose glass is broken for them they know.
        if decision.allowed or decision.grants or not any(one.is_restricted for one in asked):
            decisions[name] = decision
    shown = sorted(name for name, one in decisions.items() if one.allowed)
    if shown:
        return shown, all_of([decisions[name] for name in shown])
    nobodys = Matter("", "", viewer.agency, Sensitivity.OFFICIAL)
    # What something else that were stated would open says more than what the role refuses.
    refused = min(decisions.values(), key=lambda one: one.rule in OF_ROLES, default=None)
    return [], refused or decide(
        viewer, What.REVEAL, [nobodys], agreements=(), purpose=purpose, reason=reason
    )


def _inside(
    workspace: Workspace,
    viewer: Viewer,
    carried: Mapping[str, tuple[str, ...]],
    keys: Sequence[str],
    purpose: Purpose,
    reason: str,
) -> tuple[dict[UUID, frozenset[Restriction]], list[Decision]]:
    """Which of these records are restricted and yet there for this person, with the decisions that say so."""
    from joinedup.records import RecordBook

    held, known, book = in_force(), matters.known(workspace), RecordBook(workspace)
    inside: dict[UUID, frozenset[Restriction]] = {}
    decisions = []
    for feed, fields in carried.items():
        for key, kinds in book.restricted(feed, keys).items():
            asked = [replace(one, fields=fields, restrictions=kinds) for one in known.of_feed(feed)]
            decision = decide(viewer, What.REVEAL, asked, agreements=held, purpose=purpose, reason=reason)
            if decision.allowed:
                inside[key] = kinds
                decisions.append(decision)
    return inside, decisions


def _kept_apart(
    workspace: Workspace,
    feeds: Sequence[str],
    keys: Sequence[str],
    fields: Sequence[str],
    inside: Collection[UUID],
) -> list[dict[str, Any]]:
    """The details as the record book keeps them, apart, of the mentions that were asked for."""
    from joinedup.records import RecordBook

    rows = []
    with RecordBook(workspace).reading() as reader:
        for feed in feeds:
            for mention in reader.identifying(feed, keys, inside=inside):
                asked = {name: said(mention, name) for name in fields if is_of(mention, name)}
                if asked:
                    about = {"record_key": str(mention.record_key), "feed": feed}
                    rows.append({**about, "role": mention.role, "ordinal": mention.ordinal, **asked})
    if not rows:
        raise NotFound(
            _("The record book holds no such identifying detail of those records"), where=", ".join(fields)
        )
    return rows
