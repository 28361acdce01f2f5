"""Random damage: flipped bits and truncations of segments, changed values of the ledger: all is found."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from ledger_damage import SEALED, damage_a_value, sealed_rows, tells_rows_apart
from tiny_feed import ANALYST, deliver_named, key_of, link

from joinedup.records import Finding, KeyChanged, RecordBook, SeriesBreak
from joinedup.terms import Every, Restriction, Role, Strictness, Viewer
from joinedup.workspace import Workspace
from seconding import by_two

CHIEF = Viewer("cass", "Cass Chief", Role.ADMINISTRATOR, "council")
KINDS = ("a flipped bit of a segment", "a truncated segment", "a changed value of the ledger")


def stock(book: RecordBook) -> None:
    """Fill a book with a row in every sealed table: deliveries, a withdrawal, an erasure, who is named."""
    told = {
        "breaks": (SeriesBreak(dt.date(2023, 4, 1), "channel", "By telephone too."),),
        "expected_every": Every.MONTH,
        "late_after_days": 30,
        "notes": ("The columns came in another order.",),
    }
    people = [("a", "victim", "Ann Other"), ("b", "caller", "Bob Unusual")]
    deliver_named(book, {"a": "x", "b": "y"}, people, **told)
    deliver_named(book, {"a": "x2"}, people, refused=["b"])
    deliver_named(book, {"a": "wrong"}, people)
    book.withdraw(3, by=ANALYST, reason="a wrong file")
    by_two(book.erase, "test-feed", [key_of("b")], by=CHIEF, reason="article 17")
    kind = Restriction.COURT_ORDER
    book.restrict("test-feed", [key_of("a")], kind=kind, by=ANALYST, reason="an order")
    one, two = UUID(int=1), UUID(int=2)
    link(book, {("a", "victim"): two}, changes=[KeyChanged(Strictness.BEST, "merged", one, two)])


def trials(workspace: Workspace, times: int, seed: int) -> Iterator[tuple[str, str, list[Finding]]]:
    """So many kinds of damage, each undone before the next: its kind, where it is, what ``check`` finds."""
    chance = random.Random(seed)
    book = RecordBook(workspace)
    files = sorted(workspace.records_folder.rglob("*.parquet"))
    values = [
        (model, key, column)
        for model, columns in SEALED.items()
        for key in sealed_rows(model)
        for column in columns
        if not tells_rows_apart(model, column)
    ]
    for number in range(times):
        kind = KINDS[number % len(KINDS)]
        if kind == KINDS[2]:
            model, key, column = chance.choice(values)
            where, damaged = f"{model}.{column}", damage_a_value(model, key, column, chance)
        else:
            file = chance.choice(files)
            where, damaged = file.name, _damage(file, kind, chance)
        with damaged:
            yield kind, where, book.check()


@contextmanager
def _damage(file: Path, kind: str, chance: random.Random) -> Iterator[None]:
    whole = file.read_bytes()
    if kind == KINDS[0]:
        bit = chance.randrange(len(whole) * 8)
        content = bytearray(whole)
        content[bit // 8] ^= 1 << bit % 8
        file.write_bytes(content)
    else:
        os.truncate(file, chance.randrange(len(whole)))
    try:
        yield
    finally:
        file.write_bytes(whole)
