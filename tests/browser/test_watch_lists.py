"""A watch-list in Chromium: a warden on a phone gives a reason and reads it; an auditor sees who looked."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from joinedup.release.watch_lists import Recipient, add_to_watch_list, make_watch_list
from joinedup.terms import Role
from watched_town import agree, build, day, definition, row, send, viewer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
LONG = "Bartholomew Featherstonehaugh-Winterbourne"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town whose list of complaints is for the practitioners of the people at the browser."""
    made = build(tmp_path_factory.mktemp("watched"))
    send(made, "complaints", row("C1", -4, LONG, alias="Barty") + row("C2", -3, "Cy Abel"))
    agree("complaints", version=2, to=("browser-tests", "team"))
    keeper = viewer("team", Role.COORDINATOR)
    to = (Recipient("browser-tests", Role.PRACTITIONER),)
    details = ("client.full_name", "client.alias", "client.birth_date")
    make_watch_list(made, keeper, definition(recipients=to, details=details))
    add_to_watch_list(made, keeper, "faces", references=["C1", "C2"], why="order", until=day(30))
    made.close()
    return made.folder


def test_a_warden_reads_it_on_a_phone_and_an_auditor_sees_that(
    folder, visit_hub_of, assert_accessible, assert_fits
):
    with visit_hub_of(folder) as visit:
        for size in ((390, 844), (1280, 900)):
            _read(visit("practitioner", size), assert_accessible, assert_fits)
        page = visit("auditor", (390, 844))
        page.goto("/watch-lists/faces/")
        expect(page.get_by_role("button", name="Show the list")).to_have_count(0)
        looks = page.get_by_role("region", name="Table of who saw it")
        expect(looks.get_by_role("row").filter(has_text="test-practitioner")).to_have_count(2)
        assert_accessible(page)
        assert_fits(page)
        for _, watch in visit.contexts:
            watch.check()


def _read(page, assert_accessible, assert_fits):
    page.watch.expect("422")
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Watch-lists").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Watch-lists")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("link", name="Persons of interest").click()
    page.get_by_role("button", name="Show the list").click()
    expect(page.get_by_role("alert")).to_contain_text("Write why you need to see it")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_label("Why do you need to see who is on it?").fill("On patrol tonight")
    page.keyboard.press("Enter")
    table = page.get_by_role("table", name="The complaints")
    expect(table.get_by_role("rowheader")).to_have_text([LONG, "Cy Abel"])
    expect(table.get_by_role("cell", name="3 February 1980").first).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.emulate_media(media="print")
    expect(page.get_by_text("Hand this paper to nobody.")).to_be_visible()
    expect(page.get_by_text("Seen by Robin Practitioner")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    page.emulate_media(media="screen")
