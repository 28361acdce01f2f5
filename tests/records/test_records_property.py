"""Random deliveries against a naive book that keeps every version in a Python list."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tiny_feed import ANALYST, NOON, draft, stage_dated

from joinedup.records import RecordBook
from joinedup.terms import DeliveryMode, Period, RecordType
from joinedup.workspace import Workspace

APRIL, MAY, BOTH = Period.parse("2024-04"), Period.parse("2024-05"), Period.parse("2024-04..2024-05")


@dataclass
class Version:
    key: str
    content: str
    month: dt.date
    period: Period
    known: int
    gone: int | None = None


class NaiveBook:
    """Every version in a list; time is the number of the delivery."""

    def __init__(self) -> None:
        self.versions: list[Version] = []
        self.now = 0

    def deliver(
        self, mode: DeliveryMode, period: Period, rows: dict[str, tuple[str, dt.date]]
    ) -> dict[str, int]:
        self.now += 1
        counts = Counter(accepted=0, unchanged=0, revised=0, withdrawn=0)
        stood = [
            version for version in self.versions if version.gone is None and applies(version, mode, period)
        ]
        last = {version.key: version for version in stood}  # the list is in order of knowledge
        for version in stood:
            if mode is DeliveryMode.SNAPSHOT and (
                version.key not in rows or version is not last[version.key]
            ):
                version.gone = self.now
                counts["withdrawn"] += 1
        for key, (content, month) in rows.items():
            before = last.get(key)
            if before is not None and before.content == content:
                counts["unchanged"] += 1
                continue
            counts["accepted" if before is None else "revised"] += 1
            if before is not None:
                before.gone = self.now
            self.versions.append(Version(key, content, month, period, self.now))
        return dict(counts)

    def known(self, at: int) -> Counter[tuple[str, str]]:
        return Counter(
            (version.key, version.content)
            for version in self.versions
            if version.known <= at and (version.gone is None or version.gone > at)
        )


def applies(version: Version, mode: DeliveryMode, period: Period) -> bool:
    if mode is not DeliveryMode.SNAPSHOT:
        return True
    if period.start <= version.period.start and version.period.end <= period.end:
        return True
    overlaps = version.period.start < period.end and version.period.end > period.start
    return overlaps and period.start <= version.month < period.end


@st.composite
def deliveries(draw: st.DrawFn) -> list[tuple[DeliveryMode, Period, dict[str, tuple[str, dt.date]]]]:
    made = []
    for _ in range(draw(st.integers(1, 6))):
        mode = draw(
            st.sampled_from([DeliveryMode.SNAPSHOT] * 3 + [DeliveryMode.CHANGES, DeliveryMode.APPEND])
        )
        period = draw(st.sampled_from([APRIL, MAY, BOTH]))
        # a stray month, outside the declared period, is among what partners send
        months = st.sampled_from([APRIL.start, MAY.start, dt.date(2024, 7, 1)])
        rows = draw(
            st.dictionaries(st.sampled_from("abcd"), st.tuples(st.sampled_from("xyz"), months), max_size=4)
        )
        made.append(
            (mode, period, {key: (f"{said} {month:%m}", month) for key, (said, month) in rows.items()})
        )
    return made


def said_by(book: RecordBook, as_at: dt.datetime | None) -> Counter[tuple[str, str]]:
    with book.reading(as_at) as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["test-source"])
        if "category" not in [row[0] for row in cursor.execute("DESCRIBE incident").fetchall()]:
            return Counter()
        return Counter(cursor.execute("SELECT ref, category FROM incident").fetchall())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deliveries())
@example(  # a key that stands in two periods, then comes once in a snapshot of both
    [
        (DeliveryMode.SNAPSHOT, APRIL, {"a": ("x 04", APRIL.start)}),
        (DeliveryMode.SNAPSHOT, MAY, {"a": ("x 05", MAY.start)}),
        (DeliveryMode.SNAPSHOT, BOTH, {"a": ("x 04", APRIL.start)}),
        (DeliveryMode.SNAPSHOT, APRIL, {}),
    ]
)
def test_as_known_on_any_date_equals_a_replay_up_to_it(
    sequence: list[tuple[DeliveryMode, Period, dict[str, tuple[str, dt.date]]]],
) -> None:
    naive = NaiveBook()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Path(folder) / "workspace", partnership="Testshire")
        book = RecordBook(workspace)
        known_from = []
        with book.writing() as writer:
            for mode, period, rows in sequence:
                listed = [(key, said, month) for key, (said, month) in rows.items()]
                staged = stage_dated(writer, listed)
                told = draft(listed, mode=mode, period=period, received_at=NOON)
                row = writer.add(told, staged, None, by=ANALYST)
                expected = naive.deliver(mode, period, rows)
                assert {name: getattr(row, name) for name in expected} == expected
                assert row.adds_up
                known_from.append(row.known_from)
        assert known_from == sorted(set(known_from))
        for number, moment in enumerate(known_from, 1):
            assert said_by(book, moment) == naive.known(number)
        assert said_by(book, None) == naive.known(len(sequence))
        assert book.check() == []
        workspace.close()
