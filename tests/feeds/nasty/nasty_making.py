"""Making files as programs of all kinds write them, and some as only people who mean harm do."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a civil time
STYLES = {"": 0, "date": 1, "time": 2, "000": 3, "moment": 4}


@dataclass(frozen=True)
class Formula:
    """A formula and its value as saved."""

    text: str
    value: Any


UNSAVED = object()  # the value of a formula that was never worked out


@dataclass(frozen=True)
class Error:
    """An error value."""

    text: str


@dataclass(frozen=True)
class Shown:
    """A number in a format of zeros."""

    value: int
    zeros: str = "000"


@dataclass
class Sheet:
    """One sheet to be made. Hidden rows and merged ranges are named as in the program: from 1, A1:B2."""

    rows: Sequence[Sequence[Any]]
    name: str = "Sheet1"
    hidden: bool = False
    hidden_rows: Iterable[int] = ()
    merged: Sequence[str] = field(default_factory=tuple)


def letters(column: int) -> str:
    """The name of a column, from 1."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _xlsx_cell(reference: str, cell: Any, shared: list[str]) -> str:
    formula = ""
    if isinstance(cell, Formula):
        formula, cell = f"<f>{escape(cell.text)}</f>", cell.value
    if cell is None:
        return ""
    if cell is UNSAVED:
        return f'<c r="{reference}">{formula}<v></v></c>'
    kind, style, value = "n", "", ""
    if isinstance(cell, Error):
        kind, value = "e", cell.text
    elif isinstance(cell, bool):
        kind, value = "b", str(int(cell))
    elif isinstance(cell, str) and formula:
        kind, value = "str", escape(cell)
    elif isinstance(cell, str):
        shared.append(cell)
        kind, value = "s", str(len(shared) - 1)
    elif isinstance(cell, Shown):
        style, value = cell.zeros, str(cell.value)
    elif isinstance(cell, dt.datetime):
        style, value = "moment", repr((cell - _EPOCH) / dt.timedelta(days=1))
    elif isinstance(cell, dt.date):
        style, value = "date", str((cell - _EPOCH.date()).days)
    elif isinstance(cell, dt.time):
        style, value = "time", repr((cell.hour * 3600 + cell.minute * 60 + cell.second) / 86400)
    else:
        value = repr(cell)
    style = f' s="{STYLES[style]}"' if style else ""
    return f'<c r="{reference}"{style} t="{kind}">{formula}<v>{value}</v></c>'


def _xlsx_sheet(sheet: Sheet, shared: list[str]) -> str:
    hidden = set(sheet.hidden_rows)
    rows = []
    for number, row in enumerate(sheet.rows, 1):
        cells = "".join(_xlsx_cell(f"{letters(at)}{number}", cell, shared) for at, cell in enumerate(row, 1))
        attribute = ' hidden="1"' if number in hidden else ""
        rows.append(f'<row r="{number}"{attribute}>{cells}</row>')
    merged = "".join(f'<mergeCell ref="{one}"/>' for one in sheet.merged)
    merged = f"<mergeCells>{merged}</mergeCells>" if merged else ""
    return f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData>{merged}</worksheet>'


def zipped(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these, the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, content in members.items():
            package.writestr(zipfile.ZipInfo(name, (2024, 5, 1, 0, 0, 0)), content, method)
    return out.getvalue()


def xlsx_parts(sheets: Sequence[Sheet], *, from_1904: bool = False) -> dict[str, str]:
    """The parts of a workbook, to be changed and zipped."""
    shared: list[str] = []
    made = [_xlsx_sheet(sheet, shared) for sheet in sheets]
    states = {True: ' state="hidden"', False: ""}
    listed = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{n}"{states[sheet.hidden]} r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, 1)
    )
    epoch = ' date1904="1"' if from_1904 else ""
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    texts = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in shared)
    formats = '<numFmt numFmtId="164" formatCode="dd/mm/yyyy"/><numFmt numFmtId="165" formatCode="000"/>'
    styles = "".join(f'<xf numFmtId="{n}"/>' for n in (0, 164, 20, 165, 22))
    return {
        "[Content_Types].xml": f"{XML}<Types/>",
        "xl/_rels/workbook.xml.rels": f"{XML}<Relationships>{related}"
        f'<Relationship Id="rIdS" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr{epoch}/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/styles.xml": f'{XML}<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts>'
        f"<cellStyleXfs><xf/></cellStyleXfs><cellXfs>{styles}</cellXfs></styleSheet>",
        "xl/sharedStrings.xml": f'{XML}<sst xmlns="{MAIN}">{texts}</sst>',
        **{f"xl/worksheets/sheet{n}.xml": content for n, content in enumerate(made, 1)},
    }


