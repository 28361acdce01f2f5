"""The ground under the invented people: real LSOAs with published residents, and real street points."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from joinedup.demo.open_data import FOLDER

PREFIX = "On or near "
HIGH_LEVEL = (
    "Asian, Asian British or Asian Welsh",
    "Black, Black British, Black Welsh, Caribbean or African",
    "Mixed or Multiple ethnic groups",
    "Other ethnic group",
    "White",
)
_STREET_COLUMNS = ["Longitude", "Latitude", "Location", "LSOA code", "Crime type", "Last outcome category"]


@dataclass(frozen=True)
class StreetRows:
    """The published street rows of some months; every array has one entry a row, words are in the lists."""

    month: np.ndarray  # months since 1970-01
    crime_type: np.ndarray
    crime_types: list[str]
    location: np.ndarray
    locations: list[str]
    outcome: np.ndarray  # -1 where none
    outcomes: list[str]
    lsoa: np.ndarray  # position in ``Ground.codes``
    longitude: np.ndarray
    latitude: np.ndarray

    def of_type(self, crime_type: str) -> np.ndarray:
        """Which rows are of one type."""
        return self.crime_type == self.crime_types.index(crime_type)


@dataclass(frozen=True)
class Ground:
    """The 359 LSOAs (2021). Arrays stand in the order of ``codes``."""

    codes: list[str]
    names: list[str]
    district: np.ndarray
    districts: list[str]
    msoa: np.ndarray
    residents: np.ndarray
    ages: np.ndarray  # shape LSOAs × 91: residents by single year of age, 90 and over last
    ethnic: np.ndarray  # shape LSOAs × 5, in the order of ``HIGH_LEVEL``
    decile: np.ndarray  # of deprivation, 1 is the most deprived
    rows: StreetRows


@cache
def load_ground() -> Ground:
    """Read the published tables of the demonstration: places, residents, deprivation and street rows."""
    places = sorted(_rows("lookups/lookup_lsoa21_ward24_ltla24"), key=lambda row: row["lsoa21_code"])
    codes = [row["lsoa21_code"] for row in places]
    at = {code: number for number, code in enumerate(codes)}
    names = [row["lsoa21_name"] for row in places]
    districts = sorted({row["ltla24_code"] for row in places})
    msoas = sorted({name[:-1] for name in names})
    ethnic, residents = _ethnic(at)
    changes = list(_rows("lookups/lookup_lsoa11_lsoa21_ltla22"))
    deciles = {
        row["lsoa21_code"]: int(row["IMD_decile"]) for row in _rows("deprivation/imd2025_england_lsoa21")
    }
    return Ground(
        codes=codes,
        names=names,
        district=np.array([districts.index(row["ltla24_code"]) for row in places]),
        districts=districts,
        msoa=np.array([msoas.index(name[:-1]) for name in names]),
        residents=residents,
        ages=_ages(at, changes),
        ethnic=ethnic,
        decile=np.array([deciles[code] for code in codes]),
        rows=_street_rows(at, changes),
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(FOLDER / "places" / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _ethnic(at: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    counts = np.zeros((len(at), len(HIGH_LEVEL)))
    residents = np.zeros(len(at))
    for row in _rows("population/ethnicity21_lsoa21"):
        place = at[row["lsoa21_code"]]
        counts[place, HIGH_LEVEL.index(row["ethnic_group"])] = float(row["n"])
        residents[place] = float(row["total_residents"])
    return counts, residents


def _ages(at: dict[str, int], changes: list[dict[str, str]]) -> np.ndarray:
    """Ages of mid-2020 by LSOA of 2011; one that was split gives its ages to each of its parts."""
    ages = np.zeros((len(at), 91))
    published = {
        row["lsoa11_code"]: np.array([float(row[str(age)]) for age in range(90)] + [float(row["90+"])])
        for row in _rows("population/population20_lsoa11")
    }
    for change in changes:
        if change["lsoa21_code"] in at:
            ages[at[change["lsoa21_code"]]] += published[change["lsoa11_code"]]
    return ages


def _street_rows(at: dict[str, int], changes: list[dict[str, str]]) -> StreetRows:
    files = sorted((FOLDER / "police_uk" / "street").glob("*.csv.gz"))
    tables = [_street_file(path) for path in files]
    months = np.array([np.datetime64(path.name[:7], "M").astype(np.int64) for path in files])
    month = np.repeat(months, [len(table) for table in tables])
    whole = pa.concat_tables(tables)
    place_of = dict(at)
    for change in changes:  # a 2011 code that is gone: the first of its successors
        if change["lsoa21_code"] in at:
            place_of.setdefault(change["lsoa11_code"], at[change["lsoa21_code"]])
    lsoa_codes, lsoas = _encoded(whole["LSOA code"])
    lsoa = np.array([place_of.get(code, -1) for code in lsoas])[lsoa_codes]
    inside = lsoa >= 0
    crime_type, crime_types = _encoded(whole["Crime type"])
    location, locations = _encoded(whole["Location"])
    outcome, outcomes = _encoded(whole["Last outcome category"])
    return StreetRows(
        month=month[inside],
        crime_type=crime_type[inside],
        crime_types=crime_types,
        location=location[inside],
        locations=locations,
        outcome=outcome[inside],
        outcomes=outcomes,
        lsoa=lsoa[inside],
        longitude=whole["Longitude"].to_numpy()[inside],
        latitude=whole["Latitude"].to_numpy()[inside],
    )


def _street_file(path: Path) -> pa.Table:
    options = pa_csv.ConvertOptions(include_columns=_STREET_COLUMNS, strings_can_be_null=True)
    return pa_csv.read_csv(io.BytesIO(gzip.decompress(path.read_bytes())), convert_options=options)


def _encoded(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """Codes of a column of words (-1 where empty), and the words in their order."""
    words = sorted(word for word in pc.unique(column).to_pylist() if word is not None)
    codes = pc.index_in(column, pa.array(words, pa.string())).combine_chunks()
    return pc.fill_null(codes, -1).to_numpy(zero_copy_only=False).astype(np.int64), words
