"""The tables of the truth: their columns and types, and the one writer that holds them to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

_INTEGER, _TEXT, _YES_NO, _DEGREES = pa.int64(), pa.string(), pa.bool_(), pa.float64()
_ROW_GROUP = 100_000
_MOMENT = pa.timestamp(
    "ms"
)  # civil time in London, without a zone; a date is its midnight (Parquet has no seconds)


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema(list(columns.items()))


SCHEMAS: dict[str, pa.Schema] = {
    "person": _schema(
        person_id=_INTEGER,
        given_name=_TEXT,
        middle_name=_TEXT,
        family_name=_TEXT,
        sex=_TEXT,
        birth_date=_MOMENT,
        ethnic_group=_TEXT,
        death_date=_MOMENT,
        twin_of=_INTEGER,
        phone=_TEXT,
        email=_TEXT,
        nhs_number=_TEXT,
        pnc_id=_TEXT,
        crn=_TEXT,
    ),
    "alias": _schema(person_id=_INTEGER, given_name=_TEXT, family_name=_TEXT, kind=_TEXT),
    "address": _schema(
        address_id=_INTEGER,
        house=_TEXT,
        street=_TEXT,
        town=_TEXT,
        postcode=_TEXT,
        uprn=_TEXT,
        lsoa_code=_TEXT,
        longitude=_DEGREES,
        latitude=_DEGREES,
        tenure=_TEXT,
        landlord=_TEXT,
    ),
    "residence": _schema(
        person_id=_INTEGER, address_id=_INTEGER, household_id=_INTEGER, from_date=_MOMENT, to_date=_MOMENT
    ),
    "event": _schema(
        event_id=_INTEGER,
        kind=_TEXT,
        occurred_from=_MOMENT,
        occurred_to=_MOMENT,
        reported_at=_MOMENT,
        offence_code=_TEXT,
        offence=_TEXT,
        crime_type=_TEXT,
        asb_category=_TEXT,
        asb_heading=_TEXT,
        fire_kind=_TEXT,
        method=_TEXT,
        venue=_TEXT,
        venue_name=_TEXT,
        location=_TEXT,
        longitude=_DEGREES,
        latitude=_DEGREES,
        lsoa_code=_TEXT,
        alcohol=_YES_NO,
        drugs=_YES_NO,
        domestic=_YES_NO,
        hate=_YES_NO,
        weapon=_YES_NO,
        business=_YES_NO,
        youth=_YES_NO,
        premises_id=_INTEGER,
        police=_YES_NO,
        council=_YES_NO,
        landlord=_YES_NO,
        ae=_YES_NO,
        ambulance=_YES_NO,
        warden=_YES_NO,
        outcome_type=_TEXT,
        outcome_at=_MOMENT,
        cancelled_at=_MOMENT,
        reclassified_at=_MOMENT,
        reclassified_to=_TEXT,
        validated_at=_MOMENT,
    ),
    "part": _schema(event_id=_INTEGER, person_id=_INTEGER, role=_TEXT, ordinal=_INTEGER, relationship=_TEXT),
    "undetected": _schema(event_id=_INTEGER, person_id=_INTEGER, ordinal=_INTEGER, relationship=_TEXT),
    "call": _schema(
        call_id=_INTEGER,
        event_id=_INTEGER,
        person_id=_INTEGER,
        called_at=_MOMENT,
        agency=_TEXT,
        requested=_YES_NO,
    ),
    "sanction": _schema(
        sanction_id=_INTEGER,
        event_id=_INTEGER,
        person_id=_INTEGER,
        offence_code=_TEXT,
        convicted_at=_MOMENT,
        court=_TEXT,
        result=_TEXT,
        months=_INTEGER,
    ),
    "spell": _schema(
        spell_id=_INTEGER,
        person_id=_INTEGER,
        programme=_TEXT,
        started=_MOMENT,
        ended=_MOMENT,
        sanction_id=_INTEGER,
        detail=_TEXT,
        household_id=_INTEGER,
    ),
    "need": _schema(
        assessment_id=_INTEGER, person_id=_INTEGER, assessed_on=_MOMENT, domain=_TEXT, score=_INTEGER
    ),
    "referral": _schema(
        referral_id=_INTEGER,
        person_id=_INTEGER,
        other_person_id=_INTEGER,
        referred_on=_MOMENT,
        referrer=_TEXT,
        event_id=_INTEGER,
    ),
    "premises": _schema(premises_id=_INTEGER, name=_TEXT, kind=_TEXT, address_id=_INTEGER, licence_ref=_TEXT),
    "empty_home": _schema(address_id=_INTEGER, from_date=_MOMENT, to_date=_MOMENT, reason=_TEXT),
    "response": _schema(
        response_id=_INTEGER,
        survey=_TEXT,
        answered_on=_MOMENT,
        lsoa_code=_TEXT,
        question=_TEXT,
        answer=_TEXT,
        person_id=_INTEGER,
        age_band=_TEXT,
        sex=_TEXT,
        ethnicity=_TEXT,
    ),
}
WHO = "who"
"""The one table that the exports write: whom each row of each file names."""
ALL_SCHEMAS = {
    **SCHEMAS,
    WHO: _schema(feed=_TEXT, reference=_TEXT, role=_TEXT, ordinal=_INTEGER, person_id=_INTEGER),
}


class Codes:
    """A column of words held as numbers: ``codes`` index ``words``; a negative code is an empty cell."""

    def __init__(self, codes: np.ndarray, words: list[str] | np.ndarray) -> None:
        """Keep both; ``words`` may be any list of texts."""
        self.codes = codes
        self.words = words

    def to_arrow(self) -> pa.Array:
        """Plain text, as the table wants it."""
        codes = pa.array(self.codes, pa.int32(), mask=np.asarray(self.codes) < 0)
        words = pa.array([str(word) for word in self.words], pa.string())
        return pa.DictionaryArray.from_arrays(codes, words).cast(pa.string())


def _cell_array(values: Any, kind: pa.DataType) -> pa.Array:
    if isinstance(values, Codes):
        return values.to_arrow()
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        return whole if whole.type == kind else whole.cast(kind)
    values = np.asarray(values)
    if kind == _MOMENT:
        return pa.array(values.astype("datetime64[s]").astype("datetime64[ms]"), kind)
    if kind == _INTEGER and values.dtype.kind == "i":
        return pa.array(values, kind, mask=values < 0)  # ids and lengths are never negative: -1 is "none"
    return pa.array(values.tolist() if values.dtype.kind in "OU" else values, kind)


class TableWriter:
    """One Parquet file of the truth, written in batches so that memory does not grow with the months."""

    def __init__(self, folder: Path, name: str) -> None:
        """Open ``folder/name.parquet`` anew."""
        self.schema = ALL_SCHEMAS[name]
        self.rows = 0
        self._waiting: list[pa.Table] = []
        self._writer = pq.ParquetWriter(folder / f"{name}.parquet", self.schema, compression="zstd")

    def write(self, columns: Mapping[str, Any]) -> None:
        """Append rows: every column as an array, as ``Codes`` or as an Arrow array, all of equal length."""
        arrays = [_cell_array(columns[field.name], field.type) for field in self.schema]
        table = pa.Table.from_arrays(arrays, schema=self.schema)
        self.rows += table.num_rows
        self._waiting.append(table)
        if sum(len(part) for part in self._waiting) >= _ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        self._writer.write_table(pa.concat_tables(self._waiting).combine_chunks())
        self._waiting = []

    def __enter__(self) -> TableWriter:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file, which is whole only now."""
        if self._waiting:
            self._flush()
        self._writer.close()
