"""The tools of the exporters: numbers, slips, grid references, workbooks."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_back import sheet

from joinedup.demo.exports import slips, workbook
from joinedup.demo.exports.asb_words import COUNCIL, NATIONAL, heading_key
from joinedup.demo.exports.ethnic_words import ethnic_words
from joinedup.demo.exports.exported import number, receipt_time
from joinedup.demo.exports.filing import cut, span
from joinedup.demo.exports.grid import grid_reference
from joinedup.demo.exports.mess import frozen
from joinedup.demo.exports.surveys import age_band
from joinedup.feeds.codelists import read_code_list
from joinedup.feeds.library import OWN
from joinedup.terms import Every, Period


@given(scheme=st.text(max_size=20), first=st.integers(0, 10**9 - 200))
def test_an_agencys_numbers_are_one_to_one(scheme, first):
    numbers = {number(scheme, true_id) for true_id in range(first, first + 100)}
    assert len(numbers) == 100
    assert all(len(one) == 9 and one.isdigit() for one in numbers)


def test_two_agencies_have_other_numbers_for_the_same_thing():
    assert number("police-recorded-crime", 7) != number("council-asb", 7)


@given(name=st.from_regex(r"[A-Z][a-z]{2,12}", fullmatch=True), seed=st.integers(0, 10_000))
def test_a_misspelt_name_is_another_one_that_begins_alike(name, seed):
    slipped = slips.misspelt(name, frozen().luck("any").draw(seed))
    assert slipped[0] == name[0]
    assert abs(len(slipped) - len(name)) <= 1
    assert sum(a != b for a, b in zip(slipped, name, strict=False)) > 0 or len(slipped) != len(name)


@given(st.dates(dt.date(1920, 1, 1), dt.date(2015, 12, 31)))
def test_wrong_birth_dates_keep_what_is_right_about_them(born):
    assert slips.first_of_january(born) == dt.date(born.year, 1, 1)
    swapped = slips.day_and_month_swapped(born)
    assert swapped == (dt.date(born.year, born.day, born.month) if born.day <= 12 else born)


@pytest.mark.parametrize(
    ("point", "digits", "written"),
    [
        ((449500, 520200), 3, "NZ 495 202"),
        ((449512, 520234), 4, "NZ 4951 2023"),
        ((530000, 180000), 3, "TQ 300 800"),
        ((216600, 771200), 3, "NN 166 712"),
    ],
)
def test_grid_references_of_known_places(point, digits, written):
    assert grid_reference(point, digits) == written


def test_a_workbook_has_its_title_above_and_its_total_below(tmp_path):
    file = tmp_path / "one.xlsx"
    day = dt.date(2024, 5, 1)
    workbook.write(file, ["A", "B & C"], [[day, 3], ["<x>", None]], title=["Title"], footer=[["Total", 3]])
    assert sheet(file) == [["Title"], [], ["A", "B & C"], ["45413", "3"], ["<x>"], ["Total", "3"]]
    again = tmp_path / "two.xlsx"
    workbook.write(again, ["A", "B & C"], [[day, 3], ["<x>", None]], title=["Title"], footer=[["Total", 3]])
    assert file.read_bytes() == again.read_bytes()


def test_every_heading_has_words_in_the_council_and_the_national_list():
    national = {code.label for code in read_code_list(OWN / "codelists" / "asb-headings.csv").codes}
    council = {code.code for code in read_code_list(OWN / "codelists" / "council-asb-types.csv").codes}
    assert set(NATIONAL.values()) == national
    assert set(COUNCIL.values()) == council
    assert heading_key("Abandoned vehicle (not stolen/causing obstruction)") == "abandoned-vehicle"
    assert heading_key("Vehicle nuisance/inappropriate use") == "vehicle-nuisance"
    assert heading_key("Nuisance neighbours") == "neighbours"
    assert heading_key(None) == "rowdy"


def test_every_self_defined_ethnic_group_is_in_the_code_list_in_code_and_words():
    listed = read_code_list(OWN / "codelists" / "ethnicity-self-defined.csv")
    words = {spelling: code.code for code in listed.codes for spelling in code.spellings("label")}
    for label in ("White: Irish", "White: Roma", "Mixed or Multiple ethnic groups: White and Asian"):
        group = ethnic_words(label)
        assert words[group.words] == group.self_defined


def test_files_come_on_working_days_after_the_month():
    for month in Period.parse("2022-04..2025-03").each(Every.MONTH):
        for days in range(1, 40):
            received = receipt_time(month, days)
            assert received.weekday() < 5
            assert received.date() > month.last


def test_quarters_and_april_years_of_the_months():
    months = Period.parse("2022-04..2025-03").each(Every.MONTH)
    assert [span(year) for year in cut(months, Every.YEAR)] == [
        "2022-04_2023-03",
        "2023-04_2024-03",
        "2024-04_2025-03",
    ]
    assert len(cut(months, Every.QUARTER)) == 12
    assert cut([], Every.QUARTER) == []


@pytest.mark.parametrize(
    ("told", "band"),
    [
        ("16-24", "16-24"),
        ("25-34", "25-34"),
        ("75 and over", "75 and over"),
        ("65+", "65 and over"),
        (None, ""),
    ],
)
def test_age_bands_of_surveys(told, band):
    assert age_band(told) == band
