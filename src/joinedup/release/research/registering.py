"""The door to the register of consents: how many were asked and agreed, and what has left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.release.acts import log_act
from joinedup.release.asking import Decisions
from joinedup.release.deciding import all_of
from joinedup.release.decision import Decision, What
from joinedup.release.research.consents import SOURCE, Consent, State, Study, people_of, study_of
from joinedup.terms import Purpose, RecordType, Viewer

if TYPE_CHECKING:
    from joinedup.records import LinkageRow, Reader
    from joinedup.workspace import Workspace

EXTRACT = "research-extract"
"""The word in an act's detail by which extracts are found again."""
WHAT = "Research extract of"
"""How an extract's act begins to say what it was about."""


@dataclass(frozen=True)
class Register:
    """The rows of the register as they stand, the linkage by which people are known, and feeds of which it
    has not read everything."""

    consents: Sequence[Consent]
    linkage: LinkageRow | None
    unread: tuple[str, ...]

    @property
    def studies(self) -> list[str]:
        """The studies, by name."""
        return sorted({one.study for one in self.consents})

    def require(self, study: str) -> None:
        """Raise NotFound where nobody was asked for a study of this name."""
        if study not in self.studies:
            raise NotFound(
                "Nobody was asked for a study of that name",
                where=study,
                next_step=f"There are: {', '.join(self.studies) or 'none'}. See: joinedup research",
            )

    def require_read(self) -> None:
        """Raise BadInput where the linkage has not read the whole register: a refusal could be overlooked."""
        if self.linkage is None or self.unread:
            raise BadInput(
                "The latest linkage has not read the whole register of consents",
                where=", ".join(self.unread),
                next_step="Run: joinedup link run",
            )


@dataclass(frozen=True)
class Left:
    """An extract that has left: when, by whom, to whom, of how many people and rows; ``taken_back`` of these
    people no longer agree, ``erased`` are in the register no more."""

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


def register(reader: Reader, workspace: Workspace) -> Register:
    """Read the register by a reader of the record book."""
    from joinedup.records import RecordBook

    cursor = reader.connection()
    linkages = reader.linkages()
    linkage = linkages[-1] if linkages else None
    feeds = sorted({row.feed for row in reader.deliveries([SOURCE]) if row.brings})
    if not feeds:
        return Register((), linkage, ())
    reader.define_views(cursor, [RecordType.RESPONSE], [SOURCE])
    reader.persons(cursor, feeds)
    rows = cursor.execute(
        f"""SELECT CAST(record.record_key AS VARCHAR), record.study, record.occurred_date, record.answer,
                coalesce(CAST(record.withdrawn_on AS VARCHAR), '') <> '', CAST(person.strict AS VARCHAR),
                CAST(person.best AS VARCHAR), CAST(person.loose AS VARCHAR)
            FROM response AS record LEFT JOIN person
                ON person.feed = record.feed AND person.record_key = record.record_key
            WHERE record.source = '{SOURCE}' AND record.status <> 'cancelled' AND record.study IS NOT NULL
            ORDER BY record.occurred_date, record.record_key"""
    ).fetchall()
    book = RecordBook(workspace)
    unread = [
        feed for feed in feeds if linkage is None or feed not in linkage.feeds or book.unread(linkage, [feed])
    ]
    return Register([_consent(*row) for row in rows], linkage, tuple(unread))


def _consent(
    key: str,
    study: str,
    asked_on: dt.date,
    answer: str | None,
    withdrawn: bool,
    *persons: str | None,
) -> Consent:
    said = {"agreed": State.AGREED, "refused": State.REFUSED}.get((answer or "").lower(), State.NO_ANSWER)
    return Consent(key, study, asked_on, State.WITHDRAWN if withdrawn else said, *persons)


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
    return [study_of(found.consents, name) for name in found.studies]


def left(workspace: Workspace, viewer: Viewer, *, reason: str, study: str = "") -> list[Left]:
    """The extracts that have left (of one study, where named), the latest first; as ``studies``."""
    from joinedup.log import acts, seeing
    from joinedup.records import RecordBook

    decision = permitted(workspace, viewer, reason)
    with RecordBook(workspace).reading() as reader:
        found = register(reader, workspace)
    feeds = {"feeds": list(register_feeds(workspace))}
    _log_look(viewer, "Research extracts that have left", reason, decision, {"study": study, **feeds})
    stands = {
        one.key: person.state
        for name in found.studies
        for person in people_of(found.consents, name)
        for one in person.consents
    }
    with seeing(None):  # that they may is decided
        told = [act for act in acts(kind="disclosure", text=WHAT, limit=None) if EXTRACT in act.detail]
    return [_left(act, stands) for act in told if study in {"", act.detail[EXTRACT]}]


def _left(act: Any, stands: dict[str, State]) -> Left:
    subjects = [str(one) for one in act.subjects]
    return Left(
        act.moment,
        act.username,
        ", ".join(act.recipients),
        act.detail[EXTRACT],
        len(subjects),
        act.detail["rows"],
        sum(stands.get(one, State.AGREED) is not State.AGREED for one in subjects),
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
