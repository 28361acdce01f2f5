"""The page of agreements: all see who shares what; an owner's people take their share back, at once."""

from __future__ import annotations

import pytest

from joinedup.accounts import add_agency, agreements, record_agreement
from joinedup.log import acts
from joinedup.terms import Role, Viewer

pytestmark = pytest.mark.no_agreements

TEXT = """
code = "community-safety"
version = 1
title = "Community safety agreement"
basis = "Crime and Disorder Act 1998, section 115"
purposes = ["crime-and-disorder"]
starts = 2020-01-01
review = 2020-06-01
ends = 2999-12-31
[[shares]]
owner = "police-force"
feeds = ["police-victims"]
names = ["victim.*"]
signed_by = "A Chief"
signed_as = "Superintendent"
signed_on = 2020-01-01
[[shares]]
owner = "fire-service"
feeds = ["all"]
[[receives]]
agency = "testshire-council"
roles = ["analyst"]
"""


@pytest.fixture
def agreed(hub):
    """An agreement of two owners, one of whom has not signed."""
    record_agreement(TEXT, where="a", by=Viewer("sam", "Sam", Role.ADMINISTRATOR, "testshire-council"))
    return hub


def of_agency(role, code):
    from joinedup.accounts.models import User

    user = User.objects.get(username=role)
    user.agency = add_agency(code, code.title())
    user.save()


def test_everybody_sees_who_shares_what_with_whom(agreed, signed_in):
    for role in ("councillor", "auditor", "analyst"):
        told = signed_in(role).get("/data/sharing/").content.decode()
        for words in (
            "Community safety agreement",
            "police-victims",
            "victim.*",
            "A Chief",
            "not yet: nothing is shared",
            "all that are not restricted",
            "It was to be reviewed by 1 June 2020",
        ):
            assert words in told, words


def test_an_owners_people_take_their_share_back_with_a_reason(agreed, signed_in):
    of_agency("data-owner", "police-force")
    browser = signed_in("data-owner")
    assert "Take it back now" in browser.get("/data/sharing/").content.decode()
    asked = {"code": "community-safety", "owner": "police-force", "reason": ""}
    refused = browser.post("/data/sharing/", asked, follow=True).content.decode()
    assert "needs a reason" in refused
    assert agreements()[0].share_of("police-force") is not None
    done = browser.post("/data/sharing/", {**asked, "reason": "Under review"}, follow=True).content.decode()
    assert "taken back" in done
    assert "Take it back now" not in done
    assert agreements()[0].share_of("police-force") is None
    act = acts(kind="administration")[0]
    assert (act.username, act.reason) == ("data-owner", "Under review")


@pytest.mark.parametrize("role", ["data-owner", "practitioner", "councillor", "auditor"])
def test_others_take_nothing_back(agreed, signed_in, role):
    browser = signed_in(role)
    assert "Take it back now" not in browser.get("/data/sharing/").content.decode()
    asked = {"code": "community-safety", "owner": "police-force", "reason": "Because"}
    browser.post("/data/sharing/", asked, follow=True)
    assert agreements()[0].share_of("police-force") is not None


def test_where_nothing_is_agreed_the_page_says_how_to_begin(hub, signed_in):
    assert "joinedup agreements draft" in signed_in().get("/data/sharing/").content.decode()


def test_lists_are_in_an_order_of_their_own(agreed, signed_in):
    record_agreement(
        TEXT.replace("version = 1", "version = 2")
        .replace('feeds = ["police-victims"]', 'feeds = ["police-victims", "police-incidents"]')
        .replace('purposes = ["crime-and-disorder"]', 'purposes = ["safeguarding", "crime-and-disorder"]')
        .replace('roles = ["analyst"]', 'roles = ["auditor", "practitioner", "analyst"]'),
        where="b",
        by=Viewer("sam", "Sam", Role.ADMINISTRATOR, "testshire-council"),
    )
    told = " ".join(signed_in().get("/data/sharing/").content.decode().split())
    assert "For crime and disorder, safeguarding." in told
    assert "analyst, practitioner, auditor" in told
    assert told.index("police-incidents") < told.index("police-victims")


def test_restricted_records_are_listed_for_those_inside_alone(agreed, signed_in, monkeypatch):
    import datetime as dt

    from joinedup.hub.views import sharing
    from joinedup.records import Restricted
    from joinedup.terms import Restriction

    at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    row = Restricted(4, "police-victims", Restriction.WITNESS_PROTECTION, 2, at, "ann", "an order")
    assert "Restricted records" not in signed_in("analyst").get("/data/sharing/").content.decode()
    monkeypatch.setattr(sharing, "restrictions", lambda workspace, viewer: [row])
    told = signed_in("auditor").get("/data/sharing/").content.decode()
    for words in ("Restricted records", "witness protection", "an order", "1 May 2026"):
        assert words in told
