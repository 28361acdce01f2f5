"""The doctor of the places: any changed, missing or extra file is found and named."""

from __future__ import annotations

import numpy as np
import pytest

from joinedup import places
from joinedup.workspace import Workspace


@pytest.fixture
def furnished(wards: Workspace, table) -> Workspace:
    """Boundaries, a lookup's worth of residents and deprivation, and placed points."""
    lines = [
        "code,people",
        *(f"{area.code},{1000 + n}" for n, area in enumerate(places.areas(wards, "ward"))),
    ]
    places.load_residents(
        wards, table(*lines), level="ward", vintage="2024", year=2021, code="code", total="people", title="C"
    )
    places.ensure_placed(wards, np.array([178700000000000000 + 144500000], dtype=np.int64))
    return wards


def test_every_file_of_the_places_is_looked_at(furnished):
    assert places.check(furnished) == []
    files = sorted(furnished.places_folder.glob("*.parquet"))
    assert {file.name.split("-")[0] for file in files} == {
        "ward_2024",
        "district_2024",
        "residents",
        "points",
    }
    for file in files:
        whole = file.read_bytes()
        flipped = bytearray(whole)
        flipped[len(flipped) // 2] ^= 1
        file.write_bytes(flipped)
        (found,) = places.check(furnished)
        assert (found.where, found.known) == (file.name, True)
        assert "not what was loaded" in found.what
        file.unlink()
        (found,) = places.check(furnished)
        assert found.where == file.name
        assert "missing" in found.what
        file.write_bytes(whole)
    assert places.check(furnished) == []


def test_a_file_that_no_row_vouches_for_is_found(furnished):
    (furnished.places_folder / "extra.parquet").write_bytes(b"whose?")
    (found,) = places.check(furnished)
    assert (found.where, found.known) == ("extra.parquet", False)


def test_a_ledger_row_that_counts_other_rows_is_found(furnished):
    from joinedup.places.models import PlacedPoints

    PlacedPoints.objects.update(rows=7)
    (found,) = places.check(furnished)
    assert "has 1 rows, its ledger says 7" in found.what


def test_what_was_replaced_is_looked_at_too(furnished, table):
    lines = ["code,people", *(f"{area.code},2000" for area in places.areas(furnished, "ward"))]
    older = next(furnished.places_folder.glob("residents-*.parquet"))
    places.load_residents(
        furnished,
        table(*lines),
        level="ward",
        vintage="2024",
        year=2021,
        code="code",
        total="people",
        title="C",
    )
    older.write_bytes(b"")
    assert [found.where for found in places.check(furnished)] == [older.name]
