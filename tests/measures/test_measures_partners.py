"""Counts of partners' own records: each against plain counting of the same random rows, and its labels."""

from __future__ import annotations

import csv
import random
from collections import Counter
from dataclasses import replace

import pytest

from joinedup.feeds.codelists import read_code_list
from joinedup.feeds.library import code_list_folders, contracts
from joinedup.measures import FigureQuery, catalogue, figure
from joinedup.measures.catalogue.police_records import MOST_SERIOUS
from joinedup.records import FieldState
from joinedup.terms import AreaLevel, Every, Flag, Form, Period, RecordType
from repeating_town import FEEDS, Repeating
from tiny_town import Town, at

YES, FILLED = "yes or no", "whether it is filled"
FLAGS = ("alcohol", "drugs", "domestic", "hate", "weapon", "business", "youth")
FLAGGED = {
    "alcohol-related-crime": "alcohol",
    "drug-related-crime": "drugs",
    "domestic-abuse-crime": "domestic",
    "hate-crime": "hate",
    "weapon-related-crime": "weapon",
    "business-crime": "business",
    "youth-related-crime": "youth",
    "metal-theft": "metal_theft",
}
OF_CRIME = {"type": ("crime_type", ""), "place": ("venue", "police-premises-types")}
CUTS: dict[str, dict[str, tuple[str, str]]] = {
    "crime-in-police-records": {
        **OF_CRIME,
        "offence_group": ("offence_group", ""),
        "outcome": ("outcome_type", "home-office-outcome-types"),
        **{flag: (flag, YES) for flag in FLAGS},
    },
    **dict.fromkeys(["serious-violence", "domestic-homicide", *FLAGGED], OF_CRIME),
    "burglary-of-homes": {
        "place": ("venue", "police-premises-types"),
        "outcome": ("outcome_type", "home-office-outcome-types"),
    },
    "criminal-damage-to-homes": {"outcome": ("outcome_type", "home-office-outcome-types")},
    "asb-told-to-police": {
        "category": ("category", "asb-categories"),
        "heading": ("heading", "asb-headings"),
        **{flag: (flag, YES) for flag in ("requested", "youth", "alcohol")},
    },
    "asb-told-to-council": {
        "category": ("category", "asb-categories"),
        "heading": ("heading", "asb-headings"),
        "channel": ("channel", ""),
    },
    "asb-told-to-landlords": {"category": ("category", "asb-categories"), "landlord": ("landlord", "")},
    "warden-sightings": {
        "category": ("category", "warden-categories"),
        "heading": ("heading", "asb-headings"),
        **{flag: (flag, YES) for flag in ("youth", "alcohol")},
    },
    "community-reports": {"topic": ("category", "report-topics"), "reporter": ("reporter_kind", "")},
    "deliberate-fires": {
        "class": ("class", ""),
        "category": ("category", "fire-categories"),
        "property": ("property", ""),
    },
    "hoax-fire-calls": {"attended": ("attended", YES)},
    "ambulance-calls-to-violence": {
        "category": ("category", "ambulance-complaints"),
        "kind_of_place": ("venue", "istv-location-types"),
        "sex": ("sex", "sexes"),
        **{flag: (flag, YES) for flag in ("alcohol", "conveyed")},
    },
    "crime-against-nhs-staff": {
        "category": ("category", "nhs-report-types"),
        "site": ("site", ""),
        **{flag: (flag, YES) for flag in ("injured", "clinical_cause", "supports_action")},
        "told_to_police": ("police_ref", FILLED),
    },
    "drugs-litter-finds": {"land": ("land", "land-types")},
}
BORNE_BY = {
    "asb-told-to-council": "council-asb-cases",
    "asb-told-to-landlords": "housing-asb",
    "asb-told-to-police": "police-incidents",
    "warden-sightings": "warden-patrols",
    "community-reports": "councillor-reports",
    "deliberate-fires": "fire-deliberate",
    "hoax-fire-calls": "fire-hoax-calls",
    "ambulance-calls-to-violence": "ambulance-assaults",
    "crime-against-nhs-staff": "nhs-nonurgent-crime",
    "drugs-litter-finds": "drug-litter",
}
KINDS = {
    "fire-deliberate": "deliberate-fire",
    "fire-hoax-calls": "hoax-call",
    "ambulance-assaults": "ambulance-call",
    "nhs-nonurgent-crime": "nhs-staff-report",
    "drug-litter": "drug-litter",
}
OFFENCES = {
    "burglary-of-homes": ["28/3", "28A", "28H", "29", "29A", "30/2", "30C", "31", "2"],
    "criminal-damage-to-homes": ["57", "58A", "58", "58/4", "58J", "149", "58B", "56/1", "28/3"],
}
"""Codes of the two, and others beside them."""

