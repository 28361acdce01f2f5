"""Finding a person, in Chromium, with the keyboard alone and without JavaScript: asked, refused, found."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from paired_town import build_paired, linked
from sampling import sampled
from watched_town import agree

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
WIDE, NARROW = (1280, 900), (390, 844)
PEOPLE = {"Ann Zeal": 1, "Anne Zeal": 1, "ann  zeal": 2, "Bob Young": 3, "Cy Abel": 4}
WHY = "a check before a visit"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A town whose people are linked, shared with the people at the browser."""
    made = build_paired(tmp_path)
    for feed in ("complaints", "releases"):
        agree(feed, version=2, to=("browser-tests", "team"))
    linked(made, PEOPLE)
    made.close()
    return made.folder


def tab_to(page: Page, element) -> None:
    """Tab from where the keyboard is until an element has it."""
    for _ in range(80):
        if element.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not reach it")


def fill(page: Page, label: str, words: str) -> None:
    """Write into a field that the keyboard reaches, in the place of what is there."""
    tab_to(page, page.get_by_label(label))
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def press(page: Page, role: str, name: str) -> None:
    """Tab to a link or button and press Enter."""
    tab_to(page, page.get_by_role(role, name=name))
    page.keyboard.press("Enter")


@pytest.mark.parametrize("size", sampled([NARROW, WIDE], 2), ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_person_is_found_with_the_keyboard_alone(
    folder: Path, size: tuple[int, int], visit_hub_of: Callable, assert_accessible, assert_fits
):
    with visit_hub_of(folder) as visit:
        page = visit("analyst", size)

        def looked_at(name: str) -> None:
            assert_accessible(page)
            assert_fits(page)
            assert page.url.endswith("/data/same/find/") or page.url.endswith("/data/same/find/record/")
            assert "Zeal" not in page.title() and "Zeal" not in page.url
            _picture(page, f"{name}-{size[0]}")

        page.watch.expect("422")
        page.goto("/data/same/")
        press(page, "link", "Find a person by name")
        expect(page.get_by_role("heading", name="Whom do you look for?")).to_be_visible()
        looked_at("find-first")
        press(page, "button", "Find")
        summary = page.get_by_role("alert")
        expect(summary.get_by_role("link")).to_have_text(
            ["Write the name of whom you look for", "Write why you need to look"]
        )
        assert page.title().startswith("Error:")
        looked_at("find-nothing-given")
        press(page, "link", "Write the name of whom you look for")
        expect(page.get_by_label("Name", exact=True)).to_be_focused()
        page.keyboard.type("Zeal, Anna")
        fill(page, "Born (if you know)", "3 2 1980")
        fill(page, "Why do you look for them?", "whether Anna is back")
        page.keyboard.press("Enter")
        expect(summary).to_contain_text("The reason says whom you look for")
        expect(page.get_by_label("Why do you look for them?")).to_have_accessible_description(
            re.compile(
                "^It is written to the log .* Error: The reason says whom you look for, and it is kept"
            )
        )
        looked_at("find-refused")
        fill(page, "Why do you look for them?", WHY)
        page.keyboard.press("Enter")
        heading = page.get_by_role("heading", name="2 people have names like it")
        expect(heading).to_be_focused()
        table = page.get_by_role("table", name="2 people have names like it")
        expect(table.get_by_role("row")).to_have_count(3)
        expect(table.get_by_role("row").nth(1)).to_contain_text("the same day")
        looked_at("find-found")
        press(page, "button", "Show what it says of person 1 of the list")
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        expect(page.get_by_text("3 February 1980")).to_be_visible()
        looked_at("find-record")
        press(page, "link", "Look for somebody else")
        expect(page.get_by_role("heading", name="Whom do you look for?")).to_be_visible()
        fill(page, "Name", "Xavier Quint")
        fill(page, "Why do you look for them?", WHY)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Nobody was found")).to_be_focused()
        expect(page.get_by_text("restricted feeds and restricted records")).to_be_visible()
        looked_at("find-nobody")
        page.watch.check()


def test_it_needs_no_script_and_going_back_shows_nothing_that_was_kept(folder: Path, visit_hub_of: Callable):
    with visit_hub_of(folder) as visit:
        page = visit("analyst", WIDE, java_script_enabled=False)
        page.goto("/data/same/find/")
        page.get_by_label("Name", exact=True).fill("Zeal, Anna")
        page.get_by_label("Why do you look for them?").fill(WHY)
        page.get_by_role("button", name="Find").click()
        expect(page.get_by_role("heading", name="2 people have names like it")).to_be_visible()
        page.get_by_role("button", name="Show what it says of person 2 of the list").click()
        expect(page.get_by_role("heading", name="What a record says")).to_be_visible()
        page.goto("/data/same/find/")
        expect(page.get_by_label("Name", exact=True)).to_have_value("")
        page.watch.check()


@pytest.mark.parametrize("size", sampled([NARROW, WIDE], 2), ids=lambda size: f"{size[0]}x{size[1]}")
def test_who_may_not_look_sees_why(
    folder: Path, size: tuple[int, int], visit_hub_of: Callable, assert_accessible, assert_fits
):
    with visit_hub_of(folder) as visit:
        page = visit("councillor", size)
        page.goto("/data/same/find/")
        expect(page.get_by_role("heading", name="You cannot look for anybody")).to_be_visible()
        expect(page.get_by_label("Name", exact=True)).to_have_count(0)
        assert_accessible(page)
        assert_fits(page)
        _picture(page, f"find-may-not-{size[0]}")
        page.watch.check()


def _picture(page: Page, name: str) -> None:
    """A picture for whoever looks at the pages themselves: ``JOINEDUP_PICTURES=folder``."""
    if folder := os.environ.get("JOINEDUP_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
