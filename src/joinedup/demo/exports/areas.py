"""Which ward and district a neighbourhood is in, as councils write them."""

from __future__ import annotations

import csv
import functools
import gzip
from dataclasses import dataclass
from pathlib import Path

_LOOKUP = Path(__file__).parents[1] / "data" / "places" / "lookups" / "lookup_lsoa21_ward24_ltla24.csv.gz"


@dataclass(frozen=True)
class Area:
    """The ward (2024) and district of an LSOA (2021)."""

    ward_code: str
    ward: str
    district_code: str
    district: str


@functools.cache
def areas() -> dict[str, Area]:
    """LSOA code to its ward and district."""
    with gzip.open(_LOOKUP, "rt", encoding="utf-8", newline="") as file:
        return {
            row["lsoa21_code"]: Area(
                row["ward24_code"], row["ward24_name"], row["ltla24_code"], row["ltla24_name"]
            )
            for row in csv.DictReader(file)
        }
