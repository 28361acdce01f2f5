"""Every legible way of writing one table: formats, delimiters, encodings, line ends and so on, crossed."""

from __future__ import annotations

import gzip
import itertools
import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from nasty_files import HEADER, ROWS
from nasty_making import Sheet, delimited, ods, parquet, xlsx, zipped
from nasty_staging import FILE, SET_ASIDE, write_contract

from joinedup.errors import BadInput
from joinedup.feeds.reading import plain
from joinedup.feeds.reading_contracts import read_contract

DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")
ENDS = ("\n", "\r\n", "\r")
_TABLE = [HEADER, *([*row[:3], f"{row[3]} é £", *row[4:]] for row in ROWS)]
HEADERS = {
    "as agreed": _TABLE,
    "capitals": [[name.upper() for name in HEADER], *_TABLE[1:]],
    "renamed": [["Case no", "Date seen", "Ward", "Remarks", *HEADER[4:]], *_TABLE[1:]],
    "moved": [row[::-1] for row in _TABLE],
    "more columns": [[row[0], "more", *row[1:]] for row in _TABLE],
    "fewer columns": [row[:4] for row in _TABLE],
    "title": [["A title"] + [""] * 5, *_TABLE],
}


def variants() -> Iterator[tuple[str, bytes]]:
    """What it is, and the file."""
    for header, delimiter, encoding, end in itertools.product(HEADERS, DELIMITERS, ENCODINGS, ENDS):
        content = delimited(HEADERS[header], delimiter, end).encode(encoding)
        yield f"{header}, {delimiter!r}, {encoding}, {end!r}", content
    for header, table in HEADERS.items():
        objects = [dict(zip(table[0], row, strict=True)) for row in table[1:]]
        columns = {name: [row[at] for row in table[1:]] for at, name in enumerate(table[0])}
        made = {"xlsx": xlsx(Sheet(table)), "ods": ods(Sheet(table))}
        if header != "title":
            made["json"] = json.dumps(objects).encode()
            made["jsonl"] = "\n".join(map(json.dumps, objects)).encode()
            made["parquet"] = parquet(columns)
        made["csv"] = delimited(table).encode()
        for kind, content in made.items():
            yield f"{header}, {kind}", content
            yield f"{header}, {kind} in gzip", gzip.compress(content, mtime=0)
            yield f"{header}, {kind} in a zip", zipped({"a file": content})


@cache
def refused() -> tuple[list[str], int]:
    """The variants that are refused or lose a row, and how many there are in all."""
    wrong, total = [], 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        contract_file = write_contract(folder, file=f'{FILE}\nencoding = "cp1252"', set_aside=SET_ASIDE)
        contract = read_contract(contract_file, (folder / "codelists",))
        for total, (name, content) in enumerate(variants(), 1):
            file, own = folder / "file", folder / f"job-{total}"
            own.mkdir()
            file.write_bytes(content)
            try:
                readable = plain(file, own, contract)
            except BadInput:
                wrong.append(name)
                continue
            if not readable.as_it_came and readable.written != len(ROWS):
                wrong.append(name)
    return wrong, total
