"""Deliberate fires, primary and secondary: the fire and rescue service's spreadsheet with a total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports import workbook
from joinedup.demo.exports.exported import ExportedFile, Truth, number, rows
from joinedup.demo.exports.filing import Cells, Filing, Row, by_own_month, clock
from joinedup.demo.exports.grid import grid_points, written_point
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Period

FEED = "fire-deliberate"
HEADER = columns(
    "Incident number,Date,Time of call,Category,Property,Appliances,Casualties,Smoke alarm,Location,Easting,"
    "Northing"
)
# Told apart by the first of these words that is in the truth's kind of fire.
_CATEGORIES = (
    ("vehicle", "Deliberate Primary - Vehicle"),
    ("dwelling", "Deliberate Primary - Dwelling"),
    ("primary", "Deliberate Primary - Other"),
)
_SECONDARY = "Deliberate Secondary"
_PROPERTIES = {
    "Deliberate Primary - Vehicle": ("Car", "Car", "Van", "Motorcycle", "Caravan"),
    "Deliberate Primary - Dwelling": ("House", "Flat", "Bungalow"),
    "Deliberate Primary - Other": ("Shed", "Garage", "School", "Shop", "Fence with other structure"),
    _SECONDARY: ("Loose refuse", "Wheelie bin", "Grassland", "Scrub", "Skip", "Derelict building"),
}


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One workbook a month, the whole of it: ``Deliberate fires 2024-05.xlsx``."""

    def put(path: Path, month: Period, cells: list[Cells]) -> None:
        title = (f"Deliberate fires attended, {month.words}",)
        footer = [["Grand Total", None, None, len(cells)]]
        workbook.write(path, HEADER, cells, sheet="Fires", title=title, footer=footer)

    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"Deliberate fires {month}{mark}.xlsx",
        put=put,
        days=9,
        mess=mess,
    )
    return filing.write(by_own_month(_fires(truth, mess)), months)


def _fires(truth: Truth, mess: Mess) -> Iterator[Row]:
    luck = mess.luck(FEED)
    frame = truth.event
    frame = frame[frame["kind"] == "fire"].sort_values(["occurred_from", "event_id"], kind="stable")
    for event, point in zip(rows(frame), grid_points(frame), strict=True):
        draw = luck.draw(event.event_id)
        yield Row(event.event_id, event.occurred_from.date(), _cells(event, point, draw))


def _cells(event: Any, point: tuple[int, int] | None, draw: Draw) -> list[object]:
    told = (event.fire_kind or "").lower()
    category = next((words for word, words in _CATEGORIES if word in told), _SECONDARY)
    dwelling = category == "Deliberate Primary - Dwelling"
    return [
        f"F{event.occurred_from:%y}-{number(FEED, event.event_id)}",
        event.occurred_from.strftime("%d/%m/%Y"),
        clock(event.occurred_from, draw),
        category,
        draw.pick(_PROPERTIES[category]),
        1 if category == _SECONDARY else draw.random.randrange(1, 4),
        int(dwelling and draw.random.random() < 0.1),
        draw.pick(("Yes", "Yes", "No", "Not known")) if dwelling else "",
        (event.location or "").removeprefix("On or near "),
        *written_point(point, draw),
    ]
