"""The assessment of the little partnership: what it says, that every number resolves, what changes it."""

from __future__ import annotations

import datetime as dt
import re

import little_partnership
import pytest
from little_partnership import MONTHS, SOUTH, STEP, WEST, month_rows, write_month
from reading import Page, words

from joinedup.accounts import acting_viewer
from joinedup.documents import write
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.feeds import deliver
from joinedup.terms import Period

SVG = "{http://www.w3.org/2000/svg}"
CRIMES_NOW = 12 * (20 + 10 + 10 + 6 + 5 + 4 + 3) + 25
CRIMES_BEFORE = 12 * (10 + 20 + 10 + 6 + 5 + 4 + 3) + 7


def test_the_whole_is_counted_and_no_change_is_claimed_that_is_not_clear(first_page):
    said = first_page.section("All recorded crime")
    assert f"{CRIMES_NOW:,} crimes were recorded in Northreach" in said
    assert f"{CRIMES_BEFORE:,} the year before: no clear change" in said


def test_types_are_clear_or_not_as_their_counts_are(first_page):
    said = first_page.section("Types of crime")
    assert "Clearly higher than the year before: Shoplifting (+100.0%, from 120 to 240)" in said
    assert "Clearly lower than the year before: Burglary (−50.0%, from 240 to 120)" in said
    assert re.search(r"No clear change: [^.]*Drugs", said)
    assert "Other theft" in said.split("No clear change:")[1].split(".")[0]


def test_seven_to_twenty_five_is_said_as_it_is_and_not_as_a_percentage(first_page):
    said = first_page.section("Types of crime")
    assert "Robbery (from 7 to 25)" in said
    assert "257" not in said
    assert all("Robbery" not in alt for alt in first_page.drawings if alt.startswith("Chart of the change"))


def test_anti_social_behaviour_is_never_added_to_crime(first_page):
    said = first_page.section("Anti-social behaviour")
    assert (
        "192 incidents of anti-social behaviour were recorded in Northreach, and 180 the year before" in said
    )
    types = next(table for table in first_page.all("table") if "by type" in words(table[0]))
    assert "Anti-social" not in words(types)


def test_the_ward_with_the_most_is_named_with_the_certainty_of_its_place(first_page):
    said = first_page.section("Wards with the most recorded crime")
    number = CRIMES_NOW - 12 * (5 + 4 + 3)
    assert f"Ward 10 had {number} crimes, clearly more than any other ward." in said
    assert "No ward among those in the table has changed its place" in said


def test_the_open_questions_are_open_and_counted(first_page):
    assert "None of the 5 questions of regulation 7(1) that only people can answer is answered yet." in (
        first_page.section("Summary")
    )
    assert first_page.section("Questions for people").count("Not yet answered") == 5


def test_every_paragraph_of_the_regulation_has_its_place(first_page):
    table = next(table for table in first_page.all("table") if "regulation asks" in words(table[0]))
    rows = [words(row) for row in table.iter("tr")][1:]
    assert [row[:3] for row in rows] == [f"({letter})" for letter in "abcdefg"]
    assert sum("Not yet answered" in row for row in rows) == 5


def test_every_number_resolves_to_a_working_that_has_its_value(first_page):
    workings = _workings(first_page)
    cited = [span for span in first_page.main.iter("span") if "data-figure" in span.attrib]
    assert len(cited) > 150
    for span in cited:
        value = workings[span.get("data-figure")][span.get("data-part")]
        assert value == span.get("data-number")
        _assert_rounds_to(float(value), words(span))


def test_no_other_number_stands_in_the_prose(first_page):
    allowed = {"plain", "name", "refs", "answer", "workings", "question"}

    def bare(element):
        if element.tag == f"{SVG}svg" or "data-figure" in element.attrib:
            return
        if allowed & set(element.get("class", "").split()):
            return
        yield element.text or ""
        for child in element:
            yield from bare(child)
            yield child.tail or ""

    assert not [text for text in bare(first_page.main) if re.search(r"\d", text)]


def test_every_number_of_an_alternative_text_is_in_the_workings_named_after_the_caption(first_page):
    workings = _workings(first_page)
    figures = first_page.all("figure")
    assert len(figures) == len(first_page.drawings) >= 11
    for figure in figures:
        alt = next(figure.iter(f"{SVG}svg")).get("aria-label")
        shown = _marks(figure)
        values = [float(value) for row in shown for value in workings[row].values()]
        bare = re.sub(
            r"(January|February|March|April|May|June|July|August|September|October|November|December) \d{4}",
            "",
            alt,
        )
        bare = re.sub(r"95%|1,000 residents|(Ward|Part) \d+|decile \d+", "", bare)
        for number in re.findall(r"[−+]?\d[\d,]*(?:\.\d+)?%?", bare):
            assert any(_rounds_to(value, number) for value in values), (number, alt)


