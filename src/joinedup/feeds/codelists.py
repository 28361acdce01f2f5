"""Code lists: what a partner's words mean, from when to when.

A code list is a CSV with the columns code, label, valid_from, valid_to (dates, empty = open), optionally
also_written (other spellings, parted by ``|``), and any number of attribute columns.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from joinedup.errors import BadInput

_REQUIRED = ("code", "label", "valid_from", "valid_to")
_ALSO = "also_written"
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Code:
    """One code: label, other spellings, the days on which it is valid (both inclusive), attributes."""

    code: str
    label: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    also_written: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.code or not self.label:
            raise BadInput("A code needs both a code and a label", where=self.code or self.label)
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise BadInput("A code ends before it begins", where=self.code)

    def spellings(self, match: str) -> tuple[str, ...]:
        """The texts that mean this code when a column gives its label, or its code."""
        first = self.label if match == "label" else self.code
        return tuple(dict.fromkeys((first, *self.also_written)))

    def overlaps(self, other: Code) -> bool:
        """Whether both are valid on some day."""
        begins = max(self.valid_from or dt.date.min, other.valid_from or dt.date.min)
        ends = min(self.valid_to or dt.date.max, other.valid_to or dt.date.max)
        return begins <= ends


@dataclass(frozen=True)
class CodeList:
    """A named list of codes; on any one day a text means at most one of them."""

    name: str
    codes: tuple[Code, ...]
    attribute_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.codes:
            raise BadInput("A code list has no code", where=self.name)
        for match in ("label", "code"):
            written: dict[str, list[Code]] = defaultdict(list)
            for code in self.codes:
                for spelling in code.spellings(match):
                    if any(code.overlaps(other) for other in written[spelling]):
                        raise BadInput(
                            f"'{spelling}' means two codes on the same day", where=f"code list {self.name}"
                        )
                    written[spelling].append(code)

    def labels(self) -> dict[str, str]:
        """Code to label; where a code changed its label, the newest."""
        return {code.code: code.label for code in self.codes}


def read_code_list(path: Path) -> CodeList:
    """Read and check one code list file; errors name the file and the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("A code list cannot be read as UTF-8", where=str(path)) from error
    reader = csv.DictReader(text.splitlines())
    header = tuple(reader.fieldnames or ())
    if header[: len(_REQUIRED)] != _REQUIRED:
        raise BadInput(
            "A code list begins with the columns code, label, valid_from, valid_to", where=path.name
        )
    attributes = tuple(name for name in header[len(_REQUIRED) :] if name != _ALSO)
    for name in attributes:
        if not _ATTRIBUTE.fullmatch(name):
            raise BadInput(
                f"'{name}' is no attribute name: small letters, digits and _ only", where=path.name
            )
    codes = tuple(_code(row, attributes, f"{path.name}, line {reader.line_num}") for row in reader)
    return CodeList(path.stem, codes, attributes)


def _code(row: Mapping[str, str | None], attributes: tuple[str, ...], where: str) -> Code:
    if None in row or None in row.values():
        raise BadInput("A line of a code list has too many or too few cells", where=where)
    cells = {name: value or "" for name, value in row.items()}
    try:
        begins, ends = (
            dt.date.fromisoformat(cells[name]) if cells[name] else None for name in ("valid_from", "valid_to")
        )
    except ValueError as error:
        raise BadInput("A validity date is not written as 2024-05-01", where=where) from error
    also = tuple(part for part in cells.get(_ALSO, "").split("|") if part)
    return Code(cells["code"], cells["label"], begins, ends, also, {name: cells[name] for name in attributes})
