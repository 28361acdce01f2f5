"""The shell's pages, on two real months of one feed: every row accounted for, nothing inline."""

import csv
import gzip
import html
import io
import re
from html.parser import HTMLParser

import pytest

from joinedup.demo import open_data
from joinedup.feeds.library import OWN

FEED = "police-uk-stop-and-search"
ASSESSMENT = "assessment-testshire-2024-04-to-2025-03"
PAGE = "<!doctype html><html lang=en><title>Strategic assessment: Testshire &amp; Vale</title><p>Text</p>"


class Cells(HTMLParser):
    """The text of every table row of a page, cell by cell."""

    def __init__(self, page):
        super().__init__()
        self.rows, self._cell = [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self._cell = []

    def handle_endtag(self, tag):
        if tag in {"td", "th"} and self._cell is not None:
            self.rows[-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data):
        if self._cell is not None:
            self._cell.append(data)


def rows_of(page):
    return Cells(page.content.decode()).rows


def number(text):
    return int(text.replace(",", ""))


def rows_in_the_file(month):
    file = next(f for f in open_data.police_files() if f.feed == FEED and f.path.name.startswith(month))
    with gzip.open(file.path, "rt", encoding="utf-8") as text:
        return sum(1 for _ in csv.DictReader(io.StringIO(text.read())))


def test_every_row_of_a_file_is_accounted_for_on_its_page(analyst_at):
    listed = {row[2]: row for row in rows_of(analyst_at.get("/data/")) if len(row) == 11}
    for month, words in (("2024-05", "May 2024"), ("2024-07", "July 2024")):
        listing = listed[words]
        rows_in, *parts = (number(cell) for cell in listing[4:10])
        assert rows_in == rows_in_the_file(month)
        assert rows_in == sum(parts)
        page = analyst_at.get(f"/data/deliveries/{listing[0].removeprefix('Delivery ')}/")
        told = {row[0]: row[2] for row in rows_of(page) if len(row) == 4}
        assert number(told["Rows in"]) == rows_in
        names = ("Accepted", "Unchanged", "Revised", "Quarantined", "Set aside")
        assert [number(told[name]) for name in names] == parts


def test_a_field_s_given_unknown_and_missing_cells_are_all_its_rows(analyst_at, delivered):
    from joinedup.records import RecordBook

    row = RecordBook(delivered).deliveries()[0]
    page = analyst_at.get(f"/data/deliveries/{row.number}/")
    fields = {cells[0]: cells for cells in rows_of(page) if len(cells) == 6 and cells[0] != "Field"}
    assert "gender" in fields
    for cells in fields.values():
        assert sum(number(cell) for cell in cells[2:5]) == row.rows_in - sum(row.set_aside.values())


def test_the_calendar_tells_a_missing_month_from_one_that_is_in(analyst_at):
    [year] = [row for row in rows_of(analyst_at.get("/data/")) if row[0] == "2024"]
    assert "May 2024: delivered" in year[5]
    assert year[6] == "missing"
    assert "July 2024: delivered" in year[7]
    assert "not delivered" in year[4]
    assert "not delivered" in year[8]


def test_of_many_feeds_there_is_a_line_each_and_the_calendar_of_the_one_chosen(analyst_at, monkeypatch):
    monkeypatch.setattr("joinedup.hub.views.data.CALENDARS", 0)
    [line] = [row for row in rows_of(analyst_at.get("/data/")) if "2 of 3 months" in row]
    assert "late" in line[-1]
    [year] = [row for row in rows_of(analyst_at.get(f"/data/?feed={FEED}")) if row[0] == "2024"]
    assert year[6] == "missing"


def test_the_list_can_be_narrowed_to_a_feed_and_takes_no_nonsense(analyst_at):
    for query in (f"feed={FEED}", "feed=nonsense", "page=999", "page=x"):
        page = analyst_at.get(f"/data/?{query}")
        assert len([row for row in rows_of(page) if len(row) == 11]) == 3
        told = "No feed of that name is here for you, so all feeds are shown." in page.content.decode()
        assert told == (query == "feed=nonsense")
    assert analyst_at.get("/data/deliveries/999/").status_code == 404


def test_home_leads_to_questions_the_data_can_answer_and_says_how_fresh_it_is(analyst_at):
    page = analyst_at.get("/").content.decode()
    assert "measure=stop-and-search" in page or "measure=stops-and-searches" in page
    assert "July 2024" in page
    assert "joinedup – Testshire</title>" in page


@pytest.mark.parametrize("role", ["analyst", "practitioner", "councillor", "administrator"])
def test_an_empty_workspace_says_what_to_do_first(signed_in, role):
    for address in ("/", "/data/", "/documents/", "/measures/"):
        page = signed_in(role).get(address)
        assert page.status_code == 200, address
    assert "joinedup deliver FEED FILE" in signed_in(role).get("/data/").content.decode()


def test_every_measure_says_what_it_means_and_shows_its_sql(analyst_at):
    from joinedup.measures import catalogue

    listed = analyst_at.get("/measures/").content.decode()
    for measure in catalogue().values():
        assert f'href="/measures/{measure.name}/"' in listed
        page = html.unescape(analyst_at.get(f"/measures/{measure.name}/").content.decode())
        assert "SELECT" in page
        assert measure.title in page
    assert analyst_at.get("/measures/no-such-measure/").status_code == 404


def test_own_measures_stand_where_others_do_and_are_marked(delivered, analyst_at):
    from joinedup.accounts import acting_viewer
    from joinedup.release.own_measures import add
    from own_measures import OPEN, put

    file = put(delivered.measures_folder, OPEN, "own-thefts")
    try:
        add(delivered, acting_viewer("analyst"), file)
        listed = html.unescape(analyst_at.get("/measures/").content.decode())
        assert 'href="/measures/own-thefts/"' in listed and "the partnership's own" in listed
        page = html.unescape(analyst_at.get("/measures/own-thefts/").content.decode())
        assert "the partnership's own" in page and "Version 1 (" in page and "The first." in page
        changed = OPEN.replace("version = 1", 'version = 2\nchange = "Fewer."').replace(
            ", 'bicycle-theft')", ")"
        )
        add(delivered, acting_viewer("analyst"), put(delivered.measures_folder, changed, "own-thefts"))
        newer = html.unescape(analyst_at.get("/measures/own-thefts/").content.decode())
        assert "Version 2 (" in newer and "Fewer." in newer
    finally:
        file.unlink()
    assert "own-thefts" not in analyst_at.get("/measures/").content.decode()


def test_no_page_holds_a_style_or_script_of_its_own(analyst_at):
    for address in ("/", "/data/", "/data/deliveries/1/", "/documents/", "/measures/", "/nowhere/"):
        page = analyst_at.get(address).content.decode()
        assert not re.search(r"<[^>]+\sstyle\s*=", page), address
        assert not re.search(r"<[^>]+\son[a-z]+\s*=", page), address
        assert "<style" not in page
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page)), address


