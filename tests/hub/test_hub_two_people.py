"""Approvals and broken glass in the hub: who sees what waits, decides it, and is alerted."""

from __future__ import annotations

import datetime as dt

import pytest

from joinedup import accounts
from joinedup.accounts import Asked, Seconder, acting_viewer, add_agency, live, propose
from joinedup.terms import Role

ADDRESS = "/data/approvals/"
FEED = "councillor-reports"
OWNER = "community-safety-team"


def told(answer):
    return answer.content.decode()


def of_agency(role, code):
    from joinedup.accounts.models import User

    user = User.objects.get(username=role)
    user.agency = add_agency(code, code.title())
    user.save()


@pytest.fixture
def waiting(hub):
    """An erasure that the administrator proposed."""
    seconders = [Seconder(Role.ADMINISTRATOR), Seconder(Role.ANALYST), Seconder(Role.DATA_OWNER, OWNER)]
    numbers = {"records": 3, "refused_rows": 1, "first_month": "2024-04", "last_month": "2024-06"}
    asked = Asked("erasure", [FEED], [OWNER], {"exactly": "a" * 64}, seconders, numbers)
    return propose(asked, by=acting_viewer("administrator"), reason="request <12>")


def test_who_may_is_told_on_the_first_page_and_approves_what_it_is_about_in_numbers(waiting, signed_in):
    browser = signed_in("analyst")
    assert "1 thing waits for your approval" in told(browser.get("/"))
    page = told(browser.get(ADDRESS))
    about = "3 records; 1 refused row; 2024-04 to 2024-06"
    for words in (about, "request &lt;12&gt;", FEED, "administrator"):
        assert words in page
    after = told(browser.post(ADDRESS, {"number": waiting.pk, "decision": "approve"}, follow=True))
    assert "Approved: administrator can now do it, once" in after
    assert [one.state for one in live()] == ["approved"]
    assert "waits for your approval" not in told(browser.get("/"))


def test_whoever_proposed_it_reads_why_they_do_not_approve_it_and_can_take_it_back(waiting, signed_in):
    browser = signed_in("administrator")
    assert "waits for your approval" not in told(browser.get("/"))
    page = told(browser.get(ADDRESS))
    assert "Nobody approves what they proposed: it takes a second person." in page
    assert 'disabled aria-describedby="not-' in page
    refused = told(browser.post(ADDRESS, {"number": waiting.pk, "decision": "approve"}, follow=True))
    assert "Nobody approves what they proposed" in refused
    done = {"number": waiting.pk, "decision": "decline", "reason": "not needed"}
    assert "Declined: nothing is done." in told(browser.post(ADDRESS, done, follow=True))
    assert live() == []


def test_for_all_others_nothing_waits(waiting, signed_in):
    for role in ("auditor", "councillor", "practitioner", "theme-lead", "data-owner"):
        browser = signed_in(role)
        assert "Nothing waits for your approval" in told(browser.get(ADDRESS))
        browser.post(ADDRESS, {"number": waiting.pk, "decision": "approve"})
    assert [one.state for one in live()] == ["waiting"]


@pytest.mark.parametrize(
    ("posted", "says"),
    [
        ({"decision": "decline", "reason": " "}, "Declining needs a reason"),
        ({"decision": "else"}, "It is not said what is decided"),
        ({"number": "x", "decision": "approve"}, "It is not said what is decided"),
        ({"number": "99", "decision": "approve"}, "No proposal of that number"),
    ],
)
def test_a_decision_that_cannot_stand_is_told(waiting, signed_in, posted, says):
    page = told(signed_in("analyst").post(ADDRESS, {"number": waiting.pk, **posted}, follow=True))
    assert says in page
    assert [one.state for one in live()] == ["waiting"]


@pytest.fixture
def glass(hub):
    """Broken for the theme lead, of a feed of the data owner's agency."""
    of_agency("data-owner", OWNER)
    administrator = acting_viewer("administrator")
    return accounts.open_glass("theme-lead", [FEED], OWNER, reason="a <threat> to life", by=administrator)


def test_the_owner_is_alerted_on_the_first_page_closes_and_reviews_it(glass, signed_in):
    browser = signed_in("data-owner")
    home = told(browser.get("/"))
    assert "The glass is broken for theme-lead" in home and "To be reviewed by" in home
    page = told(browser.get("/data/sharing/"))
    assert "a &lt;threat&gt; to life" in page
    assert "It is still open: close it first, or wait until it ends." in page
    assert "Closed" in told(browser.post("/data/sharing/", {"close": glass.pk}, follow=True))
    assert "The glass was broken for theme-lead" in told(browser.get("/"))
    found = {"review": glass.pk, "finding": "it was right"}
    page = told(browser.post("/data/sharing/", found, follow=True))
    assert "this grant is reviewed" in page and "it was right" in page
    assert "theme-lead" not in told(browser.get("/"))


def test_an_overdue_review_is_told_to_auditors_as_overdue(glass, signed_in):
    browser = signed_in("auditor")
    assert "The glass" not in told(browser.get("/"))
    glass.ends_at, glass.review_on = glass.opened_at, dt.date(2020, 1, 1)
    glass.save()
    for role in ("auditor", "data-owner"):
        assert "Its review is overdue since 1 January 2020" in told(signed_in(role).get("/"))
        assert "Its review is overdue" in told(signed_in(role).get("/data/sharing/"))
    refused = told(browser.post("/data/sharing/", {"review": glass.pk, "finding": "x"}, follow=True))
    assert "It is reviewed by a data owner" in refused


def test_for_others_no_glass_is_broken(glass, signed_in):
    for role in ("analyst", "councillor", "practitioner"):
        browser = signed_in(role)
        for address in ("/", "/data/sharing/"):
            assert "The glass" not in told(browser.get(address))
        page = told(browser.post("/data/sharing/", {"close": glass.pk}, follow=True))
        assert "There is no break-glass grant of that number" in page
    glass.refresh_from_db()
    assert glass.closed_at is None


def test_many_refused_rows_are_proposed_from_the_desk(hub, signed_in, monkeypatch):
    from joinedup.accounts import NeedsSecond

    seconders = [Seconder(Role.DATA_OWNER), Seconder(Role.ANALYST)]
    arguments = {"what": "refused-rows", "purpose": "crime-and-disorder", "delivery": 1}
    asked = Asked("bulk-export", [FEED], [OWNER], arguments, seconders, {"rows": 200, "delivery": 1})

    def needs(*_given, **_named):
        raise NeedsSecond(asked, "to mend")

    monkeypatch.setattr("joinedup.release.export_quarantine", needs)
    page = told(signed_in("analyst").post("/data/desk/1/export/", {"why": "to mend"}, follow=True))
    assert "So many rows take two people: proposal 1 waits for the second" in page
    assert "200 rows; delivery 1" in page
