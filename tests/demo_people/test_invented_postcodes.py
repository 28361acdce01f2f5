"""The demonstration's directory of postcodes."""

from __future__ import annotations

import pandas as pd

from joinedup.demo.postcodes import _directory


def test_a_postcode_stands_at_the_address_nearest_to_the_middle_of_its_largest_street() -> None:
    rows = [
        (1, "Long Street", "TS1 1AA", -1.30, 54.50),
        (2, "Long Street", "TS1 1AA", -1.30, 54.52),
        (3, "Long Street", "TS1 1AA", -1.30, 54.53),
        (4, "Far Street", "TS1 1AA", -1.10, 54.70),  # shares the postcode
        (5, "Far Street", "TS1 1BB", -1.10, 54.71),
    ]
    addresses = pd.DataFrame(rows, columns=["address_id", "street", "postcode", "longitude", "latitude"])
    assert _directory(addresses).to_dict("records") == [
        {"pcds": "TS1 1AA", "lat": 54.52, "long": -1.30},
        {"pcds": "TS1 1BB", "lat": 54.71, "long": -1.10},
    ]
