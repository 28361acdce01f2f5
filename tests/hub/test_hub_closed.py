"""Open data that a contract closes: documents stay shut, and Intelligence offers what is published."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from importlib.resources import files

import pytest

from joinedup.hub import application
from joinedup.release.catalogue import approve, prepare
from joinedup.terms import Role, Viewer
from joinedup.workspace import Workspace
from sharing import share_everything

pytestmark = pytest.mark.slow
POLICE = ("police-uk-street", "police-uk-outcomes", "police-uk-stop-and-search")
ASSESSMENT = "assessment-middlesbrough-2024-04-to-2025-03"
YEAR = "from=2024-04&to=2025-03"


@pytest.fixture(scope="module")
def closed(demo_folder, tmp_path_factory):
    """A copy of the demonstration in which three contracts say that the police's data is official."""
    folder = tmp_path_factory.mktemp("closed") / "workspace"
    shutil.copytree(demo_folder, folder)
    for feed in POLICE:
        text = (files("joinedup.feeds") / "contracts" / f"{feed}.toml").read_text(encoding="utf-8")
        assert 'sensitivity = "open"' in text
        text = text.replace('sensitivity = "open"', 'sensitivity = "official"')
        (folder / "contracts" / f"{feed}.toml").write_text(text, encoding="utf-8")
    workspace = Workspace.open(folder)
    share_everything()
    analyst = Viewer("analyst", "Alex Analyst", Role.ANALYST, "council")
    made, _ = prepare(workspace, analyst, "recorded-crime", "councillors")
    approve(workspace, replace(analyst, username="second"), made.number)
    application(workspace)
    yield workspace
    workspace.close()


@pytest.fixture
def browser(closed):
    """Gives the browser of the person of this role."""
    from django.test import Client

    from joinedup.accounts.models import User

    def of(role):
        client = Client(SERVER_NAME="localhost")
        client.force_login(User.objects.get(username=role))
        return client

    return of


def disclosures() -> int:
    from joinedup.log.models import Act

    return Act.objects.filter(kind="disclosure").count()


@pytest.mark.parametrize("role", ["councillor", "administrator"])
def test_a_document_that_may_hold_closed_data_is_shut_to_who_sees_protected_tables(browser, role):
    before = disclosures()
    for address in [f"/documents/{ASSESSMENT}/", f"/documents/{ASSESSMENT}/pdf"]:
        response = browser(role).get(address)
        assert response.status_code == 403
        assert "Middlesbrough" not in response.content.decode()
    assert disclosures() == before


def test_an_analyst_still_reads_it(browser):
    for address in [f"/documents/{ASSESSMENT}/", f"/documents/{ASSESSMENT}/pdf"]:
        response = browser("analyst").get(address)
        assert response.status_code == 200
        assert len(b"".join(response.streaming_content)) > 10_000


@pytest.mark.parametrize(
    "asked",
    [
        "form=count&level=district",
        "form=rate&level=ward&against=none",
        "form=change&level=ward&within=E06000002",
    ],
)
def test_a_councillor_has_the_protected_table_of_what_the_page_offers(browser, asked):
    query = f"measure=recorded-crime&{asked}&{YEAR}"
    answer = browser("councillor").get(f"/intelligence/answer.json?{query}")
    assert answer.status_code == 200
    shown = answer.json()
    whole = browser("analyst").get(f"/intelligence/answer.json?{query}").json()
    known = {row["code"]: row["value"] for row in whole["table"]}
    assert {row["code"] for row in shown["table"]} == set(known)
    assert all(row["value"] in {None, known[row["code"]]} for row in shown["table"])
    assert any(row["value"] is not None for row in shown["table"])


def test_the_graph_of_protected_data_shows_quarters_and_says_so(browser):
    query = f"measure=recorded-crime&form=count&level=district&{YEAR}"
    answer = browser("councillor").get(f"/intelligence/answer.json?{query}").json()
    layers = answer["graph"]["specification"]["layer"]
    points = next(layer for layer in layers if layer["mark"]["style"] == "now")["data"]["values"]
    assert points[0]["label"] == "April 2024 to June 2024"
    assert len(points) == 4
    assert sum(point["value"] for point in points) == answer["graph"]["value"]
    assert "quarter by quarter" in answer["graph"]["alternative"]
    assert any("months are not shown" in note for note in answer["rests_on"]["notes"])


ASKED_TOO_FINELY = [
    "level=lsoa&within=E05014882",
    "level=square&within=E06000002",
    "level=msoa",
    "level=district&from=2024-05&to=2024-05",
    "level=district&from=2024-02&to=2025-03",
    "level=district&as-at=2025-01-31",
    "level=district&type=crime-type:burglary",
]


@pytest.mark.parametrize("asked", ASKED_TOO_FINELY)
def test_what_is_too_fine_is_answered_by_the_nearest_that_is_safe_and_said(browser, asked):
    answer = browser("councillor").get(f"/intelligence/answer.json?measure=recorded-crime&{asked}")
    assert answer.status_code == 200
    question = answer.json()["question"]
    assert question["level"] in {"district", "ward"}
    assert not {"type", "as-at"} & set(question)
    assert question["from"][5:] in {"01", "04", "07", "10"}
    assert answer.json()["corrections"]


def test_a_councillor_is_offered_only_what_can_be_had(browser):
    page = browser("councillor").get(f"/intelligence/?measure=recorded-crime&{YEAR}").content.decode()
    assert 'value="ward"' in page
    assert not any(f'<option value="{level}"' in page for level in ["msoa", "lsoa", "square"])
    assert '<option value="2024-05"' not in page
    assert 'name="type"' not in page
    assert "quarter by quarter</h2>" in page
    assert "0 of 12 months delivered" not in page
    assert page.count("not told of closed data") == 2


def test_where_nothing_can_be_shown_nothing_is_written_as_shown(browser):
    page = browser("councillor").get("/intelligence/").content.decode()
    assert "are hidden, and others with them" in page
    for measure in ["anti-social-behaviour", "positive-outcomes"]:  # of the same source: not offered
        answer = browser("councillor").get(f"/intelligence/answer.json?measure={measure}&{YEAR}").json()
        assert answer["question"]["measure"] == "recorded-crime"
        assert answer["corrections"]


def test_the_table_of_an_answer_is_fitted_to_what_the_councillor_may_see_and_protected_anew(browser):
    asking = {"question": "How much crime?", "purpose": "The panel", "about": "measure=recorded-crime"}
    address = browser("councillor").post("/requests/new/", asking).headers["Location"]
    table = "/intelligence/?measure=recorded-crime&form=count&level=lsoa&from=2024-04&to=2024-05"
    answer = {"act": "answer", "answer": "See the table.", "depersonalised": "yes", "tables": table}
    page = browser("analyst").post(address, answer, follow=True).content.decode()
    assert "table 1: Closed data is shown by whole quarters or years from April" in page
    councillor = browser("councillor")
    [link] = re.findall(r'<li><a href="(/intelligence/[?][^"]+)"', councillor.get(address).content.decode())
    before = disclosures()
    shown = councillor.get(link.replace("&amp;", "&").replace("/?", "/answer.json?")).json()
    assert disclosures() > before
    assert not shown["corrections"] and shown["table"]
    whole = browser("analyst").get(link.replace("&amp;", "&").replace("/?", "/answer.json?")).json()
    known = {row["code"]: row["value"] for row in whole["table"]}
    assert all(row["value"] in {None, known[row["code"]]} for row in shown["table"])
