"""What crosses the record book's door: a drafted delivery, the ledger's rows, what a check finds.

Definitions only: nothing here reads a file, a clock or a database.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from joinedup.errors import BadInput
from joinedup.terms import DeliveryMode, Every, Period, RecordType, Restriction, Strictness

FEED_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class FieldState:
    """How often one field of a delivery was given, missing (left empty), or given as unknown or as refused
    (the owner's words), or was invalid (dropped because it cannot be).

    ``feed`` and ``delivery`` are filled in by the ledger. An attribute of a mention is ``role.attribute``.
    """

    field: str
    given: int
    missing: int
    unknown: int
    refused: int = 0
    invalid: int = 0
    feed: str = ""
    delivery: int = 0


@dataclass(frozen=True)
class SeriesBreak:
    """From ``date`` on, a feed's numbers do not compare with those before: of which kind, and why in words.

    The rest is filled in by the ledger: since when it is known, and the first delivery that told it.
    """

    date: dt.date
    kind: str
    what: str
    feed: str = ""
    source: str = ""
    known_from: dt.datetime | None = None
    delivery: int = 0


@dataclass(frozen=True)
class Promise:
    """How often a feed's owner promised to deliver, and how many days after a period's end it is late."""

    feed: str
    source: str
    owner: str
    expected_every: Every
    late_after_days: int
    known_from: dt.datetime


@dataclass(frozen=True)
class Restricting:
    """A contract's rule: records whose ``field`` has one of these values (as text) are restricted.

    Or, where ``role`` is given: those that name somebody in that role who was younger than ``under`` years
    when it happened. A birth that is not known restricts nothing.
    """

    kind: Restriction
    field: str = ""
    values: tuple[str, ...] = ()
    role: str = ""
    under: int = 0

    def __post_init__(self) -> None:
        by_field, by_age = bool(self.field and self.values), bool(self.role and self.under > 0)
        if by_field == by_age or (by_age and (self.field or self.values)):
            raise BadInput(
                "A rule of what is restricted says field and values, or role and under",
                where=f"restrict {self.kind}",
            )


@dataclass(frozen=True)
class Restricted:
    """A restriction of single records of a feed: how many there are now, by whom and why, whether it stands.

    ``delivery``: of which delivery a rule of the contract restricted them. Times are aware UTC.
    """

    number: int
    feed: str
    kind: Restriction
    records: int
    at: dt.datetime
    by: str
    reason: str
    delivery: int | None = None
    lifted_at: dt.datetime | None = None
    lifted_by: str = ""
    lifted_reason: str = ""

    @property
    def stands(self) -> bool:
        """Whether it still hides its records."""
        return self.lifted_at is None


@dataclass(frozen=True)
class JudgedBy:
    """By what the rows of a delivery were judged: a digest of all the rules, and how the raw text of those
    that were refused is cut into cells: the delimiter, and the names of the columns in their order."""

    rules: str
    delimiter: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class DeliveryDraft:
    """One file of one feed, read and checked, ready to be written into the book.

    ``received_at`` is aware. ``rows_in`` counts the file's data rows; ``set_aside`` counts those that a named
    rule left out. ``period`` is required in snapshot mode. ``notes`` are sentences about what was accepted
    and normalised; ``provisional`` says whether the owner still validates it (None: not said). ``breaks``,
    ``expected_every`` and ``late_after_days`` are what its contract declares. ``adds_to_period``: its
    rows join what stands for its period and are compared with nothing else; a row without a key is one more
    than its equals. ``judged_by`` is kept with its refused rows. ``newer``: the numbers of deliveries whose
    files are newer than this one, which waited for a person; what they changed is not undone (``overtaken``).
    ``restricting``: rules by which records of it are restricted (``restricting``).
    ``ruled``: fields whose value hangs on a rule as well as on the text (``regained``). ``same_file``: it is
    the one delivered last, so that it is stored only if it changes something.
    """

    feed: str
    contract_version: str
    source: str
    record_type: RecordType
    owner: str
    mode: DeliveryMode
    period: Period | None
    file_name: str
    file_sha256: str
    file_bytes: int
    received_at: dt.datetime
    rows_in: int
    set_aside: Mapping[str, int] = field(default_factory=dict)
    field_states: tuple[FieldState, ...] = ()
    notes: tuple[str, ...] = ()
    provisional: bool | None = None
    breaks: tuple[SeriesBreak, ...] = ()
    expected_every: Every | None = None
    late_after_days: int | None = None
    adds_to_period: bool = False
    judged_by: JudgedBy | None = None
    newer: tuple[int, ...] = ()
    ruled: tuple[str, ...] = ()
    restricting: tuple[Restricting, ...] = ()
    same_file: bool = False

    def __post_init__(self) -> None:
        if not FEED_NAME.fullmatch(self.feed):
            raise BadInput(
                "A feed's name has small letters, digits and single hyphens only", where=repr(self.feed)
            )
        if self.adds_to_period and self.mode is DeliveryMode.SNAPSHOT:
            raise BadInput("What adds to a period is no snapshot of it", where=self.feed)
        if self.mode is DeliveryMode.SNAPSHOT and self.period is None:
            raise BadInput("A snapshot needs the period it is a snapshot of", where=self.feed)
        if self.received_at.tzinfo is None:
            raise BadInput("The time a delivery was received needs its zone", where=self.feed)
        if self.rows_in < 0 or any(count < 0 for count in self.set_aside.values()):
            raise BadInput("A delivery cannot have a negative number of rows", where=self.feed)
        if (self.expected_every is None) != (self.late_after_days is None):
            raise BadInput("A promise says how often and after how many days it is late", where=self.feed)


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery as the ledger has it. Always: ``rows_in`` equals what became of the rows.

    ``state`` is ``standing`` or ``withdrawn`` (as at the date asked for); times are aware UTC. ``mentions``
    counts who its new and changed rows name.
    """

    number: int
    id: UUID
    feed: str
    contract_version: str
    source: str
    record_type: RecordType
    owner: str
    mode: DeliveryMode
    period: Period | None
    file_name: str
    file_sha256: str
    file_bytes: int
    received_at: dt.datetime
    known_from: dt.datetime
    committed_at: dt.datetime
    rows_in: int
    accepted: int
    unchanged: int
    revised: int
    withdrawn: int
    quarantined: int
    set_aside: Mapping[str, int]
    state: str
    delivered_by: str
    mentions: int = 0
    notes: Sequence[str] = ()
    provisional: bool | None = None
    withdrawn_at: dt.datetime | None = None

    @property
    def brings(self) -> bool:
        """Whether it stands and brings records: a withdrawal brings none."""
        return self.state == "standing" and self.mode is not DeliveryMode.WITHDRAWAL

    @property
    def adds_up(self) -> bool:
        """Whether every row of the file is accounted for."""
        kept = self.accepted + self.unchanged + self.revised
        return self.rows_in == kept + self.quarantined + sum(self.set_aside.values())


@dataclass(frozen=True)
class Mention:
    """One person whom a record names, or (role ``record``) what identifies in it and is nobody's own.

    ``attributes`` has what the owner gave, by name; ``identifiers`` by scheme; ``private`` by field.
    """

    feed: str
    record_key: UUID
    role: str
    ordinal: int
    attributes: Mapping[str, object]
    identifiers: Mapping[str, str]
    private: Mapping[str, str]


@dataclass(frozen=True)
class Foretold:
    """The number and the known-from (aware UTC) that a delivery will have, if nothing comes between."""

    number: int
    known_from: dt.datetime


@dataclass(frozen=True)
class Coverage:
    """A period for which a feed was there, so that absence in it means zero."""

    feed: str
    source: str
    period: Period
    delivery: int
    known_from: dt.datetime


@dataclass(frozen=True)
class LinkageRow:
    """One linking of people: how many mentions it gave keys to, and how many people stand after it.

    Times are aware UTC; ``settings`` are those that it was made with.
    """

    number: int
    known_from: dt.datetime
    committed_at: dt.datetime
    by: str
    model: str
    mentions: int
    people: int
    settings: Mapping[str, object]

    @property
    def feeds(self) -> tuple[str, ...]:
        """The feeds that it read."""
        said = self.settings.get("feeds")
        return tuple(said) if isinstance(said, list) else ()


@dataclass(frozen=True)
class KeyChanged:
    """A person key of one strictness that was ``merged`` into another and leads to it, or ``split``: it
    stays, and part of what it had went to the other."""

    level: Strictness
    kind: str
    key: UUID
    other: UUID


@dataclass(frozen=True)
class ErasureRow:
    """That records were erased: when, by whom, why and how many; nothing says who they were.

    A figure as known before ``at``, of these sources, was touched where it was known at or after
    ``known_from``. ``finished``: the old files are gone too. ``left``, told at the erasure only: how many
    records stay that carry an identifier of somebody whom the erased ones named. Times are aware UTC.
    """

    number: int
    feed: str
    sources: Sequence[str]
    at: dt.datetime
    by: str
    reason: str
    records: int
    rows: int
    segments: int
    known_from: dt.datetime
    finished: bool
    left: int = 0


@dataclass(frozen=True)
class FoundToErase:
    """What a look before an erasure found: a record by its key, or a refused row by delivery and row number.

    ``roles`` and ``people``: whom all its versions name, in which roles and how many; ``months`` (first days)
    of its versions; ``rows``: how many versions.
    """

    feed: str
    record_key: UUID | None
    refused: tuple[int, int] | None
    roles: tuple[str, ...] = ()
    people: int = 0
    months: tuple[dt.date, ...] = ()
    rows: int = 1


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with the book: what, in which file or delivery, and what to do about it."""

    what: str
    where: str
    next_step: str = ""
