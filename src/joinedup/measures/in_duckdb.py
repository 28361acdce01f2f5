"""A measure's records in DuckDB: its views, and the answer of SQL over them."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from joinedup.errors import BadInput
from joinedup.measures import views
from joinedup.measures.definition import Measure
from joinedup.records import Reader
from joinedup.terms import Period
from joinedup.workspace import Workspace


class InDuckDB:
    """The views of a measure in a cursor of the reader, and what of its fields no record carries."""

    def __init__(self, workspace: Workspace, reader: Reader, measure: Measure, period: Period | None) -> None:
        self._workspace = workspace
        self._measure = measure
        self._cursor = reader.connection()
        self.lacking = views.define(workspace, reader, self._cursor, measure, period)

    def ask(self, text: str) -> pa.Table:
        """The answer of one SELECT. Raises BadInput."""
        try:
            return self._cursor.sql(text).to_arrow_table()
        except duckdb.BinderException:
            raise BadInput(
                "The measure's SQL does not fit the records",
                where=f"measure {self._measure.name}",
                next_step="Check that the feed's contract gives its fields the types the measure expects",
            ) from None
        except duckdb.Error as error:
            raise BadInput(
                "The measure's SQL could not be run",
                where=f"measure {self._measure.name}: {type(error).__name__}",
                next_step="Run joinedup check",
            ) from None

    def place_missing(self) -> None:
        """Place the points of the records that nobody has placed yet, and make ``points`` anew."""
        views.place_missing(self._workspace, self._cursor, self._measure)
