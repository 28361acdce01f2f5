"""Requests for information in Chromium: accessible, fitting, and asked and answered by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from sampling import sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
WIDE, NARROW = (1280, 900), (390, 844)


def reached(page, locator):
    """Move by Tab until this has the focus, as somebody without a mouse does."""
    for _turn in range(80):
        if locator.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("It cannot be reached by Tab")


def test_a_request_is_asked_and_answered_by_keyboard_on_a_narrow_screen(
    visit, assert_accessible, assert_fits
):
    page = visit("councillor", NARROW)
    page.watch.expect("422")
    page.goto("/")
    assert_fits(page)
    reached(page, page.get_by_role("main").get_by_role("link", name="Ask for information"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ask for information")
    assert_accessible(page)
    assert_fits(page)
    question = page.get_by_label("What do you want to know?")
    reached(page, question)
    page.keyboard.type("What did Mr Bloggs do?")
    page.keyboard.press("Tab")
    page.keyboard.type("The panel")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Error: "))
    assert_accessible(page)
    assert_fits(page)
    reached(page, page.get_by_role("alert").get_by_role("link"))
    page.keyboard.press("Enter")
    expect(question).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("How many fires were lit in May?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("day 0 of 28")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    address = page.url

    page = visit("analyst", NARROW)
    page.watch.expect("422")
    page.goto(address)
    assert_accessible(page)
    assert_fits(page)
    reached(page, page.get_by_label("The answer in words"))
    page.keyboard.type("Twelve, fewer than in April.")
    reached(page, page.get_by_role("button", name="Send the answer"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not stated that this one is")
    assert_accessible(page)
    expect(page.get_by_label("The answer in words")).to_have_value("Twelve, fewer than in April.")
    reached(page, page.get_by_label("I have read the answer"))
    page.keyboard.press("Space")
    reached(page, page.get_by_role("button", name="Send the answer"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("answered on day 0 of 28")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("size", sampled([NARROW, WIDE], 2))
def test_the_list_and_an_answer_are_accessible_and_fit(visit, assert_accessible, assert_fits, size):
    page = visit("analyst", size)
    page.goto("/requests/")
    expect(page.get_by_text("5 days late")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("link", name="Request 1", exact=True).click()
    expect(page.get_by_role("heading", name="The answer", exact=True)).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("link", name="Anti-social behaviour, Middlesbrough").last.click()
    expect(page).to_have_url(re.compile("/intelligence/.measure=|/intelligence/.form=rate"))
    expect(page.get_by_role("link", name="Ask about this")).to_be_visible()