MONTHS = ("2024-03", "2024-04", "2024-05")
DISTRICT_OF = {"W1": "D1", "W2": "D1", "W3": "D2", "W4": "D2"}


def _feed(measure: str) -> str:
    return BORNE_BY.get(measure, "police-recorded-crime")


def _values(measure: str, cut: str) -> list[str | None]:
    field, kind = CUTS[measure][cut]
    if kind == YES:
        return ["true", "false", None]
    if kind == FILLED:
        return ["1234", None]
    known = list(catalogue()[measure].breakdowns[cut])
    return [*(known or [f"{field} a", f"{field} b"]), None]


def history(measure: str, seed: int) -> list[dict[str, object]]:
    """Random rows of the feed that bears the measure, one in eight of them cancelled."""
    draw = random.Random(seed)
    rows = []
    for number in range(90):
        row: dict[str, object] = {
            "id": str(number),
            "day": f"{draw.choice(MONTHS)}-{draw.randint(1, 28):02d}",
            "place": draw.choice([*DISTRICT_OF, "sea", None]),
            "status": draw.choice(["recorded"] * 7 + ["cancelled"]),
            "offence_code": draw.choice(OFFENCES.get(measure, ["1/1", "2", "8/59", "8/6", "28/3"])),
            "venue": draw.choice(["home", "street", None]),
            "kind": KINDS.get(_feed(measure), "crime"),
        }
        row |= {flag: draw.choice(["true", "false", None]) for flag in (*FLAGS, "metal_theft")}
        row |= {field: draw.choice(_values(measure, cut)) for cut, (field, _) in CUTS[measure].items()}
        borne_by = catalogue()[measure].carries[RecordType.INCIDENT]
        rows.append({borne_by: "1", **row})
    return rows


def said(measure: str, cut: str, row: dict[str, object]) -> str:
    """The value of a breakdown, as a reader would name it."""
    field, kind = CUTS[measure][cut]
    value = row[field]
    if kind == FILLED:
        return "yes" if value else "no"
    if kind == YES:
        return {"true": "yes", "false": "no", None: "not-stated"}[value]  # type: ignore[index]
    return str(value or "not-stated")


def hits(measure: str, row: dict[str, object]) -> bool:
    """Whether a row is one of what the measure counts."""
    if measure == "serious-violence":
        return row["offence_code"] in {"1/1", "2", "8/59"}
    if measure == "burglary-of-homes":
        return row["offence_code"] in {"28/3", "28A", "28H", "29", "29A"}
    if measure == "criminal-damage-to-homes":
        of_any = row["offence_code"] in {"58", "58/4", "58J", "149"} and row["venue"] == "home"
        return of_any or row["offence_code"] in {"57", "58A"}
    if measure == "domestic-homicide":
        return row["offence_code"] == "1/1" and row["domestic"] == "true"
    return measure not in FLAGGED or row[FLAGGED[measure]] == "true"


@pytest.mark.parametrize("measure", sorted(CUTS))
def test_counts_are_those_of_plain_counting_by_every_cut_and_place(people: Repeating, measure: str) -> None:
    feed = _feed(measure)
    rows = history(measure, seed=len(measure))
    people.told(feed, "2024-03..2024-05", rows)
    standing = [row for row in rows if row["status"] != "cancelled"]
    for cut in CUTS[measure]:
        query = FigureQuery(
            measure,
            form=Form.COUNT,
            level=AreaLevel.ALL,
            period=Period.parse("2024-04"),
            by=(cut,),
        )
        found = {
            row.breakdowns[cut]: row.numerator
            for row in figure(people.workspace, query).rows
            if row.numerator
        }
        expected = Counter(
            said(measure, cut, row)
            for row in standing
            if str(row["day"]).startswith("2024-04") and hits(measure, row)
        )
        assert found == dict(expected), cut
    if catalogue()[measure].placed:
        _of_districts(people, measure, standing)


