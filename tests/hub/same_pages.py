"""The hub on the paired town, for the tests of pairs: who looks, and what a page tells them."""

from __future__ import annotations

import re

from joinedup.terms import Role
from watched_town import viewer

ANALYST, OTHER = ("team", Role.ANALYST), ("wardens", Role.PRACTITIONER)
WHY = {"purpose": "crime-and-disorder", "reason": "the caseload of <March>"}


def browser_of_user(username):
    """The browser of the person of this name."""
    from django.test import Client

    from joinedup.accounts.models import User

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(User.objects.get(username=username))
    return client


def browser(who, *, stated=True):
    """The browser of somebody, who has said what they look for unless that is still to be asked."""
    client = browser_of_user(viewer(*who).username)
    if stated:
        assert client.post("/data/same/", WHY).status_code == 302
    return client


def told(answer, status=200):
    """The text of a page, on one line and without its token."""
    assert answer.status_code == status, answer.content.decode()[:2000]
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    return re.sub(r"\s+", " ", page)


def row_of(page, heading):
    """The words of a row of the table, without its markup."""
    row = re.search(rf'<th scope="row" role="rowheader">{heading}</th>(.*?)</tr>', page)[1]
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row)]