def test_the_appendix_names_definition_knowledge_deliveries_and_command(first_page):
    said = first_page.section("Every question")
    assert "recorded-crime, version 1." in said
    assert "Known on: 24 January 2025" in said
    assert "Deliveries: 1–24" in said
    assert (
        "joinedup figure recorded-crime --form change --area-level district --area X07000001 "
        "--from 2024-01 --to 2024-12 --as-at 2025-01-24T12:00:00+00:00" in said
    )


def test_each_row_that_was_delivered_is_accounted_for(first_page):
    total = sum(len(month_rows(month)) for month in MONTHS)
    assert f"{total:,}" in first_page.section("How good the data is")


def test_areas_that_owners_state_are_held_against_the_points(little, assess, tmp_path, first_page):
    assert "that state an area" not in first_page.section("How good the data is")
    rows = month_rows(MONTHS[-1])
    for row in rows[:40]:
        column, line = (int((float(row[at]) - start) / (STEP / 2)) for at, start in ((4, WEST), (5, SOUTH)))
        row[7] = f"X01{line:03d}{column:03d}"
    for row in rows[40:50]:
        row[7] = "X01999999"
    changed = write_month(tmp_path, MONTHS[-1], rows)
    received = dt.datetime(2025, 2, 1, 12, tzinfo=dt.UTC)
    deliver(little, "police-uk-street", changed, by=acting_viewer("ann"), received_at=received)
    _made, page = assess()
    said = page.section("How good the data is")
    assert "Of the 50 records of" in said
    assert "that state an area and have a point, 80.0% lie in it by their point" in said


def test_a_changed_row_changes_the_sentence_the_chart_and_the_appendix(little, assess, tmp_path, first_page):
    rows = month_rows(MONTHS[-1])
    drugs = next(row for row in rows if row[9] == "Drugs")
    drugs[9] = "Shoplifting"
    changed = write_month(tmp_path, MONTHS[-1], rows)
    received = dt.datetime(2025, 2, 1, 12, tzinfo=dt.UTC)
    receipt = deliver(little, "police-uk-street", changed, by=acting_viewer("ann"), received_at=received)
    assert receipt.revised == 1
    _made, page = assess()
    assert "Shoplifting (+100.8%, from 120 to 241)" in page.section("Types of crime")
    before, after = _alt_of_changes(first_page), _alt_of_changes(page)
    assert "Shoplifting +100.0%" in before
    assert "Shoplifting +100.8%" in after
    numbers = {row: values for row, values in _workings(page).items() if values.get("numerator") == "241"}
    assert numbers
    assert "Known on: 1 February 2025" in page.section("Every question")


def test_the_same_data_gives_the_same_document_to_the_byte(assess, first_page, first_pdf):
    made, page = assess(endings=(".html", ".pdf"))
    assert page.text == first_page.text
    assert next(p for p in made.paths if p.suffix == ".pdf").read_bytes() == first_pdf.read_bytes()


def test_an_answer_that_is_written_in_appears_and_is_kept(assess, first_page):
    made, _page = assess()
    text = made.answers.read_text(encoding="utf-8")
    answer = "A new store opened in <b>May</b>.\n\n- [thefts](javascript:alert)\n- 12 by one group\n"
    text = text.replace(
        "answer = '''\n'''\nanswered_by = \"\"", f"answer = '''\n{answer}'''\nanswered_by = \"A. Tester\"", 1
    )
    made.answers.write_text(text, encoding="utf-8")
    again, page = assess()
    said = page.section("Questions for people")
    assert "A new store opened in <b>May</b>." in said
    assert "[thefts](javascript:alert)" in said
    assert "A. Tester" in said
    assert said.count("Not yet answered") == 4
    assert again.open_questions == ("d", "e", "f", "g")
    assert "4 of the 5 questions of regulation 7(1) that only people can answer are not answered yet" in (
        page.section("Summary")
    )
    assert made.answers.read_text(encoding="utf-8") == text


def test_a_broken_file_of_answers_is_named_and_kept(assess):
    made, _page = assess()
    made.answers.write_text("[c\nanswer = 1", encoding="utf-8")
    with pytest.raises(BadInput, match="not valid TOML"):
        assess()
    assert made.answers.read_text(encoding="utf-8") == "[c\nanswer = 1"


def test_without_a_year_before_no_change_is_said(assess):
    _made, page = assess(period=Period.parse("2023"))
    said = page.section("All recorded crime")
    assert f"{CRIMES_BEFORE:,} crimes were recorded in Northreach" in said
    assert "Nothing is said of a change" in said
    assert "do not cover January 2022 to December 2022 completely" in said
    summary = page.section("Summary")
    assert "Clearly" not in summary
    assert "no clear change" not in summary


