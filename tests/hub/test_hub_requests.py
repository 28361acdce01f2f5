"""Requests for information in the hub: asked from Intelligence, answered, opened as whoever opens it."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from joinedup.accounts import acting_viewer, add_agency, add_user
from joinedup.hub.information import changing
from joinedup.partnership import information
from joinedup.terms import LONDON, Role

QUESTION = "How many people were stopped in the town centre?"
STOPS = {"measure": "stop-and-search", "level": "district", "from": "2024-05", "to": "2024-07"}


def told(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def asked(workspace, by="councillor", days_ago=0, about=None):
    when = dt.datetime.now(LONDON) - dt.timedelta(days=days_ago)
    viewer = acting_viewer(by)
    return changing.ask(workspace, viewer, QUESTION, "The panel", about or {}, asked_at=when).pk


def answer_form(**changes):
    return {"act": "answer", "answer": "Fewer than before.", "depersonalised": "yes", "tables": "", **changes}


def test_a_request_is_asked_answered_and_read_with_its_clock(hub, signed_in):
    councillor, analyst = signed_in("councillor"), signed_in("analyst")
    asking = {"question": QUESTION, "purpose": "The panel in <March>"}
    page = told(councillor.post("/requests/new/", asking, follow=True))
    assert "Request 1 is asked" in page and "day 0 of 28" in page and "&lt;March&gt;" in page
    assert "Withdraw my request" in page and "Send the answer" not in page
    page = told(analyst.post("/requests/1/", {"act": "lead", "lead": "testshire-council"}, follow=True))
    assert "Testshire Council leads the answer" in page and "Withdraw my request" not in page
    page = told(analyst.post("/requests/1/", answer_form(), follow=True))
    assert "answered on day 0 of 28" in page and "Send the answer" not in page
    assert "Fewer than before." in told(councillor.get("/requests/1/"))


def test_what_is_late_is_said_in_words_first_in_the_list_and_on_home(hub, signed_in):
    asked(hub, days_ago=3), asked(hub, days_ago=28), asked(hub, days_ago=33)
    page = told(signed_in("analyst").get("/requests/"))
    assert "3 requests wait for an answer. 1 is late." in page
    assert re.findall(r">Request (\d)<", page) == ["3", "2", "1"]
    assert 'ju-tag--bad">5 days late' in page and "day 28 of 28, due today" in page and "day 3 of 28" in page
    assert "It is 5 days late." in told(signed_in("analyst").get("/requests/3/"))
    for role in ("analyst", "councillor", "auditor"):
        assert "3 requests wait for an answer, <strong" in told(signed_in(role).get("/")), role
    other = told(signed_in("theme-lead").get("/"))
    assert "wait for an answer" not in other and "/requests/new/" in other


def test_who_sees_a_request_and_who_does_not(hub, signed_in):
    other = add_agency("elsewhere", "Elsewhere")
    for username, agency in (("colleague", "testshire-council"), ("stranger", "elsewhere")):
        where = other if agency == "elsewhere" else add_agency("more", "More")
        add_user(username, name=username.title(), role=Role.COUNCILLOR, agency=where)
    from joinedup.accounts.models import Agency, User

    User.objects.filter(username="colleague").update(agency=Agency.objects.get(code="testshire-council"))
    asked(hub)
    seeing = {"councillor", "colleague", "analyst", "auditor"}
    for username in [*(role.value for role in Role), "colleague", "stranger"]:
        status = signed_in(username).get("/requests/1/").status_code
        assert status == (200 if username in seeing else 404), username
        page = told(signed_in(username).get("/requests/"))
        assert (QUESTION in page) == (username in seeing), username
    assert signed_in("colleague").post("/requests/1/", {"act": "withdraw"}).status_code == 403
    assert signed_in("auditor").post("/requests/1/", answer_form()).status_code == 403
    assert information.request_numbered(1).is_open


def test_a_councillors_request_is_not_seen_by_an_agency_that_leads_another(hub, signed_in):
    asked(hub), asked(hub)
    changing.give_lead(hub, acting_viewer("analyst"), 1, "testshire-council")
    owner = signed_in("data-owner")
    assert [owner.get(f"/requests/{number}/").status_code for number in (1, 2)] == [200, 404]
    assert owner.post("/requests/1/", {"act": "lead", "lead": "analyst"}).status_code == 403
    assert owner.post("/requests/1/", answer_form()).status_code == 302


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (answer_form(answer=" "), "not said: the answer"),
        (answer_form(depersonalised=""), "not stated that this one is"),
        (answer_form(answer="Mr Quillfeather rang"), "seem to say who somebody is"),
        (answer_form(tables="/intelligence/?measure=nosuch"), "There is no measure of that name"),
        (answer_form(tables="https://example.org/"), "no address of a question of Intelligence"),
        ({"act": "lead", "lead": "nobody"}, "The lead is no agency"),
        ({"act": "refuse", "why": "", "note": ""}, "no reason for a refusal"),
        ({"act": "refuse", "why": "other", "note": ""}, "said in words"),
    ],
)
def test_what_cannot_stand_is_told_beside_its_field_and_what_was_typed_is_kept(
    hub, signed_in, form, sentence
):
    asked(hub)
    given = signed_in("analyst").post("/requests/1/", form)
    page = told(given)
    assert given.status_code == 422 and page.count(sentence) >= 2 and "There is a problem" in page
    if typed := form.get("answer", "").strip():
        assert f">{typed}</textarea>" in page
    assert information.request_numbered(1).state == "asked"


def test_a_request_that_cannot_stand_keeps_what_was_typed(hub, signed_in):
    asking = {"question": "What did Mr Quillfeather do?", "purpose": "The panel"}
    given = signed_in("councillor").post("/requests/new/", asking)
    assert given.status_code == 422 and "seem to say who somebody is" in told(given)
    assert ">What did Mr Quillfeather do?</textarea>" in told(given)
    assert information.requests() == []


def test_an_unknown_measure_cannot_be_asked_about(hub, signed_in):
    asking = {"question": QUESTION, "purpose": "The panel", "about": "measure=nosuch"}
    assert signed_in("councillor").get("/requests/new/?measure=nosuch").status_code == 404
    assert signed_in("councillor").post("/requests/new/", asking).status_code == 404
    assert signed_in("councillor").post("/requests/1/", {"act": "explode"}).status_code == 404
    assert signed_in("councillor").get(f"/requests/{2**70}/").status_code == 404


@pytest.mark.slow
def test_from_intelligence_to_a_table_that_is_made_for_whoever_opens_it(demo_copy, browser):
    from joinedup.log.models import Act

    councillor, analyst = browser("councillor"), browser("analyst")
    question = "/intelligence/?measure=stop-and-search&level=district&from=2024-05&to=2024-07&form=count"
    link = re.search(r'href="(/requests/new/[^"]+)">Ask about this', told(councillor.get(question)))[1]
    page = told(councillor.get(link.replace("&amp;", "&")))
    about = re.search(r'name="about" value="([^"]+)"', page)[1].replace("&amp;", "&")
    assert "May 2024 to July 2024" in page
    asking = {"question": QUESTION, "purpose": "The panel", "about": about}
    sent = councillor.post("/requests/new/", asking)
    address = sent.headers["Location"]
    analyst.post(address, answer_form(tables=f"http://localhost{question}"))
    page = told(councillor.get(address))
    [table] = re.findall(r'<li><a href="(/intelligence/[^"]+)"', page)
    before = Act.objects.filter(kind="disclosure", username="councillor").count()
    assert councillor.get(table.replace("&amp;", "&")).status_code == 200
    mine = Act.objects.filter(kind="disclosure", username="councillor").order_by("id")
    assert mine.count() > before and mine.last().detail["measure"] == "stop-and-search"


@pytest.fixture
def demo_copy(demo_folder, tmp_path):
    """A copy of the demonstration, shown by the hub."""
    import shutil

    from joinedup.hub import application
    from joinedup.workspace import Workspace

    folder = tmp_path / "demo"
    shutil.copytree(demo_folder, folder)
    workspace = Workspace.open(folder)
    application(workspace)
    yield workspace
    workspace.close()


@pytest.fixture
def browser(demo_copy):
    """Gives the browser of the person of this name."""
    from django.test import Client

    from joinedup.accounts.models import User

    def of(username):
        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        client.force_login(User.objects.get(username=username))
        return client

    return of


@pytest.mark.slow
def test_the_demonstration_has_a_request_answered_one_open_and_one_late(demo_copy, browser):
    page = told(browser("councillor").get("/requests/"))
    assert "2 requests wait for an answer. 1 is late." in page
    assert "answered on day 19 of 28" in page and "day 12 of 28" in page and "5 days late" in page
