"""People released from prison to the area: a workbook each month, the names to watch for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports import workbook
from joinedup.demo.exports.clients import Client, Clients
from joinedup.demo.exports.exported import ExportedFile, Named, Truth, rows
from joinedup.demo.exports.filing import Cells, Filing, Row, by_own_month
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Period

FEED = "prison-releases"
HEADER = columns(
    "Prison number,PNC,Name,Known as,Date of birth,Sex,Ethnicity,Establishment,Date of release,"
    "Sentence (months),Licence ends,Address type,Discharge address,Postcode"
)
_DAY = "%d-%b-%Y"
_HOUSED = ("DPH", "DPH", "DPH", "DST", "DSH")


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One workbook a month: ``Releases 2024-05.xlsx``."""

    def put(path: Path, month: Period, cells: list[Cells]) -> None:
        title = (f"Releases to the area, {month.words}", "Names to watch for. OFFICIAL-SENSITIVE")
        workbook.write(path, HEADER, cells, sheet="Releases", title=title)

    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"Releases {month}{mark}.xlsx",
        put=put,
        days=3,
        mess=mess,
    )
    return filing.write(by_own_month(_releases(truth, mess)), months)


def _releases(truth: Truth, mess: Mess) -> Iterator[Row]:
    """Everybody who left prison alive."""
    luck = mess.luck(FEED)
    clients = Clients(truth, luck)
    frame = truth.spell
    licences = _starting(frame[(frame["programme"] == "probation") & (frame["detail"] == "licence")])
    hostels = _starting(frame[frame["programme"] == "approved-premises"])
    lengths = {row.sanction_id: row.months for row in rows(truth.sanction)}
    for stay in rows(frame[frame["programme"] == "prison"], ["ended", "spell_id"]):
        if stay.ended is None:
            continue
        day = stay.ended.date()
        client = clients.of(stay.person_id, day)
        if client.died_by(day):
            continue
        about = (stay.person_id, stay.ended)
        draw = luck.draw(stay.spell_id)
        to = "DAP" if about in hostels else "DNF" if client.homeless else draw.pick(_HOUSED)
        cells = _cells(stay, client, licences.get(about), lengths.get(stay.sanction_id), to)
        yield Row(stay.spell_id, day, cells, [Named("client", stay.person_id)])


def _starting(frame: Any) -> Mapping[tuple[int, Any], Any]:
    """Spells by person and first day."""
    return {(spell.person_id, spell.started): spell for spell in rows(frame)}


def _cells(stay: Any, client: Client, licence: Any, months: int | None, to: str) -> Cells:
    hostel = to == "DAP"
    ends = licence.ended if licence is not None else None
    dead = ends is not None and client.died_by(ends.date())
    return [
        client.prison_number,
        client.written.pnc_id,
        client.written.surname_first,
        client.aliases,
        client.born(_DAY),
        client.written.sex or "NS",
        client.written.ethnic_code(unknown="UN", refused="NS"),
        stay.detail,
        stay.ended.strftime(_DAY),
        "" if months is None else months,
        "" if ends is None or dead else ends.strftime(_DAY),
        to,
        "APPROVED PREMISES" if hostel else client.address.upper(),
        "" if hostel else client.written.postcode,
    ]
