"""Where people live, as far as their records say: mentions of one home, which is never told.

Those who were written down at one home at about the same time are a household; when that is, ``measures``
says of each figure.
"""

from __future__ import annotations

import duckdb
import numpy as np
from numpy.typing import NDArray

NOWHERE = -1
_ADDRESS = "postcode || ' ' || array_to_string(list_sort(string_split(number, ' ')), ' ')"
"""SQL: postcode and numbers, wherever the flat is written; NULL where one of them is not told."""


def homes(connection: duckdb.DuckDBPyConnection, normalised: str, count: int) -> NDArray[np.int64]:
    """The home of each of ``count`` rows of a table that ``normalise`` wrote, ``NOWHERE`` where none is told.

    A home is a unique property reference number, or a postcode with all the numbers of the address where no
    such number is told. The latter is the home of a reference number if its rows name exactly one, and
    otherwise a home of its own: an address that several reference numbers have joins none of them.
    A home is numbered by the first of its rows.
    """
    told = connection.execute(
        f"""WITH told AS (SELECT row, uprn, {_ADDRESS} AS address FROM {normalised}),
            named AS (SELECT address, min(uprn) AS uprn FROM told WHERE address IS NOT NULL
                      GROUP BY address HAVING count(DISTINCT uprn) = 1),
            placed AS (SELECT row, coalesce('uprn ' || coalesce(told.uprn, named.uprn), 'post ' || address)
                           AS home FROM told LEFT JOIN named USING (address))
            SELECT row, min(row) OVER (PARTITION BY home) AS home FROM placed WHERE home IS NOT NULL"""
    ).fetchnumpy()
    found = np.full(count, NOWHERE, dtype=np.int64)
    found[np.asarray(told["row"], np.int64)] = np.asarray(told["home"], np.int64)
    return found
