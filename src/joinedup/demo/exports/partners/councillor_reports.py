"""What ward councillors and residents reported to the community safety team, by form or telephone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports import surveys
from joinedup.demo.exports.areas import areas
from joinedup.demo.exports.exported import ExportedFile, Named, Truth, number, rows
from joinedup.demo.exports.filing import Filing, Row, with_late
from joinedup.demo.exports.grid import grid_points, grid_reference
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.people import People, Written
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Period

FEED = "councillor-reports"
HEADER = columns(
    "Ref,Reported on,Reported by,Reporter,Phone,Email,Ward,Place,Map ref,Topic,What was said,Anti-social"
)
# Told apart by the first of these words that is in what was reported.
_TOPICS = (
    ("bike", "Off-road bikes or vehicles"),
    ("vehicle", "Off-road bikes or vehicles"),
    ("speed", "Off-road bikes or vehicles"),
    ("youth", "Young people gathering"),
    ("young", "Young people gathering"),
    ("gather", "Young people gathering"),
    ("rowdy", "Young people gathering"),
    ("tip", "Fly-tipping or rubbish"),
    ("rubbish", "Fly-tipping or rubbish"),
    ("litter", "Fly-tipping or rubbish"),
    ("drug", "Drug dealing or use"),
    ("drink", "Street drinking"),
    ("alcohol", "Street drinking"),
    ("noise", "Noise"),
    ("neighbour", "Neighbours"),
    ("damage", "Damage or graffiti"),
    ("graffiti", "Damage or graffiti"),
    ("burgl", "Burglary or theft"),
    ("theft", "Burglary or theft"),
    ("violen", "Violence or threats"),
    ("threat", "Violence or threats"),
    ("light", "Lighting or feeling unsafe"),
    ("unsafe", "Lighting or feeling unsafe"),
    ("empty", "Empty property"),
)
_ANTISOCIAL = (
    "Young people gathering",
    "Street drinking",
    "Noise",
    "Neighbours",
    "Off-road bikes or vehicles",
)
_SURVEYS = {"councillor-report": "Councillor", "resident-report": "Resident"}


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, of what is new: ``Reports_2024-05.csv``."""
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"Reports_{month}{mark}.csv",
        put=lambda path, _month, cells: Dialect(encoding="cp1252").write(path, HEADER, cells),
        days=5,
        mess=mess,
        changes=True,
    )
    return filing.write(with_late(_reports(truth, mess), mess.luck(FEED)), months)


def _reports(truth: Truth, mess: Mess) -> Iterator[Row]:
    people, luck, streets = People(truth), mess.luck(FEED), _streets(truth)
    for survey, kind in _SURVEYS.items():
        for report in surveys.answers(truth, survey):
            draw = luck.draw(report.response_id)
            who = Written()
            if report.person_id is not None:
                who = people.written(report.person_id, report.answered_on, draw)
            near = streets.get(report.lsoa_code or "", ())
            cells = _cells(report, kind, who, draw.pick(near) if near else None, draw)
            named = [Named("reporter", report.person_id)]
            yield Row(report.response_id, report.answered_on.date(), cells, named)


def _streets(truth: Truth) -> dict[str, list[tuple[str, tuple[int, int] | None]]]:
    """LSOA to streets in it, each with a point: a report names the street where somebody lives."""
    frame = truth.address.drop_duplicates(["lsoa_code", "street"])
    found: dict[str, list[tuple[str, tuple[int, int] | None]]] = defaultdict(list)
    for address, point in zip(rows(frame), grid_points(frame), strict=True):
        found[address.lsoa_code].append((address.street, point))
    return found


def _cells(
    report: Any,
    kind: str,
    who: Written,
    near: tuple[str, tuple[int, int] | None] | None,
    draw: Draw,
) -> list[object]:
    said = (report.answer or "").lower()
    topic = next((words for word, words in _TOPICS if word in said), "Something else")
    street, point = near or ("", None)
    area = areas().get(report.lsoa_code or "")
    anonymous = draw.pick(("Anonymous", "Would not say", "")) if kind == "Resident" else ""
    return [
        f"CR{number(FEED, report.response_id)}",
        report.answered_on.strftime("%d/%m/%Y"),
        kind,
        who.full_name or anonymous,
        who.phone,
        who.email,
        area.ward_code if area else "",
        street,
        "" if point is None or draw.happens("place-missing") else grid_reference(point),
        topic,
        f"{kind} reports {report.answer or 'a problem'} {f'in {street}' if street else ''}".strip(),
        "Y" if topic in _ANTISOCIAL else "N",
    ]
