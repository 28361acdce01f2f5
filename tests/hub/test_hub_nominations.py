"""The nomination list in the hub: what the command lists, for whom it does, for a reason and logged first."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from same_pages import browser_of_user, told

from joinedup.accounts import set_active, users
from joinedup.cli import main
from joinedup.feeds import contracts
from joinedup.hub import served
from joinedup.log import acts
from joinedup.records import RecordBook
from joinedup.terms import Restriction
from joinedup.workspace import SETTINGS_FILE, Workspace
from nominated_town import PERIOD
from sharing import EVERYTHING_SHARED
from tiny_town import ANALYST

LIST = "/repeats/nominations/"
REASONS = ["repeat-caller-jag", "repeat-asb-perpetrator", "repeat-asb-pair", "repeat-asb-location",
           "repeat-suspect", "repeat-pair"]  # fmt: skip
ASKED = {
    "period": PERIOD,
    "within": "",
    "why": REASONS,
    "purpose": "crime-and-disorder",
    "reason": "the <July> group",
}


@pytest.fixture
def ann(nominated_town):
    """The analyst's browser on the town."""
    return browser_of_user("ann")


def command(town, *words: str) -> list[dict]:
    """What the command lists."""
    asked = ["repeats", "nominations", "--period", PERIOD, "--reason", "x", *words, "--format", "json"]
    result = CliRunner().invoke(main, ["-C", str(town.folder), "--as", "ann", *asked])
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def rows(page: str) -> list[list[str]]:
    """The words of each row of the list."""
    body = re.search(r"ju-nominees.*?<tbody.*?</tbody>", page)[0]
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row)
        ]
        for row in re.findall(r'<tr role="row" id=.*?</tr>', body)
    ]


def test_the_list_is_that_of_the_command(ann, nominated_town):
    wanted = command(nominated_town)
    page = told(ann.post(LIST, ASKED))
    assert re.search(r"<h2[^>]*>4 nominations, May 2024 to June 2024</h2>", page)
    assert "2 people, 1 pair of people, 1 place" in page
    found = rows(page)
    assert len(found) == len(wanted)
    for number, (row, one) in enumerate(zip(found, wanted, strict=True), 1):
        who, why, where, _knows, _does = row
        assert who.startswith(f"{number}. {one['unit'].title()}")
        assert all(key in who for key in one["keys"]) or one["point"]
        assert all(f"{reason['events']} times" in why for reason in one["reasons"])
        assert ("by the best linkage only" in why) == (not all(r["certain"] for r in one["reasons"]))
        assert all(ward["name"] in where for ward in one["wards"])
    records = re.findall(r'data-heading="Key"><code class="ju-key-text">([^<]+)<', page)
    assert records == [one["records"][0]["record_key"] for one in wanted]


def test_what_each_agency_knows_and_does_stands_beside_whom_it_is_of(ann):
    page = told(ann.post(LIST, {**ASKED, "purpose": "safeguarding"}))
    (suspect,) = [row for row in rows(page) if row[1].startswith("Repeat suspect")]
    assert "suspect: 2, last 3 June 2024" in suspect[3] and "perpetrator: once, on 3 April 2024" in suspect[3]
    assert "probation, as client: 2, last 30 June 2024" in suspect[3]
    assert "probation, licence: since 1 January 2024 (open)" in suspect[4]
    assert "community protection notice: once, on 10 April 2024 (in force)" in suspect[4]
    (pair,) = [row for row in rows(page) if "Pair" in row[0]]
    number = suspect[0].split(".")[0]
    assert "First of the two" in pair[0] and f"also: number {number}" in pair[0]
    assert re.search(r"^First of the two (.+) Second of the two (.+)$", pair[4])  # each, or nothing
    (place,) = [row for row in rows(page) if "Place" in row[0]]
    assert "anti social behaviour: 2, last 6 May 2024" in place[3] and "54.50500, -1.28500" in place[2]


