"""The domestic abuse service's cases at each month's end: clients of its advocates, and whom they fear."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from joinedup.demo.exports.caseloads import Case, Caseload
from joinedup.demo.exports.domestic_abuse import REFERRERS, Referral, referrals
from joinedup.demo.exports.exported import ExportedFile, Named, Truth, number
from joinedup.demo.exports.filing import Cells, Filing
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Period

FEED = "domestic-abuse-services"
HEADER = columns(
    "As at,Case ID,First name,Surname,Date of birth,Gender,Ethnicity,Address,Postcode,Safe phone,Email,"
    "Referred by,Risk level,Abuser name,Abuser DOB,Relationship,Opened,Closed"
)
_DAY = "%d/%m/%Y"
_NEAR = dt.timedelta(days=30)  # between a referral and the advocate's first contact, at most
_Referrals = dict[int, list[Referral]]


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, as the caseload stood at its end: ``advocacy-cases-2024-05.csv``."""
    by_victim: _Referrals = defaultdict(list)
    for referral in referrals(truth):
        by_victim[referral.told.person_id].append(referral)
    caseload = Caseload(truth, mess, FEED, "idva")
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"advocacy-cases-{month}{mark}.csv",
        put=lambda path, _month, cells: Dialect(encoding="utf-8-sig").write(path, HEADER, cells),
        days=10,
        mess=mess,
    )
    filed = caseload.filed(
        months, lambda case: _cells(case, caseload, by_victim), lambda case: _pair(case, by_victim)
    )
    return filing.write(filed, months)


def _pair(case: Case, by_victim: _Referrals) -> Sequence[Named]:
    """The client, and whom the referral named; not every row does."""
    referral = _referral_of(case, by_victim)
    abuser = referral.told.other_person_id if referral is not None else None
    return [Named("victim", case.spell.person_id), Named("perpetrator", abuser)]


def _cells(case: Case, caseload: Caseload, by_victim: _Referrals) -> Cells:
    client, draw = case.client, case.draw
    referral = _referral_of(case, by_victim)
    abuser = None
    if referral is not None and not draw.happens("perpetrator-unnamed"):
        abuser = caseload.clients.of(referral.told.other_person_id, case.as_at, "abuser")
    return [
        case.as_at.strftime(_DAY),
        number(FEED, case.spell.spell_id, 6),
        client.written.given,
        client.written.family,
        client.born(_DAY),
        {"F": "Female", "M": "Male"}.get(client.written.sex, "Not stated"),
        client.written.ethnic_words(unknown="Not known", refused="Not stated"),
        client.address,
        client.written.postcode,
        client.written.phone,
        client.written.email,
        REFERRERS[referral.told.referrer] if referral else "Self",
        "High" if case.spell.detail == "advocate" else "Standard",
        abuser.written.full_name if abuser else "Not stated",
        abuser.born(_DAY) if abuser else "",
        (referral.relationship if referral else "") or "Not known",
        case.started.strftime(_DAY),
        case.ended.strftime(_DAY) if case.ended else "",
    ]


def _referral_of(case: Case, by_victim: _Referrals) -> Referral | None:
    """The last referral before the case was opened."""
    told = by_victim.get(case.spell.person_id, [])
    near = [one for one in told if one.on <= case.started <= one.on + _NEAR]
    return near[-1] if near else None
