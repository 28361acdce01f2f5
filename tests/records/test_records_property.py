"""Random deliveries against a naive book that keeps every version in a Python list."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tiny_feed import ANALYST, NOON, draft, stage_dated

from joinedup.records import RecordBook, ledger
from joinedup.records.writing import Writer
from joinedup.terms import DeliveryMode, Period, RecordType
from joinedup.workspace import Workspace

APRIL, MAY, BOTH = Period.parse("2024-04"), Period.parse("2024-05"), Period.parse("2024-04..2024-05")
Rows = dict[str, tuple[str, dt.date]]  # key -> content, month


@dataclass(frozen=True)
class Deliver:
    mode: DeliveryMode
    period: Period
    rows: Rows


@dataclass(frozen=True)
class Withdraw:
    """Withdraw the last delivery that still stands."""


@dataclass
class Version:
    key: str
    content: str
    month: dt.date
    brought_by: int
    period: Period
    known: int
    gone: int | None = None


class NaiveBook:
    """Every version in a list, in order of knowledge; time is the number of the act."""

    def __init__(self) -> None:
        self.versions: list[Version] = []
        self.standing: list[tuple[int, int]] = []  # number of the delivery, its time
        self.delivered = 0
        self.now = 0

    def deliver(self, act: Deliver) -> dict[str, int]:
        self.now += 1
        self.delivered += 1
        self.standing.append((self.delivered, self.now))
        counts = Counter(accepted=0, unchanged=0, revised=0, withdrawn=0)
        stood = [version for version in self.versions if version.gone is None and applies(version, act)]
        last = {version.key: version for version in stood}
        for version in stood:
            repeated = version is not last[version.key]
            if act.mode is DeliveryMode.SNAPSHOT and (version.key not in act.rows or repeated):
                version.gone = self.now
                counts["withdrawn"] += 1
        for key, (content, month) in act.rows.items():
            before = last.get(key)
            if before is not None and before.content == content:
                counts["unchanged"] += 1
                continue
            counts["accepted" if before is None else "revised"] += 1
            if before is not None:
                before.gone = self.now
            self.versions.append(Version(key, content, month, self.delivered, act.period, self.now))
        return dict(counts)

    def withdraw(self) -> int:
        self.now += 1
        number, when = self.standing.pop()
        ended = [version for version in self.versions if version.gone == when]
        for version in self.versions:
            if version.brought_by == number and version.gone is None:
                version.gone = self.now
        for version in sorted(ended, key=lambda version: version.brought_by):
            self.versions.append(replace(version, known=self.now, gone=None))
        return number

    def known(self, at: int) -> Counter[tuple[str, str]]:
        return Counter(
            (version.key, version.content)
            for version in self.versions
            if version.known <= at and (version.gone is None or version.gone > at)
        )


def applies(version: Version, act: Deliver) -> bool:
    """Whether a delivery says anything of a version, present or absent."""
    period = act.period
    if act.mode is not DeliveryMode.SNAPSHOT:
        return True
    if period.start <= version.period.start and version.period.end <= period.end:
        return True
    overlaps = version.period.start < period.end and version.period.end > period.start
    return overlaps and period.start <= version.month < period.end


@st.composite
def deliveries(draw: st.DrawFn) -> Deliver:
    mode = draw(st.sampled_from([DeliveryMode.SNAPSHOT] * 3 + [DeliveryMode.CHANGES, DeliveryMode.APPEND]))
    # a stray month, outside the declared period, is among what partners send
    months = st.sampled_from([APRIL.start, MAY.start, dt.date(2024, 7, 1)])
    rows = draw(
        st.dictionaries(st.sampled_from("abcd"), st.tuples(st.sampled_from("xyz"), months), max_size=4)
    )
    said = {key: (f"{word} {month:%m}", month) for key, (word, month) in rows.items()}
    return Deliver(mode, draw(st.sampled_from([APRIL, MAY, BOTH])), said)


def said_by(book: RecordBook, as_at: dt.datetime | None) -> Counter[tuple[str, str]]:
    with book.reading(as_at) as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["test-source"])
        if "category" not in [row[0] for row in cursor.execute("DESCRIBE incident").fetchall()]:
            return Counter()
        return Counter(cursor.execute("SELECT ref, category FROM incident").fetchall())


def do(act: Deliver | Withdraw, naive: NaiveBook, writer: Writer) -> None:
    """Do one act to both books, and compare what they count."""
    if isinstance(act, Withdraw):
        if naive.standing:
            writer.withdraw(naive.withdraw(), by=ANALYST, reason="wrong file")
        return
    listed = [(key, said, month) for key, (said, month) in act.rows.items()]
    told = draft(listed, mode=act.mode, period=act.period, received_at=NOON)
    row = writer.add(told, stage_dated(writer, listed), None, by=ANALYST)
    expected = naive.deliver(act)
    assert {name: getattr(row, name) for name in expected} == expected
    assert row.adds_up


def latest_moment() -> dt.datetime:
    """The last moment at which anything became known."""
    return ledger.next_known_from("test-feed", dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) - ledger.MICROSECOND


A_IN_APRIL, A_IN_MAY = {"a": ("x 04", APRIL.start)}, {"a": ("x 05", MAY.start)}


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(deliveries() | deliveries() | st.just(Withdraw()), min_size=1, max_size=7))
@example(  # a key that stands in two periods, then comes once in a snapshot of both
    acts=[
        Deliver(DeliveryMode.SNAPSHOT, APRIL, A_IN_APRIL),
        Deliver(DeliveryMode.SNAPSHOT, MAY, A_IN_MAY),
        Deliver(DeliveryMode.SNAPSHOT, BOTH, A_IN_APRIL),
        Withdraw(),
        Deliver(DeliveryMode.SNAPSHOT, APRIL, {}),
    ]
)
def test_as_known_on_any_date_equals_a_replay_up_to_it(
    empty_workspace: Path, acts: list[Deliver | Withdraw]
) -> None:
    naive = NaiveBook()
    moments = {}
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(shutil.copytree(empty_workspace, Path(folder) / "workspace"))
        book = RecordBook(workspace)
        with book.writing() as writer:
            for act in acts:
                do(act, naive, writer)
                moments[naive.now] = latest_moment()
        for now, moment in moments.items():
            assert said_by(book, moment) == naive.known(now)
        assert said_by(book, None) == naive.known(naive.now)
        assert book.check() == []
        workspace.close()
