"""Retention in the hub: what is due is decided with a reason, by whoever may."""

from __future__ import annotations

import datetime as dt

import pytest

from joinedup.terms import add_months
from seconding import by_two

ADDRESS = "/data/retention/"
CONTRACT_YEARS = 3


def told(answer):
    return answer.content.decode()


@pytest.fixture
def old_reports(hub):
    """Two reports of councillors: one that is older than its feed's three years, and one of today."""
    from joinedup.accounts import acting_viewer
    from joinedup.feeds import report

    today = dt.datetime.now(dt.UTC).date()
    old = add_months(today.replace(day=1), -12 * CONTRACT_YEARS - 2)
    for turn, day in enumerate([old, today]):
        answers = {"Reported by": "Resident", "Reported on": day.isoformat(), "Topic": "Noise"}
        report(hub, "councillor-reports", answers, token=f"{turn:032d}", by=acting_viewer("councillor"))
    return f"{old:%Y-%m}"


def test_what_is_due_is_kept_with_a_reason_and_stays_in_the_register(hub, signed_in, old_reports):
    browser = signed_in("analyst")
    page = told(browser.get(ADDRESS))
    assert "1 review of retention is due" in page and "1 record of The community safety team" in page
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=100)
    form = {
        "feed": "councillor-reports",
        "up_to": old_reports,
        "until": until.isoformat(),
        "why": "an <inquiry>",
    }
    after = told(browser.post(ADDRESS, form, follow=True))
    assert "Written down: kept until" in after and "0 reviews of retention are due" in after
    assert "an &lt;inquiry&gt;" in after and "an <inquiry>" not in after


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"why": " "}, "needs its reason"),
        ({"until": "soon"}, "not a day"),
        ({"up_to": "2999-01"}, "Their time has not run out"),
        ({"up_to": "never"}, "is not a period"),
        ({"feed": "police-uk-street"}, "no agreed time"),
    ],
)
def test_a_decision_that_cannot_stand_is_told_and_nothing_is_written(
    hub, signed_in, old_reports, changes, sentence
):
    browser = signed_in("analyst")
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=100)
    form = {"feed": "councillor-reports", "up_to": old_reports, "until": until.isoformat(), "why": "x"}
    page = told(browser.post(ADDRESS, form | changes, follow=True))
    assert sentence in page and "What was decided" not in page


def test_a_reason_that_says_whose_report_it_is_is_refused(hub, signed_in, old_reports):
    from joinedup.accounts import acting_viewer
    from joinedup.feeds import report

    answers = {"Reported by": "Resident", "Reported on": f"{old_reports}-02", "Topic": "Noise"}
    made = report(hub, "councillor-reports", answers, token="f" * 32, by=acting_viewer("councillor"))
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=100)
    form = {"feed": "councillor-reports", "up_to": old_reports, "until": until.isoformat()}
    page = told(signed_in("analyst").post(ADDRESS, form | {"why": f"see {made.reference}"}, follow=True))
    assert "says who" in page and made.reference not in page and "What was decided" not in page


def test_the_page_says_what_was_decided_and_not_done_and_how_to_end_what_is_kept(
    hub, signed_in, old_reports, monkeypatch
):
    from joinedup.accounts import acting_viewer
    from joinedup.hub import retention as of_hub
    from joinedup.partnership import retention
    from joinedup.records.writing import Writer
    from joinedup.terms import Period

    administrator = acting_viewer("administrator")
    [rule] = [one for one in of_hub.rules(hub, administrator) if one.feed == "councillor-reports"]
    month = Period.parse(old_reports)
    with monkeypatch.context() as patched:
        patched.setattr(Writer, "erase", lambda *_args, **_named: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            by_two(retention.erase, hub, rule, month, "time is over", by=acting_viewer("administrator"))
    browser = signed_in("analyst")
    page = told(browser.get(ADDRESS))
    assert "that is not yet done" in page and "joinedup retention finish" in page
    assert "to be erased: not yet done" in page
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=100)
    kept = retention.keep(hub, rule, month, until, "an inquiry", by=acting_viewer("analyst"))
    page = told(browser.get(ADDRESS))
    assert f"joinedup retention end {kept.pk} --why" in page
    retention.end(hub, kept.pk, "it is over", by=acting_viewer("analyst"))
    page = told(browser.get(ADDRESS))
    assert "kept: ended" in page and "it is over" in page and "1 review of retention is due" in page


@pytest.mark.parametrize("role", ["councillor", "practitioner"])
def test_others_neither_see_nor_decide(hub, signed_in, old_reports, role):
    browser = signed_in(role)
    assert browser.get(ADDRESS).status_code == browser.post(ADDRESS, {}).status_code == 403
    assert ADDRESS not in told(browser.get("/data/"))


def test_nothing_due_says_when_the_next_comes(hub, signed_in):
    assert "No record's time has run out." in told(signed_in().get(ADDRESS)).replace("&#x27;", "'")
