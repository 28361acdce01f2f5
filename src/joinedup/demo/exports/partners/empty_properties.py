"""Homes that stood empty on the last day of each quarter, from the council tax register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports import workbook
from joinedup.demo.exports.exported import ExportedFile, Truth, rows
from joinedup.demo.exports.filing import Cells, Filing, Row, cut
from joinedup.demo.exports.grid import grid_points, written_point
from joinedup.demo.exports.mess import Luck, Mess
from joinedup.demo.exports.people import People
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Every, Period

FEED = "empty-properties"
HEADER = columns("As at,UPRN,Address,Postcode,Empty since,Reason,Long term,Easting,Northing")
_LONG_TERM = dt.timedelta(days=182)
# Told apart by the first of these words that is in the truth's reason.
_REASONS = (
    ("probate", "Probate"),
    ("death", "Probate"),
    ("repair", "Major repairs"),
    ("renovat", "Major repairs"),
    ("sale", "For sale"),
    ("let", "Between tenancies"),
    ("tenan", "Between tenancies"),
    ("vacant", "Between tenancies"),
    ("abandon", "Abandoned"),
    ("care", "Owner in care or hospital"),
    ("hospital", "Owner in care or hospital"),
)


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One workbook a quarter, of its last day: ``Empty homes 2024-06.xlsx``."""

    def put(path: Path, month: Period, cells: list[Cells]) -> None:
        title = (f"Empty homes at {month.last:%d %B %Y}",)
        footer = [["Total", len(cells)]]
        workbook.write(path, HEADER, cells, sheet="Empty homes", title=title, footer=footer)

    days = [Period.of_month(quarter.last) for quarter in cut(months, Every.QUARTER)]
    people, homes, addresses = (
        People(truth),
        rows(truth.empty_home, ["address_id", "from_date"]),
        truth.address,
    )
    points = dict(zip(addresses["address_id"].tolist(), grid_points(addresses), strict=True))
    luck = mess.luck(FEED)
    filed = {
        month.start: [
            Row((home.address_id, home.from_date), month.last, _cells(home, month, people, points, luck))
            for home in homes
            if _is_empty(home, month)
        ]
        for month in days
    }
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"Empty homes {month}{mark}.xlsx",
        put=put,
        days=14,
        mess=mess,
    )
    return filing.write(filed, days)


def _is_empty(home: Any, month: Period) -> bool:
    """Whether a home stood empty on the month's last day."""
    ended = home.to_date is not None and home.to_date.date() <= month.last
    return home.from_date.date() <= month.last and not ended


def _cells(
    home: Any, month: Period, people: People, points: dict[int, tuple[int, int] | None], luck: Luck
) -> list[object]:
    address, since = people.address(home.address_id), home.from_date.date()
    return [
        month.last.strftime("%d/%m/%Y"),
        str(address.uprn),
        f"{address.house} {address.street}, {address.town}",
        address.postcode,
        since.strftime("%d/%m/%Y"),
        _reason(home),
        "Y" if month.last - since >= _LONG_TERM else "N",
        *written_point(points[home.address_id], luck.draw(home.address_id)),
    ]


def _reason(home: Any) -> str:
    told = (home.reason or "").lower()
    return next((words for word, words in _REASONS if word in told), "Other" if told else "Not known")