def test_a_period_of_which_a_part_was_delivered_says_so_first(assess):
    _made, page = assess(period=Period.parse("2024-07..2025-06"))
    assert "The records do not hold the whole of this period" in page.section("Summary")
    assert "of July 2024 to December 2024 only" in page.section("Summary")
    assert "Nothing is said of a change" in page.section("All recorded crime")


def test_the_whole_partnership_has_an_assessment_too(assess):
    _made, page = assess(area="partnership")
    assert "crimes were recorded in Reach Community Safety Partnership" in page.section("All recorded crime")


@pytest.mark.parametrize("months", ["2024-01", "2024-01..2024-06", "2023..2024"])
def test_only_twelve_months_make_an_assessment(little, months):
    with pytest.raises(BadInput, match="covers 12 months"):
        write(little, acting_viewer("ann"), area="Northreach", period=Period.parse(months))


def test_an_unknown_area_is_answered_with_the_nearest(little):
    with pytest.raises(NotFound, match="Did you mean Northreach"):
        write(little, acting_viewer("ann"), area="Northreech", period=little_partnership.PERIOD)


def test_a_period_without_data_is_refused(little):
    with pytest.raises(NotFound, match="no data"):
        write(little, acting_viewer("ann"), area="Northreach", period=Period.parse("2010"))


def test_a_kind_or_ending_that_is_not_offered_is_refused(little, tmp_path):
    ann = acting_viewer("ann")
    with pytest.raises(BadInput, match="no document of the kind"):
        write(little, ann, "bulletin", area="Northreach", period=little_partnership.PERIOD)
    with pytest.raises(BadInput, match=r"\.html or \.pdf"):
        write(little, ann, area="Northreach", period=little_partnership.PERIOD, out=[tmp_path / "a.docx"])


def test_writing_is_logged_once_for_the_document_and_once_for_each_figure(little, assess):
    from joinedup.log.models import Act

    before = Act.objects.count()
    assess()
    acts = list(Act.objects.order_by("moment"))[before:]
    assert acts[-1].what == "Strategic assessment, Northreach, January 2024 to December 2024"
    assert acts[-1].kind == "disclosure"
    assert len(acts) > 10
    assert all(act.detail.get("channel") == "document" for act in acts[:-1] if "measure" in act.detail)


def _alt_of_changes(page: Page) -> str:
    return next(alt for alt in page.drawings if alt.startswith("Chart of the change"))


def _marks(figure) -> set[str]:
    """The marks after a caption; a range (F2–F5) stands for every mark in it."""
    refs = next(span for span in figure.iter("span") if span.get("class") == "refs")
    links = {words(link) for link in refs.iter("a")}
    found = set(links)
    for first, last in re.findall(r"F(\d+)–F(\d+)", words(refs)):
        assert {f"F{first}", f"F{last}"} <= links
        found |= {f"F{number}" for number in range(int(first), int(last) + 1)}
    return found


def _workings(page: Page) -> dict[str, dict[str, str]]:
    """{mark: {part: exact value}} as the appendix has them."""
    found: dict[str, dict[str, str]] = {}
    for row in page.all("tr"):
        mark = next(
            (span.get("id", "") for span in row.iter("span") if re.fullmatch(r"f\d+", span.get("id", ""))), ""
        )
        if mark:
            spans = [span for span in row.iter("span") if "data-number" in span.attrib]
            found[mark.upper()] = {span.get("data-part"): span.get("data-number") for span in spans}
    return found


def _assert_rounds_to(value: float, shown: str) -> None:
    assert _rounds_to(value, shown), (value, shown)


def _rounds_to(value: float, shown: str) -> bool:
    """Whether what is shown is the value, at the precision in which it is shown (signs of sizes left out)."""
    text = re.sub(r"(st|nd|rd|th)$", "", shown).replace(",", "").replace("−", "-").replace("+", "")
    scale = 100 if text.endswith("%") else 1
    text = text.rstrip("%")
    decimals = len(text.split(".")[1]) if "." in text else 0
    half = 0.5 * 10**-decimals + 1e-9
    return abs(abs(value) * scale - abs(float(text))) <= half


def test_a_log_that_takes_nothing_leaves_no_document(little, tmp_path, monkeypatch):
    from django.db import DatabaseError

    from joinedup.log.models import Act

    def full(self, *args, **kwargs):
        if self.what.startswith("Strategic assessment"):
            raise DatabaseError("disk full")
        return save(self, *args, **kwargs)

    save = Act.save
    monkeypatch.setattr(Act, "save", full)
    target = tmp_path / "a.html"
    with pytest.raises(NotPermitted, match="log could not be written"):
        write(little, acting_viewer("ann"), area="Northreach", period=little_partnership.PERIOD, out=[target])
    assert not target.exists()
