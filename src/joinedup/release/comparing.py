"""Two mentions side by side, for somebody who decides whether they are of one person; or one that was found.

All are decided anew and stand in the log, as one consultation, before anything is read of them. Restricted
records are never linked, so there is no such pair for anybody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.people.reviewing import Mentioned
from joinedup.release import bulk
from joinedup.release.acts import TOLD, log_act
from joinedup.release.asking import Decisions
from joinedup.release.deciding import all_of
from joinedup.release.decision import Decision, What
from joinedup.release.identifying import details_of, said
from joinedup.terms import Purpose, RecordType, Viewer

if TYPE_CHECKING:
    from joinedup.records import Mention, Reader
    from joinedup.workspace import Workspace

_OF_KEYS = "record_key IN (SELECT unnest(?::UUID[]))"


class TellingReason(BadInput):
    """A stated reason that says whom a mention names: it is not kept, and nothing was shown."""


@dataclass(frozen=True)
class Happened:
    """When what a record tells of happened: civil dates and, where the owner gave one, the time of day."""

    first: dt.date | None = None
    last: dt.date | None = None
    time: dt.time | None = None


@dataclass(frozen=True)
class Side:
    """One of two mentions as somebody is shown it.

    ``carried`` are the attributes for which the feed's contract has a place (``full_name``,
    ``identifiers.nhs``); ``said`` has those of them that the owner gave.
    """

    mention: Mentioned
    owner: str
    carried: frozenset[str]
    said: Mapping[str, object]
    happened: Happened


def standing(workspace: Workspace, mentions: Collection[Mentioned]) -> set[Mentioned]:
    """Those of these mentions whose records stand as delivered and are not restricted. Names nobody."""
    from joinedup.records import RecordBook

    if not mentions:
        return set()
    keys = sorted({str(one.record_key) for one in mentions})
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.mentions(cursor, {one.feed for one in mentions})
        found = cursor.execute(
            f"SELECT feed, record_key, role, ordinal FROM mention WHERE {_OF_KEYS}",
            [keys],
        ).fetchall()
    return set(mentions) & {Mentioned(*row) for row in found}


def put_together(workspace: Workspace, left: Mentioned, right: Mentioned) -> bool | None:
    """Whether the latest linkage has two mentions as one person; None where it has not read both."""
    from joinedup.records import RecordBook

    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.persons(cursor, {left.feed, right.feed})
        rows = cursor.execute(
            f"SELECT feed, record_key, role, ordinal, best FROM person WHERE {_OF_KEYS}",
            [[str(left.record_key), str(right.record_key)]],
        ).fetchall()
    best = {Mentioned(*which): key for *which, key in rows}
    return None if not {left, right} <= set(best) else bool(best[left] == best[right])


def side_by_side(
    workspace: Workspace,
    viewer: Viewer,
    number: int,
    both: tuple[Mentioned, Mentioned],
    *,
    purpose: Purpose,
    reason: str,
) -> tuple[Side, Side]:
    """What the owners gave of two mentions, for the pair of this number.

    Raises NotFound where either does not stand or is restricted, NotPermitted where a decision is no or the
    log cannot be written, TellingReason where the reason says whom they name, and NeedsSecond where the
    workspace wants two people for as few as two records.
    """
    left, right = look_at(
        workspace,
        viewer,
        both,
        purpose=purpose,
        reason=reason,
        what=f"pair {number} to review: identifying details of two people",
        detail={"pair": number},
        absent=_absent(number),
    )
    return left, right


def look_at(
    workspace: Workspace,
    viewer: Viewer,
    mentions: Sequence[Mentioned],
    *,
    purpose: Purpose,
    reason: str,
    what: str,
    detail: Mapping[str, object],
    absent: NotFound,
) -> list[Side]:
    """What the owners gave of some mentions, in their order; one consultation, logged before it is read.

    Raises ``absent`` where one does not stand or is restricted, and else as ``side_by_side``.
    """
    carried = _carried(workspace, mentions)
    details = [_named(one, of) for one, of in zip(mentions, carried, strict=True)]
    decisions = Decisions(workspace, viewer)
    decision = _decision(decisions, mentions, details, purpose, reason)
    if standing(workspace, mentions) != set(mentions):
        raise absent
    if not decision.allowed:
        raise NotPermitted(decision.sentence)
    keys, feeds = _keys(mentions), sorted({one.feed for one in mentions})
    basis = {"feeds": feeds, **detail, **decision.basis}
    try:
        refuse_telling(workspace, mentions, reason)
    except BadInput:
        _log_refused(viewer, purpose, what, keys, basis)
        raise TellingReason(
            _("The reason that you stated says whom the records name, and it is kept"),
            next_step=_("State another reason, without a name, number or words of theirs"),
        ) from None
    bulk.log_naming(
        workspace,
        keys,
        sorted({name for each in details for name in each}),
        feeds,
        by=viewer,
        owners=decision.owners,
        purpose=purpose,
        what=what,
        reason=reason,
        detail=basis,
    )
    return _sides(workspace, decisions, mentions, carried, absent)


def refuse_why(
    workspace: Workspace,
    viewer: Viewer,
    number: int,
    both: tuple[Mentioned, Mentioned],
    why: str,
    *,
    purpose: Purpose,
) -> None:
    """Raise TellingReason where what somebody writes beside a decision on a pair says whom the two name.

    That it is refused tells of them: it is an act, without the words. Raises NotPermitted where somebody may
    not compare the two, or the log cannot be written.
    """
    details = [_named(one, of) for one, of in zip(both, _carried(workspace, both), strict=True)]
    decision = _decision(Decisions(workspace, viewer), both, details, purpose, why)
    if not decision.allowed:
        raise NotPermitted(decision.sentence)
    try:
        refuse_telling(workspace, both, why)
    except BadInput as wrong:
        detail = {"feeds": sorted({one.feed for one in both}), "pair": number, **decision.basis}
        _log_refused(viewer, purpose, f"pair {number}: what a decision was made for", _keys(both), detail)
        raise TellingReason(wrong.what, next_step=wrong.next_step) from None


def _decision(
    decisions: Decisions,
    mentions: Sequence[Mentioned],
    details: Sequence[Sequence[str]],
    purpose: Purpose,
    reason: str,
) -> Decision:
    """Whether all of these details of all of these mentions may be compared."""
    return all_of(
        [
            decisions.of_feed(What.COMPARE, one.feed, purpose=purpose, reason=reason, fields=fields)
            for one, fields in zip(mentions, details, strict=True)
        ]
    )


def _log_refused(
    viewer: Viewer, purpose: Purpose, what: str, keys: Sequence[str], detail: Mapping[str, object]
) -> None:
    """Write down that a reason was refused for whom it told of, because who is refused learns that."""
    log_act(
        "consultation",
        by=viewer,
        purpose=purpose,
        what=what,
        reason="",
        subjects=keys,
        recipients=[viewer.username],
        detail={**detail, **TOLD},
    )


def _keys(mentions: Sequence[Mentioned]) -> list[str]:
    return sorted({str(one.record_key) for one in mentions})


def _sides(
    workspace: Workspace,
    decisions: Decisions,
    mentions: Sequence[Mentioned],
    carried: Sequence[frozenset[str]],
    absent: NotFound,
) -> list[Side]:
    """Read the mentions, once the log has it."""
    from joinedup.records import RecordBook

    with RecordBook(workspace).reading() as reader:
        delivered = RecordBook(workspace).feeds()
        return [
            Side(
                one,
                decisions.known.of_feed(one.feed)[0].owner,
                of,
                _said(_mention(reader, one, absent), of),
                _happened(reader, delivered, one),
            )
            for one, of in zip(mentions, carried, strict=True)
        ]


def refuse_telling(workspace: Workspace, mentions: Sequence[Mentioned], reason: str) -> None:
    """Raise BadInput where a reason says whom the records of these mentions name."""
    from joinedup.records import RecordBook

    with RecordBook(workspace).reading() as reader:
        reader.refuse_telling_of_all([(one.feed, [one.record_key]) for one in mentions], reason)


def _absent(number: int) -> NotFound:
    return NotFound(_("There is no such pair to review"), where=str(number))


def _carried(workspace: Workspace, mentions: Sequence[Mentioned]) -> list[frozenset[str]]:
    """For each mention, the attributes of its role that its feed's contract has a place for."""
    from joinedup.feeds import contracts

    known = contracts(workspace)
    told = [details_of(known[one.feed]) if one.feed in known else set() for one in mentions]
    return [
        frozenset(name.partition(".")[2] for name in names if name.startswith(f"{one.role}."))
        for one, names in zip(mentions, told, strict=True)
    ]


