"""The demonstration's figures against an independent count: pandas over the same files, placed by geopandas.

Nothing of joinedup is used to read, place or count on the oracle's side.
"""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import geopandas
import pandas
import pytest

from joinedup.demo import open_data
from joinedup.measures import FigureQuery, figure
from joinedup.terms import AreaLevel, Every, Form, Period

ASB = "Anti-social behaviour"
DISTRICTS = ["E06000001", "E06000002", "E06000003", "E06000004"]
WHOLE = Period.parse("2023-01..2025-03")


def _street_files() -> list[Path]:
    return sorted((open_data.FOLDER / "police_uk" / "street").glob("*.csv.gz"))


@pytest.fixture(scope="module")
def street() -> pandas.DataFrame:
    """Every street row with the ward (and its district) whose polygon holds its point."""
    rows = pandas.concat([pandas.read_csv(path, dtype=str) for path in _street_files()], ignore_index=True)
    wards = pandas.concat(
        [
            geopandas.read_file(io.BytesIO(gzip.decompress(path.read_bytes())))
            for path in sorted((open_data.FOLDER / "places").rglob("ward_*.geojson.gz"))
        ],
        ignore_index=True,
    )
    points = rows[["Longitude", "Latitude"]].drop_duplicates()
    located = geopandas.GeoDataFrame(
        points,
        geometry=geopandas.points_from_xy(
            points["Longitude"].astype(float), points["Latitude"].astype(float)
        ),
        crs="EPSG:4326",
    )
    joined = geopandas.sjoin(
        located, wards[["WD25CD", "LAD25CD", "geometry"]], how="left", predicate="within"
    )
    assert len(joined) == len(points)
    return rows.merge(joined[["Longitude", "Latitude", "WD25CD", "LAD25CD"]], on=["Longitude", "Latitude"])


def test_the_files_hold_what_was_published(street):
    assert len(street) == 207_315
    assert (street["Crime type"] == ASB).sum() == 37_625


def test_recorded_crime_by_district_and_month_on_the_command_line_equals_a_plain_count(demo_folder, street):
    command = [sys.executable, "-m", "joinedup", "-C", str(demo_folder), "--as", "analyst", "figure"]
    command += ["recorded-crime", "--area-level", "district", "--from", "2023-01", "--to", "2025-03"]
    command += ["--every", "month", "--format", "json"]
    rows = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    found = {
        (row["area_code"], row["period"]): row["numerator"] for row in rows if row["area_code"] in DISTRICTS
    }
    crimes = street[street["Crime type"] != ASB]
    expected = crimes.groupby(["LAD25CD", "Month"]).size().to_dict()
    assert found == expected
    assert len(found) == 4 * 27
    outside = sum(row["numerator"] for row in rows if row["area_code"] == "outside")
    assert outside == crimes["LAD25CD"].isna().sum() > 0


@pytest.mark.parametrize("level", [AreaLevel.WARD, AreaLevel.DISTRICT])
def test_every_type_in_every_area_and_month_equals_a_plain_count(demo, street, level):
    query = FigureQuery("recorded-crime", level=level, period=WHOLE, every=Every.MONTH, by=("type",))
    rows = figure(demo, query).rows
    crimes = street[street["Crime type"] != ASB]
    column = "WD25CD" if level is AreaLevel.WARD else "LAD25CD"
    expected = crimes.groupby([column, "Month", "Crime type"]).size()
    labels = demo_labels(demo)
    found = {
        (row.area_code, str(row.period), labels[row.breakdowns["type"]]): row.numerator
        for row in rows
        if row.area_code not in ("outside", "unlocated") and row.numerator
    }
    assert found == expected.to_dict()


def demo_labels(demo) -> dict[str, str]:
    """The labels of crime types, as the definition gives them."""
    from joinedup.measures import catalogue

    return dict(catalogue()["recorded-crime"].breakdowns["type"])


def test_anti_social_behaviour_keeps_its_exact_copies(demo, street):
    rows = figure(demo, FigureQuery("anti-social-behaviour", level=AreaLevel.ALL, period=WHOLE)).rows
    assert [row.numerator for row in rows] == [37_625]
    assert len(street[street["Crime type"] == ASB].drop_duplicates()) == pytest.approx(
        37_625 * 0.64, rel=0.01
    )


def test_every_date_of_knowledge_gives_what_was_in_the_files_up_to_it(demo, street):
    crimes = street[street["Crime type"] != ASB]
    known = sorted({file.received_at for file in open_data.police_files() if "street" in file.path.name})
    assert len(known) == 27
    months = sorted(crimes["Month"].unique())
    for count, moment in enumerate(known, start=1):
        query = FigureQuery(
            "recorded-crime", level=AreaLevel.DISTRICT, period=WHOLE, every=Every.MONTH, as_at=moment
        )
        rows = [row for row in figure(demo, query).rows if row.area_code in DISTRICTS]
        found = {(row.area_code, str(row.period)): row.numerator for row in rows if row.numerator is not None}
        expected = crimes[crimes["Month"].isin(months[:count])].groupby(["LAD25CD", "Month"]).size().to_dict()
        assert found == expected
        assert all("no-data" in row.flags for row in rows if str(row.period) not in months[:count]), (
            "a month that was not yet known is no data, not zero"
        )


def test_stops_fall_in_the_month_of_their_file(demo):
    rows = figure(
        demo, FigureQuery("stop-and-search", level=AreaLevel.ALL, period=WHOLE, every=Every.MONTH)
    ).rows
    folder = open_data.FOLDER / "police_uk" / "stop-and-search"
    expected = {path.name[:7]: len(pandas.read_csv(path, dtype=str)) for path in sorted(folder.glob("*.gz"))}
    assert {str(row.period): row.numerator for row in rows} == expected
    assert sum(expected.values()) == 17_969


def test_the_share_of_crimes_with_a_positive_outcome_equals_a_plain_count(demo, street):
    from joinedup.measures import catalogue

    folder = open_data.FOLDER / "police_uk" / "outcomes"
    outcomes = pandas.concat([pandas.read_csv(path, dtype=str) for path in sorted(folder.glob("*.gz"))])
    positive = {
        "Suspect charged",
        "Suspect charged as part of another case",
        "Offender given a caution",
        "Offender given a drugs possession warning",
        "Offender given penalty notice",
        "Local resolution",
    }
    assert "positive" in catalogue()["positive-outcomes"].meaning
    hits = set(outcomes[outcomes["Outcome type"].isin(positive)]["Crime ID"])
    crimes = street[(street["Crime type"] != ASB) & street["LAD25CD"].notna()]
    expected = {
        month: (int(group["Crime ID"].isin(hits).sum()), len(group))
        for month, group in crimes.groupby("Month")
    }
    query = FigureQuery(
        "positive-outcomes", form=Form.SHARE, level=AreaLevel.PARTNERSHIP, period=WHOLE, every=Every.MONTH
    )
    rows = [row for row in figure(demo, query).rows if row.area_code not in ("outside", "unlocated")]
    assert {str(row.period): (row.numerator, row.denominator) for row in rows} == expected
