"""Delivering again, through the command line: the same month, a changed copy, a process that is killed."""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from joinedup.cli import main
from joinedup.demo import open_data

MONTHS = ("2023-12", "2024-01")
FILES = {
    month: open_data.FOLDER / "police_uk" / "street" / f"{month}-cleveland-street.csv.gz" for month in MONTHS
}


def _command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "joinedup", "-C", str(folder), *arguments]


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("JOINEDUP")}


def _run(folder: Path, *arguments: str) -> object:
    done = CliRunner().invoke(main, ["-C", str(folder), *arguments, "--format", "json"])
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def book(tmp_path) -> Path:
    """A workspace with a user and nothing else."""
    folder = tmp_path / "workspace"
    command = [
        sys.executable,
        "-m",
        "joinedup",
        "init",
        str(folder),
        "--partnership",
        "Testshire",
        "--user",
        "ann",
    ]
    subprocess.run(command, env=_environment(), capture_output=True, check=True)
    return folder


def _total(folder: Path, measure: str, *more: str) -> int:
    rows = _run(
        folder, "figure", measure, "--area-level", "all", "--from", "2024-01", "--to", "2024-01", *more
    )
    (row,) = rows
    return row["numerator"]


def test_a_changed_copy_stores_its_changes_and_the_old_numbers_stay(book, tmp_path):
    first = FILES["2024-01"]
    with gzip.open(first, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    crimes = [row for row in rows if row["Crime ID"]]
    behaviour = [row for row in rows if not row["Crime ID"]]
    (receipt,) = _run(book, "deliver", "police-uk-street", str(first), "--received-at", "2024-02-29T12:00")
    assert (receipt["rows_in"], receipt["accepted"]) == (len(rows), len(rows))

    (again,) = _run(book, "deliver", "police-uk-street", str(first), "--received-at", "2024-03-01T12:00")
    assert (again["state"], again["accepted"], again["unchanged"]) == ("repeat", 0, len(rows))
    assert len(_run(book, "deliveries")) == 1

    # The restated month: two outcomes came, one crime is gone, one is new, one exact copy of ASB is gone.
    changed = [dict(row) for row in crimes]
    changed[5]["Last outcome category"] = "Local resolution"
    changed[9]["Last outcome category"] = "Local resolution"
    gone = changed.pop(0)
    changed.append({**gone, "Crime ID": "f" * 64})
    alike = Counter(tuple(row.values()) for row in behaviour)
    copies = [row for row in behaviour if alike[tuple(row.values())] > 1]
    fewer = list(behaviour)
    fewer.remove(copies[0])
    path = tmp_path / "2024-01-cleveland-street.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(changed + fewer)
    (second,) = _run(book, "deliver", "police-uk-street", str(path), "--received-at", "2024-03-29T12:00")
    assert {key: second[key] for key in ("rows_in", "accepted", "unchanged", "revised", "withdrawn")} == {
        "rows_in": len(rows) - 1,
        "accepted": 1,
        "unchanged": len(rows) - 4,
        "revised": 2,
        "withdrawn": 2,
    }

    resolved = ("--where", "outcome=local-resolution")
    before = sum(row["Last outcome category"] == "Local resolution" for row in crimes)
    assert _total(book, "anti-social-behaviour") == len(behaviour) - 1
    assert _total(book, "anti-social-behaviour", "--as-at", "2024-03-01") == len(behaviour)
    assert (
        _total(book, "recorded-crime")
        == _total(book, "recorded-crime", "--as-at", "2024-03-28")
        == len(crimes)
    )
    assert _total(book, "recorded-crime", *resolved) == before + 2
    assert _total(book, "recorded-crime", *resolved, "--as-at", "2024-03-28") == before


@pytest.mark.slow
def test_a_delivery_killed_at_any_moment_loses_nothing_and_doubles_nothing(book):
    expected = {}
    for month, path in FILES.items():
        with gzip.open(path, "rt", newline="") as file:
            expected[month] = sum(1 for _ in csv.DictReader(file))
    chance = random.Random(20240229)
    for _ in range(3):
        process = subprocess.Popen(
            _command(book, "deliver", "police-uk-street", *(str(path) for path in FILES.values())),
            env=_environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(timeout=chance.uniform(0.5, 4))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        standing = {row["period"]: row["accepted"] for row in _run(book, "deliveries")}
        assert standing == {month: expected[month] for month in standing}
    _run(book, "deliver", "police-uk-street", *(str(path) for path in FILES.values()))
    assert {row["period"]: row["rows_in"] for row in _run(book, "deliveries")} == expected
    rows = _run(
        book, "figure", "recorded-crime", "--area-level", "all", "--from", MONTHS[0], "--to", MONTHS[-1]
    ) + _run(
        book,
        "figure",
        "anti-social-behaviour",
        "--area-level",
        "all",
        "--from",
        MONTHS[0],
        "--to",
        MONTHS[-1],
    )
    assert sum(row["numerator"] for row in rows) == sum(expected.values())
    findings = _run(book, "check")
    assert not [finding for finding in findings if finding["state"] not in ("good", "note")]
