"""The process that reads a mended spreadsheet: limited like intake, answering with a CSV and what is said of
it, or with an error.

Started as ``python -m joinedup.feeds.mended_worker``. No error holds a value of the file.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from joinedup.errors import JoinedupError
from joinedup.feeds.contract import Contract
from joinedup.feeds.intake.careful import records
from joinedup.feeds.intake.worker import limit
from joinedup.feeds.reading import Expected, Readable, plain
from joinedup.feeds.reading.expected import Expectation, Holds
from joinedup.feeds.reading_contracts import read_contract
from joinedup.feeds.refused_text import OWN_COLUMNS

_FORMATS = frozenset({"csv", "xlsx", "xls", "ods"})


def expected(contract: Contract) -> Expected:
    """The spreadsheet: joinedup's own columns, then the contract's, each by its own name only."""
    own = tuple(Expectation(name, (name,), needed=True, holds=Holds.TEXT) for name in OWN_COLUMNS)
    theirs = Expected.of(contract)
    columns = tuple(
        dataclasses.replace(column, needed=True, ignored=False, names=(column.name,))
        for column in theirs.columns
    )
    return Expected(
        feed=f"mended rows of {contract.name}",
        columns=(*own, *columns),
        formats=_FORMATS,
        encoding="cp1252",
        header_within=5,
    )


def rows_of(readable: Readable, wanted: Expected) -> Iterator[list[str]]:
    """The rows that could be read, as texts."""
    if readable.as_it_came:
        for record in records(readable.path, wanted.delimiter, len(wanted.columns)):
            if record.number and record.cells is not None:
                yield record.cells
        return
    import pyarrow.parquet as pq

    names = [f"c{index}" for index in range(len(wanted.columns))]
    with pq.ParquetFile(readable.path) as parquet:
        for batch in parquet.iter_batches(columns=names):
            for row in zip(*(batch.column(name).to_pylist() for name in names), strict=True):
                if any(row):
                    yield [cell or "" for cell in row]


def faults_of(readable: Readable, wanted: Expected) -> list[tuple[str, str]]:
    """Each row that could not: where it stands, and the rule that it breaks."""
    if readable.as_it_came:
        read = records(readable.path, wanted.delimiter, len(wanted.columns))
        return [(f"row {one.position:,}", one.fault) for one in read if one.cells is None]
    if readable.spoilt is None:
        return []
    import pyarrow.parquet as pq

    found = []
    for one in pq.read_table(readable.spoilt, columns=["row_number", "fault"]).to_pylist():
        sheet, row = readable.origins.of(one["row_number"])
        found.append((f"sheet {sheet}, row {row:,}" if sheet else f"row {row:,}", one["fault"]))
    return found


def main() -> None:
    """Read what is told on the input; write ``mended.csv`` into the folder and answer with what is said of
    the file and the faults of its rows, or answer with the error."""
    limit()
    told = json.load(sys.stdin)
    folder = Path(told["folder"])
    try:
        contract = read_contract(
            Path(told["contract_file"]), tuple(Path(one) for one in told["code_list_folders"])
        )
        inner = folder / "reading"
        inner.mkdir()
        wanted = expected(contract)
        readable = plain(Path(told["file"]), inner, wanted)
        with (folder / "mended.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows_of(readable, wanted))
        sys.stdout.write(json.dumps({"notes": readable.notes, "faults": faults_of(readable, wanted)}))
    except JoinedupError as error:
        parts = {"what": error.what, "where": error.where, "next_step": error.next_step}
        sys.stdout.write(json.dumps({"kind": type(error).__name__, **parts}))
        sys.exit(2)
    except Exception as error:  # the one boundary: library errors echo values
        parts = {"what": "Reading the file failed", "where": type(error).__name__, "next_step": ""}
        sys.stdout.write(json.dumps({"kind": "Damaged", **parts}))
        sys.exit(2)


if __name__ == "__main__":
    main()
