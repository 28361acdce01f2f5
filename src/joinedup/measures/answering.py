"""Asking a measure's records in SQL, by the engine that was asked for: each gives the same answer."""

from __future__ import annotations

from typing import Protocol

import pyarrow as pa

from joinedup.measures.definition import Measure
from joinedup.measures.in_duckdb import InDuckDB
from joinedup.records import Reader
from joinedup.terms import Engine, Period
from joinedup.workspace import Workspace


class Records(Protocol):
    """The views of a measure's records in an engine. ``lacking``: the fields that no record carries."""

    lacking: list[str]

    def ask(self, text: str) -> pa.Table:
        """The answer of one SELECT in DuckDB's dialect. Raises BadInput."""

    def place_missing(self) -> None:
        """Place the points of the records that nobody has placed yet, and make ``points`` anew."""


def opened(
    workspace: Workspace, reader: Reader, measure: Measure, period: Period | None, engine: Engine
) -> Records:
    """The views in that engine; ``period`` lets it leave out segments without a month of it.

    Raises MissingPart where the engine is not installed, BadInput where it cannot read what the measure does.
    """
    if engine is Engine.SPARK:
        from joinedup.measures.spark import InSpark

        return InSpark(workspace, reader, measure, period)
    return InDuckDB(workspace, reader, measure, period)


def shown(text: str, engine: Engine) -> str:
    """SQL of DuckDB's dialect as the engine is asked it."""
    if engine is Engine.SPARK:
        from joinedup.spark import in_dialect

        return in_dialect(text)
    return text
