"""The watched town, in which a linkage drew pairs to review: of complaints, of releases, of both, and of a
lodger, whose feed is restricted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

import duckdb

from joinedup.people.reviewing import Drawn, Mentioned, Stands, draw, waiting
from joinedup.records import NewLinkage, RecordBook
from joinedup.terms import Role
from joinedup.workspace import Workspace
from watched_town import build, day, send, viewer

FEEDS = ("complaints", "lodgers", "releases")
WEIGHT = 7.7
"""Of the first pair, in bits; the second has one less, and so on."""


def build_paired(folder: Path) -> Workspace:
    """The town, open, with deliveries and no pair."""
    made = build(folder)
    contract = made.contracts_folder / "releases.toml"
    text = contract.read_text().replace(
        '["offender-management"]', '["offender-management", "crime-and-disorder"]'
    )
    contract.write_text(text)
    send(
        made,
        "complaints",
        _row("C1", "Ann Zeal", "Zed", "1980-02-03")
        + _row("C2", "ann  zeal", "", "1980-03-02")
        + _row("C3", "Bob Young", "", "")
        + _row("C4", "Cy Abel", "Si", "1971-12-31"),
    )
    send(made, "releases", _row("R1", "Anne Zeal", "Zed", "1980-02-03") + _row("R2", "Rob Young", "", ""))
    send(made, "lodgers", _row("L1", "Hal Hidden", "", "1990-01-01"))
    return made


def mentions(made: Workspace) -> dict[str, Mentioned]:
    """Every mention by the name that its record gives."""
    with RecordBook(made).reading() as reader:
        cursor = reader.connection()
        reader.mentions(cursor, FEEDS)
        rows = cursor.execute(
            "SELECT full_name, feed, record_key, role, ordinal FROM mention WHERE role <> 'record'"
        ).fetchall()
    return {name: Mentioned(*which) for name, *which in rows}


EVIDENCE = [("given.sound", 9.2), ("birth.two-years", -1.5)]


def drawn(
    made: Workspace,
    *named: tuple[str, str],
    linkage: int = 1,
    stratum: int | None = None,
    weight: float = WEIGHT,
    together: bool = True,
    more: Sequence[tuple[str, float]] = (),
    stands: Stands | None = None,
) -> list[int]:
    """Draw these pairs of names, each from a stratum of its own unless one is named; their numbers in order.

    Of every other pair the linkage put the two together, beginning with the first (or the second, where not
    ``together``). ``more``: evidence beside the usual.
    """
    known = mentions(made)
    pairs = [
        Drawn(
            known[left],
            known[right],
            weight - number,
            (number % 2 == 0) is together,
            number if stratum is None else stratum,
            40,
            10,
            [*EVIDENCE, *more],
            stands or Stands(),
        )
        for number, (left, right) in enumerate(named)
    ]
    draw(linkage, pairs, by=viewer("council", Role.ANALYST))
    numbers = {(one.drawn.left, one.drawn.right): one.number for one in waiting(FEEDS)}
    return [numbers[one.left, one.right] for one in pairs]


def linked(made: Workspace, people: Mapping[str, int]) -> None:
    """Write a linkage by which these names are of these people, by any number for each."""
    known = mentions(made)
    rows = [
        (one.feed, one.record_key, one.role, one.ordinal, *[UUID(int=people[name])] * 3)
        for name, one in known.items()
        if name in people
    ]
    with RecordBook(made).reading() as reader:
        read = reader.generation
    path = made.temporary_folder / "keys.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            """CREATE TABLE given (feed VARCHAR, record_key UUID, role VARCHAR, ordinal INTEGER,
                                   strict UUID, best UUID, loose UUID)"""
        )
        connection.executemany("INSERT INTO given VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute(f"COPY given TO '{path}' (FORMAT parquet)")
    new = NewLinkage("a model", read, len(set(people.values())), FEEDS)
    RecordBook(made).link(path, new, by=viewer("team", Role.ANALYST))


def _row(number: str, name: str, alias: str, born: str) -> str:
    return f"{number},1,{day(-4)},,{name},{alias},{born}\n"
