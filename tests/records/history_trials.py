"""Random histories of deliveries, withdrawals and erasures, against a list of every version that forgets.

What the book says as known on any date equals the list's, and the parts of an explained movement add up.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

from test_records_property import (
    APRIL,
    BOTH,
    MAY,
    Deliver,
    NaiveBook,
    Withdraw,
    latest_moment,
    said_by,
)
from tiny_feed import ANALYST, NOON, draft, key_of, stage_dated

from joinedup.measures import FigureQuery, Measure, explain, registry
from joinedup.records import FieldState, RecordBook
from joinedup.records.meant import Named
from joinedup.records.writing import Writer
from joinedup.terms import AreaLevel, DeliveryMode, Form, Period, RecordType, Role, Sensitivity, Viewer
from joinedup.workspace import Workspace

CHIEF = Viewer("cass", "Cass Chief", Role.ADMINISTRATOR, "council")
SPRING = Period.parse("2024-04..2024-07")
WORDS = "xyz"
TALLY = Measure(
    name="tally",
    version=1,
    title="Tally",
    noun="things",
    meaning="Things that happened.",
    unit="things",
    theme="Trials",
    sources=("test-source",),
    record_types=(RecordType.INCIDENT,),
    carries={RecordType.INCIDENT: "category"},
    sql="SELECT month, point, left(category, 1) AS kind FROM incident",
    breakdowns={"kind": {word: word.upper() for word in WORDS}},
    classified_by=("kind",),
    forms=(Form.COUNT,),
    additive_over_areas=True,
    additive_over_time=True,
    sensitivity=Sensitivity.OFFICIAL,
)


@dataclass(frozen=True)
class Erase:
    """Erase one record, if it is there."""

    key: str


Act = Deliver | Withdraw | Erase


class ForgettingBook(NaiveBook):
    """Every version in a list, but for what was erased; knows which months were covered when."""

    def __init__(self) -> None:
        super().__init__()
        self.erased: set[str] = set()
        self.covered: list[tuple[int, int, Period]] = []  # the delivery, since when, its period
        self.uncovered: dict[int, int] = {}  # the delivery, and when it was withdrawn

    def deliver(self, act: Deliver) -> dict[str, int]:
        kept = {key: said for key, said in act.rows.items() if key not in self.erased}
        counts = super().deliver(Deliver(act.mode, act.period, kept))
        self.covered.append((self.delivered, self.now, act.period))
        return counts | {"aside": len(act.rows) - len(kept)}

    def withdraw(self) -> int:
        number = super().withdraw()
        self.uncovered[number] = self.now
        return number

    def erase(self, key: str) -> None:
        self.erased.add(key)
        self.versions = [version for version in self.versions if version.key != key]

    def tally(self, at: int, kind: str | None) -> int:
        """How many of a kind (None: any) were known at a time, in months that were covered."""
        months = {
            month
            for number, since, period in self.covered
            if since <= at < self.uncovered.get(number, at + 1)
            for month in (dt.date(2024, 4, 1), dt.date(2024, 5, 1), dt.date(2024, 7, 1))
            if period.start <= month < period.end
        }
        return sum(
            version.month in months and kind in {None, version.content[0]}
            for version in self.versions
            if version.known <= at and (version.gone is None or version.gone > at)
        )


def history(chance: random.Random) -> list[Act]:
    """Up to eight acts; a month has keys of its own, as a snapshot feed's identity holds in its period."""
    return [_act(chance) for _ in range(chance.randint(2, 8))]


def _act(chance: random.Random) -> Act:
    dice = chance.random()
    if dice < 0.15:
        return Withdraw()
    if dice < 0.3:
        return Erase(chance.choice("abcd") + chance.choice(["4", "5"]))
    mode = chance.choice([DeliveryMode.SNAPSHOT] * 3 + [DeliveryMode.CHANGES, DeliveryMode.APPEND])
    period = chance.choice([APRIL, MAY, BOTH])
    rows: dict[str, tuple[str, dt.date]] = {}
    for key in chance.sample("abcd", chance.randint(0, 4)):
        for own in (APRIL, MAY):
            if period.start <= own.start < period.end:
                month = chance.choice([own.start, own.start, own.start, dt.date(2024, 7, 1)])
                rows[f"{key}{own.start.month}"] = (f"{chance.choice(WORDS)} {month:%m}", month)
    return Deliver(mode, period, rows)


