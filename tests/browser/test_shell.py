"""The shell in Chromium: every page at two sizes and in two themes, by keyboard, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from sampling import sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

WIDE, NARROW = (1280, 900), (390, 844)
PAGES = [
    "/",
    "/data/",
    "/data/deliveries/1/",
    "/data/quality/",
    "/data/gaps/",
    "/data/section-17a/",
    "/data/retention/",
    "/data/desk/",
    "/report/councillor-reports/",
    "/documents/",
    "/measures/",
    "/measures/recorded-crime/",
]


NOT_FOR_EVERY_ROLE = {"/data/retention/", "/report/councillor-reports/"}


@pytest.mark.parametrize(
    ("size", "theme"), sampled([(WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")], 3)
)
def test_every_page_is_accessible_and_fits(visit, assert_accessible, assert_fits, size, theme):
    page = visit("analyst", size, color_scheme=theme)
    for address in PAGES:
        answer = page.goto(address)
        assert answer.status == 200, address
        expect(page.locator("h1")).to_have_count(1)
        assert re.fullmatch(r".+ – joinedup – .+", page.title()), address
        assert_accessible(page)
        assert_fits(page)


@pytest.mark.parametrize("size", sampled([NARROW, WIDE], 2), ids=lambda size: f"{size[0]}x{size[1]}")
def test_signing_in_with_a_slip_first(visit, assert_accessible, assert_fits, size):
    page = visit(None, size)
    page.watch.expect("401")
    page.goto("/data/")
    expect(page).to_have_url(re.compile(r"/sign-in/\?next=/data/$"))
    assert_accessible(page)
    assert_fits(page)
    page.get_by_label("User name").fill("test-analyst")
    password = page.get_by_label("Password", exact=True)
    password.fill("not-the-passphrase")
    page.get_by_role("button", name="Show password").click()
    expect(password).to_have_attribute("type", "text")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    expect(page).to_have_title(re.compile("^Error: "))
    assert_accessible(page)
    page.get_by_label("Password", exact=True).fill("a-long-enough-passphrase")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/data/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Data")


def test_signing_out_by_keyboard_ends_the_session(visit):
    page = visit(None)
    page.goto("/sign-in/")
    page.get_by_label("User name").fill("test-practitioner")
    page.get_by_label("Password", exact=True).fill("a-long-enough-passphrase")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    account = page.locator("summary", has_text="Robin Practitioner")
    account.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(account).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sign-in/$"))
    expect(page.get_by_role("status")).to_have_text("You have signed out.")
    page.goto("/")
    expect(page).to_have_url(re.compile("/sign-in/"))


def test_the_theme_is_chosen_by_keyboard_and_stays(visit):
    page = visit("analyst", color_scheme="light")
    page.goto("/")
    background = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    toggle = page.get_by_role("button", name="Dark theme")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    toggle.focus()
    page.keyboard.press("Space")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    dark = page.evaluate(background)
    assert dark != light
    page.goto("/data/")
    assert page.evaluate(background) == dark
    page.get_by_role("button", name="Dark theme").click()
    assert page.evaluate(background) == light


def test_the_first_tab_skips_to_the_content(wide_page):
    wide_page.goto("/data/")
    wide_page.keyboard.press("Tab")
    expect(wide_page.get_by_role("link", name="Skip to main content")).to_be_focused()
    wide_page.keyboard.press("Enter")
    expect(wide_page.locator("#main")).to_be_focused()


def test_from_the_calendar_to_the_rows_of_a_delivery(signed_in_page):
    page = signed_in_page
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Data").click()
    page.goto("/data/?feed=police-uk-street")
    page.get_by_role("link", name="January 2023: delivered").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("January 2023")
    row = page.get_by_role("row").filter(has_text="the sum of all above")
    expect(row).to_have_count(1)


def test_a_document_is_read_in_its_sandbox(wide_page, assert_accessible):
    wide_page.goto("/documents/")
    wide_page.get_by_role("link", name=re.compile("^Read Strategic assessment")).first.click()
    expect(wide_page.locator("h1").first).to_be_visible()
    # A sandboxed page runs no script at all, axe's neither: its text is looked at outside the sandbox.
    text = wide_page.request.get(wide_page.url).text()
    wide_page.goto("about:blank")
    wide_page.set_content(text)
    assert_accessible(wide_page)


def test_mistakes_have_pages_too(visit, assert_accessible, assert_fits):
    page = visit("analyst", NARROW)
    page.watch.expect("404")
    assert page.goto("/nowhere/").status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    assert_accessible(page)
    assert_fits(page)


def test_pages_work_without_scripts(visit):
    page = visit(None, java_script_enabled=False)
    page.goto("/sign-in/")
    page.get_by_label("User name").fill("test-councillor")
    page.get_by_label("Password", exact=True).fill("a-long-enough-passphrase")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Data").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Data")
    page.locator("summary", has_text="Robin Councillor").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in/$"))


@pytest.mark.parametrize("role", sampled(["councillor", "practitioner", "administrator"], 3))
def test_open_data_is_open_to_every_role(visit, role):
    page = visit(role)
    for address in PAGES:
        if address not in NOT_FOR_EVERY_ROLE:
            assert page.goto(address).status == 200, address
