"""Staging one file: raw text in, typed Parquet and quarantine out, with accounts that add up."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from joinedup.errors import BadInput, Damaged
from joinedup.feeds.contract import Contract, IfWrong
from joinedup.feeds.intake import loading, padding, repeats, same_lines, states
from joinedup.feeds.intake.digests import Digests
from joinedup.feeds.intake.job import Job, Staged
from joinedup.feeds.intake.sql_parts import literal
from joinedup.feeds.intake.survey import Survey, survey
from joinedup.feeds.intake.typing_sql import Composer
from joinedup.feeds.intake.unchanged import IN_CELLS, compare, refuse_unlike, sum_up
from joinedup.feeds.intake.who_sql import Who
from joinedup.feeds.reading import Readable, contracts_beside, plain
from joinedup.feeds.reading.expected import Expected
from joinedup.feeds.reading_contracts import read_contract
from joinedup.feeds.rules import FileFormat
from joinedup.records import marks
from joinedup.records.identity import ordinal_key_sql, record_key_sql
from joinedup.records.segments import PARQUET, naive
from joinedup.terms import Period

_POINT = (
    "CAST(round((longitude + 180) * 1e6) AS BIGINT) * 1000000000"
    " + CAST(round((latitude + 90) * 1e6) AS BIGINT)"
)


ABSENT = "absent.parquet"  # in the job's folder: the keys of what stands and came with no equal row


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, stage: str) -> None:
        """End a stage."""
        now = time.perf_counter()
        self.seconds[stage] = round(now - self._since, 4)
        self._since = now


def stage(job: Job, footing: Callable[[], dict[str, Any]] | None = None) -> Staged:
    """Stage one file. Raises BadInput where the file as a whole cannot be this feed's.

    ``footing``: waits for what the job stands on, where that is not in the job (``Job.footing``).
    """
    clock = _Clock()
    contract = read_contract(job.contract_file, job.code_list_folders)
    expected = Expected.of(contract)
    if job.from_the_desk:  # which writes CSV, whatever the owner sends
        expected = dataclasses.replace(expected, formats=frozenset({FileFormat.CSV.value}), row_signs=None)
    readable = plain(job.file, job.folder, expected, lambda: contracts_beside(job.code_list_folders))
    surveyed = None
    if readable.as_it_came:
        surveyed = survey(readable.path, contract.delimiter, padding.own_words(contract))
    if footing is not None:
        job = job.on(footing())
    clock.lap("survey")
    connection = _connect(job, readable.path)
    try:
        with_empty = any(column.if_wrong is IfWrong.BLANK for column in contract.columns)
        digests = Digests(Composer(contract, None), job.by_length, with_empty)
        loaded, unchanged = _read(connection, job, readable, surveyed, digests)
        connection.execute("SET preserve_insertion_order = false")  # rows have their numbers now
        connection.execute("SET lock_configuration = true")
        clock.lap("read")
        period = job.period or _period_of_rows(connection, contract)
        named = states.named_provisional(connection, contract, job.file_name or job.file.name)
        composer = Composer(contract, period, provisional=named)
        loading.load_codes(connection, composer)
        composer.places.load(connection)
        if unchanged is None:
            repeats.number_keyless(connection, composer)
        repeats.judge_keys(connection, composer)
        clock.lap("repeats")
        if job.stands is not None:
            unchanged = _compared(connection, job, loaded, job.stands, unchanged)
            clock.lap("compare")
        return _write(connection, job, composer, loaded, unchanged or 0, clock)
    finally:
        connection.close()


def _read(
    connection: duckdb.DuckDBPyConnection,
    job: Job,
    readable: Readable,
    surveyed: Survey | None,
    digests: Digests,
) -> tuple[loading.Loaded, int | None]:
    """The file's rows, and how many of them equal what stands where that was told by their lines."""
    loading.make_refused(connection)
    if job.stands is not None and surveyed is not None:
        absent = job.folder / ABSENT
        known = same_lines.load(connection, readable, surveyed, digests, job.stands, absent)
        if known is not None:
            return known
    return loading.load(connection, readable, surveyed, digests), None


def _compared(
    connection: duckdb.DuckDBPyConnection,
    job: Job,
    loaded: loading.Loaded,
    stands: Path,
    unchanged: int | None,
) -> int:
    """Let ``raw`` show only rows that differ from what stands; returns how many do not, summed up in
    ``same``."""
    absent = job.folder / ABSENT
    if unchanged is None:
        found = compare(connection, IN_CELLS, loaded.parsed, stands, absent)
        unchanged = refuse_unlike(found)
        loaded.keep(connection, "changed")
    sum_up(connection, loaded.digests, stands, absent)
    return unchanged


