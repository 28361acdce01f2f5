"""What courts, prisons, probation and services did in the truth by hand: one or two of each."""

from __future__ import annotations

import pandas as pd
from hand_truth import truth

from joinedup.demo.exports.text_files import columns

FEEDS = (
    "approved-premises",
    "court-results",
    "domestic-abuse-services",
    "drug-treatment",
    "drug-treatment-quarterly",
    "first-time-entrants",
    "iom-cohort",
    "marac-referrals",
    "prison-releases",
    "probation-caseload",
    "probation-needs",
    "supported-families",
    "youth-justice-caseload",
    "youth-out-of-court-disposals",
)
RESTRICTED = {"domestic-abuse-services", "marac-referrals"}
WOMAN, CLIENT, THOMAS, ZOFIA, CHILD = 1, 2, 3, 4, 6
SPELL = ("spell_id", "person_id", "programme", "started", "ended", "sanction_id", "detail", "household_id")
SPELLS = (
    (1, THOMAS, "probation", "2023-12-10", "2024-02-15", 1, "community order", None),
    (2, THOMAS, "prison", "2024-01-20", "2024-03-04", 2, "HMP Eskmoor", None),
    (3, THOMAS, "probation", "2024-03-04", None, 2, "licence", None),
    (4, THOMAS, "approved-premises", "2024-03-04", None, 2, "Beckside House", None),
    (5, CHILD, "youth-justice", "2024-01-25", None, 3, "referral order", None),
    (6, THOMAS, "iom", "2024-01-02", None, None, "fixed cohort", None),
    (7, CLIENT, "drug-treatment", "2024-01-10", "2024-02-20", None, "Opiates", None),
    (8, ZOFIA, "alcohol-treatment", "2023-11-01", None, None, "Alcohol", None),
    (9, WOMAN, "idva", "2024-02-05", None, None, "advocate", None),
    (10, WOMAN, "supported-family", "2024-01-15", "2024-03-20", None, "family worker", 1),
    (11, CHILD, "supported-family", "2024-01-15", "2024-03-20", None, "family worker", 1),
)
SANCTIONS = (
    (1, 1, THOMAS, "8/6", "2023-12-10", "Testby Magistrates Court", "community", None),
    (2, 1, THOMAS, "28/3", "2024-01-20", "Testby Crown Court", "custody", 18),
    (3, 3, CHILD, "58/4", "2024-01-25", "Testby Youth Court", "referral-order", None),
    (4, 3, CHILD, "58/4", "2024-03-10", "The police", "youth-caution", None),
    (5, 1, CLIENT, "8/6", "2024-02-01", "The police", "caution", None),
)
REFERRALS = (
    (1, WOMAN, THOMAS, "2024-02-03", "police", 1),
    (2, WOMAN, THOMAS, "2024-03-10", "health", None),
    (3, ZOFIA, CLIENT, "2024-03-11", "self", 2),
)
SCORES = {"ACCOMMODATION": 5, "DRUG_MISUSE": 8, "ATTITUDE": 0}


def table(rows, names, times=(), integers=()):
    """Rows as a data frame, typed like the truth's tables."""
    frame = pd.DataFrame(list(rows), columns=list(names))
    for name in times:
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    for name in integers:
        frame[name] = frame[name].astype("Int64")
    return frame


def spells(rows):
    """Spells as a table."""
    return table(rows, SPELL, ("started", "ended"), ("sanction_id", "household_id"))


def sanctions(rows=SANCTIONS):
    """Sanctions as a table."""
    names = columns("sanction_id,event_id,person_id,offence_code,convicted_at,court,result,months")
    return table(rows, names, ("convicted_at",), ("months",))


def referrals(rows=REFERRALS):
    """Referrals as a table."""
    names = columns("referral_id,person_id,other_person_id,referred_on,referrer,event_id")
    return table(rows, names, ("referred_on",), ("event_id",))


def people(frame):
    """The people of the truth by hand, a child of 14, and a case number for whoever is on probation."""
    child = frame[frame["person_id"] == THOMAS].assign(
        person_id=CHILD, given_name="Jayden", middle_name=None, family_name="Holt", pnc_id=None
    )
    child["birth_date"] = pd.Series(["2009-06-01"] * len(child), index=child.index).astype("datetime64[s]")
    frame = pd.concat([frame, child], ignore_index=True)
    return frame.assign(crn=["X000003" if who == THOMAS else None for who in frame["person_id"]])


def services_truth(**replaced):
    """The truth by hand with everything that services know of; tables given by name replace it."""
    by_hand = truth()
    needs = [(1, THOMAS, "2024-01-05", domain, score) for domain, score in SCORES.items()]
    told = {
        "person": people(by_hand.person),
        "spell": spells(SPELLS),
        "sanction": sanctions(),
        "referral": referrals(),
        "need": table(
            needs, ("assessment_id", "person_id", "assessed_on", "domain", "score"), ["assessed_on"]
        ),
    }
    return truth(**{**told, **replaced})
