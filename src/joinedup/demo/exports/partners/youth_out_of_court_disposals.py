"""Young people's disposals out of court: a workbook each quarter, of youth cautions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from joinedup.demo.exports import workbook
from joinedup.demo.exports.clients import Client, Clients
from joinedup.demo.exports.exported import ExportedFile, Named, Truth, number
from joinedup.demo.exports.filing import Cells, Filing, Row, by_own_month, cut, span
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.text_files import columns
from joinedup.demo.exports.youth_disposals import Disposal, disposals
from joinedup.terms import Every, Period

FEED = "youth-out-of-court-disposals"
HEADER = columns(
    "OOCD ref,YP ref,PNC,Name,DOB,Gender,Ethnicity,Address,Postcode,Offence code,Disposal,Decision date,"
    "Engaged"
)
_DAY = "%d/%m/%Y"


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One workbook for each quarter: ``OOCD panel 2024-04_2024-06.xlsx``."""

    def put(path: Path, quarter: Period, cells: list[Cells]) -> None:
        title = ("Out-of-court disposal panel: decisions", quarter.words)
        workbook.write(path, HEADER, cells, sheet="Decisions", title=title)

    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda quarter, mark: f"OOCD panel {span(quarter)}{mark}.xlsx",
        put=put,
        days=20,
        mess=mess,
    )
    return filing.write(by_own_month(_decisions(truth, mess)), cut(months, Every.QUARTER))


def _decisions(truth: Truth, mess: Mess) -> Iterator[Row]:
    luck = mess.luck(FEED)
    clients = Clients(truth, luck)
    for disposal in disposals(truth):
        sanction = disposal.sanction
        if sanction.result == "youth-caution":
            day = sanction.convicted_at.date()
            draw = luck.draw(sanction.sanction_id)
            cells = _cells(disposal, clients.of(sanction.person_id, day), draw)
            yield Row(sanction.sanction_id, day, cells, [Named("client", sanction.person_id)])


def _cells(disposal: Disposal, client: Client, draw: Draw) -> Cells:
    sanction = disposal.sanction
    return [
        f"OC{number(FEED, sanction.sanction_id, 6)}",
        f"YP{number('youth-person', sanction.person_id, 7)}",
        client.written.pnc_id,
        client.written.surname_first,
        client.born(_DAY),
        {"F": "Female", "M": "Male"}.get(client.written.sex, "Not known"),
        client.written.ethnic_words(unknown="Not known", refused="Not stated"),
        client.address,
        client.written.postcode,
        sanction.offence_code,
        disposal.words,
        sanction.convicted_at.strftime(_DAY),
        draw.pick(("Yes", "Yes", "Yes", "No")),
    ]
