"""The pages of data quality, data gaps and section 17A: the numbers of the file, and a gap shown as a gap."""

import csv
import dataclasses
import gzip
import io
import re
from importlib import resources

import pytest

from joinedup import partnership
from joinedup.demo import open_data
from joinedup.feeds import deliver
from joinedup.hub.data_quality.pictures import Beside
from joinedup.hub.data_quality.sparkline import polylines
from joinedup.hub.views import quality as quality_pages
from joinedup.measures.quality import QualityRow
from joinedup.terms import Period, Role, Viewer

FEED = "police-uk-stop-and-search"
ANALYST = Viewer("analyst", "Robin", Role.ANALYST, "testshire-council")


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def cells(page, first):
    (row,) = re.findall(
        rf"<tr><th scope=\"row\"><code>{first}</code>.*?</tr>", page.content.decode(), re.DOTALL
    )
    return [
        " ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)
    ]


def column_of_the_files(name):
    values = []
    for file in open_data.police_files():
        if file.feed == FEED and file.path.name[:7] in {"2024-05", "2024-07"}:
            with gzip.open(file.path, "rt", encoding="utf-8") as lines:
                values += [row[name] for row in csv.DictReader(io.StringIO(lines.read()))]
    return values


def test_a_field_is_as_complete_as_the_files_are(analyst_at):
    gender = column_of_the_files("Gender")
    complete, _interval, _months, rows, given, _unknown, _refused, empty = cells(
        analyst_at.get("/data/quality/"), "gender"
    )
    assert [int(number.replace(",", "")) for number in (rows, given, empty)] == [
        len(gender),
        sum(bool(value) for value in gender),
        sum(not value for value in gender),
    ]
    assert complete == f"{100 * sum(bool(value) for value in gender) / len(gender):.1f}%"


def test_a_month_that_did_not_come_is_said_in_words_beside_the_small_graph(analyst_at):
    page = analyst_at.get("/data/quality/")
    assert "June 2024: nothing came" in page.content.decode()
    assert "1 month missing" in text_of(page)


def test_nothing_to_judge_says_so(hub, signed_in):
    assert "Nothing has been delivered" in text_of(signed_in("analyst").get("/data/quality/"))
    assert "No gap is in the register" in text_of(signed_in("analyst").get("/data/gaps/"))


@pytest.mark.parametrize("page", ["/data/quality/", "/data/gaps/", "/data/section-17a/", "/data/gaps/1/"])
def test_the_pages_are_for_those_who_signed_in_only(visitor, page):
    assert visitor.get(page).status_code == 302


def test_a_gap_and_its_history_are_shown_with_what_people_wrote_escaped(hub, signed_in):
    partnership.add_gap("3.2.1", "<b>Ethnicity</b> of victims", lead="Police", action="Remind", by=ANALYST)
    partnership.change_gap("3.2.1", by=ANALYST, note="Agreed & minuted")
    register = signed_in("councillor").get("/data/gaps/").content.decode()
    assert "&lt;b&gt;Ethnicity" in register and "<b>Ethnicity" not in register
    page = text_of(signed_in("analyst").get("/data/gaps/3.2.1/"))
    assert "Agreed &amp; minuted" in page and "open since" in page
    assert signed_in("analyst").get("/data/gaps/9.9/").status_code == 404


def test_the_twelve_kinds_stand_in_each_quarter_and_what_came_is_marked(analyst_at):
    page = text_of(analyst_at.get("/data/section-17a/?period=2024-Q2"))
    assert "April 2024 to June 2024 – due by 30 September 2024" in page
    assert page.count("no feed is named") == 12
    wrong = analyst_at.get("/data/section-17a/?period=nonsense")
    assert wrong.status_code == 200 and 'role="alert"' in wrong.content.decode()
    shown = quality_pages.latest_quarters(2).words
    assert f"Shown is {shown}." in text_of(wrong) and f"Nothing has come for {shown}." in text_of(wrong)
    assert "Shown is" not in page


def test_a_feed_that_is_not_there_is_said_not_to_be_and_which_is_shown(analyst_at):
    words = "No feed of that name is here for you. Shown is Stop and search (police.uk)."
    assert words in text_of(analyst_at.get("/data/quality/?feed=nope"))
    for query in ("", "?feed=", f"?feed={FEED}"):
        assert "Shown is" not in text_of(analyst_at.get(f"/data/quality/{query}"))


def test_on_a_phone_each_kind_is_a_card_that_names_what_its_cells_are(analyst_at):
    """Without the headings of a table, which a narrow screen hides, a cell says itself what it is."""
    page = analyst_at.get("/data/section-17a/?period=2024-Q2").content.decode()
    (table,) = re.findall(r"<table.*?</table>", page, re.DOTALL)
    assert "ju-table--stacked" in table
    heads = [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<th scope=\"col\".*?</th>", table)]
    assert heads[:6] == ["Kind", "Information", "Holder", "Feed", "Months in", "State"]
    for row in re.findall(r"<tr role=\"row\"><th scope=\"row\".*?</tr>", table, re.DOTALL):
        assert re.findall(r"<t[hd] [^>]*data-heading=\"([^\"]+)\"", row) == heads


def test_a_kind_without_a_feed_says_how_it_comes_and_which_counts_are_named_for_none(analyst_at):
    before = text_of(analyst_at.get("/data/section-17a/?period=2024-Q2"))
    assert "How a kind without a feed comes" in before and "supplied-counts Counts supplied" in before
    assert "stands with all its rows" not in before
    for kind in (5, 6):
        partnership.assign(kind, "supplied-counts", holder="council-performance", by=ANALYST)
    after = text_of(analyst_at.get("/data/section-17a/?period=2024-Q2"))
    assert "supplied-counts Counts supplied" not in after, "it is named now"
    assert after.count("no feed is named") == 10
    assert "A feed that brings several kinds stands with all its rows at each of them." in after


