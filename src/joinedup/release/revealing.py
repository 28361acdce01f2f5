"""The door for identifying details of named records: a stated purpose and reason, and the act in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.accounts import in_force
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.release import bulk, matters
from joinedup.release.breaking import broken_for
from joinedup.release.deciding import all_of, decide
from joinedup.release.decision import Decision, What
from joinedup.release.matters import Matter
from joinedup.release.sources import strictest
from joinedup.terms import Purpose, RecordType, Sensitivity, Viewer

if TYPE_CHECKING:
    from joinedup.feeds.contract import Contract
    from joinedup.records import Mention
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
    bulky = bulk.asked_for(
        workspace,
        len(named),
        what=What.REVEAL,
        feeds=shown,
        owners=decision.owners,
        purpose=purpose,
        exactly={"keys": bulk.digest(named), "fields": sorted(fields)},
        told={"fields": sorted(fields)},
    )
    bulk.log_leaving(
        workspace,
        "consultation",
        bulky,
        by=viewer,
        purpose=purpose,
        what=f"Identifying details of {len(named)} {record_type} records: {', '.join(fields)}"[:300],
        reason=reason,
        subjects=named,
        recipients=[viewer.username],
        detail={"fields": list(fields), **decision.basis},
    )
    return _kept_apart(workspace, shown, named, fields)


def _carriers(
    workspace: Workspace, record_type: RecordType, feed: str | None, fields: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Which of these identifying details each feed of this record type carries, by its contract."""
    from joinedup.feeds import contracts

    found = {}
    for contract in contracts(workspace).values():
        if contract.record_type == record_type and feed in {None, contract.name}:
            found[contract.name] = tuple(name for name in fields if name in _identifying(contract))
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
        if decision.allowed or not any(one.is_restricted for one in asked):
            decisions[name] = decision
    shown = sorted(name for name, one in decisions.items() if one.allowed)
    if shown:
        return shown, all_of([decisions[name] for name in shown])
    nobodys = Matter("", "", viewer.agency, Sensitivity.OFFICIAL)
    refused = next(iter(decisions.values()), None)
    return [], refused or decide(
        viewer, What.REVEAL, [nobodys], agreements=(), purpose=purpose, reason=reason
    )


def _identifying(contract: Contract) -> set[str]:
    """The names under which a contract's identifying details can be asked for."""
    names = {column.field for column in contract.columns if column.field and column.private}
    for person in contract.persons:
        names |= {f"{person.role}.{attribute}" for attribute, _ in person.used()}
        if "birth_date" in person.columns:
            names.add(f"{person.role}.birth_date_given")
    return names


def _kept_apart(
    workspace: Workspace, feeds: Sequence[str], keys: Sequence[str], fields: Sequence[str]
) -> list[dict[str, Any]]:
    """The details as the record book keeps them, apart, of the mentions that were asked for."""
    from joinedup.records import RecordBook

    rows = []
    with RecordBook(workspace).reading() as reader:
        for feed in feeds:
            for mention in reader.identifying(feed, keys):
                asked = {name: _said(mention, name) for name in fields if _is_of(mention, name)}
                if asked:
                    about = {"record_key": str(mention.record_key), "feed": feed}
                    rows.append({**about, "role": mention.role, "ordinal": mention.ordinal, **asked})
    if not rows:
        raise NotFound(
            _("The record book holds no such identifying detail of those records"), where=", ".join(fields)
        )
    return rows


def _is_of(mention: Mention, name: str) -> bool:
    role, dot, _rest = name.partition(".")
    return role == mention.role if dot else name in mention.private


def _said(mention: Mention, name: str) -> object:
    """What the owner gave under a name; None where nothing."""
    _role, dot, attribute = name.partition(".")
    if not dot:
        return mention.private.get(name)
    if attribute.startswith("identifiers."):
        return mention.identifiers.get(attribute.removeprefix("identifiers."))
    return mention.attributes.get(attribute)
