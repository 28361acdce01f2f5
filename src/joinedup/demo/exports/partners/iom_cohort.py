"""The cohort of integrated offender management at each month's end: one shared workbook."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports import workbook
from joinedup.demo.exports.caseloads import Case, Caseload
from joinedup.demo.exports.exported import ExportedFile, Truth, number, rows
from joinedup.demo.exports.filing import Cells, Filing
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Period

FEED = "iom-cohort"
HEADER = columns(
    "As at,IOM no,Nominal,Also known as,DOB,Gender,PNC ID,CRN,Address,Status,Lead agency,Selected,Deselected"
)
_DAY = "%d/%m/%Y"
_Stays = Mapping[int, list[tuple[dt.date, dt.date]]]  # first day in prison and first day out, by person


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One workbook a month, as the cohort stood at its end: ``IOM cohort 2024-05.xlsx``."""
    caseload, stays = Caseload(truth, mess, FEED, "iom"), _stays(truth)

    def put(path: Path, month: Period, cells: list[Cells]) -> None:
        title = ("Integrated offender management: cohort", f"At {month.last:%d %B %Y}")
        workbook.write(path, HEADER, cells, sheet="Cohort", title=title, footer=[["Total", len(cells)]])

    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"IOM cohort {month}{mark}.xlsx",
        put=put,
        days=5,
        mess=mess,
    )
    return filing.write(caseload.filed(months, lambda case: _cells(case, stays)), months)


def _stays(truth: Truth) -> _Stays:
    stays: dict[int, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    frame = truth.spell
    for stay in rows(frame[frame["programme"] == "prison"]):
        until = dt.date.max if stay.ended is None else stay.ended.date()
        stays[stay.person_id].append((stay.started.date(), until))
    return stays


def _cells(case: Case, stays: _Stays) -> Cells:
    client, spell = case.client, case.spell
    inside = any(first <= case.as_at < out for first, out in stays.get(spell.person_id, ()))
    return [
        case.as_at.strftime(_DAY),
        f"IOM{number(FEED, spell.spell_id, 5)}",
        _surname_first(client.surname, client.written.given),
        client.aliases,
        client.born(_DAY),
        client.written.sex or "U",
        client.written.pnc_id,
        client.crn,
        client.address,
        "In custody" if inside else "In community",
        case.draw.pick(("Police", "Probation")),
        case.started.strftime(_DAY),
        case.ended.strftime(_DAY) if case.ended else "",
    ]


def _surname_first(surname: str, given: Any) -> str:
    return f"{surname} {given}".strip()
