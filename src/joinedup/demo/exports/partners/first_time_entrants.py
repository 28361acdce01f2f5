"""Young people with their first caution or conviction: a file each quarter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from joinedup.demo.exports.clients import Client, Clients, with_zero
from joinedup.demo.exports.exported import ExportedFile, Named, Truth, number
from joinedup.demo.exports.filing import Cells, Filing, Row, by_own_month, cut, span
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.demo.exports.youth_disposals import Disposal, disposals
from joinedup.terms import Every, Period

FEED = "first-time-entrants"
HEADER = columns(
    "YP ref,PNC,Surname,First name,DOB,Age at disposal,Gender,Ethnicity,Postcode,Offence code,Disposal,"
    "Disposal date"
)
_DAY = "%d/%m/%Y"


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file for each quarter: ``FTE_2024-04_2024-06.csv``."""
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda quarter, mark: f"FTE_{span(quarter)}{mark}.csv",
        put=lambda path, _quarter, cells: Dialect(encoding="utf-8-sig").write(path, HEADER, cells),
        days=40,
        mess=mess,
    )
    return filing.write(by_own_month(_entrants(truth, mess)), cut(months, Every.QUARTER))


def _entrants(truth: Truth, mess: Mess) -> Iterator[Row]:
    luck = mess.luck(FEED)
    clients = Clients(truth, luck)
    for disposal in disposals(truth):
        if disposal.first:
            sanction = disposal.sanction
            day = sanction.convicted_at.date()
            client = clients.of(sanction.person_id, day)
            zero = luck.draw("zero", sanction.person_id)
            ethnicity = with_zero(client.written.ethnic_code(unknown="NK", refused="NS"), zero)
            named = [Named("client", sanction.person_id)]
            yield Row(sanction.sanction_id, day, _cells(disposal, client, ethnicity), named)


def _cells(disposal: Disposal, client: Client, ethnicity: str) -> Cells:
    sanction = disposal.sanction
    return [
        f"YP{number('youth-person', sanction.person_id, 7)}",
        client.written.pnc_id,
        client.surname,
        client.written.given,
        client.born(_DAY),
        client.age(),
        {"F": "Female", "M": "Male"}.get(client.written.sex, "Not known"),
        ethnicity,
        client.written.postcode,
        sanction.offence_code,
        disposal.words,
        sanction.convicted_at.strftime(_DAY),
    ]
