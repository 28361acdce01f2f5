"""Which feeds may be linked: those whose people this person may know, for the purpose of linking them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from joinedup.errors import NotFound, NotPermitted
from joinedup.release.asking import Decisions
from joinedup.release.deciding import all_of
from joinedup.release.decision import Decision, What
from joinedup.release.identifying import details_of
from joinedup.terms import Purpose, Role, Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

MATCHING = (Purpose.DATA_MATCHING, Purpose.CRIME_AND_DISORDER)
"""For which of these a feed's people are given is the same to a linkage: it shows nobody."""
_OF_RESTRICTED = (Role.ANALYST, Role.DATA_OWNER)
_USUAL = (Purpose.CRIME_AND_DISORDER,)
_OF_PURPOSES = {"owners-purposes", "data-matching", "agreement-purpose"}
"""The rules that speak of a purpose: where another one refuses too, that says more."""
_REASON = "to link the people whom records name"


@dataclass(frozen=True)
class Linkable:
    """The feeds that name people and may be linked, and why each other one that this person knows may not.

    ``left``: those of the linkage before that are restricted now. Tell nobody of them.
    """

    feeds: tuple[str, ...]
    refused: dict[str, str]
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    """By which each of the feeds may."""

    left: tuple[str, ...] = ()

    @property
    def basis(self) -> dict[str, Any]:
        """What the log keeps of why they may; nothing where none may."""
        return all_of(list(self.decisions.values())).basis if self.decisions else {}


def linkable(workspace: Workspace, viewer: Viewer, *purposes: Purpose) -> Linkable:
    """Ask for each delivered feed that names people, with all that it tells of them, for any of these
    purposes (none: crime and disorder).

    Restricted feeds are never linked with others: they are not there.
    """
    return _of_any(_asked(workspace, Decisions(workspace, viewer), purposes or _USUAL))


def linkable_when(workspace: Workspace, viewer: Viewer, stated: Purpose) -> Linkable:
    """The same for what somebody states: for data matching all that can be linked."""
    return linkable(workspace, viewer, *(MATCHING if stated is Purpose.DATA_MATCHING else [stated]))


def findable(workspace: Workspace, viewer: Viewer, purpose: Purpose) -> Linkable:
    """The same for looking somebody up: feeds whose people may be named for this purpose, not compared."""
    return linkable_for(workspace, viewer, [purpose], What.REVEAL)[purpose]


def to_link(workspace: Workspace, viewer: Viewer) -> Linkable:
    """The feeds of which this person may make a linkage: given for data matching, or for crime and disorder.

    It outlives every break-glass grant, so none counts. Raises NotPermitted for whoever is no analyst.
    """
    if viewer.role is not Role.ANALYST:
        raise NotPermitted(
            _("Only an analyst links people, because everybody's figures rest on it"),
            next_step=_("Ask an analyst of the partnership"),
        )
    decisions = Decisions(workspace, viewer, glass=False)
    may = _of_any(_asked(workspace, decisions, MATCHING))
    return replace(may, left=tuple(_restricted_since(workspace, decisions)))


def _restricted_since(workspace: Workspace, decisions: Decisions) -> Iterator[str]:
    """Feeds of the linkage before that are restricted now: they leave it without a word."""
    from joinedup.records import RecordBook

    before = RecordBook(workspace).linkages()
    for feed in before[-1].feeds if before else ():
        if any(one.is_restricted for one in decisions.known.of_feed(feed)):
            yield feed


def require_alone(workspace: Workspace, viewer: Viewer, feed: str) -> None:
    """Whether this person may link a restricted feed by itself: an analyst or data owner who may know whom
    it names, whatever broken glass shows.

    Raises NotFound for a feed that is not restricted or not there, as for one that is not there for them.
    """
    decisions = Decisions(workspace, viewer, glass=False)
    if viewer.role in _OF_RESTRICTED and decisions.knows(feed):
        named = dict(_naming(workspace, decisions, restricted=True))
        told = named.get(feed)
        if told is not None and decisions.of_feed(What.COMPARE, feed, reason=_REASON, fields=told).allowed:
            return
    raise NotFound(
        _("No restricted feed of that name has people whom you may link"),
        where=feed,
        next_step=_("Ask a data owner of the agency that sends it"),
    )