def test_a_gap_that_nothing_measures_says_so_and_one_that_is_measured_by_what(analyst_at):
    partnership.add_gap("4.2.3", "Reoffending", lead="Police", action="Follow", by=ANALYST)
    register = text_of(analyst_at.get("/data/gaps/"))
    assert "nothing measures it yet" in register
    page = text_of(analyst_at.get("/data/gaps/4.2.3/"))
    assert "Nothing measures it yet" in page and "It stays open until somebody closes it by hand" in page
    assert "--proves 4.2.3" in page and "The latest months" not in page
    standard = partnership.set_standard(
        "completeness", FEED, "gender", threshold=0.95, title="T", lead="Police", action="A", by=ANALYST
    )
    partnership.prove_by("4.2.3", standard, by=ANALYST)
    assert f"Completeness ({FEED} gender): at least 95%" in text_of(analyst_at.get("/data/gaps/"))
    page = text_of(analyst_at.get("/data/gaps/4.2.3/"))
    gender = column_of_the_files("Gender")
    assert "Nothing measures it yet" not in page and "June 2024: nothing came" in page
    assert "at least 95% . It closes when this was met" in page
    months = re.findall(r"(May|July) 2024: [\d.]+% \(([\d,]+) / ([\d,]+)\)", page)
    counted = [[int(number.replace(",", "")) for number in month[1:]] for month in months]
    assert [sum(column) for column in zip(*counted, strict=True)] == [sum(map(bool, gender)), len(gender)]


def test_where_nothing_came_the_register_leads_to_the_latest_quarter_that_has_any(analyst_at):
    partnership.assign(1, FEED, holder="police-force", by=ANALYST)
    nothing = analyst_at.get("/data/section-17a/?period=2025-Q3")
    assert "Nothing has come for July 2025 to September 2025." in text_of(nothing)
    (link,) = re.findall(r'href="(\?period=[^"]+)">July 2024 to September 2024<', nothing.content.decode())
    there = text_of(analyst_at.get(f"/data/section-17a/{link}"))
    assert "July 2024 to September 2024 – due by 31 December 2024" in there
    assert "Nothing has come" not in there
    assert "The police force" in there and "police-force" not in there, "a holder has a name"


def test_a_file_of_a_whole_year_is_named_in_its_quarters_and_its_rows_are_not_counted(
    analyst_at, monkeypatch
):
    year, real = Period.parse("2024"), quality_pages.section_17a
    monkeypatch.setattr(
        quality_pages,
        "section_17a",
        lambda *asked: [
            dataclasses.replace(line, feed=FEED, uncounted=(year,)) if line.kind.number == 2 else line
            for line in real(*asked)
        ],
    )
    page = text_of(analyst_at.get("/data/section-17a/?period=2024-Q2"))
    assert f"– not counted: the file of {year.words}" in page
    assert "how many of them are of each month is not known" in page


def test_a_standard_is_told_by_titles_and_leads_to_the_feed(hub, signed_in):
    partnership.set_standard(
        "completeness", FEED, "gender", threshold=0.9, title="T", lead="Police", action="A", by=ANALYST
    )
    page = signed_in("analyst").get("/data/gaps/").content.decode()
    assert f'<a href="/data/quality/?feed={FEED}">Stop and search (police.uk)</a>' in page
    assert "<td>Completeness" in page


def test_the_small_graph_breaks_where_nothing_came():
    first, second = polylines([0.0, 1.0, None, 0.5])
    assert first.split() == ["2.0,26.0", "40.7,2.0"]
    assert len(second.split()) == 2, "a single month is a stroke that can be seen"
    assert polylines([None, None]) == []


@pytest.fixture
def twice(hub):
    """A hub whose one real month came from two feeds, and an earlier month of one of them only."""
    contract = resources.files("joinedup.feeds").joinpath("contracts", f"{FEED}.toml").read_text()
    copy = contract.replace(f'name = "{FEED}"', 'name = "copied-stops"').replace(
        'title = "Stop and search (police.uk)"', 'title = "The same stops"'
    )
    (hub.contracts_folder / "copied-stops.toml").write_text(copy)
    for feed, months in ((FEED, ("2024-04", "2024-05")), ("copied-stops", ("2024-05",))):
        for file in open_data.police_files():
            if file.feed == FEED and file.path.name.startswith(months):
                deliver(hub, feed, file.path, by=ANALYST, received_at=file.received_at)
    return hub


def test_overlap_with_another_feed_stands_beside_what_chance_gives(twice, signed_in):
    page = signed_in("analyst").get("/data/quality/", {"feed": "copied-stops"})
    table = page.content.decode().split('aria-labelledby="overlap"')[1]
    (line,) = re.findall(r"<tbody>(.*?)</tbody>", table, re.DOTALL)
    other, overlap, _, counted, chance, _, verdict = [
        " ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[hd].*?</t[hd]>", line)
    ]
    located, of_them = counted.split(" / ")
    assert (other, overlap, verdict) == ("Stop and search (police.uk)", "100%", "More than chance")
    assert located == of_them and chance != "–"


def test_an_overlap_that_chance_gives_too_is_said_to_be_no_more():
    def row(lower, upper):
        return QualityRow("a", "s", "o", "b", Period.parse("2024-05"), 5, 10, 0.5, lower, upper)

    assert Beside("b", row(0.3, 0.7), row(0.1, 0.29)).beyond_chance
    assert not Beside("b", row(0.3, 0.7), row(0.1, 0.31)).beyond_chance
    assert not Beside("b", row(0.3, 0.7), None).beyond_chance