def test_roles_are_named_in_the_readers_language(hub, signed_in, monkeypatch):
    assert "Signed in as <strong>Robin Councillor</strong>, councillor" in _page(signed_in("councillor"))
    monkeypatch.setattr("django.utils.translation._trans.gettext", lambda words: f"translated {words}")
    page = _page(signed_in("councillor"))
    assert page.count("translated councillor") == 2


def _page(browser):
    return browser.get("/documents/").content.decode()


@pytest.fixture
def with_documents(hub):
    """Documents in the workspace, among things that are none."""
    folder = hub.documents_folder
    (folder / f"{ASSESSMENT}.html").write_text(PAGE, encoding="utf-8")
    (folder / f"{ASSESSMENT}.pdf").write_bytes(b"%PDF-1.7 ...")
    (folder / "notes.txt").write_text("not a document", encoding="utf-8")
    (hub.folder / "secret.html").write_text("<title>Secret</title>", encoding="utf-8")
    (folder / "linked.html").symlink_to(hub.folder / "secret.html")
    return hub


def test_a_document_is_read_in_a_sandbox_and_the_reading_is_logged(with_documents, signed_in):
    from joinedup.log.models import Act

    shelf = signed_in().get("/documents/").content.decode()
    assert "Strategic assessment: Testshire &amp; Vale" in shelf
    assert "notes" not in shelf
    page = signed_in().get(f"/documents/{ASSESSMENT}/")
    assert b"".join(page.streaming_content).decode() == PAGE
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'")
    assert "script-src" not in policy
    file = signed_in().get(f"/documents/{ASSESSMENT}/pdf")
    assert file.headers["Content-Disposition"] == f'attachment; filename="{ASSESSMENT}.pdf"'
    acts = Act.objects.filter(kind="disclosure").order_by("id")
    assert [act.detail["file"] for act in acts] == [f"{ASSESSMENT}.html", f"{ASSESSMENT}.pdf"]
    assert {act.username for act in acts} == {"analyst"}


def test_if_the_log_cannot_be_written_no_document_is_shown(with_documents, signed_in, monkeypatch):
    import logging

    def broken(*_args, **_kwargs):
        raise RuntimeError("no log")

    monkeypatch.setattr("joinedup.hub.views.documents.record_act", broken)
    logging.disable(logging.CRITICAL)
    try:
        page = signed_in().get(f"/documents/{ASSESSMENT}/")
    finally:
        logging.disable(logging.NOTSET)
    assert page.status_code == 500
    assert b"Vale" not in page.content


@pytest.mark.parametrize(
    "name",
    ["linked", "notes", "../secret", "..%2Fsecret", "%2e%2e%2fsecret", ".", "..", "secret", "%00", "answers"],
)
def test_nothing_outside_the_documents_folder_can_be_read(with_documents, signed_in, name):
    for address in (f"/documents/{name}/", f"/documents/{name}/html", f"/documents/{name}/pdf"):
        page = signed_in().get(address, follow=True)
        assert page.status_code == 404 or b"Secret" not in page.content
        assert b"<title>Secret" not in page.content


def test_where_documents_may_hold_closed_data_only_those_who_see_all_of_it_read_them(
    with_documents, signed_in
):
    text = (OWN / "police-uk-street.toml").read_text(encoding="utf-8")
    closed = text.replace('sensitivity = "open"', 'sensitivity = "official"')
    assert closed != text
    (with_documents.contracts_folder / "police-uk-street.toml").write_text(closed, encoding="utf-8")
    address = f"/documents/{ASSESSMENT}/"
    assert signed_in("analyst").get(address).status_code == 200
    for role in ("councillor", "administrator"):
        page = signed_in(role).get(address)
        assert page.status_code == 403
        assert b"Vale" not in page.content
        assert "closed data" in page.content.decode()
        assert f"{ASSESSMENT}/" not in signed_in(role).get("/documents/").content.decode()
        assert f"{ASSESSMENT}/" not in signed_in(role).get("/").content.decode()
