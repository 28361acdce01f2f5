"""A small truth made by hand: a few people, and something of each kind that agencies export."""

from __future__ import annotations

import datetime as dt
import functools
from types import SimpleNamespace

import pandas as pd

FLAGS = ("alcohol", "drugs", "domestic", "hate", "weapon", "business", "youth")
AGENCIES = ("police", "council", "landlord", "ae", "ambulance", "warden")
TIMES = (
    "occurred_from",
    "occurred_to",
    "reported_at",
    "outcome_at",
    "cancelled_at",
    "reclassified_at",
    "validated_at",
)
EVENT = {
    "kind": "crime",
    "occurred_from": None,
    "occurred_to": None,
    "reported_at": None,
    "offence_code": None,
    "offence": None,
    "crime_type": None,
    "asb_category": None,
    "asb_heading": None,
    "fire_kind": None,
    "method": None,
    "venue": "street",
    "venue_name": None,
    "location": "On or near Larkspur Road",
    "longitude": -1.2345,
    "latitude": 54.5712,
    "lsoa_code": "E01012049",
    **dict.fromkeys(FLAGS, False),
    "premises_id": None,
    **dict.fromkeys(AGENCIES, False),
    "outcome_type": None,
    "outcome_at": None,
    "cancelled_at": None,
    "reclassified_at": None,
    "reclassified_to": None,
    "validated_at": None,
}
WHITE_BRITISH = "White: English, Welsh, Scottish, Northern Irish or British"
BLACK = "Black, Black British, Black Welsh, Caribbean or African"
PEOPLE = (
    # id, given, middle, family, sex, born, ethnic group
    (
        1,
        "Katherine",
        "Ann",
        "Aldersey",
        "F",
        "1984-03-07",
        "White: English, Welsh, Scottish, Northern Irish or British",
    ),
    (2, "Mohammed", None, "Karimov", "M", "1999-11-30", "Asian, Asian British or Asian Welsh: Pakistani"),
    (
        3,
        "Thomas",
        "Lee",
        "Brackwell",
        "M",
        "2001-02-03",
        "White: English, Welsh, Scottish, Northern Irish or British",
    ),
    (4, "Zofia", None, "Łucka", "F", "1976-08-19", "White: Other White"),
    (
        5,
        "Grace",
        None,
        "Osei",
        "F",
        "1990-05-12",
        "Black, Black British, Black Welsh, Caribbean or African: African",
    ),
)
FEEDS = (
    "ae-assaults",
    "ambulance-assaults",
    "community-consultation",
    "council-asb-actions",
    "council-asb-callers",
    "council-asb-cases",
    "council-asb-perpetrators",
    "councillor-reports",
    "drug-litter",
    "empty-properties",
    "fire-deliberate",
    "fire-hoax-calls",
    "health-indicators",
    "housing-asb",
    "licensed-premises",
    "neighbourhood-priorities",
    "nhs-nonurgent-crime",
    "perception-survey",
    "police-incidents",
    "police-recorded-crime",
    "police-suspects",
    "police-victims",
    "supplied-counts",
    "warden-patrols",
)
"""The feeds of which this truth has something to tell."""
BUSY_NIGHT = 40  # people hurt in one night
HOUSING = ("Larkfield Homes", "Teesbridge Housing", "Moor and Coast Homes")


def _names(text):
    return tuple(text.split(","))


def _frame(rows, columns, times=(), integers=()):
    frame = pd.DataFrame(rows, columns=list(columns))
    for name in times:
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    for name in integers:
        frame[name] = frame[name].astype("Int64")
    return frame


def event(event_id, occurred, **given):
    """One event: what is not given is empty, and it is reported an hour later."""
    when = dt.datetime.fromisoformat(occurred)
    times = {name: dt.datetime.fromisoformat(given.pop(name)) for name in TIMES if name in given}
    told = {**EVENT, "occurred_from": when, "reported_at": when + dt.timedelta(hours=1), **given, **times}
    return {"event_id": event_id, **told}


