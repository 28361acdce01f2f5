"""Figures of linked people through a workspace: what counts, whose, and what the reader is told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from joinedup import places
from joinedup.errors import BadInput, NotFound
from joinedup.feeds.library import contracts
from joinedup.measures.linked import LINKED, LinkedRow, linked_named
from joinedup.measures.linked.definitions import AgainByFirst, AroundPlace, Records
from joinedup.measures.repeats.definitions import Clock, Unit, Window
from joinedup.terms import Flag, RecordType
from repeating_town import Repeating, calls, crimes, involved
from tiny_town import spot


def numbers(row: LinkedRow) -> tuple[int | None, int | None]:
    return row.numerator, row.denominator


def postcodes(people: Repeating, tmp_path: Path, where: dict[str, str]) -> None:
    """Load a directory of postcodes in the middle of wards."""
    lines = ["pcds,long,lat"]
    for code, ward in where.items():
        longitude, latitude = spot(ward)  # type: ignore[misc]
        lines.append(f"{code},{longitude},{latitude}")
    file = tmp_path / "postcodes.csv"
    file.write_text("\n".join(lines))
    named = {"postcode": "pcds", "longitude": "long", "latitude": "lat"}
    places.load_postcodes(people.workspace, file, vintage="2024", **named)


def test_every_definition_reads_sources_and_types_that_contracts_have(people: Repeating) -> None:
    there = {(one.source, one.record_type) for one in contracts(people.workspace).values()}
    for one in LINKED.values():
        wanted = {(each.source, each.record_type) for each in (*one.records, *one.beside)}
        assert wanted <= there, one.name
        assert one.caveats and str(one.origin) and str(one.meaning)


def test_a_definition_that_cannot_be_is_refused() -> None:
    of = (Records("police-records", RecordType.INCIDENT),)
    said = {"version": 1, "title": "t", "meaning": "m", "origin": "o", "records": of}
    with pytest.raises(BadInput, match="followed from the first"):
        AgainByFirst(name="x", window=Window(Clock.PERIOD), **said)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="ring begins"):
        AroundPlace(
            name="x",
            window=Window(Clock.PERIOD),
            unit=Unit.PLACE,
            distances=(100, 900),
            ring=(500, 1000),
            **said,  # type: ignore[arg-type]
        )
    with pytest.raises(NotFound, match="suspects-travel"):
        linked_named("suspect-travel")


def test_vulnerable_people_whom_three_agencies_see(people: Repeating) -> None:
    people.told(
        "police-recorded-crime", "2024", crimes([("1", "2024-05-01", True), ("2", "2024-05-02", False)])
    )
    people.told(
        "police-victims",
        "2024",
        [
            *involved("victim", [("1", "2024-05-01", "Ann")], age="34"),
            *involved("victim", [("2", "2024-05-02", "Bob")], age="17"),
            *involved("victim", [("2", "2024-05-02", "Cat")], age="18"),
        ],
    )
    people.told("council-asb-callers", "2024", calls("Ann", "2024-06-01", role="caller"))
    landlord = [*calls("Ann", "2024-07-31"), *calls("Bob", "2024-08-02"), *calls("Cat", "2024-05-03")]
    people.told("housing-asb", "2024", landlord)
    people.link()
    found = people.linked("vulnerable-several-agencies", "2024")
    assert numbers(found["several-agencies", "all"]) == (1, 2)  # Ann; Bob, seen by two; Cat has no sign
    assert numbers(found["several-agencies", "domestic-abuse"]) == (1, 1)
    assert numbers(found["several-agencies", "child-victim"]) == (0, 1)
    assert numbers(found["several-agencies", "everybody"]) == (1, 3)
    assert numbers(found["agencies-3", "all"]) == (1, 2)
    assert Flag.SMALL_NUMBER in found["several-agencies", "all"].flags


def test_the_window_and_the_linkage_decide_who_is_seen_at_once(people: Repeating) -> None:
    people.told("police-recorded-crime", "2024", crimes([("1", "2024-05-01", True)]))
    people.told("police-victims", "2024", involved("victim", [("1", "2024-05-01", "Ann")]))
    people.told("council-asb-callers", "2024", calls("Ann", "2024-06-01", role="caller"))
    people.told("housing-asb", "2024", calls("Ann?", "2024-07-31"))
    people.link()
    row = people.linked("vulnerable-several-agencies", "2024")["several-agencies", "all"]
    assert (row.numerator, row.least, row.most) == (0, 0, 1)  # the landlord's Ann is Ann in the loose linking
    people.told(
        "housing-asb", "2024-08", calls("Ann", "2024-08-01")
    )  # three months after the first: too late
    people.link()
    assert people.linked("vulnerable-several-agencies", "2024")["several-agencies", "all"].numerator == 0


def test_who_is_suspected_again_by_the_first_and_by_the_same(people: Repeating) -> None:
    kinds = {"1": "burglary", "2": "shoplifting", "3": "burglary", "4": "burglary", "5": "shoplifting"}
    days = {"1": "2024-01-05", "2": "2024-03-01", "3": "2024-01-10", "4": "2025-01-09", "5": "2024-02-01"}
    told = [{"id": ref, "ref": ref, "day": days[ref], "crime_type": kinds[ref]} for ref in kinds]
    people.told("police-recorded-crime", "2024-01..2025-12", told)
    who = {"1": "Ann", "2": "Ann", "3": "Bob", "4": "Bob", "5": "Cat?"}
    rows = [row for ref in kinds for row in involved("suspect", [(ref, days[ref], who[ref])])]
    gone = involved("suspect", [("2", days["2"], "Bob")], suspect_state="ELIMINATED")
    people.told("police-suspects", "2024-01..2025-12", [*rows, *gone])
    people.link()
    found = people.linked("suspected-again-by-first", "2024-01..2024-06")
    assert numbers(found["again", "all"]) == (2, 3)
    assert numbers(found["again", "burglary"]) == (2, 2)
    assert numbers(found["again-same-type", "burglary"]) == (1, 2)  # Bob, by a day
    assert numbers(found["again", "shoplifting"]) == (0, 1)
    assert found["again", "burglary"].value == 1.0


def test_whose_months_still_run_is_not_counted_and_told(people: Repeating) -> None:
    people.told(
        "court-results", "2024", [{"id": "1", "day": "2024-03-01", "defendant": "Ann", "crime_type": "drugs"}]
    )
    people.link()
    figure = people.linked_figure("sentenced-again-by-first", "2024")
    assert figure.rows[0].denominator == 0
    assert Flag.NO_DATA in figure.rows[0].flags
    assert any("months of 1 people still run" in note for note in figure.notes)


def test_suspects_from_elsewhere_and_how_far_they_came(people: Repeating, tmp_path: Path) -> None:
    postcodes(people, tmp_path, {"XX1 1AA": "W1", "XX2 2BB": "W3", "XX9 9ZZ": "sea"})
    people.told(
        "police-recorded-crime",
        "2024",
        [
            {"id": str(number), "day": "2024-05-01", "place": "W1", "crime_type": "burglary"}
            for number in range(1, 6)
        ],
    )
    homes = {"1": "xx11aa", "2": "XX2 2BB", "3": "XX9 9ZZ", "4": "ZZ1 1ZZ", "5": ""}
    names = {"1": "Ann", "2": "Bob", "3": "Cat", "4": "Dan", "5": "Eve"}
    rows = [
        {**involved("suspect", [(ref, "2024-05-01", names[ref])])[0], "postcode": homes[ref]} for ref in homes
    ]
    people.told("police-suspects", "2024", rows)
    people.link()
    found = people.linked("suspects-from-elsewhere", "2024")
    assert numbers(found["from-another-district", "all"]) == (2, 3)  # Bob of D2, Cat of nowhere near
    assert numbers(found["from-outside-the-partnership", "all"]) == (1, 3)
    assert numbers(found["home-not-known", "burglary"]) == (2, 5)
    figure = people.linked_figure("suspects-travel", "2024")
    by = {(row.of, row.group): row for row in figure.rows}
    assert numbers(by["distance-median", "all"]) == (3, 3)
    assert by["distance-median", "all"].value == pytest.approx(
        2 * 0.01 * 111_195 * 0.5807, rel=0.002
    )  # W1 to W3
    assert by["distance-lower-quartile", "all"].value is None  # of three people there is none
    assert by["distance-not-known", "all"].numerator == 2
    assert any("1 homes have a postcode that the directory has not" in note for note in figure.notes)


def test_without_a_directory_of_postcodes_no_home_is_known(people: Repeating) -> None:
    people.told("police-recorded-crime", "2024", [{"id": "1", "day": "2024-05-01", "place": "W1"}])
    row = {**involved("suspect", [("1", "2024-05-01", "Ann")])[0], "postcode": "XX1 1AA"}
    people.told("police-suspects", "2024", [row])
    people.link()
    figure = people.linked_figure("suspects-from-elsewhere", "2024")
    assert numbers(figure.rows[2]) == (1, 1) and figure.rows[2].of == "home-not-known"
    assert any("No directory of postcodes is loaded" in note for note in figure.notes)


def test_what_the_council_says_of_where_perpetrators_live(people: Repeating) -> None:
    rows = [
        {"id": "1", "day": "2024-05-01", "perpetrator": "Ann", "role": "perpetrator", "residence": "outside"},
        {"id": "2", "day": "2024-05-02", "perpetrator": "Ann", "role": "perpetrator", "residence": None},
        {
            "id": "3",
            "day": "2024-05-01",
            "perpetrator": "Bob",
            "role": "perpetrator",
            "residence": "in-borough",
        },
        {"id": "4", "day": "2024-05-01", "perpetrator": "Cat", "role": "perpetrator", "residence": None},
        {"id": "5", "day": "2024-05-01", "perpetrator": (), "role": "perpetrator", "residence": "outside"},
    ]
    people.told("council-asb-perpetrators", "2024", rows)
    people.link()
    figure = people.linked_figure("asb-perpetrators-from-elsewhere", "2024")
    assert [numbers(row) for row in figure.rows] == [(1, 2), (1, 3)]
    assert any("1 records name nobody" in note for note in figure.notes)


def test_around_a_place_needs_its_point_and_no_linkage(people: Repeating) -> None:
    middle = spot("W1")
    told = [{"id": str(number), "day": "2024-05-01", "place": "W1"} for number in range(7)]
    people.told("police-recorded-crime", "2024", [*told, {"id": "x", "day": "2024-05-01", "place": "W2"}])
    people.told("police-incidents", "2024", [{"id": "y", "day": "2024-05-01", "place": "W1"}])
    found = people.linked("around-a-place", "2024", at=middle)
    assert found["within-100-m", "all"].numerator == 8
    assert found["within-100-m", "police-records"].numerator == 7
    assert found["ring-500-1000-m", "all"].numerator == 1  # W2, 646 metres away
    assert Flag.SMALL_NUMBER not in found["within-100-m", "all"].flags
    assert Flag.SMALL_NUMBER in found["ring-500-1000-m", "all"].flags
    with pytest.raises(BadInput, match="needs its point"):
        people.linked("around-a-place", "2024")
    with pytest.raises(BadInput, match="Only what is around a place"):
        people.linked("suspects-travel", "2024", at=middle)


def test_before_and_after_are_as_many_months(people: Repeating) -> None:
    told = [{"id": month, "day": f"2024-{month}-01", "place": "W1"} for month in ("05", "07", "08", "12")]
    people.told("police-recorded-crime", "2024", told)
    found = people.linked("around-a-place", "2024", at=spot("W1"), since=dt.date(2024, 7, 1))
    assert numbers(found["within-100-m-after-to-before", "all"]) == (3, 1)
    with pytest.raises(BadInput, match="As many months"):
        people.linked("around-a-place", "2024", at=spot("W1"), since=dt.date(2024, 8, 1))
    with pytest.raises(BadInput, match="first day of a month"):
        people.linked("around-a-place", "2024", at=spot("W1"), since=dt.date(2024, 7, 2))


def test_residents_of_approved_premises_and_what_they_are_suspected_of(people: Repeating) -> None:
    stay = {"case_ref": "1", "started": "2024-03-10", "client": "Ann"}
    people.told(
        "approved-premises",
        "2024",
        [
            {"id": "m", "day": "2024-03-31", **stay},
            {"id": "a", "day": "2024-04-30", "ended": "2024-04-10", **stay},
        ],
    )
    people.told("police-recorded-crime", "2024", [{"id": "1", "day": "2024-04-01", "crime_type": "burglary"}])
    people.told("police-suspects", "2024", involved("suspect", [("1", "2024-04-01", "Ann")]))
    people.link()
    found = people.linked("approved-premises-residents", "2024")
    assert numbers(found["during", "burglary"]) == (1, 1)
    assert numbers(found["within-6-months-after", "all"]) == (0, 1)
    assert people.linked_figure("approved-premises-residents", "2024", feeds=("approved-premises",)).rows[
        0
    ].of == (
        "no-data"  # without what they are suspected of there is no answer
    )


def entrant(number: str, day: str, who: str | tuple[()], age: str | None = "15") -> dict[str, object]:
    return {"id": number, "day": day, "client": who, "age": age}


def test_first_time_entrants_with_those_who_were_known_before(people: Repeating, tmp_path: Path) -> None:
    people.told("youth-out-of-court-disposals", "2023", [{"id": "1", "day": "2023-05-01", "client": "Bob"}])
    people.told(
        "first-time-entrants",
        "2024",
        [
            entrant("1", "2024-02-01", "Ann"),
            entrant("2", "2024-03-01", "Bob"),
            entrant("3", "2024-04-01", "Cat", "18"),
            entrant("4", "2024-04-01", "Dan", None),
            entrant("5", "2024-05-01", ()),
        ],
    )
    people.link()
    figure = people.linked_figure("youth-first-entrants", "2024")
    by = {(row.of, row.group): row for row in figure.rows}
    assert numbers(by["entrants", "all"]) == (3, None)  # no residents by age are loaded: no rate
    assert by["entrants", "all"].value is None
    assert numbers(by["known-before", "all"]) == (1, 3)
    said = " ".join(figure.notes)
    assert "1 were of another age" in said and "Of 1 no age is told" in said and "no rate" in said
    file = tmp_path / "ages.csv"
    ages = [str(age) for age in range(9, 19)]
    file.write_text(
        "code," + ",".join(ages) + "\n" + "".join(f"{ward},{','.join(['5'] * 10)}\n" for ward in ("D1", "D2"))
    )
    places.load_residents(
        people.workspace,
        file,
        level="district",
        vintage=places.areas(people.workspace, "district")[0].vintage,
        year=2023,
        code="code",
        breakdown="age",
        columns=ages,
    )
    row = people.linked("youth-first-entrants", "2024")["entrants", "all"]
    assert (row.numerator, row.denominator, row.value) == (3, 80, 3 / 80 * 100_000)


def test_young_people_who_come_of_age_with_an_order(people: Repeating) -> None:
    def order(who: str, born: str, ended: str | None) -> dict[str, object]:
        spell = {"case_ref": who, "started": "2024-01-01", "ended": ended}
        return {"id": who, "day": "2024-05-31", "client": who, "born": born, **spell}

    people.told(
        "youth-justice-caseload",
        "2024-01..2025-12",
        [
            order("Ann", "2006-05-20", "2024-05-25"),  # moves on
            order("Bob", "2006-05-01", "2024-06-10"),  # is in neither
            order("Cat", "2006-05-31", None),  # stays
            order("Dan", "2006-06-02", "2024-05-25"),  # was over before
            order("Eve", "2009-01-02", None),  # is 15
        ],
    )
    people.told(
        "probation-caseload",
        "2024-01..2025-12",
        [{"id": "p", "day": "2024-07-31", "client": "Ann", "case_ref": "9", "started": "2024-07-04"}],
    )
    people.link()
    found = people.linked("youth-justice-at-18", "2024")
    assert [numbers(found[of, "all"]) for of in ("moved", "stayed", "in-neither")] == [(1, 3)] * 3
    assert found["days-between-median", "all"].value == 40
    assert found["not-yet-told", "all"].numerator == 0


def test_a_new_episode_of_treatment_is_what_one_moves_to_at_18(people: Repeating) -> None:
    def episode(who: str, number: str, started: str, ended: str | None) -> dict[str, object]:
        spell = {"case_ref": number, "started": started, "ended": ended}
        return {"id": number, "day": "2024-12-31", "client": who, "born": "2006-05-20", **spell}

    people.told(
        "drug-treatment",
        "2024-01..2025-12",
        [
            episode("Ann", "1", "2024-01-01", "2024-05-30"),
            episode("Ann", "2", "2024-06-29", None),
            episode("Bob", "3", "2024-01-01", None),
            episode("Cat", "4", "2024-01-01", "2024-05-03"),
        ],
    )
    people.link()
    found = people.linked("treatment-at-18", "2024")
    assert [numbers(found[of, "all"]) for of in ("moved", "stayed", "in-neither")] == [(1, 3)] * 3
    assert found["days-between-median", "all"].value == 30


def test_nothing_linked_is_no_data_and_says_why(people: Repeating) -> None:
    people.told("police-suspects", "2024", involved("suspect", [("1", "2024-05-01", "Ann")]))
    figure = people.linked_figure("suspects-travel", "2024")
    assert [(row.of, row.numerator) for row in figure.rows] == [("no-data", None)]
    assert Flag.NO_DATA in figure.rows[0].flags
    assert any("the linkage has not read whom they name: police-suspects" in note for note in figure.notes)


def test_json_rows_tell_definition_period_linkage_and_deliveries(people: Repeating) -> None:
    people.told("police-recorded-crime", "2024", [{"id": "1", "day": "2024-04-01", "crime_type": "burglary"}])
    people.told("police-suspects", "2024", involved("suspect", [("1", "2024-04-01", "Ann")]))
    people.link()
    (row, *_rest) = people.linked_figure("suspected-again-by-first", "2024").to_json_rows()
    assert (row["measure"], row["definition_version"], row["period"]) == (
        "suspected-again-by-first",
        1,
        "2024-01..2024-12",
    )
    assert (row["linkage"], row["deliveries"], row["of"], row["group"]) == (1, [1, 2], "again", "all")
    assert row["known_on"].startswith("2026-01-15")
