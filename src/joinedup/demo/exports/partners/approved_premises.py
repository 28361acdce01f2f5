"""Residents of approved premises at each month's end, or who left during the month."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from joinedup.demo.exports.caseloads import Case, Caseload
from joinedup.demo.exports.exported import ExportedFile, Truth, number
from joinedup.demo.exports.filing import Cells, Filing
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Period

FEED = "approved-premises"
HEADER = columns(
    "AS AT,STAY NO,PREMISES,CRN,PNC NO,PRISON NO,SURNAME,FORENAMES,ALIASES,DOB,ETHNICITY,ARRIVED,DEPARTED"
)
_DAY = "%d-%b-%Y"


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, where there was anybody: ``RESIDENTS_2024-05.csv``."""
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"RESIDENTS_{month}{mark}.csv",
        put=lambda path, _month, cells: Dialect(encoding="cp1252").write(path, HEADER, cells),
        days=4,
        mess=mess,
    )
    return filing.write(Caseload(truth, mess, FEED, "approved-premises").filed(months, _cells), months)


def _cells(case: Case) -> Cells:
    client = case.client
    return [
        case.as_at.strftime(_DAY),
        number(FEED, case.spell.spell_id, 5),
        case.spell.detail,
        client.crn,
        client.written.pnc_id,
        client.prison_number,
        client.surname,
        client.forenames,
        client.aliases,
        client.born(_DAY),
        client.written.ethnic_code(unknown="UN", refused="NS"),
        case.started.strftime(_DAY),
        case.ended.strftime(_DAY) if case.ended else "",
    ]
