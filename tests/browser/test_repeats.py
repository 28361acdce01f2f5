"""Repeats and the nomination list, in Chromium, with the keyboard alone: chosen, asked, answered."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from joinedup.workspace import Workspace
from nominated_town import PERIOD, nominated
from repeating_town import Repeating
from sampling import sampled
from tiny_town import build_town

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
SLOW = 60_000
"""Milliseconds that a first answer may take on a busy machine."""
SIZES = sampled([(390, 844), (1280, 900)], 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A town in which four are nominated; everything is shared with the people at the browser."""
    made = Workspace.open(build_town(tmp_path))
    nominated(Repeating(made))
    made.close()
    return made.folder


def tab_to(page: Page, element) -> None:
    """Tab from where the keyboard is until an element has it."""
    for _ in range(120):
        if element.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not reach it")


def press(page: Page, role: str, name: str, key: str = "Enter") -> None:
    """Tab to a link, button or box and press a key."""
    tab_to(page, page.get_by_role(role, name=name, exact=True))
    page.keyboard.press(key)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_definition_and_a_list_are_asked_with_the_keyboard_alone(
    folder: Path, size: tuple[int, int], visit_hub_of: Callable, assert_accessible, assert_fits
):
    with visit_hub_of(folder) as visit:
        page = visit("analyst", size)

        def looked_at(name: str) -> None:
            assert_accessible(page)
            assert_fits(page)
            _picture(page, f"{name}-{size[0]}")

        page.watch.expect("422")
        page.goto("/")
        press(page, "link", "Repeats")
        expect(page.get_by_role("heading", name="Callers")).to_be_visible()
        looked_at("repeats-all")
        press(page, "link", "Repeat caller: three or more within two months")
        expect(page.get_by_role("heading", name="Count", exact=True)).to_be_visible()
        assert page.get_by_role("table").count() == 0
        tab_to(page, page.get_by_label("From"))
        page.keyboard.type("May 2024")
        press(page, "button", "Count")
        expect(page.get_by_role("heading", name="In May 2024 to June 2024")).to_be_focused(timeout=SLOW)
        table = page.get_by_role("table", name="How many repeat")
        row = table.get_by_role("row").filter(has_text="People who repeat")
        expect(row.get_by_role("cell").nth(2)).to_contain_text("1 of 1")
        looked_at("repeats-counted")
        page.goto("/repeats/")
        press(page, "link", "Nominations")
        tab_to(page, page.get_by_label("Two months", exact=True))
        page.keyboard.type("May 2024")
        assert page.get_by_label("Two months", exact=True).input_value() == PERIOD
        press(page, "button", "Show the list")
        expect(page.get_by_role("alert")).to_contain_text("Write why you need the list")
        looked_at("nominations-no-reason")
        press(page, "link", "Write why you need the list")
        page.keyboard.type("the group of July")
        page.keyboard.press("Enter")
        heading = page.get_by_role("heading", name="4 nominations, May 2024 to June 2024")
        expect(heading).to_be_focused(timeout=SLOW)
        assert page.url.endswith("/repeats/nominations/") and page.get_by_role("table").count() >= 1
        listed = page.get_by_role("table", name="4 nominations, May 2024 to June 2024")
        expect(listed.get_by_role("row")).to_have_count(5)
        looked_at("nominations-listed")
        other = listed.get_by_role(
            "link", name=re.compile(r"^number \d$")
        ).first  # of one who is in a pair too
        tab_to(page, other)
        number = other.inner_text().removeprefix("number ")
        page.keyboard.press("Enter")
        assert page.url.endswith(f"#nominee-{number}")
        page.emulate_media(media="print")
        expect(page.get_by_text("hand this paper to nobody outside it")).to_be_visible()
        expect(page.get_by_role("button", name="Show the list")).to_be_hidden()
        page.watch.check()


def _picture(page: Page, name: str) -> None:
    """A picture for whoever looks at the pages themselves: ``JOINEDUP_PICTURES=folder``."""
    if folder := os.environ.get("JOINEDUP_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
