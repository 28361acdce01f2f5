"""The feed of the nasty files, and staging one of them as a delivery does, in this process."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from joinedup.errors import BadInput
from joinedup.feeds.intake.job import Job, Staged
from joinedup.feeds.intake.staging import stage
from joinedup.feeds.library import OWN
from joinedup.terms import Period

CONTRACT = """
name = "nasty-feed"
version = 1
title = "A feed of nasty files"
record_type = "incident"
mode = "snapshot"
ref = "Ref"
[owner]
code = "council"
name = "The council"
[source]
code = "nasty-source"
title = "A nasty source"
[file]
{file}
[key]
columns = ["Ref"]
rows_without_key = "refuse"
[set_aside]
{set_aside}
[time]
column = "Date"
format = "date"
pattern = "%d/%m/%Y"
[publishing]
expected_every = "month"
late_after_days = 30
purposes = ["crime-and-disorder"]
retention_years = 6
sensitivity = "official"
licence = "none"
attribution = "The council"
[[column]]
name = "Ref"
required = true
also_called = ["Reference", "Case no"]
[[column]]
name = "Date"
required = true
also_called = ["Date seen"]
[[column]]
name = "Ward"
field = "ward"
codes = "nasty-wards"
match = "code"
[[column]]
name = "Note"
field = "note"
also_called = ["Remarks"]
[[column]]
name = "Count"
field = "reports"
kind = "integer"
optional = true
[[column]]
name = "Open"
field = "open"
kind = "boolean"
true = ["Yes"]
false = ["No"]
optional = true
"""
CODES = """code,label,valid_from,valid_to
001,Ayresome,,
002,Beckfield,,
010,Central,,
10,Old Central,,
N1,North,,
"""
PERIOD = Period.parse("2024-05")
FORMATS = 'formats = ["csv", "xlsx", "xls", "ods", "json", "jsonl", "parquet"]'
FILE = f"{FORMATS}\nheader_within = 5"
SET_ASIDE = """repeated_headers = true
empty_rows = true
footers = 'Printed .*|End of report'
totals = { Ref = ["Total"] }"""


@dataclass(frozen=True)
class Outcome:
    """What staging answered: the accounts, or the sentence of a refusal."""

    staged: Staged | None
    refusal: str = ""
    rows: tuple[dict[str, Any], ...] = ()
    refused: tuple[tuple[int, str, list[str]], ...] = ()
    keys: dict[int, Any] = field(default_factory=dict)  # of refused rows, by their number

    @property
    def adds_up(self) -> bool:
        """Whether every row is accounted for, by the files themselves."""
        assert self.staged is not None
        out = len(self.rows) + len(self.refused) + sum(self.staged.set_aside.values())
        return self.staged.rows_in == out


def write_contract(folder: Path, *, file: str = FILE, set_aside: str = SET_ASIDE) -> Path:
    """The feed's contract with its code list."""
    (folder / "codelists").mkdir(parents=True, exist_ok=True)
    (folder / "codelists" / "nasty-wards.csv").write_text(CODES)
    path = folder / "nasty-feed.toml"
    path.write_text(CONTRACT.format(file=file, set_aside=set_aside))
    return path


def stage_content(content: bytes, contract_file: Path, name: str = "file.csv") -> Outcome:
    """Stage these bytes."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "job"
        folder.mkdir()
        file = Path(scratch) / name
        file.write_bytes(content)
        lists = (contract_file.parent / "codelists", OWN / "codelists")
        try:
            staged = stage(Job(file, contract_file, lists, folder, PERIOD, threads=1))
        except BadInput as error:
            return Outcome(None, error.sentence())
        with duckdb.connect() as connection:
            found = connection.execute(f"FROM '{folder}/staged.parquet' ORDER BY row_number")
            names = [column[0] for column in found.description]
            rows = tuple(dict(zip(names, row, strict=True)) for row in found.fetchall())
            refused: tuple[tuple[int, str, list[str]], ...] = ()
            keys: dict[int, Any] = {}
            if (folder / "quarantined.parquet").exists():
                query = f"FROM '{folder}/quarantined.parquet' ORDER BY row_number"
                told = connection.execute(f"SELECT row_number, raw, reasons, record_key {query}").fetchall()
                refused = tuple(row[:3] for row in told)
                keys = {row[0]: row[3] for row in told}
        return Outcome(staged, "", rows, refused, keys)
