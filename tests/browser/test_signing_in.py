"""Signing in as a person meets it: password, codes, passkeys and Your account, in Chromium."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from joinedup.workspace import Workspace
from sampling import sampled

WIDE, NARROW = (1280, 900), (390, 844)
PASSWORD = "a-long-enough-passphrase"
pytestmark = pytest.mark.browser
ANALYST = "test-analyst"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace without data."""
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire")
    made.close()
    return made.folder


@pytest.fixture
def hub(folder: Path, visit_hub_of: Callable):
    """Visits to the hub of a workspace without data; no page may have complained at the end."""
    with visit_hub_of(folder) as visits:

        def visit(role: str | None, size: tuple[int, int]) -> Page:
            page = visits(role, size)
            page.watch.expect("401", "400")  # a refused code or password is a refused request
            return page

        visit.address = visits.address
        yield visit
    for _context, watch in visits.contexts:
        watch.check()


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(ANALYST)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def key_holder(page: Page, *, verifies: bool = True) -> object:
    """A device with passkeys, as Chromium's own tests have it; ``verifies``: it asks for a finger."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal" if verifies else "usb",
        "hasResidentKey": verifies,
        "hasUserVerification": verifies,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    added = tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return tools, added["authenticatorId"]


def add_passkey(page: Page, name: str = "Work laptop") -> None:
    page.goto("/account/passkeys/")
    page.get_by_label("What to call it").fill(name)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")


def set_up_app(page: Page) -> tuple[pyotp.TOTP, list[str]]:
    page.goto("/account/")
    page.get_by_role("link", name="Set up an app for codes").click()
    app = pyotp.TOTP(page.locator(".ju-key-text").inner_text().replace(" ", ""))
    page.get_by_label("Code from the app").fill(app.now())
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    return app, page.locator(".ju-codes code").all_inner_texts()


def forget_the_last_code(folder: Path) -> None:
    """As if half a minute had passed: the step of the last code used is one earlier."""
    with sqlite3.connect(folder / "joinedup.sqlite3", timeout=30) as database:
        database.execute("update accounts_codeapp set last_step = last_step - 2")


@pytest.mark.parametrize("size", sampled([NARROW, WIDE], 2), ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_page_of_signing_in_reads_well_and_is_accessible(
    hub, size, folder, assert_accessible, assert_fits
):
    page = hub(None, size)

    def looks_well(heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert_fits(page)
        assert_accessible(page)

    page.goto("/sign-in/")
    looks_well("Sign in")
    sign_in(page, "wrong-passphrase")
    expect(page.get_by_role("alert").first).to_contain_text("do not go together")
    looks_well("Sign in")
    sign_in(page)
    page.get_by_role("group").locator("summary").filter(has_text="Robin Analyst").click()
    page.get_by_role("link", name="Your account").click()
    looks_well("Your account")
    page.get_by_role("link", name="Change your password").click()
    looks_well("Change your password")
    page.get_by_label("Your present password").fill("not-it-at-all")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("alert").first).to_contain_text("not right")
    looks_well("Change your password")
    page.goto("/account/confirm/")
    looks_well("Confirm that it is you")
    page.goto("/account/passkeys/")
    looks_well("Add a passkey")
    page.goto("/account/code-app/")
    page.get_by_label("Code from the app").fill("000000")
    page.get_by_role("button", name="Set it up").click()
    looks_well("Set up an app for codes")
    set_up_app(page)
    looks_well("Your recovery codes")
    page.get_by_role("link", name="I have kept them").click()
    looks_well("Your account")
    later = page = hub(None, size)
    sign_in(later)
    looks_well("One more step to sign in")
    later.get_by_text("Use a recovery code").click()
    later.get_by_label("Recovery code", exact=True).fill("NOT-ONE")
    later.get_by_role("button", name="Sign in with a recovery code").click()
    expect(later.get_by_role("alert").first).to_contain_text("not right")
    looks_well("One more step to sign in")


def test_signing_in_with_a_code_by_keyboard_alone(hub, folder):
    first = hub(None, WIDE)
    sign_in(first)
    app, _codes = set_up_app(first)
    forget_the_last_code(folder)
    page = hub(None, WIDE)
    page.goto("/sign-in/?next=/account/")
    page.get_by_label("User name").focus()
    page.keyboard.type(ANALYST)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/second/")
    page.get_by_label("Code from your app").focus()
    page.keyboard.type(app.now())
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/")
    expect(page.get_by_text("App for codes", exact=True)).to_be_visible()


def test_a_recovery_code_opens_once(hub):
    first = hub(None, WIDE)
    sign_in(first)
    _app, codes = set_up_app(first)
    for opens in (True, False):
        page = hub(None, WIDE)
        sign_in(page)
        page.get_by_text("Use a recovery code").click()
        page.get_by_label("Recovery code", exact=True).fill(codes[0].lower())
        page.get_by_role("button", name="Sign in with a recovery code").click()
        if opens:
            page.wait_for_url("**/")
            expect(page.get_by_role("group").filter(has_text="Robin Analyst")).to_be_visible()
        else:
            expect(page.get_by_role("alert").first).to_contain_text("was used before")


def test_a_passkey_signs_in_alone_and_as_the_second_step(hub):
    page = hub(None, WIDE)
    key_holder(page)
    sign_in(page)
    add_passkey(page)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("button", name="Remove Work laptop")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/sign-in/?next=/account/")
    page.get_by_role("button", name="Use a passkey instead").click()
    page.wait_for_url("**/account/")
    expect(page.get_by_text(re.compile("last used on"))).to_be_visible()
    page.context.clear_cookies()
    sign_in(page)
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url("**/")
    expect(page.get_by_role("group").filter(has_text="Robin Analyst")).to_be_visible()


def test_a_key_that_does_not_know_who_holds_it_is_a_second_step_only(hub):
    page = hub(None, WIDE)
    tools, device = key_holder(page, verifies=False)
    sign_in(page)
    add_passkey(page, "Key without a PIN")
    page.context.clear_cookies()
    sign_in(page)
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url("**/")
    assert tools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]


HOLD_BACK = """HTMLFormElement.prototype.submit = function () {
  window.heldBack = this.elements.passkey.value;
};"""


def test_an_answer_that_is_sent_again_is_worth_nothing(hub):
    page = hub(None, WIDE)
    key_holder(page)
    sign_in(page)
    add_passkey(page)
    page.context.clear_cookies()
    page.add_init_script(HOLD_BACK)
    page.goto("/sign-in/")
    page.get_by_role("button", name="Use a passkey instead").click()
    page.wait_for_function("() => window.heldBack")
    answer = page.evaluate("() => window.heldBack")

    def send(browser: Page, address: str, **fields: str) -> int:
        token = browser.locator("[name=csrfmiddlewaretoken]").first.input_value()
        form = {"csrfmiddlewaretoken": token} | fields
        headers = {"Referer": hub.address}
        return browser.request.post(address, form=form, headers=headers, max_redirects=0).status

    thief = hub(None, WIDE)
    thief.goto("/sign-in/")
    assert send(thief, "/sign-in/passkey/", passkey=answer) == 401, "nothing was asked of this browser"
    assert send(thief, "/sign-in/passkey/options/") == 200
    assert send(thief, "/sign-in/passkey/", passkey=answer) == 401, "another challenge was asked"
    assert send(page, "/sign-in/passkey/", passkey=answer) == 302
    page.context.request.post("/sign-out/")
    thief.goto("/account/")
    assert "/sign-in/" in thief.url


def test_a_passkey_that_was_removed_opens_nothing(hub):
    page = hub(None, WIDE)
    key_holder(page)
    sign_in(page)
    add_passkey(page)
    page.goto("/account/")
    page.get_by_role("button", name="Remove Work laptop").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/sign-in/")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.get_by_role("alert").filter(has_text="does not open this hub")).to_be_visible()


def test_signing_out_everywhere_else_ends_the_other_browser_at_once(hub):
    here, there = hub(None, WIDE), hub(None, NARROW)
    for page in (here, there):
        sign_in(page)
        page.wait_for_url("**/")
    here.goto("/account/")
    here.get_by_role("button", name="Sign out everywhere else").click()
    expect(here.get_by_text("You are signed out everywhere but here.")).to_be_visible()
    there.goto("/data/")
    expect(there.get_by_role("status")).to_contain_text("signed out from elsewhere")
    here.goto("/data/")
    expect(here.get_by_role("heading", level=1)).not_to_have_text("Sign in")
