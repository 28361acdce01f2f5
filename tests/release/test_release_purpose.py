"""What a figure is for is chosen where it is asked for: in the hub and on the command line."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from django.test import Client

from joinedup.accounts import add_agency, add_user, record_agreement
from joinedup.hub import application
from joinedup.log import acts
from joinedup.terms import Role, Viewer

AGREEMENT = """
code = "wardens-share"
version = 1
title = "Wardens' patrols"
basis = "Crime and Disorder Act 1998, section 115"
purposes = ["crime-and-disorder", "safeguarding"]
starts = 2024-01-01
ends = 2099-12-31
review = 2099-01-01
[[shares]]
owner = "wardens"
feeds = ["warden-patrols"]
signed_by = "Fay"
signed_as = "Manager"
signed_on = 2024-01-01
[[receives]]
agency = "council"
roles = ["practitioner"]
purposes = ["safeguarding"]
"""
ASKED = "/intelligence/?measure=patrols&level=ward"


@pytest.fixture
def safeguarding(town):
    """The town, whose practitioner of the council may have patrols for safeguarding alone."""
    from joinedup.accounts.models import AgreementVersion

    AgreementVersion.objects.all().delete()
    contract = town.contracts_folder / "warden-patrols.toml"
    both = 'purposes = ["crime-and-disorder", "safeguarding"]'
    contract.write_text(contract.read_text().replace('purposes = ["crime-and-disorder"]', both))
    council = add_agency("council", "Council")
    add_user("pat", name="Pat", role=Role.PRACTITIONER, agency=council)
    record_agreement(AGREEMENT, where="wardens-share", by=Viewer("x", "X", Role.ANALYST, "council"))
    application(town)
    return town


def test_the_page_offers_the_purposes_that_show_anything_and_the_log_has_the_one_chosen(safeguarding):
    from joinedup.accounts.models import User

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(username="pat"))
    text = browser.get("/intelligence/?purpose=safeguarding&measure=patrols&level=ward").content.decode()
    offered = re.search(r'<select id="ask-purpose".*?</select>', text, re.DOTALL)[0]
    assert re.findall(r'value="([^"]*)"( selected)?', offered) == [
        ("crime-and-disorder", ""),
        ("safeguarding", " selected"),
    ]
    assert "Ward W1" in text and "purpose=safeguarding" in text
    assert {act.purpose for act in acts(kind="disclosure")} == {"safeguarding"}
    workings = browser.get("/intelligence/workings/?purpose=safeguarding&measure=patrols&level=ward").content
    assert "--purpose safeguarding" in workings.decode()


def test_for_another_purpose_nothing_closed_is_there(safeguarding):
    from joinedup.accounts.models import User

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(username="pat"))
    for address in (ASKED, f"{ASKED}&purpose=marac"):
        assert "Ward W1" not in browser.get(address).content.decode()
    assert acts(kind="disclosure") == []


def test_the_command_states_it_too(safeguarding):
    from joinedup.cli import main

    folder = str(safeguarding.folder)
    safeguarding.close()
    words = ["-C", folder, "--as", "pat", "figure", "patrols", "--area-level", "ward", "--period", "2024-Q2"]
    refused = CliRunner().invoke(main, words)
    assert refused.exit_code == 2
    assert "state another purpose" in refused.output
    given = CliRunner().invoke(main, [*words, "--purpose", "safeguarding"])
    assert given.exit_code == 0
    assert "Ward W1" in given.output
