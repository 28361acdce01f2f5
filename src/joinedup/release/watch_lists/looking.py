"""Looking at a watch-list: decided anew, in the log before anything is shown, read as the book stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotPermitted
from joinedup.release.acts import log_act
from joinedup.release.asking import Decisions
from joinedup.release.decision import Decision
from joinedup.release.identifying import is_of, said
from joinedup.release.watch_lists import drawing
from joinedup.release.watch_lists.deciding import carried, decide_look
from joinedup.release.watch_lists.definition import Definition, Draw
from joinedup.release.watch_lists.drawing import Drawn, Window
from joinedup.release.watch_lists.standing import KnownWatchList, watch_list
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.feeds.contract import Contract
    from joinedup.records import Mention, Reader
    from joinedup.release.watch_list_models import WatchListEntry
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class Row:
    """One person whom a record on the list names; ``values`` are in the order of the section's details.

    A record that names nobody has one row without values. Entries by hand have ``why`` (words) and ``until``.
    """

    record_key: str
    day: dt.date | None
    values: tuple[object, ...]
    why: str = ""
    until: dt.date | None = None


@dataclass(frozen=True)
class Section:
    """What a list shows of one feed. ``day_title`` is what the feed calls the date of its records."""

    feed: str
    title: str
    day_title: str
    details: tuple[str, ...]
    rows: tuple[Row, ...]
    window: Window | None


@dataclass(frozen=True)
class ShownWatchList:
    """A list as one person saw it at one moment. ``left_out`` counts entries whose record no longer stands,
    or whose time is over."""

    definition: Definition
    keeper_name: str
    seen_by: Viewer
    seen_at: dt.datetime
    sections: tuple[Section, ...]
    records: int
    left_out: int


def look_at_watch_list(workspace: Workspace, viewer: Viewer, name: str, *, reason: str) -> ShownWatchList:
    """What stands on a list now, with the details that it shows, for its recipients and its keeper.

    One consultation in the log with the keys shown as its subjects, committed before any detail is read.
    Raises NotFound where no such list exists for this person, and NotPermitted where it is closed or not for
    them, the decision is no, or the log cannot be written.
    """
    from joinedup.feeds import contracts
    from joinedup.records import RecordBook

    known = watch_list(workspace, viewer, name)
    made, told = known.definition, contracts(workspace)
    decision = _allowed(workspace, viewer, known, told, reason)
    entries = list(known.row.entries.all())
    with RecordBook(workspace).reading() as reader:
        found = {one: _drawn(workspace, reader, one, entries, known.day) for one in made.draws}
        keys = sorted({one.record_key for drawn, _window in found.values() for one in drawn})
        _refuse_bulk(workspace, made, len(keys))
        log_act(
            "consultation",
            by=viewer,
            purpose=made.purpose,
            what=f"watch-list {made.name}: {len(keys)} records",
            reason=reason,
            subjects=keys,
            recipients=[viewer.username],
            detail={
                "watch_list": made.name,
                "entries": len(keys),
                "feeds": list(made.feeds),
                "fields": list(made.details),
                **decision.basis,
            },
        )
        sections = tuple(
            _section(reader, one, carried(made, one.feed, told), told.get(one.feed), *found[one])
            for one in made.draws
        )
    by_hand = sum(one.entry is not None for drawn, _window in found.values() for one in drawn)
    return ShownWatchList(
        definition=made,
        keeper_name=known.keeper_name,
        seen_by=viewer,
        seen_at=dt.datetime.now(dt.UTC),
        sections=sections,
        records=len(keys),
        left_out=len(entries) - by_hand,
    )


def why_not(workspace: Workspace, viewer: Viewer, known: KnownWatchList) -> str:
    """The sentence by which a look would be refused to this person now; empty where it would not be."""
    from joinedup.feeds import contracts

    try:
        _allowed(workspace, viewer, known, contracts(workspace), "-")
    except NotPermitted as refused:
        return refused.what
    return ""


def _allowed(
    workspace: Workspace,
    viewer: Viewer,
    known: KnownWatchList,
    contracts: Mapping[str, Contract],
    reason: str,
) -> Decision:
    if not known.may_look:
        raise NotPermitted(_("Who is on this watch-list is shown to its recipients and its keeper."))
    if known.closed:
        raise NotPermitted(known.closed)
    decision = decide_look(
        Decisions(workspace, viewer, glass=False), known.definition, contracts, reason=reason
    )
    if not decision.allowed:
        raise NotPermitted(decision.sentence)
    return decision


def _refuse_bulk(workspace: Workspace, made: Definition, records: int) -> None:
    """As many names as take two people elsewhere are no list of whom to watch for."""
    most = workspace.settings.bulk_rows
    if records >= most:
        raise BadInput(
            _("%(count)s records are on this list: that many names are seen by two people's decision only")
            % {"count": records},
            where=made.name,
            next_step=_("Let its rules reach less far: fewer than %(most)s are shown") % {"most": most},
        )


def _drawn(
    workspace: Workspace, reader: Reader, draw: Draw, entries: Sequence[WatchListEntry], day: dt.date
) -> tuple[list[Drawn], Window | None]:
    feed = drawing.delivered(workspace, draw.feed)
    own = [one for one in entries if one.feed == draw.feed]
    within = drawing.window(draw.rule, feed.latest, day) if draw.rule else None
    return drawing.draw_records(reader, feed, within, own, day), within


def _section(
    reader: Reader,
    draw: Draw,
    details: tuple[str, ...],
    contract: Contract | None,
    drawn: Sequence[Drawn],
    within: Window | None,
) -> Section:
    """The details of the records drawn: by day where a rule draws them, else by what comes first."""
    named: dict[str, list[Mention]] = {}
    for mention in reader.identifying(draw.feed, [one.record_key for one in drawn]):
        named.setdefault(str(mention.record_key), []).append(mention)
    rows = [row for one in drawn for row in _rows(one, details, named.get(one.record_key, []))]
    if draw.rule is None:
        rows.sort(key=_by_what_comes_first)
    return Section(
        feed=draw.feed,
        title=contract.title if contract else draw.feed,
        day_title=_day_title(contract),
        details=details,
        rows=tuple(rows),
        window=within,
    )


def _by_what_comes_first(row: Row) -> tuple[bool, str, str]:
    """In the order of the first detail; rows that lack it are last."""
    first = str((row.values[0] if row.values else None) or "").casefold()
    return not first, first, row.record_key


def _day_title(contract: Contract | None) -> str:
    """What the feed calls the date of its records, unless that is some system's code: ``RECEPD``."""
    column = contract.time.column if contract else ""
    return _("Date") if column == column.upper() else column


def _rows(drawn: Drawn, details: Sequence[str], mentions: Sequence[Mention]) -> Iterator[Row]:
    """A row for each person whom the list's details speak of; what is the record's own stands in each."""
    about: dict[str, Any] = {}
    if drawn.entry is not None:
        about = {"why": drawn.entry.get_why_display(), "until": drawn.entry.until}
    own = {name: said(one, name) for one in mentions for name in details if _is_own(one, name)}
    people = [one for one in mentions if any("." in name and is_of(one, name) for name in details)]
    if not people:
        yield Row(drawn.record_key, drawn.day, tuple(own.get(name) for name in details), **about)
    for person in people:
        values = [said(person, name) if is_of(person, name) else own.get(name) for name in details]
        yield Row(drawn.record_key, drawn.day, tuple(values), **about)


def _is_own(mention: Mention, name: str) -> bool:
    return "." not in name and is_of(mention, name)
