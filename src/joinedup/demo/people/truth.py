"""Opening the truth of the demonstration: for exporters and evaluation, never for a room of the product."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from joinedup.demo.people.tables import ALL_SCHEMAS, WHO
from joinedup.errors import NotFound

if TYPE_CHECKING:
    import pandas as pd

SUMMARY_FILE = "summary.json"


def _in_seconds(field: pa.Field) -> pa.Field:
    return field.with_type(pa.timestamp("s")) if pa.types.is_timestamp(field.type) else field


class Truth:
    """The tables below ``folder``, each a pandas DataFrame read on first use: ``Truth(folder).person``.

    Times are naive civil times in London (``datetime64[s]``), dates their midnight. Whole numbers that may be
    empty come as ``Int64``. Raises ``NotFound`` where the folder holds no truth.
    """

    def __init__(self, folder: Path) -> None:
        """Look only whether there is a truth: tables are read when they are asked for."""
        self.folder = Path(folder)
        if not (self.folder / SUMMARY_FILE).is_file():
            raise NotFound("There is no finished truth of a demonstration here", where=str(folder))

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Sizes, seed, version, rates and the number of true twin pairs."""
        found: dict[str, Any] = json.loads((self.folder / SUMMARY_FILE).read_text(encoding="utf-8"))
        return found

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Read the table ``name`` and keep it."""
        if name not in ALL_SCHEMAS:
            raise AttributeError(name)
        frame = self.read(name)
        self.__dict__[name] = frame
        return frame

    def read(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """The table ``name``, or some of its columns, read afresh. NotFound: ``who`` before any export."""
        import pandas as pd

        path = self.folder / f"{name}.parquet"
        if name == WHO and not path.is_file():
            raise NotFound("Who is who is written with the agencies' exports", where=str(path))
        table = pq.read_table(path, columns=columns)
        table = table.cast(pa.schema([_in_seconds(field) for field in table.schema]))
        numbers = {field.name for field in table.schema if str(field.type) == "int64"}
        nullable = {name for name in numbers if table.column(name).null_count}
        frame: pd.DataFrame = table.to_pandas(
            types_mapper=lambda kind: pd.Int64Dtype() if nullable and str(kind) == "int64" else None
        )
        return frame.astype(dict.fromkeys(numbers - nullable, "int64"))
