"""Reading exported files back, by nothing but the standard library: what a partner's file holds."""

from __future__ import annotations

import csv
import re
import zipfile
from xml.etree import ElementTree as ET

from joinedup.feeds.library import OWN
from joinedup.feeds.reading_contracts import read_contract

_NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
_ENCODINGS = ("utf-8-sig", "cp1252")


def contract_of(feed):
    """The product's contract of a feed."""
    return read_contract(OWN / f"{feed}.toml", (OWN / "codelists",))


def older_contract(feed, version):
    """An older version of the product's contract of a feed."""
    return read_contract(OWN / f"{feed}@{version}.toml", (OWN / "codelists",))


def table(path, contract):
    """The rows below the header, as dictionaries under the contract's names of columns.

    A header has every column that is not optional, under one of its names; title rows above it are left out.
    """
    lines = sheet(path) if path.suffix == ".xlsx" else delimited(path)
    at, names = next(
        (number, names) for number, cells in enumerate(lines) if (names := _header(cells, contract))
    )
    padded = [[*cells, *[""] * (len(names) - len(cells))] for cells in lines[at + 1 :]]
    return [dict(zip(names, cells, strict=True)) for cells in padded]


def _header(cells, contract):
    by_name = {name: column.name for column in contract.columns for name in column.names}
    names = [by_name.get(cell) for cell in cells]
    needed = {column.name for column in contract.columns if not column.optional}
    whole = None not in names and needed <= set(names) and len(names) == len(set(names))
    return names if whole else None


def delimited(path):
    """A text file's cells: the encoding by its mark, the delimiter by which the first line has most cells."""
    raw = path.read_bytes()
    encodings = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS
    text = _decoded(raw, encodings)
    delimiter = max(",;|\t", key=text.splitlines()[0].count)
    return list(csv.reader(text.splitlines(), delimiter=delimiter))


def _decoded(raw, encodings):
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("no encoding that partners use")


def sheet(path):
    """A workbook's first sheet, as texts; empty cells as empty texts."""
    with zipfile.ZipFile(path) as package:
        root = ET.fromstring(package.read("xl/worksheets/sheet1.xml"))
    lines = []
    for row in root.iterfind(".//m:row", _NS):
        cells = {}
        for cell in row.iterfind("m:c", _NS):
            words = cell.find("m:is/m:t", _NS)
            value = cell.find("m:v", _NS)
            cells[_column(cell.get("r"))] = (words if words is not None else value).text or ""
        lines.append([cells.get(at, "") for at in range(max(cells, default=-1) + 1)])
    return lines


def _column(reference):
    index = 0
    for letter in re.match(r"[A-Z]+", reference)[0]:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
