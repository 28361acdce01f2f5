"""The door to the register of consents: how many were asked and agreed, and what has left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.release.acts import log_act
from joinedup.release.asking import Decisions
from joinedup.release.deciding import all_of
from joinedup.release.decision import Decision, What
from joinedup.release.research.consents import (
    SOURCE,
    Consent,
    Key,
    Person,
    State,
    Study,
    people_of,
    study_of,
)
from joinedup.terms import Purpose, RecordType, Viewer

if TYPE_CHECKING:
    from uuid import UUID

    from duckdb import DuckDBPyConnection

    from joinedup.records import LinkageRow, Reader, RecordBook
    from joinedup.workspace import Workspace

EXTRACT = "research-extract"
"""The word in an act's detail by which extracts are found again."""
WHAT = "Research extract of"
"""How an extract's act begins to say what it was about."""


@dataclass(frozen=True)
class Register:
    """The rows of the register as they stand, the linkage by which people are known, and feeds of which it
    has not read everything.

    ``untold``: the keys of those whom rows name that are not to be told. ``not_whole``: the feeds of the
    register of which rows are gone that may have been a refusal.
    """

    consents: Sequence[Consent]
    linkage: LinkageRow | None
    unread: tuple[str, ...]
    untold: frozenset[Key] = frozenset()
    not_whole: tuple[str, ...] = ()

    @property
    def studies(self) -> list[str]:
        """The studies, by name."""
        return sorted({one.study for one in self.consents})

    def people_of(self, study: str) -> list[Person]:
        """Who was asked for a study, and where they stand."""
        return people_of(self.consents, study, self.untold)

    def require(self, study: str) -> None:
        """Raise NotFound where nobody was asked for a study of this name."""
        if study not in self.studies:
            raise NotFound(
                "Nobody was asked for a study of that name",
                where=study,
                next_step=f"There are: {', '.join(self.studies) or 'none'}. See: joinedup research",
            )

    def require_read(self) -> None:
        """Raise BadInput where the linkage has not read all of the register or of the feeds that are asked
        for: a refusal could be overlooked, or a record be somebody else's by now."""
        if self.linkage is None or self.unread:
            raise BadInput(
                "The latest linkage has not read all of the register of consents and of the feeds asked for",
                where=", ".join(self.unread),
                next_step="Run: joinedup link run",
            )

    def require_whole(self) -> None:
        """Raise BadInput where rows of the register are gone, and a refusal may have been among them."""
        if self.not_whole:
            raise BadInput(
                "Rows of the register of consents were erased, taken back or withdrawn, or name nobody whom "
                "the linkage knows, and a refusal could be among them",
                where=", ".join(self.not_whole),
                next_step="Run: joinedup link run. If that does not do it, deliver the whole register anew: "
                "in one file all its rows, and none that was erased or taken back",
            )


@dataclass(frozen=True)
class Left:
    """An extract that has left: when, by whom, to whom, of how many people and rows; ``taken_back`` of these
    people no longer agree, ``erased`` among them are in the register no more."""

    at: dt.datetime
    by: str
    to: str
    study: str
    people: int
    rows: int
    taken_back: int
    erased: int
    manifest: str


def register_feeds(workspace: Workspace) -> tuple[str, ...]:
    """The feeds that bring the register."""
    from joinedup.feeds import contracts

    return tuple(sorted(one.name for one in contracts(workspace).values() if one.source == SOURCE))


def permitted(workspace: Workspace, viewer: Viewer, reason: str) -> Decision:
    """The decision about the register, as strict as about names; raises NotPermitted."""
    asking = Decisions(workspace, viewer, glass=False)
    decisions = [
        asking.of_feed(What.REVEAL, feed, purpose=Purpose.RESEARCH, reason=reason)
        for feed in register_feeds(workspace)
    ]
    if not decisions:
        raise NotFound("No feed brings a register of consents", where=SOURCE)
    for one in decisions:
        if not one.allowed:
            raise NotPermitted(one.sentence)
    return all_of(decisions)


