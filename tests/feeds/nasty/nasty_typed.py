"""The nasty files in whose cells a type says more than a text, or less; entered after the workbooks."""

from __future__ import annotations

import datetime as dt

from nasty_making import UNSAVED, Formula, Sheet, ods, parquet, xlsx
from nasty_workbooks import columns, nasty, typed

UTC = dt.UTC


@nasty
def parquet_locked() -> bytes:
    return b"PARE\x15\0" + b"x" * 100 + b"PARE"


@nasty
def parquet_with_a_text_that_is_no_utf_8() -> bytes:
    import pyarrow as pa

    texts = pa.array(["one", "two", "three"]).buffers()
    notes = pa.Array.from_buffers(pa.string(), 3, [None, texts[1], pa.py_buffer(b"onet\xffothree")])
    return parquet(columns() | {"Note": notes})


@nasty
def parquet_with_a_date_beyond_the_calendar() -> bytes:
    import pyarrow as pa

    return parquet(columns() | {"Date": pa.array([19844, 19845, 5_000_000], pa.date32())})


@nasty
def formulas_without_a_saved_value() -> bytes:
    rows = typed(1, "Count", Formula("1+1", UNSAVED))
    rows[2][3] = Formula('"two"', "two")
    rows[3][4] = Formula('IF(1,"",1)', "")  # worked out: it is empty
    return xlsx(Sheet(rows))


@nasty
def formulas_without_a_saved_value_in_an_open_document() -> bytes:
    rows = typed(1, "Note", Formula("A1", UNSAVED))
    rows[3][4] = Formula("A1", "")
    return ods(Sheet(rows))


@nasty
def parquet_of_times_with_a_zone() -> bytes:
    """In London, half past midnight of the next day; the last in winter, the same day."""
    moments = [dt.datetime(2024, 5, day, 23, 30, tzinfo=UTC) for day in (1, 30, 31)]
    return parquet(columns() | {"Date": moments})