def test_the_log_has_it_with_the_records_before_anything_is_shown(ann, nominated_town, monkeypatch):
    command(nominated_town)
    by_command = acts(kind="consultation")[0]
    answer = ann.post(LIST, ASKED)
    assert answer.headers["Cache-Control"] == "no-store"
    act = acts(kind="consultation")[0]
    assert (act.username, act.reason, str(act.purpose)) == ("ann", ASKED["reason"], ASKED["purpose"])
    assert set(act.subjects) == set(by_command.subjects) and act.detail == by_command.detail
    page = told(answer)
    assert "the &lt;July&gt; group" in page and "Seen by ann (ann) on" in page
    assert "hand this paper to nobody outside it" in page
    from django.db import DatabaseError

    def broken(*_some, **_more):
        raise DatabaseError

    monkeypatch.setattr("joinedup.log.record_act", broken)
    failed = ann.post(LIST, {**ASKED, "why": ["repeat-asb-location"]})
    assert failed.status_code >= 400 and "ju-nominees" not in failed.content.decode()


def test_it_is_asked_by_post_alone_and_with_the_token_of_the_form(ann):
    page = told(ann.get(LIST, ASKED))
    assert "Which list?" in page and "ju-nominees" not in page
    assert f'<form method="post" action="{LIST}"' in page
    from django.test import Client

    from joinedup.accounts.models import User

    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="ann"))
    assert strict.post(LIST, ASKED).status_code == 403
    assert acts(kind="consultation") == []


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"period": "2024-05"}, "period", "Choose two months of the list"),
        ({"period": "2030-01..2030-02"}, "period", "Choose two months of the list"),
        ({"within": "W9"}, "within", "Choose an area of the list"),
        ({"why": []}, "why", "Choose at least one reason to be on the list"),
        ({"why": ["repeat-caller"]}, "why", "Choose at least one reason to be on the list"),
        ({"purpose": "data-matching"}, "purpose", "Choose what it is for"),
        ({"reason": "  "}, "reason", "Write why you need the list"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_in_the_summary_and_nothing_is_shown(
    ann, changed, field, sentence
):
    page = told(ann.post(LIST, {**ASKED, **changed}), 422)
    assert page.count(sentence) == 2
    assert f'<a href="#{field}">' in page and f'id="{field}-error"' in page
    assert "<title>Error:" in page and "ju-nominees" not in page
    assert acts(kind="consultation") == []


def test_a_reason_that_names_somebody_on_it_is_refused_and_that_is_logged_without_it(ann):
    page = told(ann.post(LIST, {**ASKED, "reason": "because of XX1 1AA"}), 422)
    assert 'id="reason-error"' in page and "ju-nominees" not in page
    (act,) = acts(kind="consultation")
    assert (act.reason, act.detail["refused"]) == ("", "the reason told of somebody")
    assert "XX1" not in f"{act.what} {act.detail}"


def test_it_keeps_to_an_area_and_to_reasons(ann):
    of_suspects = {"within": "W3", "why": ["repeat-suspect", "repeat-asb-location"]}
    page = told(ann.post(LIST, {**ASKED, **of_suspects}))
    assert "1 nomination, May 2024 to June 2024, Ward W3" in page
    assert [row[1].split(" 2 ")[0] for row in rows(page)] == ["Repeat suspect"]
    assert acts(kind="consultation")[0].detail["reasons"] == ["repeat-asb-location", "repeat-suspect"]
    page = told(ann.post(LIST, {**ASKED, "within": "W4", "why": ["repeat-asb-location"]}))
    assert "Nobody and no place is nominated" in page and "Try other months" in page


def test_a_coordinator_has_it_too(nominated_town):
    (row,) = rows(told(browser_of_user("bo").post(LIST, {**ASKED, "why": ["repeat-asb-location"]})))
    assert row[0] == "1. Place"


@pytest.mark.parametrize("who", ["lead", "cllr", "aud", "adm"])
def test_who_may_not_know_the_people_is_told_why_and_gets_no_list(nominated_town, who):
    client = browser_of_user(who)
    page = told(client.get(LIST))
    assert "There is no list for you" in page
    assert re.search(r"of at least one feed name\. [A-Z]", page)
    assert 'name="reason"' not in page
    assert client.post(LIST, ASKED).status_code == 403
    assert acts(kind="consultation") == []


def test_a_restricted_record_puts_nobody_on_it(ann, nominated_town):
    by = {"kind": Restriction.JUVENILE, "by": ANALYST, "reason": "a court order"}
    RecordBook(nominated_town).restrict("police-suspects", references=["1"], **by)
    of_suspects = {**ASKED, "why": ["repeat-suspect"]}
    assert "Nobody and no place is nominated" in told(ann.post(LIST, of_suspects))


def test_a_long_list_takes_a_second_person_and_is_shown_when_they_approved(ann, nominated_town):
    settings = nominated_town.folder / SETTINGS_FILE
    settings.write_text(re.sub(r"(?m)^#? ?bulk_rows = .*$", "bulk_rows = 1", settings.read_text()))
    served.occupy(Workspace.open(nominated_town.folder))
    asked = {**ASKED, "why": ["repeat-asb-location"]}
    first = ann.post(LIST, asked, follow=True)
    assert first.redirect_chain[-1][0] == "/data/approvals/"
    assert "So long a list takes two people: proposal 1 waits" in told(first)
    assert "That is 1 at once, and 1 or more take two people." in told(first)
    assert not any(act.reason == ASKED["reason"] for act in acts(kind="consultation"))
    approval = {"number": "1", "decision": "approve"}
    assert "Approved" in told(browser_of_user("bo").post("/data/approvals/", approval, follow=True))
    assert len(rows(told(ann.post(LIST, asked)))) == 1
    assert ann.post(LIST, asked).status_code == 302  # used up


def test_who_may_know_the_people_seconds_a_list_with_feeds_that_name_nobody(ann, nominated_town):
    from joinedup.accounts.models import AgreementVersion

    naming = sorted(feed for feed, one in contracts(nominated_town).items() if one.persons)
    AgreementVersion.objects.update(text=EVERYTHING_SHARED.replace('names = ["*"]\n', ""))
    of_people = EVERYTHING_SHARED.replace('feeds = ["all"]', f"feeds = {json.dumps(naming)}")
    of_people = of_people.replace('code = "everything"', 'code = "people"')
    AgreementVersion(code="people", version=1, text=of_people, recorded_by="tests").save()
    settings = nominated_town.folder / SETTINGS_FILE
    settings.write_text(re.sub(r"(?m)^#? ?bulk_rows = .*$", "bulk_rows = 1", settings.read_text()))
    served.occupy(Workspace.open(nominated_town.folder))
    asked = {**ASKED, "why": ["repeat-asb-location"]}
    assert "proposal 1 waits" in told(ann.post(LIST, asked, follow=True))
    approval = {"number": "1", "decision": "approve"}
    assert "Approved" in told(browser_of_user("bo").post("/data/approvals/", approval, follow=True))
    assert len(rows(told(ann.post(LIST, asked)))) == 1


def test_where_nobody_could_second_a_long_list_the_form_stays_and_says_what_makes_it_smaller(
    ann, nominated_town
):
    settings = nominated_town.folder / SETTINGS_FILE
    settings.write_text(re.sub(r"(?m)^#? ?bulk_rows = .*$", "bulk_rows = 1", settings.read_text()))
    served.occupy(Workspace.open(nominated_town.folder))
    for one in users():
        if one.username != "ann":
            set_active(one.username, False)
    page = told(ann.post(LIST, {**ASKED, "why": ["repeat-asb-location"]}), 422)
    assert "That is 1 at once, and 1 or more take two people." in page
    assert "nobody else here may be it" in page and "One district or one reason" in page
    assert 'id="reason" name="reason"' in page and "the &lt;July&gt; group" in page
    assert not any(act.reason == ASKED["reason"] for act in acts(kind="consultation"))
