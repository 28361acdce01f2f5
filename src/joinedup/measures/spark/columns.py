"""Which columns Spark reads as what, so that each has the values that DuckDB sees.

A view has the types that DuckDB gives it, whatever each file has. Where a value could come out otherwise than
in DuckDB the column is left out, and a measure that reads it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from joinedup.errors import BadInput
from joinedup.measures.definition import Measure

TIME = "TIME"
SPARK: Mapping[str, str] = {
    "BOOLEAN": "boolean",
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "DOUBLE": "double",
    "VARCHAR": "string",
    "DATE": "date",
    "TIMESTAMP": "timestamp_ntz",
    TIME: "bigint",  # Spark 4.0 has no times of day: microseconds tell whether there is one
}
"""DuckDB's types that Spark reads from Parquet with the same values. Of no UUID: Spark has no such type."""

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_SAME_IN = {
    **{kind: {*_WHOLE[place:], "DOUBLE", "VARCHAR"} for place, kind in enumerate(_WHOLE)},
    "BOOLEAN": {"VARCHAR"},
    "DATE": {"VARCHAR", "TIMESTAMP"},
}
"""Casts that give the same value in both."""


@dataclass(frozen=True)
class View:
    """The columns of a record view: names and Spark's types of those that can be read, by DuckDB's types, and
    the names of the others."""

    columns: Mapping[str, str]
    unreadable: frozenset[str]


def view_of(wanted: Mapping[str, str], shapes: Iterable[Mapping[str, str]]) -> View:
    """The view with the columns ``wanted`` (name to DuckDB's type) over files of these columns.

    Names are in lower case throughout.
    """
    files = list(shapes)
    readable = {
        name
        for name, kind in wanted.items()
        if kind in SPARK and all(_reads_as(columns.get(name, kind), kind) for columns in files)
    }
    return View(
        {name: SPARK[wanted[name]] for name in wanted if name in readable}, frozenset(wanted) - readable
    )


def _reads_as(kind: str, wanted: str) -> bool:
    return kind == wanted or wanted in _SAME_IN.get(kind, ())


def refuse_unreadable(measure: Measure, view: str, found: View, wanted: Mapping[str, str]) -> None:
    """Raise BadInput where the measure reads what Spark cannot read as DuckDB does."""
    read = measure.fields_read.get(view, frozenset())
    times = {name for name in read if wanted.get(name) == TIME and not _only_asks_whether(measure, name)}
    if wrong := sorted(read & found.unreadable | times):
        raise BadInput(
            f"Spark cannot read {', '.join(wrong)} as this measure does",
            where=f"measure {measure.name}: {', '.join(wanted[name] for name in wrong)}",
            next_step="Compute it with: --engine duckdb",
        )


def _only_asks_whether(measure: Measure, name: str) -> bool:
    """Whether a column is used for nothing but whether it is there."""
    used = [one for one in measure.select().find_all(exp.Column) if one.name.lower() == name]
    return all(isinstance(one.parent, exp.Is) and isinstance(one.parent.expression, exp.Null) for one in used)


def reads_fractions(measure: Measure, view: str, wanted: Mapping[str, str]) -> bool:
    """Whether the measure reads a column with a fraction: DuckDB writes these so that only Spark's slower
    reader of Parquet knows them (byte stream split)."""
    return any(wanted.get(name) == "DOUBLE" for name in measure.fields_read.get(view, frozenset()))
