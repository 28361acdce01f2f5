"""The desk in the hub: what waits is decided there with a reason, by whoever may, once."""

from __future__ import annotations

import csv
import gzip
import zipfile
from io import BytesIO

import pytest

from joinedup.demo import open_data
from joinedup.feeds import desk
from joinedup.hub.templatetags.hub_words import day

FEED = "police-uk-stop-and-search"


def _spoilt_month(folder):
    file = next(f for f in open_data.police_files() if f.feed == FEED and f.path.name.startswith("2024-07"))
    with gzip.open(file.path, "rt", encoding="utf-8", newline="") as source:
        rows = list(csv.reader(source))
    gender, kind = rows[0].index("Gender"), rows[0].index("Type")
    rows[1][gender] = rows[2][gender] = "Q7marker"
    rows[3][kind] = "Q7marker"
    target = folder / file.path.name.removesuffix(".gz")
    with target.open("w", encoding="utf-8", newline="") as spoilt_file:
        csv.writer(spoilt_file).writerows(rows)
    return target, file.received_at


@pytest.fixture
def spoilt(hub, tmp_path):
    """A real month with three refused rows, and a file of the same month that waits: most is missing."""
    from joinedup.accounts import acting_viewer
    from joinedup.feeds import deliver

    by = acting_viewer("analyst")
    target, received_at = _spoilt_month(tmp_path)
    deliver(hub, FEED, target, by=by, received_at=received_at)
    few = tmp_path / "few" / target.name
    few.parent.mkdir()
    few.write_text("".join(target.read_text().splitlines(keepends=True)[:9]))
    assert deliver(hub, FEED, few, by=by, received_at=received_at).held == 1
    return hub


def told(answer):
    return answer.content.decode().replace("\n", " ")


def test_the_desk_shows_what_waits_and_never_a_cell(spoilt, signed_in):
    browser = signed_in()
    page = told(browser.get("/data/desk/"))
    assert "3 refused rows wait" in page and "not-in-code-list: Gender" in page
    assert "Accept it" in page and "disabled" not in page
    one = desk.held_file(1)
    assert f"received {day(one.received_at)}, held here since {day(one.held_at)}, delivered by" in page
    assert day(one.received_at) != day(one.held_at)
    rows = told(browser.get("/data/desk/1/"))
    assert "3 of 3 refused rows wait" in rows
    assert rows.count('type="checkbox"') == 2 and "it must be mended" in rows
    assert "Q7marker" not in page + rows
    assert '<a href="/data/desk/1/">' in told(browser.get("/data/deliveries/1/"))
    assert browser.get("/data/desk/99/").status_code == 404


def test_whoever_may_not_decide_reads_why(spoilt, signed_in):
    browser = signed_in("practitioner")
    for address in ("/data/desk/", "/data/desk/1/"):
        page = told(browser.get(address))
        assert (
            "Only analysts, administrators and data owners of the agency whose data it is deliver files"
            in page
            and " disabled " in page
        )
    answer = browser.post("/data/desk/held/1/", {"decision": "refuse", "why": "x"}, follow=True)
    assert "Only analysts, administrators and data owners" in told(answer)
    browser.post("/data/desk/1/release/", {"row": "1", "why": "x"})
    assert "3 refused rows wait" in told(browser.get("/data/desk/"))
    assert "No file waits" not in told(browser.get("/data/desk/"))


def test_two_people_decide_one_file_and_the_second_is_told(spoilt, signed_in):
    first, second = signed_in("analyst"), signed_in("administrator")
    assert "needs a reason" in told(first.post("/data/desk/held/1/", {"decision": "refuse"}, follow=True))
    answer = first.post("/data/desk/held/1/", {"decision": "refuse", "why": "Half is missing"}, follow=True)
    assert "The file is refused and deleted." in told(answer)
    answer = second.post("/data/desk/held/1/", {"decision": "accept", "why": "Looked"}, follow=True)
    assert answer.status_code == 200 and "It was refused already, by analyst" in told(answer)


