"""The door for a nomination list: for who may know the people, for a stated reason, logged beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotPermitted
from joinedup.records import RecordBook
from joinedup.release import bulk
from joinedup.release.acts import TOLD, log_act
from joinedup.release.asking import Decisions
from joinedup.release.deciding import all_of
from joinedup.release.decision import Access, Decision, What
from joinedup.release.identifying import details_of
from joinedup.release.linking import Linkable, findable, linkable_for
from joinedup.terms import Period, Purpose, Sensitivity, Viewer

if TYPE_CHECKING:
    from joinedup.measures.nominations import NominationList, NominationQuery, Nominee
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class Nominable:
    """For which purposes somebody may have a list, and of which months anything tells that it is made from
    (None: nothing was delivered)."""

    purposes: tuple[Purpose, ...]
    period: Period | None


def nominable(workspace: Workspace, viewer: Viewer, purposes: Iterable[Purpose]) -> Nominable:
    """For which of the purposes this person may have a list, and of which months."""
    from joinedup.measures.nominations import JAG
    from joinedup.measures.repeats import repeat_named

    may: list[Purpose] = []
    seen: set[str] = set()
    for purpose, linkable in linkable_for(workspace, viewer, purposes, What.REVEAL).items():
        if linkable.feeds:
            sources, _feeds, decided = _shown(workspace, viewer, purpose, linkable)
            if decided:
                may.append(purpose)
                seen.update(sources)
    counted = {source for name in JAG.reasons for source in repeat_named(name).sources}
    with RecordBook(workspace).reading() as reader:
        periods = [one.period for one in reader.coverage(sorted(seen & counted))]
    if not periods:
        return Nominable(tuple(may), None)
    span = Period(min(one.start for one in periods), max(one.end for one in periods))
    return Nominable(tuple(may), span)


def released_nominations(
    workspace: Workspace,
    viewer: Viewer,
    period: Period,
    *,
    purpose: Purpose,
    reason: str,
    reasons: Sequence[str] = (),
    within: str = "",
) -> NominationList:
    """Who and where is put before a group for the period, and what agencies know and do: keys, no name.

    Of people only from feeds whose people this person may know for the purpose, as for looking somebody up;
    of places from sources that they see whole. The act is a consultation with the records behind the list and
    behind what agencies know of its people and do, as its subjects; it is in the log before anything is
    shown. So many nominees as are a bulk export take a second person (NeedsSecond), however many records
    these are. ``within``: a district's or ward's code. Raises NotPermitted, NotFound, and BadInput for no
    reason, for one that says whom the list has, or for a period not of the list's length. That a reason says
    whom the list has tells of them, and is an act too, without the reason.
    """
    from joinedup.measures.nominations import NominationQuery, nominate

    if not reason.strip():
        raise BadInput(_("A list of people needs its reason"), next_step=_("Say why, without a name"))
    may = findable(workspace, viewer, purpose)
    if not may.feeds:
        raise NotPermitted(why_no_list(may.refused.values()))
    sources, feeds, decided = _shown(workspace, viewer, purpose, may)
    if not decided:  # data matching, for one, shows nobody
        raise NotPermitted(
            _("Nothing that a list is made from may be seen whole by you for that purpose."),
            next_step=_("State another purpose, or ask an analyst"),
        )
    query = NominationQuery(period, sources, feeds, tuple(reasons), within)
    found = nominate(workspace, query)
    basis = all_of(decided).basis
    act = _act(query, found, basis)
    try:
        _refuse_telling_of(workspace, found.nominees, reason)
    except BadInput as wrong:
        act["detail"] |= TOLD
        log_act("consultation", by=viewer, purpose=purpose, recipients=[viewer.username], **act)
        raise BadInput(wrong.what, next_step=wrong.next_step) from None
    _log(
        workspace,
        viewer,
        query,
        act,
        purpose=purpose,
        reason=reason,
        owners=basis["owners"],
        rows=len(found.nominees),
    )
    without = [_("Not asked: %(sentence)s") % {"sentence": why} for why in may.refused.values()]
    return replace(found, notes=(*found.notes, *without))


def why_no_list(refusals: Iterable[str]) -> str:
    """The sentence that refuses the most feeds: one about the person, and not about a feed's own purposes."""
    told = Counter(refusals).most_common(1)
    return told[0][0] if told else _("No feed that names people is shared with you.")


