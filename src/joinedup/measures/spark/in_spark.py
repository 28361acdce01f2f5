"""A measure's records in Spark: its views, and the answer of SQL over them."""

from __future__ import annotations

from contextlib import AbstractContextManager

import pyarrow as pa

from joinedup import places
from joinedup.errors import BadInput
from joinedup.measures.definition import Measure
from joinedup.measures.spark import views
from joinedup.measures.sql import unplaced_sql
from joinedup.records import Reader
from joinedup.spark import in_dialect, session, told_in_sentences
from joinedup.terms import Period
from joinedup.workspace import Workspace


class InSpark:
    """The views of a measure in a session of its own, and what of its fields no record carries."""

    def __init__(self, workspace: Workspace, reader: Reader, measure: Measure, period: Period | None) -> None:
        self._workspace = workspace
        self._measure = measure
        session.require_installed()
        with _in_sentences(measure):
            self._spark = session.opened(workspace)
            self.lacking = views.define(workspace, reader, self._spark, measure, period)

    def ask(self, text: str) -> pa.Table:
        """The answer of one SELECT in DuckDB's dialect. Raises BadInput."""
        with _in_sentences(self._measure):
            return self._spark.sql(in_dialect(text)).toArrow()

    def place_missing(self) -> None:
        """Place the points of the records that nobody has placed yet, and make ``points`` anew."""
        missing = self.ask(unplaced_sql(self._measure))["point"].to_numpy()
        if len(missing):
            places.ensure_placed(self._workspace, missing)
            with _in_sentences(self._measure):
                views.define_points(self._workspace, self._spark)


def _in_sentences(measure: Measure) -> AbstractContextManager[None]:
    """What Spark raises, as BadInput."""
    unfit = BadInput(
        "The measure's SQL does not fit the records in Spark",
        where=f"measure {measure.name}",
        next_step="Check that the feed's contract gives its fields the types the measure expects",
    )
    return told_in_sentences("run the measure's SQL", f"measure {measure.name}", unfit)