def _of_districts(people: Repeating, measure: str, standing: list[dict[str, object]]) -> None:
    query = FigureQuery(
        measure, form=Form.COUNT, level=AreaLevel.DISTRICT, period=Period.parse("2024-03..2024-05")
    )
    found = {row.area_code: row.numerator or 0 for row in figure(people.workspace, query).rows}
    expected = Counter(
        DISTRICT_OF.get(str(row["place"]), "unlocated" if row["place"] is None else "outside")
        for row in standing
        if hits(measure, row)
    )
    assert found == {area: expected[area] for area in ("D1", "D2", "outside", "unlocated")}


def test_every_measure_of_incidents_is_counted_here_or_by_a_test_of_its_own() -> None:
    elsewhere = {"recorded-crime", "anti-social-behaviour", "positive-outcomes", "stop-and-search"}
    elsewhere |= {"violence-with-injury"}
    elsewhere |= {name for name in catalogue() if name.startswith("assault-")}
    of_incidents = {name for name, one in catalogue().items() if one.record_types[0] is RecordType.INCIDENT}
    assert of_incidents == elsewhere | set(CUTS)


def test_labels_are_those_of_the_code_lists_and_sources_those_of_contracts(people: Repeating) -> None:
    known, folders = contracts(people.workspace), code_list_folders(people.workspace)
    for measure, cuts in CUTS.items():
        contract, defined = known[_feed(measure)], catalogue()[measure]
        assert defined.sources == (contract.source,)
        there = contract.field_names()
        assert {field for field, _kind in cuts.values()} <= set(there), measure
        assert defined.carries[RecordType.INCIDENT] in there
        for cut, (_field, kind) in cuts.items():
            if kind not in {YES, FILLED, ""}:
                (file,) = [one / f"{kind}.csv" for one in folders if (one / f"{kind}.csv").exists()]
                assert set(defined.breakdowns[cut]) == set(read_code_list(file).labels()), (measure, cut)
    assert set(FEEDS) >= {_feed(measure) for measure in CUTS}


def test_most_serious_violence_is_what_the_home_offices_list_says(people: Repeating) -> None:
    name = "home-office-offence-codes.csv"
    folders = code_list_folders(people.workspace)
    (file,) = [folder / name for folder in folders if (folder / name).exists()]
    with file.open(encoding="utf-8", newline="") as opened:
        serious = {row["code"] for row in csv.DictReader(opened) if row["serious_violence"] == "Y"}
    assert set(MOST_SERIOUS) == serious


def test_months_whose_file_marks_no_theft_of_metal_are_no_data(town: Town) -> None:
    fields = {
        "offence_code": "VARCHAR",
        "crime_type": "VARCHAR",
        "venue": "VARCHAR",
        "metal_theft": "BOOLEAN",
    }
    marks = {"2024-01": (None, None), "2024-02": ("true", "false"), "2024-03": ("false", "false")}
    for number, (month, told) in enumerate(marks.items()):
        rows = [
            {
                "id": f"{month}-{place}",
                "offence_code": "49/10",
                "crime_type": "other-theft",
                "metal_theft": mark,
            }
            for place, mark in enumerate(told)
        ]
        given = sum(mark is not None for mark in told)
        states = [FieldState(name, 2, 0, 0) for name in fields if name != "metal_theft"]
        town.deliver(
            month,
            rows,
            received=at(2024, 5, 1 + number),
            feed="police-recorded-crime",
            source="police-records",
            fields=fields,
            states=[*states, FieldState("metal_theft", given, 2 - given, 0)],
        )
    query = FigureQuery("metal-theft", level=AreaLevel.ALL, period=Period.parse("2024-Q1"), every=Every.MONTH)
    rows = town.figure(query).rows
    assert [row.numerator for row in rows] == [None, 1, 0]
    assert Flag.NO_DATA in rows[0].flags
    whole = town.figure(replace(query, every=Every.WHOLE)).rows[0]
    assert (whole.numerator, Flag.INCOMPLETE_FEED in whole.flags) == (1, True)
    crimes = town.figure(replace(query, measure="crime-in-police-records")).rows
    assert [row.numerator for row in crimes] == [2, 2, 2]
