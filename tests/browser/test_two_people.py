"""Approvals and broken glass in Chromium: by keyboard, fitting, accessible."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from joinedup.accounts import (
    Asked,
    Seconder,
    add_agency,
    add_user,
    open_glass,
    propose,
)
from joinedup.terms import Role
from joinedup.workspace import Workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
SIZES = ((1280, 900), (390, 844))
FEED = "councillor-reports"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace in which two erasures wait and the glass is broken."""
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire")
    agency = add_agency("council", "Council")
    by = add_user("cass", name="Cass Chief", role=Role.ADMINISTRATOR, agency=agency).viewer()
    add_user("ann", name="Ann Analyst", role=Role.ANALYST, agency=agency)
    add_user("lea", name="Lea Lead", role=Role.THEME_LEAD, agency=agency)
    for number in (12, 13):
        numbers = {"records": number, "first_month": "2024-04", "last_month": "2024-06"}
        seconders = [Seconder(Role.ANALYST)]
        asked = Asked("erasure", [FEED], ["community-safety-team"], {"n": number}, seconders, numbers)
        propose(asked, by=by, reason=f"request {number} under article 17")
    open_glass("lea", [FEED], "browser-tests", reason="a threat to life, call 12", by=by)
    made.close()
    return made.folder


@pytest.fixture
def visits(folder: Path, visit_hub_of: Callable) -> Iterator:
    """People of the hub of that workspace."""
    with visit_hub_of(folder) as made:
        yield made
        for _, watch in made.contexts:
            watch.check()


def test_one_is_approved_and_one_declined_by_keyboard(visits, assert_accessible, assert_fits):
    for size, button in zip(SIZES, ("Approve", "Decline"), strict=True):
        page = visits("analyst", size)
        page.goto("/")
        assert_fits(page)
        assert_accessible(page)
        page.get_by_role("link", name="for your approval").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("What takes two people")
        assert_accessible(page)
        assert_fits(page)
        _picture(page, f"approvals-{size[0]}")
        if button == "Decline":
            page.get_by_label("Why it is declined").fill("not this one")
        page.get_by_role("button", name=button).first.press("Enter")
        said = "Approved: cass can now do it" if button == "Approve" else "Declined: nothing is done"
        expect(page.get_by_text(said)).to_be_visible()


def test_the_owner_is_alerted_closes_and_reviews_by_keyboard(visits, assert_accessible, assert_fits):
    for size in SIZES:
        page = visits("data-owner", size)
        page.goto("/")
        expect(page.get_by_text("The glass is broken for lea")).to_be_visible()
        assert_accessible(page)
        assert_fits(page)
        _picture(page, f"glass-home-{size[0]}")
        page.get_by_role("link", name="Look at it").press("Enter")
        expect(page.get_by_role("heading", name="The glass is broken for lea")).to_be_visible()
        assert_accessible(page)
        assert_fits(page)
        _picture(page, f"glass-{size[0]}")
    page.get_by_role("button", name="Close it now").press("Enter")
    page.get_by_label("What the review found").fill("it was right")
    page.get_by_role("button", name="Write the finding down").press("Enter")
    expect(page.get_by_text("it was right")).to_be_visible()
    assert_fits(page)


def _picture(page, name: str) -> None:
    """A picture for whoever looks at the pages themselves: ``JOINEDUP_PICTURES=folder``."""
    if folder := os.environ.get("JOINEDUP_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
