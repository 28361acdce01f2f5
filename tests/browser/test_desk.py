"""The desk in Chromium: accessible, fitting and reached by keyboard from the data's tabs."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("role", ["analyst", "councillor"])
def test_the_desk_is_accessible_and_fits(visit, assert_accessible, assert_fits, role):
    for size in ((1280, 900), (390, 844)):
        page = visit(role, size)
        page.goto("/data/")
        tab = page.get_by_role("navigation", name="Data", exact=True).get_by_role("link", name="Desk")
        tab.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Desk")
        assert_accessible(page)
        assert_fits(page)