def _shown(
    workspace: Workspace, viewer: Viewer, purpose: Purpose, may: Linkable
) -> tuple[tuple[str, ...], tuple[str, ...], list[Decision]]:
    """The sources that this person sees whole, their feeds whose people they may know or that name nobody,
    and by which decisions."""
    from joinedup.feeds import contracts

    decisions = Decisions(workspace, viewer)
    delivered = {feed for feed, *_rest in RecordBook(workspace).feeds()}
    shown: dict[str, str] = {}
    decided: list[Decision] = []
    for name, contract in contracts(workspace).items():
        if name not in delivered or (contract.persons and name not in may.feeds):
            continue
        decision = decisions.of_source(What.FIGURE, contract.source, purpose=purpose)
        if decision.access is Access.FULL and not _is_left_out(decisions, name):
            shown[name] = contract.source
            decided += [decision, *([may.decisions[name]] if name in may.feeds else [])]
    return tuple(sorted(set(shown.values()))), tuple(sorted(shown)), decided


def _is_left_out(decisions: Decisions, feed: str) -> bool:
    """Restricted feeds are never put together with others; nor is open data with closed, which it repeats."""
    asked = decisions.known.of_feed(feed)
    return any(one.is_restricted or one.sensitivity is Sensitivity.OPEN for one in asked)


def _refuse_telling_of(workspace: Workspace, nominees: Sequence[Nominee], reason: str) -> None:
    """Raise BadInput where the reason has a name, number or words of somebody on the list: as a record of an
    event names them, or one by which an agency knows of them or does something.

    Where these are many weak signs do not count, so those of the events are asked of by themselves as well.
    """
    events = _by_feed(one.records for one in nominees)
    everything = _by_feed({*one.records, *one.behind} for one in nominees)
    with RecordBook(workspace).reading() as reader:
        reader.refuse_telling_of_all([*events.items(), *everything.items()], reason)


def _by_feed(records: Iterable[Iterable[tuple[str, str]]]) -> dict[str, list[str]]:
    """The keys of records, by feed."""
    found: dict[str, list[str]] = {}
    for feed, record_key in dict.fromkeys(one for each in records for one in each):
        found.setdefault(feed, []).append(record_key)
    return found


def _act(query: NominationQuery, found: NominationList, basis: Mapping[str, Any]) -> dict[str, Any]:
    """What the log has of a list, whether it is shown or its reason refused."""
    definition = query.definition
    told_of = [{key for _feed, key in {*one.records, *one.behind}} for one in found.nominees]
    return {
        "what": f"{definition.title}, {query.period.words}: {len(found.nominees)} nominated",
        "subjects": sorted(set().union(*told_of)),
        "detail": {
            "list": definition.name,
            "version": definition.version,
            "period": str(query.period),
            "reasons": list(query.reasons or definition.reasons),
            "within": query.within,
            "feeds": list(query.feeds),
            "linkage": found.linkage,
            **basis,
        },
    }


def _named(workspace: Workspace, feeds: Iterable[str]) -> dict[str, list[str]]:
    """Those of the feeds that name people, each with all that it tells of them."""
    from joinedup.feeds import contracts

    known = contracts(workspace)
    return {
        feed: sorted(name for name in details_of(known[feed]) if "." in name)
        for feed in feeds
        if known[feed].persons
    }


def _log(
    workspace: Workspace,
    viewer: Viewer,
    query: NominationQuery,
    act: dict[str, Any],
    *,
    purpose: Purpose,
    reason: str,
    owners: Sequence[str],
    rows: int,
) -> None:
    """Write the act of a list that is shown, which takes a second person for so many nominees as are bulk."""
    asked = bulk.asked_for(
        workspace,
        rows,
        what=What.REVEAL,
        feeds=query.feeds,
        owners=owners,
        purpose=purpose,
        exactly={
            "list": query.definition.name,
            "period": str(query.period),
            "keys": bulk.digest(act["subjects"]),
            "named": _named(workspace, query.feeds),
        },
        told={"first_month": f"{query.period.start:%Y-%m}", "last_month": f"{query.period.last:%Y-%m}"},
    )
    if asked is not None:
        asked = replace(asked, smaller=_("One district or one reason to be on it makes the list smaller"))
    bulk.log_leaving(
        workspace,
        "consultation",
        asked,
        by=viewer,
        reason=reason.strip(),
        purpose=purpose,
        recipients=[viewer.username],
        **act,
    )
