"""What a person may see of what waits, and the sentence where they may not decide it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from joinedup.errors import NotPermitted
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.feeds import Waiting
    from joinedup.feeds.models import HeldFile, RefusedFile
    from joinedup.feeds.waiting import RowStory
    from joinedup.records import DeliveryRow
    from joinedup.release import Decision
    from joinedup.workspace import Workspace

_Kept = TypeVar("_Kept", "HeldFile", "RefusedFile")


@dataclass(frozen=True)
class RuleOnDesk:
    """One rule of one feed: how many rows break it, in which deliveries."""

    feed: str
    owner: str
    reason: str
    meaning: str
    rows: int
    deliveries: Sequence[int]


@dataclass(frozen=True)
class RowOnDesk:
    """One refused row, and whether a person may let it in (``must_be_mended`` is empty then)."""

    story: RowStory
    meanings: Sequence[str]
    must_be_mended: Sequence[str]


@dataclass(frozen=True)
class HeldOnDesk:
    """One file that waits, the newer delivery that has overtaken it (None: it may be accepted), and the
    sentence for whoever may not decide it."""

    file: HeldFile
    newer: DeliveryRow | None
    may_not: str


def who_may_decide(viewer: Viewer, owner: str) -> str:
    """The sentence for whoever may not decide what waits of this owner's; empty for those who may."""
    from joinedup.feeds.permission import require_deliverer

    try:
        require_deliverer(viewer, owner)
    except NotPermitted as error:
        return error.sentence()
    return ""


def of_feeds_seen(workspace: Workspace, viewer: Viewer, files: Sequence[_Kept]) -> list[_Kept]:
    """The files of those feeds that this person sees in full, and what they sent themselves; a feed without a
    contract is closed."""
    from joinedup.release import Decisions

    decisions = Decisions(workspace, viewer)
    seen = {feed for feed in {one.feed for one in files} if decisions.sees_deliveries(feed)}
    return [one for one in files if one.feed in seen or one.delivered_by == viewer.username]


def held_seen(workspace: Workspace, viewer: Viewer) -> list[HeldOnDesk]:
    """The files that wait, of those feeds that this person sees in full."""
    from joinedup.feeds import desk

    files = of_feeds_seen(workspace, viewer, desk.held())
    newer = desk.overtaken(workspace, files)
    owners = {one.feed: desk.owner_of(workspace, one.feed) for one in files}
    return [HeldOnDesk(one, newer.get(one.pk), who_may_decide(viewer, owners[one.feed])) for one in files]


def by_rule(found: Sequence[Waiting]) -> list[RuleOnDesk]:
    """What waits, by feed and rule, the most rows first."""
    from joinedup.feeds.rule_words import meaning

    groups: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for one in found:
        for reason, rows in one.reasons.items():
            groups.setdefault((one.feed, one.owner, reason), []).append((one.delivery, rows))
    told = [
        RuleOnDesk(feed, owner, reason, meaning(reason), sum(n for _, n in own), [d for d, _ in own])
        for (feed, owner, reason), own in groups.items()
    ]
    return sorted(told, key=lambda one: (-one.rows, one.feed, one.reason))


def rows_of(workspace: Workspace, home: Waiting) -> list[RowOnDesk]:
    """Each refused row of a delivery, those that wait first."""
    from joinedup.feeds.returning import version_of
    from joinedup.feeds.rule_words import essential, meaning

    contract = version_of(workspace, home).contract
    rows = sorted(home.rows, key=lambda row: (row.state != "waiting", row.row))
    return [
        RowOnDesk(row, [meaning(one) for one in row.reasons], essential(contract, row.reasons))
        for row in rows
    ]


def export_decision(workspace: Workspace, viewer: Viewer, feed: str) -> Decision:
    """Whether this person may take the rows of a feed away, given a reason: as the door itself decides."""
    from joinedup.release import Decisions, What

    purpose = Purpose.CRIME_AND_DISORDER
    return Decisions(workspace, viewer).of_feed(What.REFUSED_ROWS, feed, purpose=purpose, reason="given")
