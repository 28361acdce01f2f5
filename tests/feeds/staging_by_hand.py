"""Staging a few lines of text by a contract, in this process, and reading what came of it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from joinedup.feeds.intake.job import Job, Staged
from joinedup.feeds.intake.staging import stage
from joinedup.feeds.library import OWN
from joinedup.terms import Period

DATA = Path(__file__).parent / "data"
MONTHS = Path(__file__).parents[2] / "src/joinedup/demo/data/police_uk"

SMALL_CONTRACT = """
name = "small-feed"
version = 1
title = "A small feed"
record_type = "incident"
mode = "snapshot"
{top}
[owner]
code = "council"
name = "The council"
[source]
code = "small-source"
title = "A small source"
[key]
columns = ["id"]
rows_without_key = "content-and-ordinal"
[set_aside]
{set_aside}
[time]
column = "month"
format = "month"
[publishing]
expected_every = "month"
late_after_days = 30
purposes = ["crime-and-disorder"]
retention_years = 6
sensitivity = "official"
licence = "none"
attribution = "The council"
[[column]]
name = "id"
[[column]]
name = "month"
[[column]]
name = "note"
field = "note"
"""


@dataclass(frozen=True)
class Outcome:
    """What staging answered, its rows, and who they name."""

    staged: Staged
    rows: list[dict[str, Any]]
    refused: list[tuple[int, str, list[str]]]
    named: list[dict[str, Any]] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        """Whether every row is accounted for, by the files themselves."""
        out = len(self.rows) + len(self.refused) + sum(self.staged.set_aside.values())
        return (
            self.staged.rows_in
            == out
            == self.staged.accepted + self.staged.quarantined + sum(self.staged.set_aside.values())
        )


def small_contract(
    folder: Path, *, top: str = "", set_aside: str = "", instead: Sequence[tuple[str, str]] = ()
) -> Path:
    """Write the small contract, with changes, and return its file."""
    text = SMALL_CONTRACT.format(top=top, set_aside=set_aside)
    for old, new in instead:
        assert old in text
        text = text.replace(old, new)
    path = folder / "small-feed.toml"
    path.write_text(text, encoding="utf-8")
    return path


def stage_file(file: Path, contract_file: Path, period: str | None = None) -> Outcome:
    """Stage a file and read all that came of it."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        staged = stage(
            Job(
                file,
                contract_file,
                (contract_file.parent / "codelists", OWN / "codelists"),
                folder,
                Period.parse(period) if period else None,
                threads=1,
            )
        )
        with duckdb.connect() as connection:
            rows = _rows(connection, f"FROM '{folder}/staged.parquet' ORDER BY row_number")
            refused = []
            named = []
            if staged.mentions:
                order = "ORDER BY row_number, role, ordinal"
                named = _rows(connection, f"FROM '{folder}/named.parquet' {order}")
            if (folder / "quarantined.parquet").exists():
                refused = connection.execute(
                    f"SELECT row_number, raw, reasons FROM '{folder}/quarantined.parquet' ORDER BY row_number"
                ).fetchall()
    return Outcome(staged, rows, refused, named)


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = connection.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def stage_bytes(content: bytes, contract_file: Path, period: str | None = "2024-05") -> Outcome:
    """Stage these bytes as a file."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "file.csv"
        path.write_bytes(content)
        return stage_file(path, contract_file, period)


def stage_real(feed: str, file: Path, period: str) -> Outcome:
    """Stage a file by one of the product's own contracts."""
    return stage_file(file, OWN / f"{feed}.toml", period)
