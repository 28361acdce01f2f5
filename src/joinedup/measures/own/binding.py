"""Whether an own measure's SQL gives columns of the right types over the records that are there."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pyarrow as pa

from joinedup.errors import BadInput
from joinedup.measures.in_duckdb import InDuckDB
from joinedup.measures.own.lines import at
from joinedup.measures.own.reading import OwnMeasure
from joinedup.records import RecordBook
from joinedup.workspace import Workspace

_IS: dict[str, tuple[Callable[[pa.DataType], bool], str]] = {
    "month": (pa.types.is_date, "a DATE, the first of a month"),
    "point": (pa.types.is_int64, "a point as records have it"),
    "area_code": (pa.types.is_string, "a text"),
    "hit": (pa.types.is_boolean, "true or false"),
    "amount": (pa.types.is_integer, "a whole number"),
}


def require_types(workspace: Workspace, own: OwnMeasure) -> None:
    """Ask the SQL for no row over the workspace's views. Raises BadInput with the column that is wrong."""
    measure = own.measure
    with RecordBook(workspace).reading() as reader:
        records = InDuckDB(workspace, reader, measure, None)
        body = textwrap.indent(textwrap.dedent(measure.sql).strip(), "    ")
        try:
            answer = records.ask(f"WITH counted AS (\n{body}\n)\nSELECT * FROM counted LIMIT 0")
        except BadInput as error:
            if records.lacking:  # of a field that no record carries yet no type is known
                return
            step = "Look at the types of its fields: joinedup feeds show FEED"
            raise at(own.file, own.sql_line, "The SQL does not fit the records", step) from error
    for column in answer.schema:
        name = column.name.lower()
        wanted = _IS.get(name) or (
            (pa.types.is_string, "a text") if name in measure.breakdowns else (lambda _kind: True, "")
        )
        if not wanted[0](column.type) and not pa.types.is_null(column.type):
            raise at(
                own.file, own.sql_line, f"The column {name} is not {wanted[1]}", "Write CAST(... AS ...)"
            )