def trials(empty: Path, folder: Path, times: int, seed: int) -> Iterator[tuple[int, int, str]]:
    """So many histories: number, how many answers were compared, and what was wrong (nothing: all right)."""
    with patch.object(registry, "_discovered", lambda: {"tally": TALLY}):
        for number in range(times):
            place = shutil.copytree(empty, folder / f"history-{number}")
            workspace = Workspace.open(place)
            try:
                chance = random.Random(f"{seed} {number}")
                compared, wrong = _compare(workspace, history(chance), chance)
                yield number, compared, wrong
            finally:
                workspace.close()
                shutil.rmtree(place)


def _compare(workspace: Workspace, acts: list[Act], chance: random.Random) -> tuple[int, str]:
    naive, moments, book = ForgettingBook(), {}, RecordBook(workspace)
    with book.writing() as writer:
        for act in acts:
            if wrong := _do(act, naive, writer):
                return 0, wrong
            if naive.now:
                moments[naive.now] = latest_moment()
    book.finish_erasing()
    for now, moment in moments.items():
        if said_by(book, moment) != naive.known(now):
            return 0, f"as known at {now}: {said_by(book, moment)}, not {naive.known(now)}: {acts}"
    if found := book.check():
        return 0, f"{found}: {acts}"
    explained, wrong = _explain(workspace, naive, moments, chance)
    return len(moments) + explained, f"{wrong}: {acts}" if wrong else ""


def _do(act: Act, naive: ForgettingBook, writer: Writer) -> str:
    if isinstance(act, Withdraw):
        if naive.standing:
            writer.withdraw(naive.withdraw(), by=ANALYST, reason="wrong file")
    elif isinstance(act, Erase):
        if any(version.key == act.key for version in naive.versions):
            naive.erase(act.key)
            writer.erase("test-feed", Named([UUID(key_of(act.key))]), by=CHIEF, reason="article 17")
    else:
        listed = [(key, said, month) for key, (said, month) in act.rows.items()]
        states = (FieldState("category", max(len(listed), 1), 0, 0),)
        told = draft(listed, mode=act.mode, period=act.period, received_at=NOON, field_states=states)
        row = writer.add(told, stage_dated(writer, listed), None, by=ANALYST)
        counts = naive.deliver(act)
        aside = counts.pop("aside")
        if {name: getattr(row, name) for name in counts} != counts or not row.adds_up:
            return f"{row} should have counted {counts}"
        if row.set_aside != ({"erased": aside} if aside else {}):
            return f"{row} should have set {aside} aside"
    return ""


def _explain(
    workspace: Workspace, naive: ForgettingBook, moments: dict[int, dt.datetime], chance: random.Random
) -> tuple[int, str]:
    if len(moments) < 2:
        return 0, ""
    first, last = sorted(chance.sample(sorted(moments), 2))
    for kind in (None, chance.choice(WORDS)):
        where = (("kind", kind),) if kind else ()
        query = FigureQuery("tally", level=AreaLevel.ALL, period=SPRING, where=where)
        found = explain(workspace, query, moments[first], moments[last])
        counted = (naive.tally(first, kind), naive.tally(last, kind))
        said = (sum(found.before.values()), sum(found.after.values()))
        if said != counted:
            return 0, f"explain counts {said} of {kind} between {first} and {last}, not {counted}"
        if sum(row.change for row in found.movements) != counted[1] - counted[0]:
            return 0, f"the parts do not add up to {counted[1] - counted[0]}: {found.movements}"
    return 2, ""
