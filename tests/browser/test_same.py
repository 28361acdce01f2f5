"""Who is the same, in Chromium, with the keyboard alone: a reason, pairs, decisions, a change."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import expect

from joinedup.people.reviewing import decide
from joinedup.terms import Role
from paired_town import FEEDS, build_paired, drawn, linked
from sampling import sampled
from watched_town import agree, viewer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
SIZES = sampled([(390, 844), (1280, 900)], 2)
PAIRS = (
    ("Ann Zeal", "Anne Zeal"),
    ("Ann Zeal", "ann  zeal"),
    ("ann  zeal", "Anne Zeal"),
    ("Cy Abel", "Anne Zeal"),
)
VERDICTS = {"3": "Not the same person", "4": "Cannot tell"}


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Both sizes, each in a town of its own."""
    return request.param


@pytest.fixture
def folder(tmp_path: Path, size: tuple[int, int]) -> Path:
    """A town with four pairs, shared with the people at the browser."""
    made = build_paired(tmp_path)
    for feed in ("complaints", "releases"):
        agree(feed, version=2, to=("browser-tests", "team"))
    numbers = drawn(made, *PAIRS)
    decide(numbers[0], "same", feeds=FEEDS, by=viewer("team", Role.ANALYST))
    decide(numbers[1], "same", feeds=FEEDS, by=viewer("team", Role.ANALYST))
    made.close()
    return made.folder


@pytest.fixture
def judged_folder(tmp_path: Path) -> Path:
    """A town of which every pair of its people was drawn and decided, one of them as past telling."""
    made = build_paired(tmp_path)
    for feed in ("complaints", "releases"):
        agree(feed, version=2, to=("browser-tests", "team"))
    names = ("Ann Zeal", "Anne Zeal", "ann  zeal", "Bob Young", "Cy Abel", "Rob Young")
    linked(made, {name: number for number, name in enumerate(names)})
    numbers = drawn(made, *combinations(names, 2), stratum=2)
    for number, verdict in zip(numbers, ["unsure", "different", *["same"] * 13], strict=True):
        decide(number, verdict, feeds=FEEDS, by=viewer("team", Role.ANALYST))
    made.close()
    return made.folder


def tab_to(page, element) -> None:
    """Tab from where the keyboard is until an element has it."""
    for _ in range(80):
        if element.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not reach it")


def test_pairs_are_decided_with_the_keyboard_alone(
    folder: Path, size: tuple[int, int], visit_hub_of: Callable, assert_accessible, assert_fits
):
    with visit_hub_of(folder) as visit:
        page = visit("analyst", size)

        def looked_at(name: str) -> None:
            assert_accessible(page)
            assert_fits(page)
            _picture(page, f"{name}-{size[0]}")

        def press(role: str, name: str, key: str = "Enter") -> None:
            tab_to(page, page.get_by_role(role, name=name))
            page.keyboard.press(key)

        page.watch.expect("422")
        page.goto("/data/")
        press("link", "Who is the same")
        expect(page.get_by_role("heading", name="2 pairs wait")).to_be_visible()
        looked_at("same-first")
        press("button", "Look at the next pair")
        expect(page.get_by_role("alert")).to_contain_text("Write why you need to see them")
        looked_at("same-no-reason")
        tab_to(page, page.get_by_label("Why do you need to see who they are?"))
        page.keyboard.type("The caseload of March")
        press("button", "Look at the next pair")
        for turn, _ in enumerate(VERDICTS, start=1):
            title = page.get_by_role("heading", level=1)
            expect(title).to_contain_text("one person or two?")
            number = title.inner_text().split(":")[0].removeprefix("Pair ")
            table = page.get_by_role("table", name="Two records side by side")
            expect(table.get_by_role("rowheader")).to_have_text(
                ["Owner", "Feed", "Role", "When", "Name", "Known as", "Date of birth"]
            )
            expect(table.get_by_role("row").filter(has_text="differs").first).to_contain_text("≠")
            name = table.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Name", exact=True))
            left, right = (name.get_by_role("cell").nth(side).bounding_box() for side in (0, 1))
            assert left["y"] == right["y"] and left["x"] < right["x"], "the two stand side by side"
            assert "bits" not in page.content()
            looked_at(f"same-blind-{turn}")
            press("button", f"{VERDICTS[number]} (pair {number})")
            expect(page.get_by_text(f"Pair {number} is decided: {VERDICTS[number].lower()}")).to_be_visible()
        expect(page.get_by_text("No pair waits for you now.")).to_be_visible()
        expect(page.get_by_role("heading", name="No pair waits")).to_be_visible()
        looked_at("same-queue")
        expect(page.get_by_role("heading", name="Decisions that contradict each other")).to_be_visible()
        press("link", "Look again or change pair 3")
        expect(page.get_by_text("this pair a weight of")).to_be_visible()
        looked_at("same-decided")
        tab_to(page, page.get_by_role("radio", name="not the same person"))
        page.keyboard.press("ArrowUp")
        expect(page.get_by_role("radio", name="the same person", exact=True)).to_be_checked()
        tab_to(page, page.get_by_label("Why it is changed"))
        page.keyboard.type("Anne Zeal said so")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Give the reason without a name")
        looked_at("same-refused")
        tab_to(page, page.get_by_label("Why it is changed"))
        page.keyboard.press("Control+A")
        page.keyboard.type("a look at the file")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Decided: the same person")).to_be_visible()
        looked_at("same-changed")
        page.watch.check()


def test_for_whom_the_linkage_is_how_good_is_read_at_any_size(
    judged_folder: Path, size: tuple[int, int], visit_hub_of: Callable, assert_accessible, assert_fits
):
    with visit_hub_of(judged_folder) as visit:
        page = visit("analyst", size)
        page.goto("/data/same/")
        expect(page.get_by_role("heading", name="For whom it is how good")).to_be_visible()
        sex = page.get_by_role("table", name="Sex").get_by_role("row").filter(has_text="not recorded")
        expect(sex.get_by_role("cell").nth(0)).to_contain_text("14")
        expect(sex).to_contain_text("92.9%")  # 13 of 14
        expect(sex).to_contain_text("86.7% to 93.3% with those nobody could tell")
        age = page.get_by_role("table", name="Age band").get_by_role("row").filter(has_text="not recorded")
        expect(age.get_by_text("too few decisions")).to_have_count(2)
        assert_accessible(page)
        assert_fits(page)
        _picture(page, f"same-groups-{size[0]}")
        page.watch.check()


def _picture(page, name: str) -> None:
    """A picture for whoever looks at the pages themselves: ``JOINEDUP_PICTURES=folder``."""
    if folder := os.environ.get("JOINEDUP_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
