"""The process that reads a mended spreadsheet: limited like intake, answering with a CSV or an error.

Started as ``python -m joinedup.feeds.mended_worker``. No error holds a value of the file.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from joinedup.errors import BadInput, JoinedupError
from joinedup.feeds.contract import Contract
from joinedup.feeds.intake.careful import records
from joinedup.feeds.intake.worker import limit
from joinedup.feeds.reading import Expected, plain
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


def rows_of(file: Path, folder: Path, contract: Contract) -> Iterator[list[str]]:
    """The rows as texts. Raises BadInput where a row cannot be cut into cells."""
    wanted = expected(contract)
    readable = plain(file, folder, wanted)
    if readable.as_it_came:
        for record in records(readable.path, wanted.delimiter, len(wanted.columns)):
            if record.cells is None:
                raise BadInput("A row has other cells than the heading", where=f"row {record.position}")
            if record.number:
                yield record.cells
        return
    import pyarrow.parquet as pq

    names = [f"c{index}" for index in range(len(wanted.columns))]
    with pq.ParquetFile(readable.path) as parquet:
        for batch in parquet.iter_batches(columns=names):
            for row in zip(*(batch.column(name).to_pylist() for name in names), strict=True):
                if any(row):
                    yield [cell or "" for cell in row]


def main() -> None:
    """Read what is told on the input; write ``mended.csv`` into the folder, or answer with the error."""
    limit()
    told = json.load(sys.stdin)
    folder = Path(told["folder"])
    try:
        contract = read_contract(
            Path(told["contract_file"]), tuple(Path(one) for one in told["code_list_folders"])
        )
        inner = folder / "reading"
        inner.mkdir()
        with (folder / "mended.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows_of(Path(told["file"]), inner, contract))
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