def _connect(job: Job, plain: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    settings = {
        "memory_limit": literal(job.memory_limit),
        "threads": str(job.threads),
        "temp_directory": literal(str(job.folder / "spill")),
        "TimeZone": "'UTC'",
        "enable_progress_bar": "false",
        "allowed_directories": f"[{literal(str(job.folder))}]",
        "allowed_paths": f"[{literal(str(plain))}]",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "enable_external_access": "false",
    }
    for name, value in settings.items():
        connection.execute(f"SET {name} = {value}")
    return connection


def _period_of_rows(connection: duckdb.DuckDBPyConnection, contract: Contract) -> Period:
    """The months that the rows are of, where the file's name did not say; one month where a file has one."""
    composer = Composer(contract, None)
    if contract.period.from_column:
        dates = f"SELECT CAST(date_trunc('month', occurred_date) AS DATE) AS month FROM ({composer.dated()})"
        months = connection.execute(f"SELECT min(month), max(month) FROM ({dates})").fetchall()[0]
        if months[0] is not None and (months[0] == months[1] or not contract.period.one_month):
            first, last = (Period.of_month(month) for month in months)
            return Period(first.start, last.end)
    raise BadInput(
        "It cannot be told which period the file is for",
        where="neither from its name nor from its rows",
        next_step="Say it with --period 2024-05, or give the file the name its publisher gave it",
    )


def _write(
    connection: duckdb.DuckDBPyConnection,
    job: Job,
    composer: Composer,
    loaded: loading.Loaded,
    unchanged: int,
    clock: _Clock,
) -> Staged:
    """Write the staged file, then (only where some rows are not in it) the quarantine, then the points."""
    judged = _judged(composer)
    accepted = unchanged + _write_staged(connection, composer, judged, job)
    staged = job.folder / "staged.parquet"
    known = states.of_places(connection, composer, judged)
    who = Who(composer.contract, composer.cell)
    mentions = 0
    if who.is_anybody:
        mentions = who.write(connection, staged, job.folder / "named.parquet")
        known |= who.states(connection)
    clock.lap("check and type")
    set_aside = Counter(loaded.readable.set_aside)
    reasons: Counter[str] = Counter()
    quarantined = 0
    if accepted < loaded.parsed:
        _look_at_the_others(connection, loaded, job)
        for rule, count in _set_aside(connection, judged):
            set_aside[rule] += count
        quarantined = _quarantine(connection, composer, judged, reasons)
    spoilt_aside, spoilt = loaded.judge_spoilt(connection, composer)
    set_aside.update(spoilt_aside)
    reasons.update(spoilt)
    quarantined += sum(spoilt.values())
    if quarantined:
        connection.execute(
            f"COPY (FROM refused ORDER BY row_number) TO {literal(str(job.folder / 'quarantined.parquet'))}"
            " (FORMAT parquet, COMPRESSION zstd)"
        )
    if accepted + quarantined + sum(set_aside.values()) != loaded.records:
        raise Damaged(
            "The rows of the file do not add up: joinedup has a mistake, and nothing was stored",
            next_step="Please report it",
        )
    unlocated, distinct = _points(connection, job)
    known |= states.of_fields(connection, loaded, staged, accepted, whole=job.stands is None)
    padded = padding.notes(loaded.digests.blanks(connection, loaded.rows))
    clock.lap("count")
    return Staged(
        rows_in=loaded.records,
        accepted=accepted,
        quarantined=quarantined,
        set_aside=dict(sorted(set_aside.items())),
        reasons=dict(sorted(reasons.items())),
        period=composer.period,
        field_states=known,
        unlocated=unlocated,
        distinct_points=distinct,
        careful=loaded.careful,
        notes=(*loaded.readable.notes, *padded, *states.notes(connection, composer, staged)),
        mentions=mentions,
        provisional=states.is_provisional(connection, composer, staged),
        unchanged=unchanged,
        seconds=clock.seconds,
    )


def _judged(composer: Composer) -> str:
    """A SELECT of layer 2 with ``aside`` (the rule that leaves the row out, or NULL) and ``bad``."""
    aside = " ".join(f"WHEN {sql} THEN {literal(rule)}" for rule, sql in composer.set_aside().items())
    case = f"CASE {aside} END" if aside else "NULL::VARCHAR"
    return f"SELECT *, {case} AS aside, {composer.broken()} AS bad FROM ({composer.joined()})"


def _write_staged(connection: duckdb.DuckDBPyConnection, composer: Composer, judged: str, job: Job) -> int:
    contract = composer.contract
    ordinal_key = ordinal_key_sql("content_hash", "ordinal")
    key = ordinal_key
    if contract.key:
        own = record_key_sql(composer.key_cells())
        key = f"CASE WHEN {composer.has_key()} THEN {own} ELSE {ordinal_key} END" if contract.keyless else own
    ref = composer.cell(contract.ref) if contract.ref else "NULL::VARCHAR"
    stated = composer.cell(contract.stated_area.column) if contract.stated_area else "NULL::VARCHAR"
    located = "longitude IS NOT NULL AND latitude IS NOT NULL"
    query = f"""
        SELECT {key} AS record_key, content_hash, {_foretold(job)}
               CAST(row_number AS BIGINT) AS row_number, {ref} AS ref, {composer.status()} AS status,
               occurred_from, occurred_to, occurred_date, occurred_to_date, occurred_time, "precision",
               CAST(date_trunc('month', occurred_date) AS DATE) AS month, longitude, latitude,
               CASE WHEN {located} THEN {_POINT} END AS point, {stated} AS stated_area
               {"".join(", " + field for field in composer.fields())}
        FROM ({judged}) WHERE aside IS NULL AND NOT bad"""
    read = marks.option(marks.marks(job.read_by, by_length=job.by_length))
    copied = connection.execute(
        f"COPY ({query}) TO {literal(str(job.folder / 'staged.parquet'))} ({PARQUET}{read})"
    ).fetchall()
    return int(copied[0][0])


def _foretold(job: Job) -> str:
    """The two columns that the record book would add, where it has foretold them."""
    if job.foretold is None:
        return ""
    known_from = literal(naive(job.foretold.known_from))
    return (
        f"CAST({known_from} AS TIMESTAMP) AS known_from, CAST({job.foretold.number} AS INTEGER) AS delivery,"
    )


def _set_aside(connection: duckdb.DuckDBPyConnection, judged: str) -> Iterator[tuple[str, int]]:
    query = f"SELECT aside, count(*) FROM ({judged}) WHERE aside IS NOT NULL GROUP BY aside"
    yield from connection.execute(query).fetchall()


def _quarantine(
    connection: duckdb.DuckDBPyConnection, composer: Composer, judged: str, reasons: Counter[str]
) -> int:
    """Add the refused rows to the table ``refused``; returns how many, and counts their reasons.

    ``record_key`` says which record a refused row is of, so that its older version keeps standing. It is NULL
    for a row without a key of its own: its identity is its content, and that is what could not be read.
    """
    key = "NULL"
    if composer.contract.key:
        key = f"CASE WHEN {composer.has_key()} THEN {record_key_sql(composer.key_cells())} END"
    broken = ", ".join(
        f"CASE WHEN {rule.broken} THEN {literal(rule.reason)} END" for rule in composer.rules()
    )
    connection.execute(
        f"""INSERT INTO refused
            SELECT row_number, {composer.kept_text()},
                   list_filter([{broken}], lambda reason: reason IS NOT NULL), {key}
            FROM ({judged}) WHERE aside IS NULL AND bad"""
    )
    counted = "SELECT unnest(reasons) AS reason, count(*) FROM refused GROUP BY reason"
    reasons.update(dict(connection.execute(counted).fetchall()))
    return int(connection.execute("SELECT count(*) FROM refused").fetchall()[0][0])


def _points(connection: duckdb.DuckDBPyConnection, job: Job) -> tuple[int, int]:
    """Write the distinct places with their rows; returns rows without a point, and distinct points."""
    columns = "point, stated_area"
    places = f"SELECT {columns}, 1 AS rows FROM read_parquet({literal(str(job.folder / 'staged.parquet'))})"
    if job.stands is not None:
        places += f" UNION ALL SELECT {columns}, rows FROM same"
    target = literal(str(job.folder / "points.parquet"))
    connection.execute(
        f"""COPY (SELECT {columns}, sum(rows)::BIGINT AS rows FROM ({places}) GROUP BY ALL)
            TO {target} (FORMAT parquet)"""
    )
    return connection.execute(
        f"""SELECT coalesce(sum(rows) FILTER (point IS NULL), 0)::BIGINT, count(DISTINCT point)
            FROM read_parquet({target})"""
    ).fetchall()[0]


def _look_at_the_others(connection: duckdb.DuckDBPyConnection, loaded: loading.Loaded, job: Job) -> None:
    """Let ``raw`` show only the rows that are neither staged nor unchanged: the table ``left_out``."""
    staged = literal(str(job.folder / "staged.parquet"))
    rows = "kept" if job.stands is not None else f"{loaded.rows} AS row"
    connection.execute(
        f"""CREATE TABLE left_out AS FROM {rows}
            ANTI JOIN (SELECT row_number AS number FROM read_parquet({staged})) AS staged USING (number)"""
    )
    loaded.show(connection, "left_out")
