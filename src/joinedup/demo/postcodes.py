"""The demonstration's directory of postcodes: invented as they are, they stand in none that is published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from joinedup import places

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

_FILE = "postcodes.csv"
_TITLE = "Invented postcodes of the demonstration"


def load(workspace: Workspace, home: Path) -> int:
    """Write the directory beside the partners' files, if it is not there, and load it; how many postcodes."""
    file = home / _FILE
    if not file.is_file():
        _directory(pd.read_parquet(home / "truth" / "address.parquet")).to_csv(file, index=False)
    loaded = places.load_postcodes(
        workspace,
        file,
        vintage="2025-03",
        postcode="pcds",
        longitude="long",
        latitude="lat",
        title=_TITLE,
        source="Postcodes of the demonstration",
        licence="invented by joinedup",
    )
    return loaded.rows


def _directory(addresses: pd.DataFrame) -> pd.DataFrame:
    """Each postcode with the point of the address that lies nearest to their mean, as the published directory
    does it. An invented one may stand for several streets: then of the street with the most addresses."""
    street = addresses.assign(
        street=addresses["street"].astype(str), postcode=addresses["postcode"].astype(str)
    )
    sizes = street.groupby(["postcode", "street"])["address_id"].transform("size")
    largest = street.assign(size=sizes).sort_values(
        ["postcode", "size", "street"], ascending=[True, False, True]
    )
    chosen = largest.drop_duplicates("postcode")[["postcode", "street"]]
    of_street = street.merge(chosen, on=["postcode", "street"])
    mean = of_street.groupby("postcode")[["longitude", "latitude"]].transform("mean")
    apart = ((of_street["longitude"] - mean["longitude"]) * 0.58) ** 2 + (
        of_street["latitude"] - mean["latitude"]
    ) ** 2
    nearest = (
        of_street.assign(apart=apart)
        .sort_values(["postcode", "apart", "address_id"])
        .drop_duplicates("postcode")
    )
    named = nearest.rename(columns={"postcode": "pcds", "longitude": "long", "latitude": "lat"})
    return named[["pcds", "lat", "long"]]