def require_known(workspace: Workspace, viewer: Viewer, feeds: Iterable[str]) -> None:
    """Raise NotFound for a feed that is not there for this person, as for one that is not there at all.

    One that was linked before is there, though its contract may be gone.
    """
    from joinedup.records import RecordBook

    decisions, before = Decisions(workspace, viewer), RecordBook(workspace).linkages()
    there = {one.feed for one in decisions.known.matters} | set(before[-1].feeds if before else ())
    for feed in feeds:
        if feed not in there or not decisions.knows(feed):
            raise NotFound(_("There is no such feed"), where=feed, next_step=_("See: joinedup feeds"))


def linkable_for(
    workspace: Workspace, viewer: Viewer, purposes: Iterable[Purpose], what: What = What.COMPARE
) -> dict[Purpose, Linkable]:
    """The same for each of several purposes, by what is agreed at one moment; ``findable`` for each, asked
    for what may be revealed."""
    wanted = list(purposes)
    decisions = Decisions(workspace, viewer)
    named = list(_naming(workspace, decisions))
    state = (decisions.state, named, get_language())
    key = (str(workspace.folder), viewer.username, what, tuple(wanted))
    known = _kept.get(key)
    if decisions.state is not None and known is not None and known[0] == state:
        return known[1]
    asked = _asked_of(named, decisions, wanted, what)
    found = {
        purpose: _of_any({feed: [of_each[place]] for feed, of_each in asked.items()})
        for place, purpose in enumerate(wanted)
    }
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[key] = (state, found)
    return found


_MOST_KEPT = 200
_kept: dict[tuple[str, str, What, tuple[Purpose, ...]], tuple[object, dict[Purpose, Linkable]]] = {}
"""What was decided for each asker, with all that it rests on: that is read each time, and where any of it is
another by now everything is decided anew."""


def _naming(
    workspace: Workspace, decisions: Decisions, *, restricted: bool = False
) -> Iterator[tuple[str, list[str]]]:
    """The delivered feeds that name people and are restricted or not, each with all that it tells of them."""
    from joinedup.feeds import contracts
    from joinedup.records import RecordBook

    delivered = {feed for feed, *_ in RecordBook(workspace).feeds()}
    for name, contract in sorted(contracts(workspace).items()):
        if name not in delivered or not contract.persons:
            continue
        if any(one.is_restricted for one in decisions.known.of_feed(name)) is restricted:
            yield name, sorted(one for one in details_of(contract) if "." in one)


def _asked(
    workspace: Workspace, decisions: Decisions, purposes: Sequence[Purpose], what: What = What.COMPARE
) -> dict[str, list[Decision]]:
    """For each feed that names people and is not restricted, the decision for each of the purposes."""
    return _asked_of(_naming(workspace, decisions), decisions, purposes, what)


def _asked_of(
    named: Iterable[tuple[str, list[str]]], decisions: Decisions, purposes: Sequence[Purpose], what: What
) -> dict[str, list[Decision]]:
    return {
        name: decisions.of_feed_for_each(purposes, what, name, reason=_REASON, fields=of_people)
        for name, of_people in named
    }


def _of_any(asked: Mapping[str, Sequence[Decision]]) -> Linkable:
    may: dict[str, Decision] = {}
    refused: dict[str, str] = {}
    for name, of_each in asked.items():
        allowed = [one for one in of_each if one.allowed]
        if allowed:
            may[name] = min(allowed, key=lambda one: len(one.grants))  # by none that breaks the glass, if any
        else:
            refused[name] = min(of_each, key=lambda one: one.rule in _OF_PURPOSES).sentence
    return Linkable(tuple(may), refused, may)
