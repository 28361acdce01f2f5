"""Which feeds may be linked: those whose people this person may know, for the purpose of linking them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup.release.asking import Decisions
from joinedup.release.decision import What
from joinedup.release.identifying import details_of
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

_REASON = "to link the people whom records name"


@dataclass(frozen=True)
class Linkable:
    """The feeds that name people and may be linked, and why each other one that this person knows may not."""

    feeds: tuple[str, ...]
    refused: dict[str, str]


def linkable(workspace: Workspace, viewer: Viewer, purpose: Purpose = Purpose.CRIME_AND_DISORDER) -> Linkable:
    """Ask for each delivered feed that names people, with all that it tells of them.

    Restricted feeds are never linked with others: they are not there.
    """
    from joinedup.feeds import contracts
    from joinedup.records import RecordBook

    decisions = Decisions(workspace, viewer)
    delivered = {feed for feed, *_ in RecordBook(workspace).feeds()}
    may, refused = [], {}
    for name, contract in sorted(contracts(workspace).items()):
        if name not in delivered or not contract.persons:
            continue
        if any(one.is_restricted for one in decisions.known.of_feed(name)):
            continue
        of_people = sorted(one for one in details_of(contract) if "." in one)
        asked = decisions.of_feed(What.REVEAL, name, purpose=purpose, reason=_REASON, fields=of_people)
        if asked.allowed:
            may.append(name)
        else:
            refused[name] = asked.sentence
    return Linkable(tuple(may), refused)
