"""A partnership elsewhere, made from nothing but its own boundary files and police.uk months.

The boundaries are an invented grid off the coast of Norfolk, the months invented in police.uk's shape.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

HEADER = [
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
]
TYPES = ["Burglary", "Violence and sexual offences", "Shoplifting", "Anti-social behaviour", "Other theft"]
MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]
WEST, SOUTH, STEP = 2.0, 52.6, 0.02
DISTRICTS = {"X07000001": "Northreach", "X07000002": "Southreach"}


def _square(column: int, row: int, size: float) -> dict:
    west, south = WEST + column * size, SOUTH + row * size
    ring = [
        [west, south],
        [west + size, south],
        [west + size, south + size],
        [west, south + size],
        [west, south],
    ]
    return {"type": "Polygon", "coordinates": [[[round(x, 6), round(y, 6)] for x, y in ring]]}


def _write_boundaries(folder: Path) -> None:
    wards, lsoas = [], []
    for row in range(2):
        district = list(DISTRICTS)[1 - row]
        for column in range(4):
            code = f"X05{row}0000{column}"
            properties = {"code": code, "name": f"Ward {row}{column}"}
            properties |= {"district": district, "district_name": DISTRICTS[district]}
            wards.append(
                {"type": "Feature", "properties": properties, "geometry": _square(column, row, STEP)}
            )
    for row in range(4):
        for column in range(8):
            properties = {"code": f"X01{row:03d}{column:03d}", "name": f"Part {row}{column}"}
            properties["district"] = list(DISTRICTS)[1 - row // 2]
            lsoas.append(
                {"type": "Feature", "properties": properties, "geometry": _square(column, row, STEP / 2)}
            )
    for name, features in (("wards", wards), ("lsoas", lsoas)):
        document = {"type": "FeatureCollection", "features": features}
        (folder / f"{name}.geojson").write_text(json.dumps(document))


def _write_months(folder: Path) -> Counter:
    """Write 24 months; return how many crimes (not ASB) there are in each ward."""
    chance = random.Random(20240101)
    counts: Counter = Counter()
    for month in MONTHS:
        with (folder / f"{month}-norfolk-street.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            for _ in range(chance.randint(60, 120)):
                column, row = chance.randrange(4), chance.randrange(2)
                x = WEST + (column + chance.uniform(0.1, 0.9)) * STEP
                y = SOUTH + (row + chance.uniform(0.1, 0.9)) * STEP
                kind = chance.choice(TYPES)
                is_crime = kind != "Anti-social behaviour"
                reference = f"{chance.getrandbits(256):064x}" if is_crime else ""
                outcome = "Unable to prosecute suspect" if is_crime else ""
                writer.writerow(
                    [
                        reference,
                        month,
                        "Norfolk Constabulary",
                        "Norfolk Constabulary",
                        f"{x:.6f}",
                        f"{y:.6f}",
                        "On or near Sea Lane",
                        f"X01{row:03d}{column:03d}",
                        "Part",
                        kind,
                        outcome,
                        "",
                    ]
                )
                counts[f"X05{row}0000{column}"] += is_crime
    return counts


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory) -> tuple[Path, Counter]:
    """The workspace, made by the commands that its analyst would type."""
    folder = tmp_path_factory.mktemp("elsewhere")
    _write_boundaries(folder)
    counts = _write_months(folder)
    _run(folder, "init", "workspace", "--partnership", "Reach Community Safety Partnership", "--user", "ann")
    for level, more in (("ward", ("--dissolve-into", "district")), ("lsoa", ())):
        _run(
            folder,
            *("places", "load", f"{level}s.geojson", "--level", level, "--vintage", "2024"),
            *("--code", "code", "--name", "name", "--parent", "district"),
            *(("--parent-name", "district_name") if level == "ward" else ()),
            *("--title", f"{level}s of Reach", "--source", "invented", "--licence", "CC0"),
            *more,
        )
    _run(folder, "deliver", "police-uk-street", *(f"{month}-norfolk-street.csv" for month in MONTHS))
    return folder, counts


def _run(folder: Path, *arguments: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("JOINEDUP")}
    done = subprocess.run(
        [sys.executable, "-m", "joinedup", "-C", "workspace", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_its_wards_have_their_own_figures(elsewhere):
    folder, counts = elsewhere
    text = _run(
        folder,
        *("figure", "recorded-crime", "--area-level", "ward", "--from", MONTHS[0], "--to", MONTHS[-1]),
        *("--format", "json"),
    )
    assert {row["area_code"]: row["numerator"] for row in json.loads(text)} == counts


def test_an_area_may_be_named_in_any_capitals_and_a_period_said_at_once(elsewhere):
    folder, counts = elsewhere
    asked = ("figure", "recorded-crime", "--area-level", "ward", "--area", "northREACH", "--period")
    rows = json.loads(_run(folder, *asked, "2023-01..2024-12", "--format", "json"))
    assert {row["area_code"]: row["numerator"] for row in rows} == {
        code: count for code, count in counts.items() if code.startswith("X051")
    }


def test_a_rate_without_residents_says_so_and_gives_no_number(elsewhere):
    folder, _counts = elsewhere
    text = _run(
        folder,
        *("figure", "recorded-crime", "--form", "rate", "--area-level", "district"),
        *("--from", "2024-01", "--to", "2024-12", "--format", "json"),
    )
    rows = json.loads(text)
    assert {row["area_code"] for row in rows} == set(DISTRICTS)
    assert all(row["value"] is None and "no-denominator" in row["flags"] for row in rows)


def test_it_has_an_assessment_that_names_no_other_place(elsewhere):
    folder, _counts = elsewhere
    _run(
        folder,
        *("document", "assessment", "X07000001", "--period", "2024", "--out", "a.html", "--out", "a.pdf"),
    )
    page = (folder / "a.html").read_text(encoding="utf-8")
    assert (folder / "a.pdf").read_bytes().startswith(b"%PDF")
    for name in ("Teesside", "Middlesbrough", "Hartlepool", "Stockton", "Cleveland"):
        assert name not in page


def test_the_hub_shows_its_map_and_its_figures(elsewhere):
    from joinedup.workspace import Workspace

    folder, counts = elsewhere
    opened = Workspace.open(folder / "workspace")
    from django.test import Client

    from joinedup.accounts.models import User
    from joinedup.hub import served

    served.occupy(opened)
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="ann"))
    page = client.get("/intelligence/", {"level": "ward"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "Ward 00" in text
    assert "Teesside" not in text
    assert sum(counts.values()) > 0
    opened.close()


def test_no_area_code_of_the_demonstration_stands_in_the_product():
    source = Path(__file__).parents[2] / "src" / "joinedup"
    named = [
        str(path.relative_to(source))
        for path in source.rglob("*")
        if path.suffix in {".py", ".toml", ".js", ".html", ".css", ".csv"}
        and "demo" not in path.relative_to(source).parts
        and "vendor" not in path.parts
        and any(
            word in path.read_text(encoding="utf-8")
            for word in ("E0600000", "E05009", "E0101", "Teesside", "Middlesbrough", "Hartlepool", "Stockton")
        )
    ]
    assert not named