def register(reader: Reader, workspace: Workspace, asked: Collection[str] = ()) -> Register:
    """Read the register by a reader of the record book; ``asked``: the feeds of which records may leave."""
    from joinedup.records import RecordBook

    cursor = reader.connection()
    linkages = reader.linkages()
    linkage = linkages[-1] if linkages else None
    feeds = sorted({row.feed for row in reader.deliveries([SOURCE])})
    if not feeds:
        return Register((), linkage, ())
    reader.define_views(cursor, [RecordType.RESPONSE], [SOURCE])
    reader.persons(cursor, feeds)
    rows = cursor.execute(
        f"""SELECT CAST(record.record_key AS VARCHAR), record.study, record.occurred_date, record.answer,
                coalesce(CAST(record.withdrawn_on AS VARCHAR), ''), CAST(person.strict AS VARCHAR),
                CAST(person.best AS VARCHAR), CAST(person.loose AS VARCHAR)
            FROM response AS record LEFT JOIN person
                ON person.feed = record.feed AND person.record_key = record.record_key
            WHERE record.source = '{SOURCE}' AND record.status <> 'cancelled' AND record.study IS NOT NULL
            ORDER BY record.occurred_date, record.record_key"""
    ).fetchall()
    book = RecordBook(workspace)
    bring = {feed for feed in {*feeds, *asked} if any(row.brings for row in book.deliveries(feed))}
    unread = sorted(feed for feed in bring if linkage is None or not _is_read(book, linkage, feed))
    reader.first_known(cursor, feeds)
    untold: set[Key] = set()
    not_whole = []
    for feed in feeds:
        named = reader.persons_untold(feed)
        untold |= {(str(level), str(key)) for keys in named.values() for level, key in keys}
        if not all(named.values()) or not _is_whole(reader, cursor, feed, set(named)):
            not_whole.append(feed)
    consents = [_consent(*row) for row in rows]
    return Register(consents, linkage, tuple(unread), frozenset(untold), tuple(not_whole))


def _is_read(book: RecordBook, linkage: LinkageRow, feed: str) -> bool:
    return feed in linkage.feeds and not book.unread(linkage, [feed]) and not book.moved(linkage, [feed])


def _is_whole(reader: Reader, cursor: DuckDBPyConnection, feed: str, untold: Collection[UUID]) -> bool:
    """Whether no row of the register is gone that its owner still has, and no longer says yes.

    What was erased, taken back or withdrawn may have been a refusal, and nothing that is kept says whose.
    So its owner has to say anew all that they have: by a file since then of which every row was taken, none
    of them set aside as erased or taken back, and in which every row was that we had by then.
    """
    from joinedup.terms import DeliveryMode

    deliveries = reader.deliveries([SOURCE], [feed])
    losses = [one.at for one in reader.erasures([SOURCE]) if one.feed == feed]
    for one in deliveries:
        is_taking_back = one.mode is DeliveryMode.WITHDRAWAL
        if is_taking_back and one.withdrawn_at is None:
            losses.append(one.committed_at)
        elif not is_taking_back and one.withdrawn_at is not None:
            losses.append(one.withdrawn_at)
    if not losses:
        return True
    known = """SELECT first_known.known_from FROM first_known
        WHERE feed = $feed AND (record_key IN (SELECT record_key FROM response WHERE feed = $feed)
            OR list_contains($untold::UUID[], record_key))"""
    found = cursor.execute(known, {"feed": feed, "untold": list(untold)}).fetchall()
    since = [one.replace(tzinfo=dt.UTC) for (one,) in found]
    return any(
        one.brings
        and one.committed_at > max(losses)
        and not one.quarantined
        and not set(one.set_aside) & {"erased", "withdrawn"}
        and one.accepted + one.unchanged + one.revised >= sum(at <= one.known_from for at in since)
        for one in deliveries
    )


