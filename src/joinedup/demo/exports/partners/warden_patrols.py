"""Street wardens' own monthly report: a spreadsheet with a title above and a total below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports import workbook
from joinedup.demo.exports.asb_words import WARDENS, heading_key
from joinedup.demo.exports.exported import ExportedFile, Truth, number, rows
from joinedup.demo.exports.filing import Cells, Filing, Row, by_own_month, clock, typed_day
from joinedup.demo.exports.grid import grid_points, grid_reference
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Period

FEED = "warden-patrols"
HEADER = columns(
    "Report no,Warden,Date seen,Time,Category,No. of people,Under 18s,Alcohol,Place,Grid ref,"
    "Action taken,Notes"
)
_ACTIONS = ("Spoke to group", "Moved on", "Reported to police", "Cleared up", "Advice given", "None", "")
_BY_KIND = {"patrol": "Advice / reassurance", "litter": "Drug litter seen", "crime": "Damage seen"}


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One workbook a month, the whole of it: ``Wardens 2024-05.xlsx``."""

    def put(path: Path, month: Period, cells: list[Cells]) -> None:
        title = ("Street Wardens - Monthly Patrol Report", month.words)
        total = ["Total reports", None, None, None, len(cells)]
        workbook.write(path, HEADER, cells, sheet="Patrols", title=title, footer=[total])

    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"Wardens {month}{mark}.xlsx",
        put=put,
        days=6,
        mess=mess,
    )
    return filing.write(by_own_month(_reports(truth, mess)), months)


def _reports(truth: Truth, mess: Mess) -> Iterator[Row]:
    luck = mess.luck(FEED)
    frame = truth.event
    frame = frame[frame["warden"].astype(bool)].sort_values(["occurred_from", "event_id"], kind="stable")
    for event, point in zip(rows(frame), grid_points(frame), strict=True):
        day = typed_day(event.occurred_from.date(), luck.draw("day", event.event_id))
        cells = _cells(event, day, point, luck.draw(event.event_id))
        yield Row(event.event_id, event.occurred_from.date(), cells)


def _cells(event: Any, day: str, point: tuple[int, int] | None, draw: Draw) -> list[object]:
    place = (event.location or "").removeprefix("On or near ")
    lost = point is None or draw.happens("place-missing")
    people = "" if event.kind == "litter" else draw.random.randrange(1, 13)
    return [
        f"W{number(FEED, event.event_id)}",
        draw.pick(("AB", "CD", "EF", "GH")),
        day,
        clock(event.occurred_from, draw),
        _category(event),
        people,
        "?" if draw.happens("flag-unknown") else draw.pick(("Yes", "Y")) if event.youth else "No",
        draw.pick(("Yes", "Y")) if event.alcohol else draw.pick(("No", "N", "")),
        place,
        "" if lost or point is None else grid_reference(point),
        draw.pick(_ACTIONS),
        f"Seen at {place}",
    ]


def _category(event: Any) -> str:
    if event.kind == "asb":
        return WARDENS.get(heading_key(event.asb_heading), "Other")
    return _BY_KIND.get(event.kind, "Other")
