"""SQL of DuckDB's dialect in Spark's."""

from __future__ import annotations

import sqlglot
from sqlglot import ErrorLevel


def in_dialect(text: str) -> str:
    """One SELECT as Spark is asked it."""
    [translated] = sqlglot.transpile(
        text, read="duckdb", write="spark", pretty=True, unsupported_level=ErrorLevel.RAISE
    )
    return str(translated)
