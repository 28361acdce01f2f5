"""The youth justice service's caseload at each month's end: a workbook with title and total."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from joinedup.demo.exports import workbook
from joinedup.demo.exports.caseloads import Case, Caseload
from joinedup.demo.exports.clients import with_zero
from joinedup.demo.exports.exported import ExportedFile, Truth, number
from joinedup.demo.exports.filing import Cells, Filing
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Period

FEED = "youth-justice-caseload"
HEADER = columns(
    "As at,Case no,YP ref,PNC,Surname,First name,DOB,Age,Gender,Ethnicity,Address,Postcode,Disposal,"
    "Intervention start,Intervention end"
)
_DAY = "%d/%m/%Y"
DISPOSALS = {
    "youth caution": "Youth Caution",
    "referral order": "Referral Order",
    "youth rehabilitation order": "Youth Rehabilitation Order",
}


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One workbook a month, as the caseload stood at its end: ``YJS caseload 2024-05.xlsx``."""

    def put(path: Path, month: Period, cells: list[Cells]) -> None:
        title = ("Youth justice service: open interventions", f"At {month.last:%d %B %Y}. OFFICIAL-SENSITIVE")
        workbook.write(path, HEADER, cells, sheet="Caseload", title=title, footer=[["Total", len(cells)]])

    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"YJS caseload {month}{mark}.xlsx",
        put=put,
        days=12,
        mess=mess,
    )
    return filing.write(Caseload(truth, mess, FEED, "youth-justice").filed(months, _cells), months)


def _cells(case: Case) -> Cells:
    client = case.client
    return [
        case.as_at.strftime(_DAY),
        f"I{number(FEED, case.spell.spell_id, 6)}",
        f"YP{number('youth-person', case.spell.person_id, 7)}",
        client.written.pnc_id,
        client.surname,
        client.written.given,
        client.born(_DAY),
        client.age(),
        {"F": "Female", "M": "Male"}.get(client.written.sex, "Not known"),
        with_zero(client.written.ethnic_code(unknown="NK", refused="NS"), case.draw),
        client.address,
        client.written.postcode,
        DISPOSALS.get(case.spell.detail, "Referral Order"),
        case.started.strftime(_DAY),
        case.ended.strftime(_DAY) if case.ended else "",
    ]
