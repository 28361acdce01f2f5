"""Report what you see: a form for whoever its contract names, kept whole where an answer is wrong."""

from __future__ import annotations

import re

import pytest

from seconding import by_two

ADDRESS = "/report/councillor-reports/"


def told(answer):
    return answer.content.decode()


def filled(browser, **changes):
    """The form as it was opened, filled in."""
    page = told(browser.get(ADDRESS))
    token = re.search(r'name="token" value="(\w+)"', page)[1]
    answers = {"q1": "Resident", "q2": "2026-05-31", "q3": "Noise", "q4": "<b>Loud</b> & long"}
    return {"token": token} | answers | changes


def test_a_councillor_reports_and_is_told_the_reference(hub, signed_in):
    from joinedup.records import RecordBook

    browser = signed_in("councillor")
    assert browser.get("/report/").url == ADDRESS
    page = told(browser.get(ADDRESS))
    assert page.count("<label") == 14 and "Off-road bikes or vehicles" in page
    sent = browser.post(ADDRESS, filled(browser))
    assert sent.status_code == 302
    reference = re.fullmatch(rf"{ADDRESS}sent/(R-\w{{4}}-\w{{4}})/", sent.url)[1]
    assert reference in told(browser.get(sent.url))
    assert reference in told(browser.get(ADDRESS))
    [delivery] = RecordBook(hub).deliveries("councillor-reports")
    assert delivery.accepted == 1 and reference in delivery.notes[0]


def test_wrong_answers_are_marked_and_the_others_kept(hub, signed_in):
    from joinedup.records import RecordBook

    browser = signed_in("councillor")
    again = browser.post(ADDRESS, filled(browser, q2="2999-01-01", q3=""))
    page = told(again)
    assert again.status_code == 422 and "<title>Error: Report what you see" in page
    assert page.count("govuk-form-group--error") == 2
    assert "That day has not come yet." in page and "Answer this question." in page
    assert "&lt;b&gt;Loud&lt;/b&gt; &amp; long</textarea>" in page and "<b>Loud" not in page
    assert re.search(r'value="Resident" checked', page)
    assert RecordBook(hub).deliveries("councillor-reports") == []


def test_a_second_click_sends_nothing_twice(hub, signed_in):
    from joinedup.records import RecordBook

    browser = signed_in("councillor")
    form = filled(browser)
    first, second = browser.post(ADDRESS, form), browser.post(ADDRESS, form)
    assert first.url == second.url
    assert len(RecordBook(hub).deliveries("councillor-reports")) == 1


@pytest.mark.parametrize("role", ["administrator", "councillor"])
def test_the_form_is_there_for_its_roles_only(hub, signed_in, role):
    browser = signed_in(role)
    may = role == "councillor"
    assert ('href="/report/"' in told(browser.get("/"))) == may
    assert browser.get(ADDRESS).status_code == (200 if may else 403)
    assert browser.post(ADDRESS, {"token": "0" * 32}).status_code == (422 if may else 403)
    assert browser.get("/report/police-incidents/").status_code == 404
    assert browser.get("/report/nothing/").status_code == 404
    if not may:
        assert "There is no form for your role" in told(browser.get("/report/"))


def test_a_report_is_shown_to_nobody_else(hub, signed_in):
    councillor, analyst = signed_in("councillor"), signed_in("analyst")
    sent = councillor.post(ADDRESS, filled(councillor)).url
    assert analyst.get(sent).status_code == 404
    assert "Reports you sent" not in told(analyst.get(ADDRESS))


def test_nobody_reports_without_signing_in(visitor):
    assert visitor.get(ADDRESS).url == f"/sign-in/?next={ADDRESS}"
    assert visitor.post(ADDRESS, {"token": "0" * 32}).status_code == 302


def test_only_the_form_may_ask_where_the_device_is(hub, signed_in):
    browser = signed_in("councillor")
    assert "geolocation=(self)" in browser.get(ADDRESS).headers["Permissions-Policy"]
    assert "geolocation=()" in browser.get("/").headers["Permissions-Policy"]


def test_a_report_and_its_taking_back_are_told_on_their_deliveries(hub, signed_in):
    from joinedup.accounts import acting_viewer
    from joinedup.feeds import take_back

    councillor, analyst = signed_in("councillor"), signed_in("analyst")
    reference = councillor.post(ADDRESS, filled(councillor)).url.split("/")[-2]
    assert "Withdrawn" not in told(analyst.get("/data/deliveries/1/"))
    by = acting_viewer("analyst")
    take_back(hub, "councillor-reports", references=[reference], by=by, reason="a hoax, see minutes")
    page = told(analyst.get("/data/deliveries/2/"))
    assert "1 record was taken back" in page and "a hoax, see minutes" in page and "SHA-256" not in page
    assert "withdrawn" in told(councillor.get(ADDRESS))
    assert analyst.get("/data/").status_code == 200


def test_an_erased_report_is_told_as_erased_without_its_reference(hub, signed_in):
    from joinedup.records import RecordBook
    from joinedup.terms import Role, Viewer

    councillor = signed_in("councillor")
    sent = councillor.post(ADDRESS, filled(councillor)).url
    reference = sent.split("/")[-2]
    assert reference in told(councillor.get(sent))
    chief = Viewer("cass", "Cass", Role.ADMINISTRATOR, "council")
    by_two(RecordBook(hub).erase, "councillor-reports", references=[reference], by=chief, reason="request 12")
    page = told(councillor.get(ADDRESS))
    assert "no longer kept" in page and "erased" in page and reference not in page
    assert councillor.get(sent).status_code == 404
