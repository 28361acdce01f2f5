"""The nasty files that are small and would take memory or time without end; entered after the typed ones."""

from __future__ import annotations

import gzip
import io
import zipfile
from functools import cache

import nasty_typed  # noqa: F401 - enters its files before
from nasty_making import Sheet, ods_content, xlsx_parts, zipped
from nasty_workbooks import HEADER, TYPED, nasty


@nasty
@cache
def parquet_of_one_long_text_in_every_row() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = 4096
    long = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["y" * 1_000_000]))
    texts = {name: [str(number) for number in range(rows)] for name in HEADER}
    out = io.BytesIO()
    pq.write_table(pa.table({**texts, "Note": long}), out, compression="zstd")
    return out.getvalue()


@nasty
@cache
def parquet_that_unpacks_to_far_too_much() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = {name: ["y" * 100_000] * 1000 for name in HEADER}
    out = io.BytesIO()
    pq.write_table(pa.table(texts), out, compression="zstd", use_dictionary=False)
    return out.getvalue()


@nasty
@cache
def wide_lines_below_a_wrong_header() -> bytes:
    line = (b"x" * 120 + b";") * 16_000 + b"\n"
    return gzip.compress(b"a;b\n", mtime=0) + gzip.compress(line, 1, mtime=0) * 150


@nasty
def workbook_whose_sheets_are_one_part() -> bytes:
    parts = xlsx_parts([Sheet(TYPED, f"Sheet{number}") for number in range(20)])
    name = "xl/_rels/workbook.xml.rels"
    for number in range(2, 21):
        parts[name] = parts[name].replace(f"worksheets/sheet{number}.xml", "worksheets/sheet1.xml")
        del parts[f"xl/worksheets/sheet{number}.xml"]
    return zipped(parts)


@nasty
@cache
def workbook_of_sheets_of_empty_cells() -> bytes:
    parts = xlsx_parts([Sheet([], "1"), Sheet([], "2")])
    for number in (1, 2):
        cells = "<row>" + "<c/>" * 16_000 + "</row>"
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f"<worksheet><sheetData>{cells * 60}</sheetData></worksheet>"
        )
    return zipped(parts)


@nasty
def workbook_of_two_thousand_sheets() -> bytes:
    return zipped(xlsx_parts([Sheet(TYPED[:1], str(number)) for number in range(2000)]))


@nasty
@cache
def workbook_of_millions_of_styles() -> bytes:
    parts = xlsx_parts([Sheet(TYPED)])
    parts["xl/styles.xml"] = f"<styleSheet><cellXfs>{'<xf/>' * 5_900_000}</cellXfs></styleSheet>"
    return zipped(parts)


@nasty
@cache
def open_document_whose_manifest_never_ends() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("content.xml", ods_content(Sheet(TYPED)))
        with package.open("META-INF/manifest.xml", "w") as manifest:
            manifest.write(b"<manifest/>")
            for _ in range(600):
                manifest.write(b" " * (1 << 20))
    return out.getvalue()


@nasty
def open_document_of_many_sheets() -> bytes:
    others = [Sheet([["About", "this"], ["and", "that"]] * 50, str(number)) for number in range(60)]
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": ods_content(*others, Sheet(TYPED, "Data")),
            "META-INF/manifest.xml": "<manifest/>",
        }
    )
