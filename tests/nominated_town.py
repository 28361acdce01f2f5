"""The repeating town in two months in which people, a pair and a place are nominated for a group."""

from __future__ import annotations

from joinedup.accounts import add_agency, add_user
from joinedup.terms import Role
from repeating_town import Repeating, calls, crimes, involved

PERIOD = "2024-05..2024-06"


def nominated(people: Repeating) -> Repeating:
    """Ann calls three times, the third by a doubtful mention; Bob is suspected twice of crimes against Cat,
    one of them in W3; a landlord and the police hear of one place three times."""
    people.told(
        "police-incidents",
        "2023-07..2024-06",
        [
            *calls("Ann", "2023-08-01", postcode="XX2 2BB"),
            *calls("Ann", "2024-05-02", "2024-05-20", place="W1", postcode="XX1 1AA"),
            {"id": "p1", "day": "2024-05-05", "place": "W2", "kind": "anti-social-behaviour"},
            {"id": "p2", "day": "2024-05-06", "place": "W2", "kind": "anti-social-behaviour"},
        ],
    )
    people.told("housing-asb", "2024-01..2024-06", [{"id": "h1", "day": "2024-06-29", "place": "W2"}])
    people.told(
        "council-asb-callers", "2024-01..2024-06", calls("Ann~", "2024-06-30", role="caller", ordinal="1")
    )
    council = {"role": "perpetrator", "ordinal": "1", "perpetrator": "Bob"}
    people.told(
        "council-asb-perpetrators",
        "2024-01..2024-06",
        [{"id": "c9", "ref": "c9", "day": "2024-04-03", "postcode": "XX3 3CC", **council}],
    )
    people.told(
        "police-recorded-crime",
        "2024-01..2024-06",
        crimes([("1", "2024-05-03", False)], place="W1") + crimes([("2", "2024-06-03", False)], place="W3"),
    )
    people.told(
        "police-victims",
        "2024-01..2024-06",
        involved("victim", [("1", "2024-05-03", "Cat"), ("2", "2024-06-03", "Cat")]),
    )
    people.told(
        "police-suspects",
        "2024-01..2024-06",
        involved("suspect", [("1", "2024-05-03", "Bob"), ("2", "2024-06-03", "Bob")]),
    )
    actions = [
        {
            "id": "a1",
            "ref": "c9",
            "day": "2024-04-10",
            "perpetrator_no": "1",
            "outcome_type": "cpn",
            "power": "community-protection-notice",
        },
        {
            "id": "a2",
            "ref": "c9",
            "day": "2024-04-05",
            "perpetrator_no": None,
            "outcome_type": "visit",
            "power": None,
        },
        {
            "id": "a3",
            "ref": "Ann~-2024-06-30-",
            "day": "2024-06-30",
            "perpetrator_no": None,
            "outcome_type": "diary",
            "power": None,
        },
    ]
    people.told("council-asb-actions", "2024-01..2024-06", actions)
    people.told(
        "probation-caseload",
        "2024-05..2024-06",
        [
            {
                "id": "s1",
                "day": "2024-05-31",
                "client": "Bob",
                "case_ref": "1",
                "started": "2024-01-01",
                "programme": "probation",
                "category": "licence",
            },
            {
                "id": "s2",
                "day": "2024-06-30",
                "client": "Bob",
                "case_ref": "1",
                "started": "2024-01-01",
                "programme": "probation",
                "category": "licence",
            },
            {
                "id": "s3",
                "day": "2024-05-31",
                "client": "Bob",
                "case_ref": "0",
                "started": "2023-01-01",
                "programme": "probation",
                "category": "order",
            },
        ],
    )
    people.link()
    council_of = add_agency("council", "Council")
    for username, role in (
        ("ann", Role.ANALYST),
        ("bo", Role.COORDINATOR),
        ("lead", Role.THEME_LEAD),
        ("cllr", Role.COUNCILLOR),
        ("aud", Role.AUDITOR),
        ("adm", Role.ADMINISTRATOR),
    ):
        add_user(username, name=username, role=role, agency=council_of)
    return people
