"""Drug and alcohol treatment, person by person: everybody in structured treatment during the month."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from joinedup.demo.exports.caseloads import Case, Caseload
from joinedup.demo.exports.clients import with_zero
from joinedup.demo.exports.exported import ExportedFile, Truth, number
from joinedup.demo.exports.filing import Cells, Filing
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.demo.exports.treatment import discharge_reason, substance
from joinedup.terms import Period

FEED = "drug-treatment"
HEADER = columns(
    "AS AT,CLIENT REF,EPISODE,SURNAME,FORENAME,DOB,SEX,ETHNIC,ADDRESS,POSTCODE,NHS NO,TRIAGE DATE,"
    "MAIN SUBSTANCE,DISCHARGE DATE,DISCHARGE REASON"
)
_DAY = "%d/%m/%Y"


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month: ``NDTMS_2024-05.csv``."""
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"NDTMS_{month}{mark}.csv",
        put=lambda path, _month, cells: Dialect(quote_all=True).write(path, HEADER, cells),
        days=15,
        mess=mess,
    )
    caseload = Caseload(truth, mess, FEED, "drug-treatment", "alcohol-treatment")
    return filing.write(caseload.filed(months, lambda case: _cells(case, mess)), months)


def _cells(case: Case, mess: Mess) -> Cells:
    client, draw = case.client, case.draw
    ethnicity = with_zero(client.written.ethnic_code(unknown="NK", refused="Z"), draw)
    return [
        case.as_at.strftime(_DAY),
        number("treatment-client", case.spell.person_id, 7),
        number(FEED, case.spell.spell_id, 7),
        client.surname,
        client.forenames,
        client.born(_DAY),
        {"M": "1", "F": "2"}.get(client.written.sex, "9"),
        ethnicity,
        client.address,
        client.written.postcode,
        client.written.nhs_number if draw.random.random() < 0.6 else "",
        case.started.strftime(_DAY),
        substance(case.spell),
        case.ended.strftime(_DAY) if case.ended else "",
        discharge_reason(case.spell, client.died_by(case.ended), mess) if case.ended else "",
    ]
