"""Keeping the registers: what is asked of a feed, who holds what, held against contracts and agencies."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from joinedup.errors import BadInput, NotFound
from joinedup.hub.data_quality.registers import gap_seen, readings_of
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.partnership.models import DataGap, Holding, Standard
    from joinedup.workspace import Workspace

_PLACE = "place"  # under which the states of places are counted
_MOST_NAMED = 12


def ask(  # noqa: PLR0913 - what a standard consists of
    workspace: Workspace,
    viewer: Viewer,
    measure: str,
    feed: str,
    field: str,
    *,
    threshold: float,
    at_least: bool,
    title: str,
    lead: str,
    action: str,
    proves: str = "",
) -> Standard:
    """Ask something of a feed, or of one of its fields (of overlap: with another feed).

    ``proves`` is the reference of a gap in the register that opens and closes with it. Raises NotFound for a
    measure or gap that there is not or a field that is not the feed's, BadInput for a bound that cannot be.
    """
    from django.db import transaction

    from joinedup import partnership
    from joinedup.measures.quality import quality_measure
    from joinedup.measures.quality.definitions import Ground

    asked = quality_measure(measure)
    if bool(asked.detail) != bool(field):
        needs = "needs" if not field else "has no"
        raise BadInput(f"The measure {measure} {needs} --field", where=measure)
    if asked.detail == "field":
        _require(field, fields_of(workspace, feed), f"{feed} has no field of that name")
    if proves:
        gap_seen(workspace, viewer, proves)
    with transaction.atomic():
        made = partnership.set_standard(
            measure,
            feed,
            field,
            threshold=threshold,
            at_least=at_least,
            in_days=asked.ground is Ground.DAYS,
            title=title,
            lead=lead,
            action=action,
            by=viewer,
        )
        if proves and partnership.gap_named(proves).standard_id != made.pk:  # not one that it has replaced
            partnership.prove_by(proves, made, by=viewer)
    return made


def fields_of(workspace: Workspace, feed: str) -> set[str]:
    """The fields of a feed whose states are counted, by any version of its contract."""
    from joinedup.feeds.library import versions

    found: set[str] = set()
    for contract in (version.contract for version in versions(workspace, feed)):
        found |= {column.field for column in contract.columns if column.field and not column.private}
        found |= {f"record.{name}" for name in contract.private_fields()}
        found |= {
            f"{role}.{attribute}"
            for role, _ordinal, person in contract.mentions()
            for attribute, _column in person.used()
        }
        if contract.place is not None:
            found.add(_PLACE)
    return found


def close_gap(workspace: Workspace, viewer: Viewer, reference: str, why: str) -> DataGap:
    """Close a gap by hand; what its standard's measure has been so far does not open it again."""
    from joinedup import partnership

    standard = gap_seen(workspace, viewer, reference).standard
    known = readings_of(workspace, viewer, standard) if standard is not None else []
    return partnership.close_gap(reference, by=viewer, why=why, known=known)


def name_holder(
    workspace: Workspace, viewer: Viewer, kind: int, feed: str, *, holder: str, item: str = ""
) -> Holding:
    """Say which feed brings a kind of information of section 17A and which agency holds it.

    Raises NotFound for an agency that no user belongs to and no contract names as its owner.
    """
    from joinedup import partnership
    from joinedup.hub.contracts import agency_names

    _require(holder, agency_names(workspace), "No agency has that code")
    return partnership.assign(kind, feed, holder=holder, item=item, by=viewer)


def _require(word: str, known: Iterable[str], what: str) -> None:
    """Raise NotFound, with the nearest words, for one that is not known."""
    words = sorted(known)
    if word not in words:
        near = difflib.get_close_matches(word, words, n=3, cutoff=0.5) or words[:_MOST_NAMED]
        raise NotFound(what, where=word, next_step=f"Perhaps: {', '.join(near)}")
