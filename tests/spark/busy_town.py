"""The tiny town after two busy years: every feed that the catalogue counts, with all that befalls records.

Files of a month come twice, so that rows are revised, withdrawn and new; a delivery is withdrawn, which
brings older versions back; records are taken back and let in again; some are restricted. Boundaries have two
vintages, and nobody has placed a point.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from test_measures_oracle import MONTHS as STREET_MONTHS
from test_measures_oracle import on, random_history
from test_measures_partners import BORNE_BY, CUTS, OFFENCES, history

import repeating_town
from joinedup import places
from joinedup.records import RecordBook
from joinedup.terms import RecordType, Restriction
from joinedup.workspace import Workspace
from repeating_town import Repeating
from tiny_town import ANALYST, SOUTH, WEST, Town, build_town

SEED = 5
STREET = random_history(SEED)
OUTCOMES = ("charged", "cautioned", "no-suspect", "local-resolution")
DEPARTMENTS = "ed-assaults"
CRIMES = "police-recorded-crime"
GROUPS = ("Violence with injury", "violence with injury", "Theft offences", None)
STOPPED = {
    "search_type": ("Person search", "Vehicle search"),
    "gender": ("Female", "Male", None),
    "age_range": ("10-17", "18-24", None),
    "officer_defined_ethnicity": ("Asian", "White", None),
    "self_defined_ethnicity": ("Not stated", None),
    "object_of_search": ("Stolen goods", "Fireworks", None),
    "search_outcome": ("Arrest", "Nothing", None),
}
ASKED = {
    "site": ("RX1", "St John's \\ north", None),
    "sex": ("female", "male", None),
    "ethnic_group": ("asian", "white", None),
    "arrival_mode": ("ambulance", "walked", None),
    "method": ("fist", "knife", "other", None),
    "venue": ("home", "street", None),
    "location": ("by the bridge", None),
}
PLACES = ("W1", "W2", "W3", "W4", "sea", None)


def build(folder: Path, seed: int = SEED) -> Path:
    """Make the town in a folder, another one for each seed; its workspace's folder."""
    workspace = Workspace.open(build_town(folder))
    town = Town(workspace)
    town.load_older_wards(folder)
    _street(town, seed)
    _stops(town, seed)
    _returns(town, folder, seed)
    _partners(Repeating(workspace), seed)
    _befall(RecordBook(workspace))
    workspace.close()
    return workspace.folder


def _street(town: Town, seed: int) -> None:
    """Crimes of each month, some months twice; and what came of some of them."""
    street = random_history(seed)
    for day, month, rows in street:
        town.deliver(f"{month:%Y-%m}", rows, received=on(day))
    chance = random.Random(f"outcomes {seed}")
    references = sorted({str(row["id"]) for _, _, rows in street for row in rows})
    for month in STREET_MONTHS[6:]:
        rows = [
            {"id": f"o{month}{number}", "incident_ref": chance.choice(references), "outcome_type": outcome}
            for number, outcome in enumerate(chance.choices(OUTCOMES, k=5))
        ]
        town.deliver(
            f"{month:%Y-%m}",
            rows,
            received=on(3),
            feed="outcomes",
            record_type=RecordType.OUTCOME,
            fields={"incident_ref": "VARCHAR", "outcome_type": "VARCHAR"},
        )


def _drawn(chance: random.Random, values: Mapping[str, Sequence[str | None]]) -> dict[str, object]:
    return {name: chance.choice(choices) for name, choices in values.items()}


def _stops(town: Town, seed: int) -> None:
    chance = random.Random(f"stops {seed}")
    for month in ("2024-03", "2024-04", "2024-03"):
        rows = [
            {"id": f"s{number}", "place": chance.choice(PLACES), "kind": "stop-and-search"}
            | _drawn(chance, STOPPED)
            for number in range(chance.randint(10, 25))
        ]
        received = on(70 + len(rows))
        fields = dict.fromkeys(["kind", *STOPPED], "VARCHAR")
        town.deliver(month, rows, received=received, feed="stops", fields=fields)