def events():
    """What happened, of each kind: known answers for the tests."""
    crime = {
        "offence_code": "8/6",
        "offence": "Assault occasioning actual bodily harm",
    }
    busy = [event(100 + number, "2024-03-16 23:40", kind="assault", ae=True) for number in range(BUSY_NIGHT)]
    return [
        *busy,
        event(
            1,
            "2024-01-05 21:30",
            **crime,
            police=True,
            ae=True,
            ambulance=True,
            alcohol=True,
            method="fists",
            venue="licensed premises",
            venue_name="The Invented Arms",
            premises_id=1,
            outcome_type="1",
            outcome_at="2024-02-20 10:00",
            validated_at="2024-02-02 09:00",
        ),
        event(
            2,
            "2024-01-12 03:00",
            occurred_to="2024-01-12 07:00",
            offence_code="28/3",
            offence="Burglary",
            police=True,
            venue="home",
            cancelled_at="2024-03-04 10:00",
            validated_at="2024-02-02 09:00",
        ),
        event(
            3,
            "2024-01-31 23:30",
            offence_code="58",
            offence="Criminal damage",
            police=True,
            youth=True,
            reclassified_at="2024-02-11 12:00",
            reclassified_to="58/4",
            reported_at="2024-02-01 08:00",
            warden=True,
        ),
        event(
            10,
            "2024-01-08 18:00",
            kind="asb",
            asb_category="personal",
            asb_heading="Nuisance neighbours",
            police=True,
            council=True,
            landlord=True,
        ),
        event(
            11,
            "2024-01-20 20:15",
            kind="asb",
            asb_category="nuisance",
            asb_heading="Rowdy or inconsiderate",
            police=True,
            council=True,
            warden=True,
            youth=True,
            longitude=None,
            latitude=None,
        ),
        event(
            12,
            "2024-02-03 22:00",
            kind="asb",
            asb_category="environmental",
            asb_heading="Littering",
            council=True,
        ),
        event(
            20, "2024-01-27 23:55", kind="assault", ae=True, ambulance=True, method="glass", venue="street"
        ),
        event(30, "2024-01-15 02:10", kind="fire", fire_kind="secondary", offence="Refuse or bin fire"),
        event(31, "2024-02-16 19:40", kind="fire", fire_kind="primary-vehicle"),
        event(32, "2024-02-18 17:05", kind="hoax"),
        event(40, "2024-01-22 10:00", kind="litter", warden=True),
        event(41, "2024-01-23 11:00", kind="patrol", warden=True),
        event(42, "2024-02-10 23:00", kind="ambulance", ambulance=True, alcohol=True),
    ]


def parts():
    """Who had which part."""
    return [
        (1, 1, "victim", 1, "partner"),
        (1, 3, "offender", 1, "partner"),
        (2, 4, "victim", 1, None),
        (3, 2, "victim", 1, "stranger"),
        (10, 5, "caller", 1, None),
        (10, 3, "perpetrator", 1, None),
        (11, 4, "caller", 1, None),
        (11, 3, "perpetrator", 1, None),
        (20, 2, "patient", 1, None),
    ]


def calls():
    """Who called whom."""
    return [
        (1, 10, 5, "2024-01-08 18:20", "police", False),
        (2, 10, 4, "2024-01-08 18:40", "police", False),
        (3, 10, 5, "2024-01-09 09:00", "council", False),
        (4, 10, 5, "2024-01-23 09:00", "council", True),
        (5, 11, None, "2024-01-20 20:30", "police", False),
        (6, 11, 4, "2024-01-21 10:00", "council", False),
        (7, 12, None, "2024-02-04 10:00", "council", False),
        (8, 10, 5, "2024-01-10 09:00", "landlord", False),
    ]


def truth(**replaced):
    """The whole truth by hand; tables given by name replace it."""
    by_hand = {
        "person": _people(PEOPLE),
        "alias": _frame(
            [(1, "Kate", None, "nickname"), (3, "Tommo", "Brackwell", "alias")],
            ("person_id", "given_name", "family_name", "kind"),
        ),
        "address": _addresses(),
        "residence": _residences(),
        "event": event_frame(events()),
        "part": _frame(parts(), ("event_id", "person_id", "role", "ordinal", "relationship")),
        "call": call_frame(calls()),
        "premises": _frame(
            [(1, "The Invented Arms", "public house", 3, "LN/0001")],
            ("premises_id", "name", "kind", "address_id", "licence_ref"),
        ),
        "empty_home": _frame(
            [(4, "2023-06-01", None, "probate"), (3, "2024-01-10", "2024-02-01", "repairs")],
            ("address_id", "from_date", "to_date", "reason"),
            ("from_date", "to_date"),
        ),
        "spell": _frame(
            [(1, 3, "alcohol-treatment", "2024-01-03", None, None, "alcohol", None)],
            (
                "spell_id",
                "person_id",
                "programme",
                "started",
                "ended",
                "sanction_id",
                "detail",
                "household_id",
            ),
            ("started", "ended"),
            ("sanction_id", "household_id"),
        ),
        "response": _responses(),
    }
    return SimpleNamespace(**{**by_hand, **replaced})