def test_rows_are_let_in_with_a_reason_and_keep_their_story(spoilt, signed_in):
    browser = signed_in()
    choice = {"row": ["1", "2"], "why": "The officer agrees"}
    page = told(browser.post("/data/desk/1/release/", choice, follow=True))
    assert "2 rows settled" in page and "1 of 3 refused rows wait" in page
    assert page.count("let in by a person") == 2 and "The officer agrees" in page
    page = told(browser.post("/data/desk/1/release/", {"row": ["3"], "why": "x"}, follow=True))
    assert "must be mended" in page
    page = told(browser.post("/data/desk/1/release/", {"why": "x"}, follow=True))
    assert "Choose the rows" in page


def test_rows_are_judged_again_once_the_list_is_mended(spoilt, signed_in):
    from joinedup.feeds.library import OWN

    browser = signed_in()
    assert "Judge them by the contract as it is now" in told(browser.get("/data/desk/1/"))
    page = told(browser.post("/data/desk/1/judge-again/", follow=True))
    assert "0 rows settled, 3 refused again" in page
    own = spoilt.contracts_folder / "codelists"
    own.mkdir(exist_ok=True)
    name = "police-uk-genders.csv"
    (own / name).write_text((OWN / "codelists" / name).read_text() + "Q7marker,Q7marker,,\n")
    page = told(browser.post("/data/desk/1/judge-again/", follow=True))
    assert "2 rows settled, 1 refused again" in page and "1 of 3 refused rows wait" in page
    assert page.count("judged again and let in") == 2 and "under contract version" in page
    practitioner = signed_in("practitioner")
    assert "Only analysts, administrators and data owners" in told(practitioner.get("/data/desk/1/"))
    answer = practitioner.post("/data/desk/1/judge-again/", follow=True)
    assert "Only analysts, administrators and data owners" in told(answer)
    assert practitioner.post("/data/desk/99/judge-again/").status_code == 404


def test_an_overtaken_file_can_only_be_put_away(spoilt, signed_in, tmp_path):
    from joinedup.accounts import acting_viewer
    from joinedup.feeds import deliver

    again = _spoilt_month(tmp_path)[0]
    again.write_text("".join(again.read_text().splitlines(keepends=True)[:-1]))
    newer = deliver(spoilt, FEED, again, by=acting_viewer("analyst")).delivery
    browser = signed_in()
    page = told(browser.get("/data/desk/"))
    assert "Overtaken." in page and f"Delivery {newer}</a>, a newer whole file for July 2024" in page
    assert 'value="accept" disabled aria-describedby="overtaken-1"' in page
    page = told(browser.post("/data/desk/held/1/", {"decision": "accept", "why": "Looked"}, follow=True))
    assert "accepting it would undo that" in page and "No file waits" not in page
    page = told(browser.post("/data/desk/held/1/", {"decision": "refuse", "why": "Older"}, follow=True))
    assert "No file waits" in page


def test_the_spreadsheet_is_a_logged_disclosure_to_the_owner(spoilt, signed_in):
    from joinedup.log import acts

    answer = signed_in().post("/data/desk/1/export/", {"why": "for the owner to mend"})
    assert "attachment" in answer["Content-Disposition"]
    with zipfile.ZipFile(BytesIO(answer.content)) as package:
        assert package.read("xl/worksheets/sheet1.xml").decode().count("Q7marker") == 3
    act = acts(kind="disclosure", text="quarantine of delivery 1")[0]
    assert act.username == "analyst" and act.recipients == ["police"]
    assert "Exported on" in told(signed_in().get("/data/desk/1/"))
    assert not list(spoilt.temporary_folder.glob("export-*"))


def test_only_posts_with_the_token_of_the_page_decide(spoilt):
    from django.test import Client

    from joinedup.accounts.models import User

    browser = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    browser.force_login(User.objects.get(username="analyst"))
    acts = ("held/1", "1/release", "1/judge-again", "1/export")
    for address in (f"/data/desk/{act}/" for act in acts):
        assert browser.post(address, {"decision": "refuse", "why": "x", "row": "1"}).status_code == 403
        assert browser.get(address).status_code == 405
