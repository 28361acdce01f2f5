"""What is seen first: feeds that are late or have ended, questions with their years, a command to copy."""

import html
import re
import shlex

import pytest

from joinedup.accounts import acting_viewer
from joinedup.cli.verbs.document import assessment
from joinedup.demo import open_data
from joinedup.demo.build import RECEIPT_NOTE
from joinedup.feeds import deliver
from joinedup.hub import application
from joinedup.workspace import SETTINGS_FILE, Workspace


def text_of(page):
    """The page's words, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.content.decode())).split())


@pytest.fixture
def with_reports(hub):
    """A workspace with the street reports of 2018 to 2020, whose feed has ended."""
    [file] = open_data.street_report_files()
    deliver(hub, file.feed, file.path, by=acting_viewer("analyst"), received_at=file.received_at)
    return hub


@pytest.mark.parametrize("address", ["/", "/data/"])
def test_a_feed_that_is_late_says_so_in_words(analyst_at, address):
    assert "late nothing since 30 August 2024, expected monthly" in text_of(analyst_at.get(address))


@pytest.mark.parametrize("address", ["/", "/data/"])
def test_a_feed_that_has_ended_is_not_late(with_reports, signed_in, address):
    said = text_of(signed_in().get(address))
    assert "ended on 31 December 2020" in said
    assert "nothing since" not in said


def test_a_question_about_an_ended_feed_names_its_years_and_its_caveat(with_reports, signed_in):
    page = signed_in().get("/")
    said = text_of(page)
    assert "Which districts had the highest rate of reports of street problems (2018 to 2020)?" in said
    assert "how much people use this one website" in said
    assert "from=2018-01&to=2020-12" in html.unescape(page.content.decode())


def test_what_a_contract_says_to_keep_in_mind_stands_with_its_feed(with_reports, signed_in):
    for address in ("/data/", "/data/deliveries/1/"):
        assert "Counts what people chose to report through one website" in text_of(signed_in().get(address))


def test_the_command_for_an_assessment_can_be_copied_as_it_stands(analyst_at):
    [command] = re.findall(r"<pre[^>]*><code>(.*?)</code>", analyst_at.get("/documents/").content.decode())
    words = shlex.split(html.unescape(command))
    assert words == ["joinedup", "document", "assessment", "partnership", "--period", "2023-08..2024-07"]
    assessment.make_context("assessment", words[3:])


def test_before_the_first_delivery_no_command_is_shown_that_could_not_work(hub, signed_in):
    said = text_of(signed_in().get("/documents/"))
    assert "joinedup document" not in said
    assert "after the first delivery" in said


@pytest.mark.parametrize("address", ["/data/", "/data/deliveries/1/"])
def test_what_the_workspace_says_of_its_dates_of_receipt_stands_with_them(with_reports, signed_in, address):
    assert "dates of receipt" not in text_of(signed_in().get(address))
    settings = with_reports.folder / SETTINGS_FILE
    settings.write_text(settings.read_text().replace('note = ""', f'note = "{RECEIPT_NOTE}"'))
    application(Workspace.open(with_reports.folder))
    assert "dates of receipt are assumed" in text_of(signed_in().get(address))


def test_measures_are_named_in_the_readers_language(analyst_at, monkeypatch):
    from joinedup.measures import translating

    assert "Stop and search" in text_of(analyst_at.get("/measures/stop-and-search/"))
    monkeypatch.setattr("joinedup.measures.translating._", lambda words: f"«{words}»")
    translating.in_language.cache_clear()
    try:
        said = text_of(analyst_at.get("/measures/stop-and-search/"))
    finally:
        translating.in_language.cache_clear()
    assert "«Stop and search»" in said
    assert "«It counts searches, not people: one person may be searched several times.»" in said
