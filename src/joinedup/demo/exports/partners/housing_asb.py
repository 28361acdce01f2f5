"""Anti-social behaviour reported to three housing associations: one contract, and three layouts of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joinedup.demo.exports import workbook
from joinedup.demo.exports.asb_words import heading_key
from joinedup.demo.exports.exported import ExportedFile, Named, Truth, number, rows
from joinedup.demo.exports.filing import Cells, Filing, Row, with_late
from joinedup.demo.exports.grid import grid_points, grid_reference
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.people import ANONYMOUS, People
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Period

FEED = "housing-asb"
HEADER = columns(
    "Landlord,Case ref,Reported,Type,Forename,Surname,Date of birth,Sex,Ethnicity,Tenant address,Postcode,"
    "Telephone,Alleged perpetrator,Grid ref,Outcome"
)
_TYPES = {
    "noise": "Noise",
    "neighbours": "Verbal abuse / harassment",
    "malicious-communications": "Verbal abuse / harassment",
    "litter-drugs": "Rubbish / garden",
    "abandoned-vehicle": "Vehicles",
    "vehicle-nuisance": "Vehicles",
    "animals": "Animals",
    "rowdy": "Youth nuisance",
    "street-drinking": "Drugs / alcohol",
}
_OUTCOMES = ("Open", "Resolved", "Resolved", "Warning issued", "No further action")


@dataclass(frozen=True)
class Layout:
    """How one association's system writes: what it calls columns, which it leaves out, and as what file."""

    suffix: str
    renamed: Mapping[str, str]
    left_out: frozenset[str]
    put: Callable[[Path, Sequence[str], list[Cells]], None]

    def write(self, path: Path, cells: list[Cells]) -> None:
        """Write one file in this layout."""
        kept = [at for at, name in enumerate(HEADER) if name not in self.left_out]
        header = [self.renamed.get(HEADER[at], HEADER[at]) for at in kept]
        self.put(path, header, [[row[at] for at in kept] for row in cells])


def _as_workbook(path: Path, header: Sequence[str], cells: list[Cells]) -> None:
    footer = [["Total", len(cells)]]
    workbook.write(path, header, cells, sheet="ASB", title=("Anti-social behaviour cases",), footer=footer)


LAYOUTS = (
    Layout("csv", {}, frozenset(), Dialect().write),
    Layout(
        "csv",
        {"Case ref": "Ref", "Reported": "Reported on", "Date of birth": "DOB"},
        frozenset({"Telephone"}),
        Dialect(delimiter=";", encoding="cp1252").write,
    ),
    Layout(
        "xlsx",
        {
            "Case ref": "Case number",
            "Reported": "Date reported",
            "Type": "Case type",
            "Forename": "Tenant forename",
            "Surname": "Tenant surname",
            "Postcode": "Post code",
        },
        frozenset(),
        _as_workbook,
    ),
)


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file of each association a month, of what is new: ``larkfield-homes_2024-05.csv``."""
    by_landlord: dict[str, list[Row]] = defaultdict(list)
    for landlord, row in _cases(truth, mess):
        by_landlord[landlord].append(row)
    files: list[ExportedFile] = []
    for landlord, layout in zip(_landlords(truth), LAYOUTS, strict=False):
        filed = with_late(by_landlord.get(landlord, ()), mess.luck(FEED))
        files += _filing(landlord, layout, folder, mess).write(filed, months)
    return sorted(files, key=lambda file: (file.received_at, file.path.name))


def _filing(landlord: str, layout: Layout, folder: Path, mess: Mess) -> Filing:
    slug = re.sub(r"[^a-z]+", "-", landlord.lower()).strip("-")
    return Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"{slug}_{month}{mark}.{layout.suffix}",
        put=lambda path, _month, cells: layout.write(path, cells),
        days=14,
        mess=mess,
        changes=True,
    )


def _landlords(truth: Truth) -> list[str]:
    return sorted(truth.address["landlord"].dropna().unique().tolist())


def _cases(truth: Truth, mess: Mess) -> Iterator[tuple[str, Row]]:
    people, luck, landlords = People(truth), mess.luck(FEED), _landlords(truth)
    calls: dict[int, Any] = {}
    frame = truth.call
    for call in rows(frame[frame["agency"] == "landlord"], ["called_at", "call_id"]):
        calls.setdefault(call.event_id, call)
    perpetrators: dict[int, int] = {}
    frame = truth.part
    for part in rows(frame[frame["role"] == "perpetrator"], ["event_id", "ordinal"]):
        perpetrators.setdefault(part.event_id, part.person_id)
    frame = truth.event
    frame = frame[(frame["kind"] == "asb") & frame["landlord"].astype(bool)]
    frame = frame.sort_values(["reported_at", "event_id"], kind="stable")
    for event, point in zip(rows(frame), grid_points(frame), strict=True):
        draw, call = luck.draw(event.event_id), calls.get(event.event_id)
        home = None
        if call is not None and call.person_id is not None:
            home = people.home(call.person_id, call.called_at)
        landlord = (home.landlord if home is not None else None) or draw.pick(landlords)
        suspect = perpetrators.get(event.event_id)
        cells = _cells(landlord, event, point, call, suspect, people, draw)
        day = (call.called_at if call else event.reported_at).date()
        named = [Named("caller", call.person_id if call else None), Named("perpetrator", suspect)]
        yield landlord, Row(event.event_id, day, cells, named)


def _cells(
    landlord: str,
    event: Any,
    point: tuple[int, int] | None,
    call: Any,
    suspect: int | None,
    people: People,
    draw: Draw,
) -> list[object]:
    when = call.called_at if call is not None else event.reported_at
    caller = people.written(call.person_id, when, draw) if call is not None else ANONYMOUS
    named = suspect is not None and draw.random.random() < 0.6
    return [
        landlord,
        f"{landlord[:2].upper()}{number(FEED, event.event_id)}",
        when.strftime("%d/%m/%Y"),
        _TYPES.get(heading_key(event.asb_heading), "Other ASB"),
        caller.given,
        caller.family,
        caller.born.strftime("%d/%m/%Y") if caller.born else "",
        caller.sex or "U",
        caller.ethnic_words(refused="Prefer not to say"),
        caller.address,
        caller.postcode,
        caller.phone,
        people.written(suspect, when, draw).full_name if named else draw.pick(("UNKNOWN", "")),
        "" if point is None or draw.happens("place-missing") else grid_reference(point, 4),
        draw.pick(_OUTCOMES),
    ]
