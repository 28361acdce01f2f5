"""A directory of postcodes: where each lies, as the Office for National Statistics publishes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from joinedup.errors import BadInput, NotFound
from joinedup.places import ledger, tables
from joinedup.places.boundaries import Origin
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places.models import PostcodeDirectory

LEVEL = "postcode"
_NO_PLACE = 90.0  # a directory writes 99.999999 for a postcode without a place


@dataclass(frozen=True)
class Directory:
    """The directory in use: its file (columns ``postcode`` without its space, ``longitude``, ``latitude``)
    and what it is called."""

    path: Path
    title: str
    vintage: str


def load_postcodes(  # noqa: PLR0913 - a table's columns and its origin
    workspace: Workspace,
    file: Path,
    *,
    vintage: str,
    postcode: str,
    longitude: str,
    latitude: str,
    title: str = "",
    source: str = "",
    licence: str = "",
) -> tables.LoadedTable:
    """Load a CSV (plain or gzip) with a row for each postcode and its point in degrees (WGS84).

    A postcode without a place, and one that comes again, is set aside and counted. The directory loaded last
    is in use. Raises ``NotFound`` and ``BadInput``; then nothing of it was taken.
    """
    given = _read(Path(file), [postcode, longitude, latitude])
    codes = pc.replace_substring_regex(pc.utf8_upper(given[postcode]), pattern="[^A-Z0-9]", replacement="")
    places = [_degrees(given[name], name, file) for name in (longitude, latitude)]
    whole = pa.table([codes, *places], names=["postcode", "longitude", "latitude"])
    there = pc.and_(pc.not_equal(whole["postcode"], ""), pc.less(pc.abs(whole["latitude"]), _NO_PLACE))
    kept = whole.filter(there)  # what is null is no place either
    once = kept.group_by("postcode", use_threads=False).aggregate(
        [("longitude", "first"), ("latitude", "first")]
    )
    once = once.rename_columns(["postcode", "longitude", "latitude"]).sort_by("postcode")
    if not once.num_rows:
        raise BadInput(
            "No row of the directory has a postcode and its place",
            where=str(file),
            next_step="Check the columns: degrees, not metres",
        )
    from joinedup.places.models import PostcodeDirectory

    origin = Origin(title or f"Postcodes {vintage}", source, licence)
    changed = tables.keep_table(
        workspace, PostcodeDirectory, once, origin, kind="postcodes", level=LEVEL, vintage=vintage
    )
    return tables.LoadedTable(origin.title, once.num_rows, whole.num_rows - once.num_rows, 0, changed)


def postcodes(workspace: Workspace) -> Directory | None:
    """The directory in use, its file checked against the ledger; None where none was loaded."""
    from joinedup.places.models import PostcodeDirectory

    row: PostcodeDirectory | None = PostcodeDirectory.objects.order_by("id").last()
    if row is None:
        return None
    return Directory(ledger.whole_file(workspace, row), row.title, row.vintage)


def _read(file: Path, columns: list[str]) -> pa.Table:
    if not file.is_file():
        raise NotFound("There is no such table", where=str(file))
    try:
        with pa.input_stream(str(file), compression="detect") as stream:
            return pa_csv.read_csv(
                stream,
                convert_options=pa_csv.ConvertOptions(
                    include_columns=columns, column_types=dict.fromkeys(columns, pa.string())
                ),
            )
    except (pa.ArrowException, OSError) as error:
        raise BadInput(
            f"The directory cannot be read, or lacks one of the columns {', '.join(columns)}",
            where=str(file),
            next_step="It is a CSV in UTF-8 with a header",
        ) from error


def _degrees(column: pa.ChunkedArray, name: str, file: Path) -> pa.ChunkedArray:
    """A column as numbers; an empty cell is null."""
    text = pc.utf8_trim_whitespace(column)
    try:
        numbers = pc.cast(pc.if_else(pc.equal(text, ""), None, text), pa.float64())
    except pa.ArrowInvalid:
        raise BadInput(f"The column {name} has something that is no number", where=str(file)) from None
    if pc.any(pc.invert(pc.is_finite(numbers))).as_py():
        raise BadInput(
            f"The column {name} has something that is no finite number",
            where=str(file),
            next_step="Leave the cell empty where a postcode has no place",
        )
    if pc.any(pc.greater(pc.abs(numbers), 180.0)).as_py():
        raise BadInput(
            f"The column {name} is not in degrees",
            where=str(file),
            next_step="Name the columns of longitude and latitude, not those of the National Grid",
        )
    return numbers