def _people(people):
    rows = [
        (
            *one,
            None,
            None,
            f"01632 96{one[0]:04d}",
            f"person{one[0]}@example.org",
            f"999000{one[0]:04d}",
            "2021/0000001A" if one[0] == 3 else None,
            None,
        )
        for one in people
    ]
    names = _names(
        "person_id,given_name,middle_name,family_name,sex,birth_date,ethnic_group,death_date,twin_of,phone,"
        "email,nhs_number,pnc_id,crn"
    )
    return _frame(rows, names, ("birth_date", "death_date"), ("twin_of",))


def _addresses():
    rows = [
        (
            number,
            str(number),
            f"{name} Road",
            "Testby",
            f"ZZ1 {number}AA",
            f"9900{number}",
            "E01012049",
            -1.2345,
            54.5712,
            "social" if number < 4 else "owner",
            HOUSING[number - 1] if number < 4 else None,
        )
        for number, name in enumerate(("Larkspur", "Foxglove", "Teasel", "Yarrow"), 1)
    ]
    names = _names("address_id,house,street,town,postcode,uprn,lsoa_code,longitude,latitude,tenure,landlord")
    return _frame(rows, names)


def _residences():
    rows = [
        (1, 1, 1, "2010-01-01", "2023-12-01"),
        (1, 2, 1, "2023-12-01", None),
        (2, 3, 2, "2015-01-01", None),
        (3, 2, 1, "2019-01-01", None),
        (4, 4, 3, "2019-01-01", None),
        (5, 1, 4, "2023-12-05", None),
    ]
    names = ("person_id", "address_id", "household_id", "from_date", "to_date")
    return _frame(rows, names, ("from_date", "to_date"))


def _responses():
    surveys = ("consultation", "neighbourhood-priority", "perception", "councillor-report", "resident-report")
    rows = [
        (
            number,
            survey,
            f"2024-01-{10 + number}",
            "E01012049",
            "How safe do you feel?",
            "Fairly safe",
            5 if survey == "resident-report" else None,
            "25-34",
            "F",
            "White: Irish",
        )
        for number, survey in enumerate(surveys, 1)
    ]
    names = _names(
        "response_id,survey,answered_on,lsoa_code,question,answer,person_id,age_band,sex,ethnicity"
    )
    return _frame(rows, names, ("answered_on",), ("person_id",))


def event_frame(rows):
    """Events as a table."""
    return _frame(rows, ["event_id", *EVENT], TIMES, ("premises_id",))


def call_frame(rows):
    """Calls as a table."""
    names = ("call_id", "event_id", "person_id", "called_at", "agency", "requested")
    return _frame(rows, names, ("called_at",), ("person_id",))


@functools.cache
def crowd(size):
    """A truth of ``size`` people of one name, each the victim of one crime of January 2024."""
    people = [
        (number, "Katherine", "Ann", "Aldersey", "F", "1984-03-07", WHITE_BRITISH)
        for number in range(1, size + 1)
    ]
    crimes = [
        event(
            number, f"2024-01-{1 + number % 28:02d} 12:00", offence_code="8/6", offence="Assault", police=True
        )
        for number in range(1, size + 1)
    ]
    victims = [(number, number, "victim", 1, None) for number in range(1, size + 1)]
    homes = [(number, 1, number, "2010-01-01", None) for number in range(1, size + 1)]
    return truth(
        person=_people(people),
        alias=_frame([], ("person_id", "given_name", "family_name", "kind")),
        residence=_frame(
            homes,
            ("person_id", "address_id", "household_id", "from_date", "to_date"),
            ("from_date", "to_date"),
        ),
        event=event_frame(crimes),
        part=_frame(victims, ("event_id", "person_id", "role", "ordinal", "relationship")),
    )
