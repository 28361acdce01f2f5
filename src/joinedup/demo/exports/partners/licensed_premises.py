"""The register of licensed premises, as it stood on the last day of each quarter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports.exported import ExportedFile, Truth, rows
from joinedup.demo.exports.filing import Filing, Row, cut
from joinedup.demo.exports.grid import grid_points, written_point
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.people import People
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Every, Period

FEED = "licensed-premises"
HEADER = columns(
    "AS AT,LICENCE NO,PREMISES NAME,PREMISES TYPE,ADDRESS,POSTCODE,CLOSES WEEKDAYS,CLOSES WEEKEND,EASTING,"
    "NORTHING"
)
_TYPES = {
    "public house": "Public House",
    "club": "Club / Nightclub",
    "off-licence": "Off Licence",
    "takeaway": "Late Night Refreshment",
    "restaurant": "Restaurant",
}
_WEEKDAYS = ("22:00", "23:00", "23:30", "00:00")
_WEEKENDS = {"club": ("02:00", "03:00", "04:00"), "takeaway": ("02:00", "03:00", "05:00")}


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a quarter, of its last day: ``REGISTER_2024-06.csv``."""
    luck, people = mess.luck(FEED), People(truth)
    addresses = truth.address
    points = dict(zip(addresses["address_id"].tolist(), grid_points(addresses), strict=True))
    days = [Period.of_month(quarter.last) for quarter in cut(months, Every.QUARTER)]
    filed = {}
    for month in days:
        filed[month.start] = [
            Row(
                one.premises_id,
                month.last,
                _cells(one, month, people, points.get(one.address_id), luck.draw(one.premises_id)),
            )
            for one in rows(truth.premises, ["premises_id"])
        ]
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"REGISTER_{month}{mark}.csv",
        put=lambda path, _month, cells: Dialect(quote_all=True).write(path, HEADER, cells),
        days=12,
        mess=mess,
    )
    return filing.write(filed, days)


def _cells(
    one: Any, month: Period, people: People, point: tuple[int, int] | None, draw: Draw
) -> list[object]:
    address = people.address(one.address_id)
    return [
        month.last.strftime("%d/%m/%Y"),
        one.licence_ref,
        one.name,
        _TYPES.get(one.kind, "Restaurant"),
        f"{address.house} {address.street}, {address.town}",
        address.postcode,
        draw.pick(_WEEKDAYS),
        draw.pick(_WEEKENDS.get(one.kind, ("23:00", "00:00", "01:00"))),
        *written_point(point, draw),
    ]
