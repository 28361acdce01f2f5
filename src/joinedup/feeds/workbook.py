"""A workbook (XLSX, ECMA-376) of texts: every cell is one and stays one: nothing is run or reshaped."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from joinedup.errors import BadInput

MOST_ROWS = 1_048_576
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font>'
    '</fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1">'
    '<border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
    '<xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" applyNumberFormat="1" '
    'applyFont="1"/></cellXfs></styleSheet>'
)

Sheet = tuple[str, Iterable[Sequence[object]]]


def write(out: IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Write sheets (name, rows of cells; the first row is the heading) as a workbook.

    Raises BadInput where a sheet has more rows than a workbook holds.
    """
    numbers = range(1, len(sheets) + 1)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _content_types(numbers))
        package.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        package.writestr("xl/workbook.xml", _workbook([name for name, _ in sheets]))
        targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
        package.writestr("xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")]))
        package.writestr("xl/styles.xml", _HEAD + _STYLES)
        for number, (_, rows) in zip(numbers, sheets, strict=True):
            with package.open(f"xl/worksheets/sheet{number}.xml", "w") as sheet:
                _write_sheet(sheet, rows)


def _write_sheet(out: IO[bytes], rows: Iterable[Sequence[object]]) -> None:
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    view = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    out.write(f'{_HEAD}<worksheet xmlns="{_MAIN}">{view}<sheetData>'.encode())
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise BadInput("A workbook cannot hold so many rows", next_step="Write them as .csv")
        style = 1 if number == 1 else 0
        cells = "".join(_cell(value, style) for value in row)
        out.write(f'<row r="{number}">{cells}</row>'.encode())
    out.write(b"</sheetData></worksheet>")


def _cell(value: object, style: int) -> str:
    said = _text("" if value is None else str(value))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'


def _text(value: str) -> str:
    """What XML cannot hold is written as _x0007_, and what looks like that is told apart."""
    value = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", value)
    value = _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    return escape(value).replace("\r", "_x000D_")


def _content_types(numbers: Iterable[int]) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles"}
    parts |= {f"/xl/worksheets/sheet{number}.xml": "worksheet" for number in numbers}
    named = "".join(
        f'<Override PartName="{part}" ContentType="{kind}.{what}+xml"/>' for part, what in parts.items()
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    default = f'<Default Extension="rels" ContentType="{relations}"/>'
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{default}{named}</Types>'


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    parts = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{parts}</Relationships>'


def _workbook(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="r{number}"/>'
        for number, name in enumerate(names, 1)
    )
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
