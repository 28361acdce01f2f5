"""The probation caseload as it stood at each month's end: community orders, suspended sentences, licences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports.caseloads import Case, Caseload
from joinedup.demo.exports.clients import with_zero
from joinedup.demo.exports.exported import ExportedFile, Truth, number, rows
from joinedup.demo.exports.filing import Cells, Filing
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Period

FEED = "probation-caseload"
HEADER = columns(
    "As At,CRN,Event No,PNC Number,NOMS Number,Surname,Forenames,Aliases,Date of Birth,Gender,Ethnicity,"
    "No Fixed Abode,Address,Postcode,Order Type,Order Start,Order End,Terminated,Termination Reason,"
    "MAPPA Category,MAPPA Level"
)
_DAY = "%d-%b-%Y"
_ORDERS = {"community order": "CO", "suspended sentence order": "SSO", "licence": "Licence"}
_YEAR = dt.timedelta(days=365)
_VIOLENT = "Violence and sexual offences"
_MAPPA_MONTHS = 12  # the list's words: imprisonment for 12 months or more


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, as the caseload stood at its end: ``CASELOAD_2024-05.csv``."""
    caseload = Caseload(truth, mess, FEED, "probation")
    sanctions = {row.sanction_id: row for row in rows(truth.sanction)}
    kinds = dict(zip(truth.event["event_id"].tolist(), truth.event["crime_type"].tolist(), strict=True))

    def cells(case: Case) -> Cells:
        return _cells(case, _is_managed(sanctions.get(case.spell.sanction_id), kinds))

    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"CASELOAD_{month}{mark}.csv",
        put=lambda path, _month, cells: Dialect(encoding="cp1252").write(path, HEADER, cells),
        days=6,
        mess=mess,
    )
    return filing.write(caseload.filed(months, cells), months)


def _is_managed(sanction: Any, kinds: Mapping[int, str | None]) -> bool:
    """Whether under MAPPA as a violent offender: violence, and twelve months or more in prison."""
    if sanction is None or (sanction.months or 0) < _MAPPA_MONTHS:
        return False
    return kinds.get(sanction.event_id) == _VIOLENT


def _cells(case: Case, managed: bool) -> Cells:
    client, draw, ended = case.client, case.draw, case.ended
    died = ended is not None and client.died_by(ended)
    revoked = draw.random.random() < 0.2
    return [
        case.as_at.strftime(_DAY),
        client.crn,
        number(FEED, case.spell.spell_id, 6),
        client.written.pnc_id,
        client.prison_number if case.spell.detail == "licence" else "",
        client.surname,
        client.forenames,
        client.aliases,
        client.born(_DAY),
        client.written.sex or "N",
        with_zero(client.written.ethnic_code(unknown="UN", refused="NS"), draw),
        "Y" if client.homeless else "N",
        client.address,
        client.written.postcode,
        _ORDERS.get(case.spell.detail, "CO"),
        case.started.strftime(_DAY),
        (case.started + _YEAR).strftime(_DAY),
        ended.strftime(_DAY) if ended else "",
        ("Died" if died else "Revoked" if revoked else "Expired") if ended else "",
        "2" if managed else "",
        draw.pick(("1", "1", "1", "2")) if managed else "",
    ]