def _named(one: Mentioned, carried: Collection[str]) -> list[str]:
    return [f"{one.role}.{attribute}" for attribute in sorted(carried)]


def _mention(reader: Reader, one: Mentioned, absent: NotFound) -> Mention:
    for mention in reader.identifying(one.feed, [one.record_key]):
        if (mention.role, mention.ordinal) == (one.role, one.ordinal):
            return mention
    raise absent


def _said(mention: Mention, carried: Collection[str]) -> dict[str, object]:
    given = {name: said(mention, f"{mention.role}.{name}") for name in carried}
    return {name: value for name, value in given.items() if value is not None}


def _happened(reader: Reader, delivered: Collection[tuple[str, str, str, str]], one: Mentioned) -> Happened:
    """When the record of a mention happened."""
    kinds = {RecordType(kind) for feed, _source, _owner, kind in delivered if feed == one.feed}
    sources = {source for feed, source, *_rest in delivered if feed == one.feed}
    cursor = reader.connection()
    reader.define_views(cursor, kinds, sources)
    parts = [
        f"""SELECT occurred_date, occurred_to_date, occurred_time FROM "{kind.value}"
            WHERE feed = $feed AND record_key = $key::UUID"""
        for kind in sorted(kinds)
    ]
    asked = {"feed": one.feed, "key": str(one.record_key)}
    rows: list[tuple[Any, ...]] = cursor.execute(" UNION ALL ".join(parts), asked).fetchall()
    return Happened(*rows[0]) if rows else Happened()
