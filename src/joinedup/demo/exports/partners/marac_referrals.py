"""Referrals to the multi-agency risk assessment conference: victim and perpetrator in one row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from joinedup.demo.exports import workbook
from joinedup.demo.exports.clients import Client, Clients
from joinedup.demo.exports.domestic_abuse import REFERRERS, Referral, referrals
from joinedup.demo.exports.exported import ExportedFile, Named, Truth, number
from joinedup.demo.exports.filing import Cells, Filing, Row, by_own_month
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Period

FEED = "marac-referrals"
HEADER = columns(
    "MARAC no,Referred,Referring agency,Victim surname,Victim forename,Victim DOB,Victim gender,"
    "Victim ethnicity,Victim address,Victim postcode,Safe telephone,Perpetrator surname,Perpetrator forename,"
    "Perpetrator DOB,Perpetrator gender,Perpetrator address,Perpetrator PNC,Relationship,"
    "Repeat: any abuse,Repeat: criminal incident"
)
_DAY = "%d/%m/%Y"
_SEXES = {"F": "Female", "M": "Male"}


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One workbook a month, of the cases referred in it: ``MARAC 2024-05.xlsx``."""

    def put(path: Path, month: Period, cells: list[Cells]) -> None:
        title = ("MARAC cases", f"Referred in {month.words}", "RESTRICTED: not to be copied")
        workbook.write(path, HEADER, cells, sheet="Cases", title=title)

    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"MARAC {month}{mark}.xlsx",
        put=put,
        days=8,
        mess=mess,
    )
    return filing.write(by_own_month(_cases(truth, mess)), months)


def _cases(truth: Truth, mess: Mess) -> Iterator[Row]:
    luck = mess.luck(FEED)
    clients = Clients(truth, luck)
    for referral in referrals(truth):
        told = referral.told
        victim = clients.of(told.person_id, referral.on, "victim")
        perpetrator = clients.of(told.other_person_id, referral.on, "perpetrator")
        cells = _cells(referral, victim, perpetrator, luck.draw(told.referral_id))
        named = [Named("victim", told.person_id), Named("perpetrator", told.other_person_id)]
        yield Row(told.referral_id, referral.on, cells, named)


def _cells(referral: Referral, victim: Client, perpetrator: Client, draw: Draw) -> Cells:
    wrong = draw.happens("repeat-wrong")
    return [
        f"M{number(FEED, referral.told.referral_id, 6)}",
        referral.on.strftime(_DAY),
        REFERRERS[referral.told.referrer],
        victim.surname,
        victim.written.given,
        victim.born(_DAY),
        _SEXES.get(victim.written.sex, "Not known"),
        victim.written.ethnic_words(unknown="Not known", refused="Not stated"),
        victim.address,
        victim.written.postcode,
        victim.written.phone,
        perpetrator.surname,
        perpetrator.written.given,
        perpetrator.born(_DAY),
        _SEXES.get(perpetrator.written.sex, "Not known"),
        perpetrator.address,
        perpetrator.written.pnc_id,
        referral.relationship or "Not known",
        _yes(referral.repeat_any ^ wrong),
        _yes(referral.repeat_criminal and not wrong),
    ]


def _yes(value: bool) -> str:
    return "Yes" if value else "No"
