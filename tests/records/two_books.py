"""Does the same acts to the record book and to the naive one, and compares all that they say."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from naive_book import Deliver, Delivered, NaiveBook, hear
from tiny_feed import ANALYST, NOON, draft, key_of, stage_dated, stage_refused

from joinedup.errors import NotFound, NotPermitted
from joinedup.records import DeliveryRow, FieldState, RecordBook, ledger
from joinedup.records.meant import Named
from joinedup.records.segments import scan
from joinedup.records.writing import Writer
from joinedup.terms import RecordType, Role, Viewer
from seconding import by_two

CHIEF = Viewer("cass", "Cass Chief", Role.ADMINISTRATOR, "council")
FEED = "test-feed"


@dataclass(frozen=True)
class Again:
    """Send one of the files once more, unless the book calls it a repeat of what it has."""

    which: int


@dataclass(frozen=True)
class Withdraw:
    """Withdraw a file that stands, counted from the last; it may be that a later one is in the way."""

    back: int = 0


@dataclass(frozen=True)
class TakeBack:
    """Take records back together, if all of them stand."""

    keys: tuple[str, ...]


@dataclass(frozen=True)
class LetIn:
    """Undo a taking back that stands."""

    which: int


@dataclass(frozen=True)
class Erase:
    """Erase one record, if it is there."""

    key: str


Act = Deliver | Again | Withdraw | TakeBack | LetIn | Erase


class TwoBooks:
    """Acts on both, with one writer; each ``do`` compares what they count and which acts they permit."""

    def __init__(self, book: RecordBook, writer: Writer) -> None:
        self.book = book
        self.writer = writer
        self.naive = NaiveBook()
        self.moments: dict[int, dt.datetime] = {}

    def do(self, act: Act) -> None:
        """Do one act to both."""
        if isinstance(act, Deliver):
            self._deliver(act)
        elif isinstance(act, Again):
            self._send_again(act)
        elif isinstance(act, Withdraw):
            if files := self.naive.files():
                self._withdraw(files[-1 - act.back % len(files)])
        elif isinstance(act, LetIn):
            if takings := self.naive.takings():
                self._withdraw(takings[act.which % len(takings)])
        elif isinstance(act, TakeBack):
            self._take_back(act)
        elif self.naive.erase(act.key):
            by_two(self.writer.erase, FEED, Named([UUID(key_of(act.key))]), by=CHIEF, reason="article 17")
        if self.naive.now:
            self.moments[self.naive.now] = latest_moment()

    def _deliver(self, file: Deliver) -> None:
        listed = [(key, said, month) for key, (said, month) in file.rows.items()]
        every = [*listed, *file.refused]
        told = draft(
            every,
            mode=file.mode,
            period=file.period,
            received_at=NOON,
            file_sha256=sha256_of(file),
            adds_to_period=file.adds,
            field_states=(FieldState("category", max(len(every), 1), 0, 0),),
        )
        refused = stage_refused(self.writer, file.refused) if file.refused else None
        row = self.writer.add(told, stage_dated(self.writer, listed), refused, by=ANALYST)
        _compare_counts(row, self.naive.deliver(file))

    def _send_again(self, act: Again) -> None:
        sent = [one.file for one in self.naive.listed if one.file]
        if not sent:
            return
        file = sent[act.which % len(sent)]
        repeat = self.book.standing(FEED, file.period, sha256_of(file))
        assert (repeat is not None) == self.naive.repeats(file), f"a repeat: {repeat}"
        if repeat is None:
            self._deliver(file)
        elif all(one.file.whole for one in self.naive.files() if one.file):
            stands = self.naive.standing()
            after, _ = hear(stands, self._without_held(file), 0)
            assert _said(after) == _said(stands), "the file is called a repeat, and says something else"

    def _without_held(self, file: Deliver) -> Deliver:
        out = self.naive.taken() | self.naive.erased
        rows = {key: said for key, said in file.rows.items() if key not in out}
        return Deliver(file.mode, file.period, rows, file.refused, file.adds)

    def _take_back(self, act: TakeBack) -> None:
        keys = [key_of(key) for key in act.keys]
        if self.naive.take_back(act.keys):
            row = self.writer.take_back(FEED, keys, by=ANALYST, reason="entered twice")
            before = self.naive.stood.get(self.naive.now - 1, [])
            assert row.withdrawn == sum(version.key in act.keys for version in before), row
            return
        try:
            self.writer.take_back(FEED, keys, by=ANALYST, reason="entered twice")
        except NotFound:
            return
        raise AssertionError("records that did not stand were taken back")

    def _withdraw(self, one: Delivered) -> None:
        permitted = self.naive.withdraw(one)
        try:
            self.writer.withdraw(one.number, by=ANALYST, reason="it was a mistake")
        except NotPermitted:
            assert not permitted, f"delivery {one.number} could not be withdrawn"
            return
        assert permitted, f"delivery {one.number} was withdrawn"

    def compare_all_dates(self) -> None:
        """What both books say as known after each act, and now; and that the book finds nothing wrong."""
        for now, moment in self.moments.items():
            expected = _said(self.naive.known(now))
            assert said_by(self.book, moment) == expected, f"at {now}: {said_by(self.book, moment)}"
            assert said_by_files(self.book, moment) == expected, f"at {now}, by its files"
        assert said_by(self.book, None) == _said(self.naive.standing())
        findings = self.book.check()
        assert findings == [], findings


def _compare_counts(row: DeliveryRow, counts: Counter[str]) -> None:
    assert row.adds_up, row
    expected = {name: counts.pop(name) for name in ("erased", "aside")}
    said = {name: getattr(row, name) for name in counts}
    assert said == dict(counts), f"delivery {row.number} counted {said}, not {dict(counts)}"
    aside = {"erased": expected["erased"], "withdrawn": expected["aside"]}
    assert row.set_aside == {rule: rows for rule, rows in aside.items() if rows}, row


def _said(versions: list) -> Counter[tuple[str, str]]:
    return Counter((version.key, version.content) for version in versions)


def said_by(book: RecordBook, as_at: dt.datetime | None) -> Counter[tuple[str, str]]:
    """Reference and content of each record that the book has, as known at a date."""
    with book.reading(as_at) as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["test-source"])
        if "category" not in [row[0] for row in cursor.execute("DESCRIBE incident").fetchall()]:
            return Counter()
        return Counter(cursor.execute("SELECT ref, category FROM incident").fetchall())


def said_by_files(book: RecordBook, as_at: dt.datetime | None) -> Counter[tuple[str, str]]:
    """The same as the files themselves say it, by delivery, row and since when it is known."""
    found: Counter[tuple[str, str]] = Counter()
    with book.reading(as_at) as reader:
        cursor = reader.connection()
        for one in reader.version_files([RecordType.INCIDENT], ["test-source"])[RecordType.INCIDENT]:
            query = f"SELECT ref, category FROM {scan(one.shape.arrived)}"
            if one.shape.ended:
                ended = scan(one.shape.ended, by_name=True)
                query += f" ANTI JOIN {ended} AS gone USING (delivery, row_number, known_from)"
            cursor.register("hidden", one.hidden)
            query += " ANTI JOIN hidden USING (delivery, row_number)"
            found.update(cursor.execute(query).fetchall())
    return found


def latest_moment() -> dt.datetime:
    """The last moment at which anything became known."""
    return ledger.next_known_from(FEED, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) - ledger.MICROSECOND


def sha256_of(file: Deliver) -> str:
    """A hash that tells one file from another."""
    return hashlib.sha256(repr(file).encode()).hexdigest()
