"""An invented partnership, small enough to build in seconds: a grid off the coast, 24 months of files."""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
from pathlib import Path

from joinedup.accounts import add_agency, add_user
from joinedup.feeds import Request, deliver_all
from joinedup.places import (
    DomainColumns,
    dissolve,
    load_boundaries,
    load_deprivation,
    load_lookup,
    load_residents,
)
from joinedup.terms import Period, Role
from joinedup.workspace import Workspace

WEST, SOUTH, STEP = 2.0, 52.6, 0.02
DISTRICTS = {"X07000001": "Northreach", "X07000002": "Southreach"}
PERIOD = Period.parse("2024")
MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]
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

# What is recorded in Northreach's first ward each month, in the year before and in the period.
CLEARLY_HIGHER = ("Shoplifting", 10, 20)
CLEARLY_LOWER = ("Burglary", 20, 10)
THE_SAME = ("Drugs", 10, 10)
ASB = ("Anti-social behaviour", 15, 16)
# Seven in the first year, 25 in the second: the paper's increase of 257 %.
FEW = "Robbery"
FEW_BEFORE, FEW_NOW = 7, 25


def build(folder: Path) -> Workspace:
    """Make the workspace in ``folder / "workspace"``; the delivered files stay beside it."""
    workspace = Workspace.create(folder / "workspace", partnership="Reach Community Safety Partnership")
    viewer = add_user(
        "ann", name="Ann Tester", role=Role.ANALYST, agency=add_agency("reach", "Reach Council")
    ).viewer()
    _places(workspace, folder)
    requests = [
        Request(
            "police-uk-street", _month(folder, month), dt.datetime(2025, 1, day + 1, 12, tzinfo=dt.UTC), None
        )
        for day, month in enumerate(MONTHS)
    ]
    assert all(receipt.rows_in for receipt in deliver_all(workspace, requests, by=viewer))
    return workspace


def month_rows(month: str) -> list[list[str]]:
    """The rows of one month's file: the same at every call."""
    chance = random.Random(month)
    now = month.startswith("2024")
    rows = []
    for kind, before, after in (CLEARLY_HIGHER, CLEARLY_LOWER, THE_SAME, ASB):
        rows += [_row(chance, month, kind, 0, 1) for _ in range(after if now else before)]
    few, number = (FEW_NOW, int(month[5:])) if now else (FEW_BEFORE, int(month[5:]))
    rows += [_row(chance, month, FEW, 0, 1) for _ in range(few // 12 + (number <= few % 12))]
    for column in range(4):
        rows += [_row(chance, month, "Other theft", column, 1) for _ in range(6 - column)]
        rows += [_row(chance, month, "Other theft", column, 0) for _ in range(8)]
    return rows


def _row(chance: random.Random, month: str, kind: str, column: int, row: int) -> list[str]:
    x = WEST + (column + chance.uniform(0.1, 0.9)) * STEP
    y = SOUTH + (row + chance.uniform(0.1, 0.9)) * STEP
    is_crime = kind != "Anti-social behaviour"
    return [
        f"{chance.getrandbits(256):064x}" if is_crime else "",
        month,
        "Reach Police",
        "Reach Police",
        f"{x:.6f}",
        f"{y:.6f}",
        "On or near Sea Lane",
        "",
        "",
        kind,
        "Unable to prosecute suspect" if is_crime else "",
        "",
    ]


def write_month(folder: Path, month: str, rows: list[list[str]]) -> Path:
    """A file as police.uk names and shapes it."""
    path = folder / f"{month}-reach-street.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
    return path


def _month(folder: Path, month: str) -> Path:
    return write_month(folder, month, month_rows(month))


def _places(workspace: Workspace, folder: Path) -> None:
    wards, lsoas, ward_of = [], [], {}
    for row in range(2):
        district = list(DISTRICTS)[1 - row]
        for column in range(4):
            code = f"X05{row}0000{column}"
            wards.append(_feature(code, f"Ward {row}{column}", district, column, row, STEP))
    for row in range(4):
        for column in range(8):
            code = f"X01{row:03d}{column:03d}"
            ward_of[code] = f"X05{row // 2}0000{column // 2}"
            district = list(DISTRICTS)[1 - row // 2]
            lsoas.append(_feature(code, f"Part {row}{column}", district, column, row, STEP / 2))
    for level, features in (("ward", wards), ("lsoa", lsoas)):
        path = folder / f"{level}.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        load_boundaries(
            workspace, path, level=level, vintage="2024", code="code", name="name", parent="district",
            parent_name="district_name", title=f"Invented {level}s", source="Invented", licence="CC0",
        )  # fmt: skip
    dissolve(
        workspace, level="district", vintage="2024", child_level="ward", child_vintage="2024", names=DISTRICTS
    )
    _tables(workspace, folder, ward_of)


def _tables(workspace: Workspace, folder: Path, ward_of: dict[str, str]) -> None:
    people, lookup, index = folder / "people.csv", folder / "lookup.csv", folder / "index.csv"
    people.write_text("code,people\n" + "".join(f"{code},1500\n" for code in ward_of))
    lookup.write_text("lsoa,ward\n" + "".join(f"{lsoa},{ward}\n" for lsoa, ward in ward_of.items()))
    lines = [
        f"{code},{place + 1},{place % 10 + 1},{40 - place}\n" for place, code in enumerate(sorted(ward_of))
    ]
    index.write_text("code,rank,decile,score\n" + "".join(lines))
    load_lookup(
        workspace, lookup, child_set=("lsoa", "2024"), parent_set=("ward", "2024"), child="lsoa",
        parent="ward", title="Invented lookup", source="Invented", licence="CC0",
    )  # fmt: skip
    load_residents(
        workspace, people, level="lsoa", vintage="2024", year=2021, code="code", total="people",
        title="Invented residents", source="Invented", licence="CC0",
    )  # fmt: skip
    load_deprivation(
        workspace, index, level="lsoa", vintage="2024", year=2025, code="code",
        domains={"overall": DomainColumns("rank", "decile", "score")}, title="Invented index",
        source="Invented", licence="CC0",
    )  # fmt: skip


def _feature(code: str, name: str, district: str, column: int, row: int, size: float) -> dict:
    west, south = WEST + column * size, SOUTH + row * size
    ring = [
        (west, south),
        (west + size, south),
        (west + size, south + size),
        (west, south + size),
        (west, south),
    ]
    coordinates = [[[round(x, 6), round(y, 6)] for x, y in ring]]
    properties = {
        "code": code,
        "name": name,
        "district": district,
        "district_name": DISTRICTS[district],
    }
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": coordinates},
    }