def _consent(
    key: str,
    study: str,
    asked_on: dt.date,
    answer: str | None,
    withdrawn: str,
    strict: str | None,
    best: str | None,
    loose: str | None,
) -> Consent:
    said = {"agreed": State.AGREED, "refused": State.REFUSED}.get((answer or "").lower(), State.NO_ANSWER)
    state = State.WITHDRAWN if withdrawn else said
    return Consent(key, study, asked_on, state, strict, best, loose, _day(withdrawn))


def _day(text: str) -> dt.date | None:
    """A day as the register writes it, or as a spreadsheet does; None where it is none."""
    for pattern in ("%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"):
        with suppress(ValueError):
            return dt.datetime.strptime(text.strip(), pattern).replace(tzinfo=dt.UTC).date()
    return None


def require_settled(workspace: Workspace) -> None:
    """Raise BadInput where rows or files of the register wait for a person: a refusal could be among them."""
    from joinedup.feeds import waiting
    from joinedup.feeds.desk import held

    feeds = register_feeds(workspace)
    rows = sum(len(one.waiting) for feed in feeds for one in waiting(workspace, feed))
    files = sum(one.feed in feeds for one in held())
    if rows or files:
        raise BadInput(
            "Rows or files of the register of consents wait for a person, and a refusal could be among them",
            where=f"{rows} rows in quarantine, {files} files held",
            next_step="See: joinedup quarantine, joinedup held",
        )


def studies(workspace: Workspace, viewer: Viewer, *, reason: str) -> list[Study]:
    """How many people were asked for each study and where they stand; a consultation in the log.

    Raises NotPermitted for whoever may not know the register's people for research.
    """
    from joinedup.records import RecordBook

    decision = permitted(workspace, viewer, reason)
    with RecordBook(workspace).reading() as reader:
        found = register(reader, workspace)
    feeds = {"feeds": list(register_feeds(workspace))}
    told = {"studies": found.studies, **feeds}
    _log_look(viewer, "Register of consents to research", reason, decision, told)
    return [study_of(found.consents, name, found.untold) for name in found.studies]


def left(workspace: Workspace, viewer: Viewer, *, reason: str, study: str = "") -> list[Left]:
    """The extracts that have left (of one study, where named), the latest first; as ``studies``."""
    from joinedup.records import RecordBook

    decision = permitted(workspace, viewer, reason)
    with RecordBook(workspace).reading() as reader:
        found = register(reader, workspace)
    feeds = {"feeds": list(register_feeds(workspace))}
    _log_look(viewer, "Research extracts that have left", reason, decision, {"study": study, **feeds})
    stands = {
        one.key: person.state
        for name in found.studies
        for person in found.people_of(name)
        for one in person.consents
    }
    return [_left(act, stands) for act in _acts() if study in {"", act.detail[EXTRACT]}]


def keys_that_left(study: str) -> list[str]:
    """The keys of the rows of the register under which people have left in a study's extracts, the earliest
    extract first."""
    of_study = [act for act in reversed(_acts()) if act.detail[EXTRACT] == study]
    return [str(key) for act in of_study for key in act.subjects]


def _acts() -> list[Any]:
    """The extracts in the log, the latest first."""
    from joinedup.log import acts, seeing

    with seeing(None):  # that they may is decided
        return [act for act in acts(kind="disclosure", text=WHAT, limit=None) if EXTRACT in act.detail]


def _left(act: Any, stands: dict[str, State]) -> Left:
    subjects = [str(one) for one in act.subjects]
    return Left(
        act.moment,
        act.username,
        ", ".join(act.recipients),
        act.detail[EXTRACT],
        len(subjects),
        act.detail["rows"],
        sum(stands.get(one) is not State.AGREED for one in subjects),
        sum(one not in stands for one in subjects),
        act.detail["manifest"],
    )


def _log_look(viewer: Viewer, what: str, reason: str, decision: Decision, detail: dict[str, Any]) -> None:
    log_act(
        "consultation",
        by=viewer,
        purpose=Purpose.RESEARCH,
        what=what,
        reason=reason,
        recipients=[viewer.username],
        detail={**detail, **decision.basis},
    )