def xlsx(*sheets: Sheet, from_1904: bool = False, **more: str) -> bytes:
    """A workbook of these sheets."""
    return zipped({**xlsx_parts(sheets, from_1904=from_1904), **more})


def _ods_cell(cell: Any) -> str:
    formula = ""
    if isinstance(cell, Formula):
        formula, cell = f' table:formula="of:={escape(cell.text)}"', cell.value
    if cell is None:
        return "<table:table-cell/>"
    if cell is UNSAVED:
        return f"<table:table-cell{formula}/>"
    kind, value, shown = "string", "", str(cell)
    if isinstance(cell, Error):
        value, shown = ' calcext:value-type="error"', cell.text
    elif isinstance(cell, bool):
        kind, value = "boolean", f' office:boolean-value="{str(cell).lower()}"'
    elif isinstance(cell, Shown):
        kind, value, shown = "float", f' office:value="{cell.value}"', str(cell.value).zfill(len(cell.zeros))
    elif isinstance(cell, int | float):
        kind, value = "float", f' office:value="{cell!r}"'
    elif isinstance(cell, dt.date):
        kind, value = "date", f' office:date-value="{cell.isoformat()}"'
    elif isinstance(cell, dt.time):
        kind, value = "time", f' office:time-value="PT{cell:%HH%MM%SS}"'
    lines = "".join(f"<text:p>{_ods_text(line)}</text:p>" for line in shown.split("\n"))
    return f'<table:table-cell office:value-type="{kind}"{value}{formula}>{lines}</table:table-cell>'


def _ods_text(text: str) -> str:
    """White space as the format writes it."""
    made = escape(text).replace("\t", "<text:tab/>")
    return made.replace("  ", ' <text:s text:c="1"/>') if "  " in made else made


def ods_content(*sheets: Sheet) -> str:
    """The content part of an OpenDocument workbook."""
    tables = []
    for sheet in sheets:
        hidden = set(sheet.hidden_rows)
        rows = []
        for number, row in enumerate(sheet.rows, 1):
            attribute = ' table:visibility="collapse"' if number in hidden else ""
            cells = "".join(_ods_cell(cell) for cell in row) or "<table:table-cell/>"
            rows.append(f"<table:table-row{attribute}>{cells}</table:table-row>")
        style = "ta2" if sheet.hidden else "ta1"
        tables.append(
            f'<table:table table:name="{escape(sheet.name)}" table:style-name="{style}">{"".join(rows)}'
            '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
            ' table:number-columns-repeated="16384"/></table:table-row></table:table>'
        )
    styles = "".join(
        f'<style:style style:name="{name}"><style:table-properties table:display="{shown}"/></style:style>'
        for name, shown in (("ta1", "true"), ("ta2", "false"))
    )
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    return (
        f'{XML}<office:document-content{spaces} xmlns:calcext="urn:org:documentfoundation:names:calcext">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f"{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
    )


def ods_of(content: str, manifest: str = "<manifest/>", **more: str) -> bytes:
    """An OpenDocument workbook with this content part."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest, **more})


def ods(*sheets: Sheet) -> bytes:
    """An OpenDocument workbook of these sheets."""
    return ods_of(ods_content(*sheets))


def delimited(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\n") -> str:
    """Rows as delimited text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def parquet(columns: Mapping[str, Sequence[Any]]) -> bytes:
    """A Parquet file of these columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), out)
    return out.getvalue()


def with_flag(package: bytes, bit: int) -> bytes:
    """A zip all of whose members carry this flag (1: locked)."""
    content = bytearray(package)
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(magic)
        while start >= 0:
            content[start + at] |= bit
            start = content.find(magic, start + 4)
    return bytes(content)
