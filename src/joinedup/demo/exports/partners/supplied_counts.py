"""Counts that the council supplies ready-made by ward and month: collisions, exclusions, racial incidents.

The truth has none of these: the numbers are drawn, small and repeatable, for every ward and month.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from joinedup.demo.exports import workbook
from joinedup.demo.exports.areas import areas
from joinedup.demo.exports.exported import ExportedFile, Truth
from joinedup.demo.exports.filing import Cells, Filing, Row, cut, span
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Every, Period

FEED = "supplied-counts"
HEADER = columns("Month,Ward code,Ward,Count of,Number")
# The mean of a ward and month; the demonstration's own.
_MEANS = {
    "People killed or seriously injured in road collisions": 0.15,
    "People slightly injured in road collisions": 0.9,
    "Suspensions from school": 3.0,
    "Permanent exclusions from school": 0.1,
    "Racial incidents": 0.3,
}
_NO_SCHOOL = {8}


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One workbook a quarter: ``S17A counts 2024-01_2024-03.xlsx``."""

    def put(path: Path, quarter: Period, cells: list[Cells]) -> None:
        title = ("Section 17A return", quarter.words)
        total = sum(cell for row in cells if isinstance(cell := row[4], int))
        footer = [["Total", None, None, None, total]]
        workbook.write(path, HEADER, cells, sheet="Return", title=title, footer=footer)

    filed = {month.start: list(_rows(month, mess)) for month in months}
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda quarter, mark: f"S17A counts {span(quarter)}{mark}.xlsx",
        put=put,
        days=70,
        mess=mess,
    )
    return filing.write(filed, cut(months, Every.QUARTER))


def _rows(month: Period, mess: Mess) -> Iterator[Row]:
    luck = mess.luck(FEED)
    wards = sorted({(area.ward_code, area.ward) for area in areas().values()})
    for code, ward in wards:
        for what, mean in _MEANS.items():
            closed = "school" in what and month.start.month in _NO_SCHOOL
            drawn = 0 if closed else _poisson(mean, luck.draw(month, code, what))
            if drawn:  # as councils send them: no row where there is nothing
                cells = [f"{month}", code, ward, what, drawn]
                yield Row((str(month), code, what), month.start, cells)


def _poisson(mean: float, draw: Draw) -> int:
    """A Poisson number by products of uniform numbers (Knuth)."""
    limit, product, count = math.exp(-mean), draw.random.random(), 0
    while product > limit:
        product *= draw.random.random()
        count += 1
    return count