def _returns(town: Town, folder: Path, seed: int) -> None:
    """Reports by LSOA of 2011, with whole numbers of one width in one file and of another in the next."""
    features = []
    for number, (code, district) in enumerate([("L1", "D1"), ("L2", "D1"), ("L3", "D2")]):
        west = WEST + number * 0.01
        ring = [[west, SOUTH], [west + 0.01, SOUTH], [west + 0.01, SOUTH + 0.01], [west, SOUTH + 0.01]]
        shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        named = {"code": code, "name": f"Area {code}", "district": district}
        features.append({"type": "Feature", "properties": named, "geometry": shape})
    path = folder / "lsoa.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    told = {"code": "code", "name": "name", "parent": "district"}
    places.load_boundaries(town.workspace, path, level="lsoa", vintage="2011", **told)
    chance = random.Random(f"returns {seed}")
    for month, kind in (("2024-03", "INTEGER"), ("2024-04", "BIGINT"), ("2024-03", "BIGINT")):
        rows = [
            {"id": f"r{area}{category}", "stated_area": area, "category": category}
            | {"reports": chance.randint(0, 40)}
            for area in ("L1", "L2", "L3", "X9", None)
            for category in chance.sample(["B6", "B26", "B14"], 2)
        ]
        town.deliver(
            month,
            rows,
            received=on(40 + len(rows) + chance.randint(0, 30)),
            feed="reports",
            record_type=RecordType.RETURN,
            source="street-problem-reports",
            fields={"category": "VARCHAR", "reports": kind},
        )


def _partners(people: Repeating, seed: int) -> None:
    """Every feed of a partner twice: half of its rows came otherwise the second time."""
    repeating_town.FEEDS[DEPARTMENTS] = ("emergency-department-assaults", RecordType.INCIDENT)
    widest = {BORNE_BY.get(measure, CRIMES): measure for measure in sorted(CUTS)}
    widest[CRIMES] = "crime-in-police-records"
    for feed, measure in sorted(widest.items()):
        first, second = history(measure, 2 * seed), history(measure, 2 * seed + 1)
        if feed == CRIMES:
            first, second = (_of_all_kinds(rows, 2 * seed + at) for at, rows in enumerate((first, second)))
        people.told(feed, "2024-03..2024-05", first, received=on(30))
        people.told(feed, "2024-03..2024-05", second[::2], received=on(60))
    for received in (on(30), on(60)):
        people.told("police-victims", "2024-03..2024-05", _victims(received.day + seed), received=received)
    chance = random.Random(f"departments {seed}")
    for received in (on(30), on(60)):
        rows = [
            {"id": f"d{number}", "day": f"2024-0{chance.randint(3, 5)}-11{chance.choice(['', 'T23:15:00'])}"}
            | {"status": chance.choice(["recorded", "recorded", "cancelled"])}
            | _drawn(chance, ASKED)
            for number in range(60)
        ]
        people.told(DEPARTMENTS, "2024-03..2024-05", rows, received=received)


def _of_all_kinds(rows: Sequence[dict[str, object]], seed: int) -> list[dict[str, object]]:
    """Crimes of a force, some with violence, some of damage to homes, some at a time of day."""
    chance = random.Random(f"kinds {seed}")
    codes = sorted({"1/1", "2", "8/59", "8/6", *(code for some in OFFENCES.values() for code in some)})
    return [
        row
        | {"offence_code": chance.choice(codes), "offence_group": chance.choice(GROUPS)}
        | {"day": f"{row['day']}{chance.choice(['', 'T01:30:00', 'T19:05:00'])}"}
        for row in rows
    ]


def _victims(seed: int) -> list[dict[str, object]]:
    """Who was harmed by the crimes of the force; some of crimes that are in no file."""
    chance = random.Random(f"victims {seed}")
    return [
        {"id": f"v{number}", "day": "2024-04-05", "incident_ref": str(chance.randrange(95)), "role": "victim"}
        | {"relationship": chance.choice(["stranger", None]), "sex": chance.choice(["female", "male", None])}
        | {"status": chance.choice(["recorded", "recorded", "cancelled"])}
        for number in range(80)
    ]


def _befall(book: RecordBook) -> None:
    """What people do to records afterwards."""
    feed = CRIMES
    latest = max(row.number for row in book.deliveries("warden-patrols"))
    book.withdraw(latest, by=ANALYST, reason="the wrong file")
    latest = max(row.number for row in book.deliveries("street"))
    book.withdraw(latest, by=ANALYST, reason="the wrong file")
    book.take_back(feed, references=["3", "4", "5"], by=ANALYST, reason="entered twice")
    again = book.take_back(feed, references=["8", "9"], by=ANALYST, reason="entered twice")
    book.withdraw(again.number, by=ANALYST, reason="they were not")
    kind = Restriction.WITNESS_PROTECTION
    book.restrict(feed, references=["10", "11", "12"], kind=kind, by=ANALYST, reason="an order")
