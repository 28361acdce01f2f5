"""What files say of records that are taken back: it is listened to, and stays out of sight.

Letting such a record in again must give what the files that stand say of it. So its rows are kept as versions
that the taking back ends at once (a pos segment of the delivery, a neg segment of the taking back), with who
they name. A version that the file would have superseded or withdrawn is written down in a segment of kind
``unseen`` of the delivery, shaped like a neg segment, which no view reads.

So at any time a version stands, unless its delivery is withdrawn, a delivery that stands ended it (neg or
unseen), or its record is taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from joinedup.records import comparing, ledger, marks
from joinedup.records.comparing import Standing
from joinedup.records.definitions import Foretold
from joinedup.records.filing import Filed, Filing
from joinedup.records.segments import (
    PARQUET,
    SUPERSEDED,
    check_staged,
    columns_of,
    naive,
    numbered_as,
    scan,
    text,
)
from joinedup.terms import DeliveryMode, Period

KIND = "unseen"


@dataclass(frozen=True)
class Unseen:
    """What a delivery says of records that are taken back: files with its rows of them, with all its refused
    rows, and what would stand of them."""

    aside: Path
    refused: Path | None
    against: Standing


@dataclass(frozen=True)
class Kept:
    """Segments of a delivery itself, and others with the number of the taking back whose they are."""

    own: Sequence[Filed] = ()
    of_takings: Sequence[tuple[int, Filed]] = ()


def standing(
    connection: duckdb.DuckDBPyConnection,
    records: Path,
    feed: str,
    mode: DeliveryMode,
    period: Period | None,
    target: Path,
) -> Standing | None:
    """What would stand of the records in the table ``held``, as far as a delivery says anything of it.

    Each version once, as it was known last, written to ``target``. As none is in sight, every one is in a neg
    segment, whoever ended it there; None where there is no such segment.
    """
    segments = ledger.segments_of(feed)
    gone = [records / one.file for one in segments if one.kind == "neg"]
    if not gone:
        return None
    ended = [*gone, *(records / one.file for one in segments if one.kind == KIND)]
    files = ledger.standing_files(feed)
    numbers = ", ".join(["NULL", *(str(one.number) for one in files)])
    versions = f"""
        SELECT version.* EXCLUDE ({", ".join(SUPERSEDED)}) FROM {scan(gone, by_name=True)} AS version
        SEMI JOIN held USING (record_key)
        ANTI JOIN (SELECT record_key, delivery FROM {scan(ended, by_name=True)}
                   WHERE superseded_by IN ({numbers})) AS ended USING (record_key, delivery)
        WHERE {comparing.concerned(files, mode, period)}
        QUALIFY row_number() OVER (PARTITION BY record_key, delivery ORDER BY known_from DESC) = 1"""
    connection.execute(f"COPY ({versions}) TO {text(target)} ({PARQUET})")
    return Standing(scan([target]), superseded=None, repeats=True, files=(), brought=())


def keep(
    filing: Filing,
    said: Unseen,
    feed: str,
    mode: DeliveryMode,
    told: Foretold,
    read: dict[str, str],
) -> Kept:
    """Compare what a delivery says of the records in the table ``held``, and write its segments.

    ``told`` says what the delivery will have; ``read`` are the marks of how its rows were read.
    """
    connection, number, known_from = filing.connection, told.number, naive(told.known_from)
    comparing.refuse_repeated_keys(connection, said.aside, feed)
    rows = filing.count(said.aside)
    verdict = comparing.compare(connection, said.aside, said.refused, said.against, mode, rows)
    own: list[Filed] = []
    of_takings: list[tuple[int, Filed]] = []
    name = f"{number:06d}-{feed}"
    if verdict.accepted + verdict.revised:
        fields = check_staged(columns_of(connection, scan([said.aside])), feed)
        arrived = numbered_as(scan([said.aside]), fields, known_from, number)
        arrived += " SEMI JOIN (FROM verdict WHERE kind <> 'withdrawn') AS changed USING (record_key)"
        pos = filing.write("pos", f"{name}-unseen-pos.parquet", arrived, marks=marks.option(read))
        own.append(pos)
        of_takings += _ended_at_once(filing, pos.path, feed, number, known_from)
    if verdict.revised + verdict.withdrawn:
        gone = comparing.superseded(said.against, known_from, number)
        own.append(filing.write(KIND, f"{name}-unseen.parquet", gone))
    return Kept(own, of_takings)


def _ended_at_once(
    filing: Filing, arrived: Path, feed: str, number: int, known_from: str
) -> list[tuple[int, Filed]]:
    """The versions that arrived, as neg segments of the takings back that keep them out."""
    said_of = f"SEMI JOIN {scan([arrived])} AS arrived USING (record_key)"
    found = filing.connection.execute(f"SELECT DISTINCT taking FROM held {said_of} ORDER BY 1").fetchall()
    ended = []
    for (taking,) in found:
        query = f"""SELECT version.*, CAST({text(known_from)} AS TIMESTAMP) AS superseded_at,
                           CAST({int(taking)} AS INTEGER) AS superseded_by
                    FROM {scan([arrived])} AS version
                    SEMI JOIN (FROM held WHERE taking = {int(taking)}) AS its USING (record_key)"""
        file = f"{taking:06d}-{feed}-kept-out-of-{number:06d}.parquet"
        ended.append((int(taking), filing.write("neg", file, query)))
    return ended
