"""Reporting in Chromium: by keyboard, on the map, where the device is, and what goes wrong on the way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from sampling import sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
NUMBERS = re.compile(r"^5\d\.\d{5}, -[01]\.\d{5}$")


@pytest.mark.parametrize(
    "size", sampled([(390, 844), (1280, 900)], 2), ids=lambda size: f"{size[0]}x{size[1]}"
)
def test_a_councillor_reports_with_a_slip_first(visit, assert_accessible, assert_fits, size):
    page = visit("councillor", size)
    page.watch.expect("422")
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report what you see")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_label("What happened?").fill("Bikes on the field")
    page.get_by_role("button", name="Send the report").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("alert")).to_contain_text("Who saw it? Answer this question.")
    assert_accessible(page)
    assert_fits(page)
    expect(page.get_by_label("What happened?")).to_have_value("Bikes on the field")
    page.get_by_role("link", name="Who saw it? Answer this question.").click()
    page.keyboard.press("Space")
    expect(page.get_by_label("Councillor", exact=True)).to_be_checked()
    page.get_by_label("What is it about?").select_option(label="Off-road bikes or vehicles")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you: your report was sent")
    expect(page.get_by_text(re.compile(r"^R-\w{4}-\w{4}$"))).to_be_visible()
    assert_accessible(page)
    assert_fits(page)


def test_the_place_is_chosen_on_the_map_by_mouse_and_by_keyboard(visit, assert_accessible, assert_fits):
    page = visit("councillor", (1280, 900))
    page.goto("/report/councillor-reports/")
    field = page.get_by_label("Where is that on the map?")
    opener = page.get_by_role("button", name="Choose it on the map")
    opener.focus()
    page.keyboard.press("Enter")
    canvas = page.locator("[data-place-canvas]")
    expect(canvas).to_have_attribute("data-state", "drawn", timeout=60_000)
    assert_accessible(page)
    assert_fits(page)
    canvas.click(position={"x": 300, "y": 180})
    expect(field).to_have_value(NUMBERS)
    by_mouse = field.input_value()
    page.get_by_role("button", name="Choose the centre of the map").focus()
    page.keyboard.press("Enter")
    expect(field).to_have_value(NUMBERS)
    expect(field).not_to_have_value(by_mouse)
    whole = field.input_value()
    page.get_by_label("In which ward?").select_option(index=3)  # the map goes there
    page.get_by_role("button", name="Choose the centre of the map").click()
    expect(field).not_to_have_value(whole)
    expect(page.get_by_role("status").filter(has_text="Chosen:")).to_be_visible()


def test_a_device_that_does_not_say_where_it_is(visit):
    page = visit("councillor", (390, 844))
    page.goto("/report/councillor-reports/")
    page.get_by_role("button", name="I am there now").click()
    expect(page.get_by_text("This device does not say where it is.")).to_be_visible()
    expect(page.get_by_label("Where is that on the map?")).to_have_value("")
