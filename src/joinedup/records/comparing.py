"""What a delivery changes: its rows against the versions that stand.

A version stands for the period of the delivery that brought it; where that was longer than the period
compared, the month of the record decides. So in a snapshot feed a record's identity holds within its period.

A record whose new copy was refused is not withdrawn: its owner did send it, so what stood keeps standing.
That needs the key of the refused row. A row without one (its content and ordinal are its identity) cannot be
recognised once it is refused, and its older version is withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from joinedup.errors import BadInput
from joinedup.records import regained
from joinedup.records.ledger import period_of
from joinedup.records.segments import columns_of, scan, text
from joinedup.records.told_twice import repeated
from joinedup.terms import DeliveryMode, Period

if TYPE_CHECKING:
    from joinedup.records.models import Delivery, Segment

# Left alone, the optimiser may build the hash table on the large side of these joins.
_AS_WRITTEN = "SET disabled_optimizers = 'build_side_probe_side,join_order'"
_AS_USUAL = "RESET disabled_optimizers"
_MOST_SORTED = 20_000_000  # keys of 8 bytes in this process's memory; of more DuckDB writes some to the disk


@dataclass(frozen=True)
class Standing:
    """The segments whose versions may stand for a feed (and period), as table expressions.

    ``repeats`` says that a key may stand more than once, because it came for several periods: the
    version delivered last is compared, and a snapshot of all those periods withdraws the others. ``files``
    names all of the segments; ``brought`` are those of the deliveries as they came (``footing``).
    """

    versions: str
    superseded: str | None
    repeats: bool
    files: tuple[str, ...]
    brought: tuple[Path, ...]

    @property
    def current(self) -> str:
        """A SELECT of key, content, known-from and delivery of each version that stands."""
        columns = "record_key, content_hash, known_from, delivery"
        return f"SELECT {columns} FROM {self.versions} AS version {self.without_gone}"

    @property
    def without_gone(self) -> str:
        """The join that leaves out of ``versions`` what was superseded or withdrawn."""
        if self.superseded is None:
            return ""
        return f"ANTI JOIN {self.superseded} AS gone USING (record_key, known_from)"

    def ranked(self, condition: str) -> str:
        """The versions that stand, of each key the last delivered (``= 1``) or the others (``> 1``).

        By delivery, for what a withdrawal brought back is known from later than what was delivered since.
        """
        order = "row_number() OVER (PARTITION BY record_key ORDER BY delivery DESC)"
        return f"{self.current} QUALIFY {order} {condition}"


@dataclass(frozen=True)
class Verdict:
    """How many rows of each kind; the changed ones are in the temporary table ``verdict``."""

    accepted: int
    unchanged: int
    revised: int
    withdrawn: int


def refuse_repeated_keys(connection: duckdb.DuckDBPyConnection, staged: Path, feed: str) -> None:
    """Raise BadInput, naming row numbers only, where a key occurs twice in one staged file."""
    rows, keyed, digested = connection.execute(
        f"SELECT count(*), count(record_key), count(content_hash) FROM {scan([staged])}"
    ).fetchall()[0]
    if rows == keyed == digested and not _may_repeat_keys(connection, staged, rows):
        return
    twice = connection.execute(
        f"""SELECT min(row_number), max(row_number) FROM {scan([staged])}
            GROUP BY record_key HAVING count(*) > 1 ORDER BY 1 LIMIT 3"""
    ).fetchall()
    if twice:
        pairs = "; ".join(f"rows {first} and {last}" for first, last in twice)
        raise BadInput(
            "The same record key occurs twice in one delivery",
            where=f"{feed}: {pairs}",
            next_step="Give the contract a key that tells its rows apart",
        )
    absent = connection.execute(
        f"SELECT min(row_number) FROM {scan([staged])} WHERE record_key IS NULL OR content_hash IS NULL"
    ).fetchall()
    if absent[0][0] is not None:
        raise BadInput("A row has no record key or content hash", where=f"{feed}: row {absent[0][0]}")


def _may_repeat_keys(connection: duckdb.DuckDBPyConnection, staged: Path, rows: int) -> bool:
    """Whether keys of a staged file have a hash in common: unless they are equal, hardly ever."""
    if rows > _MOST_SORTED:
        query = f"SELECT count(DISTINCT record_key) FROM {scan([staged])}"
        return int(connection.execute(query).fetchall()[0][0]) < rows
    hashes = connection.execute(f"SELECT hash(record_key) AS key FROM {scan([staged])}").fetchnumpy()["key"]
    return len(repeated(hashes)) > 0


def standing(
    mode: DeliveryMode, period: Period | None, segments: Sequence[Segment], folder: Path
) -> Standing | None:
    """What a delivery of this mode and period is compared against; None where nothing can stand."""
    whole: list[Path] = []
    partly: list[Path] = []
    pos = [segment for segment in segments if segment.kind == "pos"]
    compared = [segment for segment in pos if _meets(period_of(segment.delivery), mode, period)]
    for segment in compared:
        path = folder / segment.file
        (whole if _within(period_of(segment.delivery), mode, period) else partly).append(path)
    if not compared:
        return None
    numbers = {segment.delivery.number for segment in compared}
    gone = [folder / s.file for s in segments if s.kind == "neg" and numbers.intersection(s.touches)]
    first = {number: folder / s.file for number, s in _first_of_each(segments) if number in numbers}
    return Standing(
        versions=_versions(whole, partly, period),
        superseded=scan(gone, by_name=True) if gone else None,
        repeats=_may_repeat(compared, mode),
        files=tuple(sorted(path.name for path in [*whole, *partly, *gone])),
        brought=tuple(first.values()),
    )


def _may_repeat(compared: Sequence[Segment], mode: DeliveryMode) -> bool:
    """Whether a key may stand more than once in these: not where all came as snapshots of one period, nor
    where each was compared with the whole feed.

    What adds to a period revises one of the versions that a key has, and so may leave two of one period.
    """
    modes = {segment.delivery.mode for segment in compared}
    if mode is not DeliveryMode.SNAPSHOT and DeliveryMode.SNAPSHOT not in modes:
        return False
    periods = {period_of(segment.delivery) for segment in compared}
    return len(periods) > 1 or modes != {DeliveryMode.SNAPSHOT}


def _first_of_each(segments: Sequence[Segment]) -> list[tuple[int, Segment]]:
    """The first pos segment of each delivery: what is restored later comes after it."""
    first: dict[int, Segment] = {}
    for segment in segments:
        if segment.kind == "pos":
            first.setdefault(segment.delivery.number, segment)
    return list(first.items())


def concerned(deliveries: Iterable[Delivery], mode: DeliveryMode, period: Period | None) -> str:
    """A condition for the versions, of these deliveries, of which one of a mode and period says anything."""
    whole, partly = ["NULL"], ["NULL"]
    for delivery in deliveries:
        brought = period_of(delivery)
        if _meets(brought, mode, period):
            (whole if _within(brought, mode, period) else partly).append(str(delivery.number))
    condition = f"delivery IN ({', '.join(whole)})"
    if period is None:
        return condition
    return f"({condition} OR delivery IN ({', '.join(partly)}) AND {_in_period(period)})"


def _meets(brought: Period | None, mode: DeliveryMode, period: Period | None) -> bool:
    if mode is not DeliveryMode.SNAPSHOT or brought is None or period is None:
        return True
    return brought.start < period.end and brought.end > period.start


def _within(brought: Period | None, mode: DeliveryMode, period: Period | None) -> bool:
    if mode is not DeliveryMode.SNAPSHOT:
        return True
    if brought is None or period is None:
        return False
    return period.start <= brought.start and brought.end <= period.end


def _versions(whole: list[Path], partly: list[Path], period: Period | None) -> str:
    parts = []
    if whole:
        parts.append(f"SELECT * FROM {scan(whole, by_name=True)}")
    if partly and period is not None:
        parts.append(f"SELECT * FROM {scan(partly, by_name=True)} WHERE {_in_period(period)}")
    return f"({' UNION ALL BY NAME '.join(parts)})"


def _in_period(period: Period) -> str:
    return f"month >= DATE {text(str(period.start))} AND month < DATE {text(str(period.end))}"


def compare(
    connection: duckdb.DuckDBPyConnection,
    staged: Path,
    refused: Path | None,
    against: Standing,
    mode: DeliveryMode,
    rows: int,
    absent: Path | None = None,
    ruled: Sequence[str] = (),
) -> Verdict:
    """Fill the temporary table ``verdict`` (record_key, known_from, kind) with what changed, and count it.

    ``staged`` has ``rows`` rows; ``refused`` is the quarantine of the same file, None where it has none.
    ``absent`` where ``staged`` lacks the rows that equal what stands: the keys of whatever else stands.
    ``ruled``: fields in which a row of the same text may have a value by other rules than before.
    """
    snapshot = mode is DeliveryMode.SNAPSHOT
    join = "FULL OUTER" if snapshot else "LEFT"
    stood = against.ranked("= 1") if against.repeats else against.current
    if absent is not None:
        keys = f"SELECT record_key FROM {scan([staged])} UNION SELECT record_key FROM {scan([absent])}"
        stood = f"SELECT * FROM ({stood}) AS version SEMI JOIN ({keys}) AS named USING (record_key)"
    connection.execute("DROP TABLE IF EXISTS verdict")
    connection.execute(
        f"""CREATE TEMP TABLE verdict AS
            SELECT coalesce(arrived.record_key, stood.record_key) AS record_key, stood.known_from,
                   CASE WHEN stood.record_key IS NULL THEN 'accepted'
                        WHEN arrived.record_key IS NULL THEN 'withdrawn'
                        ELSE 'revised' END AS kind
            FROM (SELECT record_key, content_hash FROM {scan([staged])}) AS arrived
            {join} JOIN ({stood}) AS stood ON arrived.record_key = stood.record_key
            WHERE stood.record_key IS NULL OR arrived.record_key IS NULL
               OR arrived.content_hash <> stood.content_hash"""
    )
    regained.add_to_verdict(connection, staged, against, ruled)
    if snapshot and against.repeats:
        others = against.ranked("> 1")
        connection.execute(f"INSERT INTO verdict SELECT record_key, known_from, 'withdrawn' FROM ({others})")
    if refused is not None:
        _keep_standing(connection, refused)
    found = dict(connection.execute("SELECT kind, count(*) FROM verdict GROUP BY kind").fetchall())
    accepted, revised = found.get("accepted", 0), found.get("revised", 0)
    return Verdict(accepted, rows - accepted - revised, revised, found.get("withdrawn", 0))


def _keep_standing(connection: duckdb.DuckDBPyConnection, refused: Path) -> None:
    """Take out of the withdrawals the records whose new copy was refused."""
    if "record_key" not in [name for name, _ in columns_of(connection, scan([refused]))]:
        return
    connection.execute(
        f"""DELETE FROM verdict WHERE kind = 'withdrawn' AND record_key IN
            (SELECT record_key FROM {scan([refused])} WHERE record_key IS NOT NULL)"""
    )


def superseded(against: Standing, superseded_at: str, superseded_by: int) -> str:
    """A SELECT of the full payload of each version that the verdict supersedes or withdraws."""
    return f"""SELECT version.*, CAST({text(superseded_at)} AS TIMESTAMP) AS superseded_at,
                      CAST({int(superseded_by)} AS INTEGER) AS superseded_by
               FROM {against.versions} AS version
               SEMI JOIN (FROM verdict WHERE kind <> 'accepted') AS gone USING (record_key, known_from)"""


def copy_as_written(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Run a join with its sides as they are written: the small table stands on the right."""
    connection.execute(_AS_WRITTEN)
    try:
        connection.execute(statement)
    finally:
        connection.execute(_AS_USUAL)
