"""Results of criminal courts, in the codes of criminal justice: one row for each offence sentenced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports.clients import Client, Clients
from joinedup.demo.exports.exported import ExportedFile, Named, Truth, number, rows
from joinedup.demo.exports.filing import Cells, Filing, Row, with_late
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.police import offence_words
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Period

FEED = "court-results"
HEADER = columns(
    "URN,OFFENCE NO,COURT TYPE,HEARING DATE,SURNAME,FORENAMES,DOB,GENDER,PNCID,ADDRESS,POSTCODE,OFFENCE CODE,"
    "OFFENCE,OFFENCE DATE,PLEA,VERDICT,RESULT CODE,RESULT,DURATION,DURATION UNIT"
)
_DAY = "%d/%m/%Y"
_COURTS = (("crown", "CC"), ("youth", "MCY"), ("magistrates", "MCA"))
# Result code and its words by the disposal and the least age at which it is given, oldest first.
_RESULTS = {
    "custody": (
        (21, "1002", "Imprisonment"),
        (18, "1024", "Young Offenders Institution"),
        (0, "1081", "Detention and Training Order"),
    ),
    "suspended": ((21, "1115", "Suspended Imprisonment"), (0, "1134", "Suspended Sentence YOI")),
    "community": ((18, "1116", "Community Order"), (0, "1141", "Youth Rehabilitation Order")),
    "fine": ((0, "1015", "Fine"),),
    "discharge": ((0, "1018", "Conditional Discharge"),),
    "referral-order": ((0, "1097", "Referral Order"),),
}
_LONG = {"community": 12, "discharge": 12, "referral-order": 9, "suspended": 12}  # months, the usual term


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, of the results that are new: ``RESULTS_2024-05.csv``."""
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"RESULTS_{month}{mark}.csv",
        put=lambda path, _month, cells: Dialect(delimiter=";", encoding="cp1252").write(path, HEADER, cells),
        days=9,
        mess=mess,
        changes=True,
    )
    return filing.write(with_late(_results(truth, mess), mess.luck(FEED)), months)


def _results(truth: Truth, mess: Mess) -> Iterator[Row]:
    """What courts decided; cautions are given by the police and are not among it."""
    luck = mess.luck(FEED)
    clients = Clients(truth, luck)
    crimes = {event.event_id: event for event in rows(truth.event[["event_id", "occurred_from", "offence"]])}
    for sanction in rows(truth.sanction, ["convicted_at", "sanction_id"]):
        court = _court_type(sanction.court)
        if court is None or sanction.result not in _RESULTS:
            continue
        day = sanction.convicted_at.date()
        client = clients.of(sanction.person_id, day, f"defendant {sanction.sanction_id}")
        draw = luck.draw(sanction.sanction_id)
        cells = _cells(sanction, court, client, crimes[sanction.event_id], draw)
        yield Row(sanction.sanction_id, day, cells, [Named("defendant", sanction.person_id)])


def _court_type(name: str | None) -> str | None:
    lower = (name or "").lower()
    return next((code for word, code in _COURTS if word in lower), None)


def _cells(sanction: Any, court: str, client: Client, crime: Any, draw: Draw) -> Cells:
    code, words = _result(sanction, client)
    months = sanction.months if sanction.result == "custody" else _LONG.get(sanction.result)
    return [
        number(FEED, sanction.sanction_id, 8),
        1,
        court,
        sanction.convicted_at.strftime(_DAY),
        client.surname,
        client.forenames,
        client.born(_DAY),
        {"M": "1", "F": "2"}.get(client.written.sex, "0"),
        "" if draw.happens("pnc-missing") else client.written.pnc_id,
        client.address,
        client.written.postcode,
        sanction.offence_code,
        offence_words().get(sanction.offence_code, crime.offence or ""),
        crime.occurred_from.strftime(_DAY),
        draw.pick(("G", "G", "G", "NG", "NONE")),
        "G",
        code,
        words,
        "" if months is None else months,
        "" if months is None else "M",
    ]


def _result(sanction: Any, client: Client) -> tuple[str, str]:
    born, on = client.person.birth_date, sanction.convicted_at
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return next((code, words) for least, code, words in _RESULTS[sanction.result] if age >= least)
