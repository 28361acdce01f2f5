"""Writing delimited text as agencies' systems do: their delimiter, encoding, quotes and line ends."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Dialect:
    """How one system writes text. Letters that its encoding has not become question marks, as they do."""

    delimiter: str = ","
    encoding: str = "utf-8"  # utf-8, utf-8-sig (with mark), cp1252, utf-16 (with mark)
    newline: str = "\r\n"
    quote_all: bool = False

    def write(
        self, path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], above: Sequence[str] = ()
    ) -> None:
        """Write one file; ``above`` are lines before the header. None becomes an empty cell."""
        path.parent.mkdir(parents=True, exist_ok=True)
        quoting: Literal[0, 1] = csv.QUOTE_ALL if self.quote_all else csv.QUOTE_MINIMAL
        with path.open("w", encoding=self.encoding, errors="replace", newline="") as file:
            file.writelines(line + self.newline for line in above)
            writer = csv.writer(file, delimiter=self.delimiter, lineterminator=self.newline, quoting=quoting)
            writer.writerow(header)
            writer.writerows(rows)


def columns(names: str) -> tuple[str, ...]:
    """A header written with commas, as its cells."""
    return tuple(names.split(","))
