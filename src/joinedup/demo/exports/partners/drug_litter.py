"""Needles and other drug litter that crews found and cleared: a monthly spreadsheet with a total."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from joinedup.demo.exports import workbook
from joinedup.demo.exports.exported import ExportedFile, Truth, number, rows
from joinedup.demo.exports.filing import Cells, Filing, Row, by_own_month
from joinedup.demo.exports.grid import grid_points, written_point
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Period

FEED = "drug-litter"
HEADER = columns("Job,Date found,Land,Location,Easting,Northing,Needles,Other items,Cleared")
_LAND = {"park": "Park / open space", "street": "Highway", "home": "Housing land"}
_OTHERS = ("Back alley", "Car park", "Highway", "Not known")


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One workbook a month, the whole of it: ``Drug litter 2024-05.xlsx``."""

    def put(path: Path, month: Period, cells: list[Cells]) -> None:
        title = ("Drug related litter", month.words)
        needles = sum(cell for row in cells if isinstance(cell := row[6], int))
        footer = [["Total", None, None, None, None, None, needles]]
        workbook.write(path, HEADER, cells, sheet="Finds", title=title, footer=footer)

    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"Drug litter {month}{mark}.xlsx",
        put=put,
        days=10,
        mess=mess,
    )
    return filing.write(by_own_month(_finds(truth, mess)), months)


def _finds(truth: Truth, mess: Mess) -> Iterator[Row]:
    luck = mess.luck(FEED)
    frame = truth.event
    frame = frame[frame["kind"] == "litter"].sort_values(["occurred_from", "event_id"], kind="stable")
    for event, point in zip(rows(frame), grid_points(frame), strict=True):
        draw = luck.draw(event.event_id)
        found = event.occurred_from.date()
        cells: list[object] = [
            f"DL{number(FEED, event.event_id)}",
            found,
            _LAND.get(event.venue) or draw.pick(_OTHERS),
            (event.location or "").removeprefix("On or near "),
            *written_point(point, draw),
            "?" if draw.happens("flag-unknown") else 1 + int(draw.random.expovariate(0.4)),
            int(draw.random.expovariate(0.8)),
            found + dt.timedelta(days=draw.random.randrange(3)),
        ]
        yield Row(event.event_id, found, cells)
