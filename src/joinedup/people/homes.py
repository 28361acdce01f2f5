"""Where people live, as far as their records say: mentions of one home, which is never told.

A home is an address in the ways in which it was written down. Those who were written down at one home at
about the same time are a household; when that is, ``measures`` says of each figure.
"""

from __future__ import annotations

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

NOWHERE = -1
_WAYS = (
    "CASE WHEN uprn IS NOT NULL THEN 'uprn ' || uprn END",
    "CASE WHEN postcode IS NOT NULL AND number IS NOT NULL THEN 'post ' || postcode || ' ' || number END",
    "CASE WHEN district IS NOT NULL AND regexp_matches(street, '[0-9]') AND length(street) > 5"
    " THEN 'line ' || street || ' ' || district END",
)
"""SQL: what tells a home: its unique property reference number; its postcode and numbers; its first line,
with a number in it, and its postcode district. Each as ``comparisons.HOME`` has the same home."""


def homes(connection: duckdb.DuckDBPyConnection, normalised: str, count: int) -> NDArray[np.int64]:
    """The home of each of ``count`` rows of a table that ``normalise`` wrote, ``NOWHERE`` where none is told.

    Rows that have a way in common are of one home, and homes that a row has in common are one. A home is
    numbered by the first of its rows.
    """
    told = connection.execute(
        f"""SELECT row, dense_rank() OVER (ORDER BY way) - 1 AS way FROM (
                SELECT row, unnest([{", ".join(_WAYS)}]) AS way FROM {normalised}) WHERE way IS NOT NULL"""
    ).fetchnumpy()
    rows, ways = (np.asarray(told[name], np.int64) for name in ("row", "way"))
    found = np.full(count, NOWHERE, dtype=np.int64)
    if len(rows):
        size = count + int(ways.max()) + 1
        graph = coo_array((np.ones(len(rows), dtype=np.int8), (rows, ways + count)), shape=(size, size))
        component = connected_components(graph, directed=False)[1]
        first = np.full(size, count, dtype=np.int64)
        np.minimum.at(first, component[rows], rows)
        found[rows] = first[component[rows]]
    return found
