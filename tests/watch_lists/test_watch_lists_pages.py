"""The hub's watch-lists: a reason first, then who is on it; who looked, for those who may know."""

from __future__ import annotations

import pytest

from joinedup.hub import application
from joinedup.log import acts
from joinedup.release import stop_sharing
from joinedup.release.watch_lists import add_to_watch_list, make_watch_list
from joinedup.terms import Role
from watched_town import day, definition, of_releases, viewer

KEEPER = ("team", Role.COORDINATOR)
WARDEN = ("wardens", Role.PRACTITIONER)
OWNER = ("council", Role.DATA_OWNER)
AUDITOR = ("stranger", Role.AUDITOR)


@pytest.fixture
def hub(town):
    """The town with the wardens' list, shown by the hub."""
    application(town)
    make_watch_list(town, viewer(*KEEPER), definition())
    added = {"references": ["C1"], "everyone": True, "why": "wanted", "until": day(9)}
    add_to_watch_list(town, viewer(*KEEPER), "faces", **added)
    return town


def browser(agency, role):
    from django.test import Client

    from joinedup.accounts.models import User

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(User.objects.get(username=viewer(agency, role).username))
    return client


def page(who, address, posted=None, status=200):
    client = browser(*who)
    given = client.get(address) if posted is None else client.post(address, posted)
    assert given.status_code == status, given.content.decode()[:2000]
    return given.content.decode()


def test_a_warden_finds_the_list_gives_a_reason_and_sees_who_is_on_it(hub):
    assert 'href="/watch-lists/"' in page(WARDEN, "/")
    assert 'href="/watch-lists/faces/"' in page(WARDEN, "/watch-lists/")
    before = page(WARDEN, "/watch-lists/faces/")
    assert "crime and disorder" in before
    assert "practitioner of Wardens" in before
    assert "Ann Zeal" not in before
    assert "Who saw it" not in before
    shown = page(WARDEN, "/watch-lists/faces/", {"reason": "on patrol"})
    for words in ("Ann Zeal", "Zed", "Bob Young", "wanted", "Seen by Wardens practitioner"):
        assert words in shown
    assert "Cy Abel" not in shown
    (act,) = acts(kind="consultation", text="watch-list faces")
    assert (act.username, act.reason) == ("wardens-practitioner", "on patrol")


def test_without_a_reason_nothing_is_shown_and_nothing_logged(hub):
    given = page(WARDEN, "/watch-lists/faces/", {"reason": "  "}, status=422)
    assert "Write why you need to see it" in given
    assert "Ann Zeal" not in given
    assert acts(kind="consultation", text="watch-list") == []


def test_keeper_data_owner_and_auditor_see_who_looked_and_the_last_two_nobody_else(hub):
    page(WARDEN, "/watch-lists/faces/", {"reason": "on patrol"})
    for who in (KEEPER, OWNER, AUDITOR):
        told = page(who, "/watch-lists/faces/")
        assert "Who saw it" in told
        assert "wardens-practitioner" in told
        assert "on patrol" not in told
    for who in (OWNER, AUDITOR):
        refused = page(who, "/watch-lists/faces/", {"reason": "curious"}, status=403)
        assert "to its recipients and its keeper" in refused
        assert "Ann Zeal" not in refused


def test_for_others_it_reads_as_what_is_not_there(hub):
    stranger = ("stranger", Role.ANALYST)
    assert "/watch-lists/" not in page(stranger, "/")
    assert "There is no watch-list for you" in page(stranger, "/watch-lists/")
    for posted in (None, {"reason": "x"}):
        absent = page(stranger, "/watch-lists/faces/", posted, status=404)
        nothing = page(stranger, "/watch-lists/nobody/", posted, status=404)
        assert _plain(absent).replace("faces", "nobody") == _plain(nothing)


def test_an_owner_s_stop_and_the_end_of_its_time_are_said_in_plain_words(hub, monkeypatch):
    monkeypatch.setattr("joinedup.release.watch_lists.standing.today", lambda: day(201))
    told = page(WARDEN, "/watch-lists/faces/")
    assert "expired on" in told
    assert "Team meeting-coordinator keeps it" in told
    assert "Show the list" not in told
    page(WARDEN, "/watch-lists/faces/", {"reason": "x"}, status=403)
    monkeypatch.undo()
    stop_sharing("street", "council", reason="x", by=viewer(*OWNER))
    told = page(WARDEN, "/watch-lists/faces/")
    assert "No information-sharing agreement shares complaints" in told
    assert "Show the list" not in told


def test_a_list_by_rule_says_its_days_and_up_to_when_the_feed_tells(hub):
    make_watch_list(hub, viewer(*KEEPER), of_releases())
    shown = page(("team", Role.PRACTITIONER), "/watch-lists/gate/", {"reason": "x"})
    assert "Di First" in shown
    assert f"From {_words(day(-28))} to {_words(day(28))}." in shown
    assert "What was delivered tells of days up to" in shown
    assert "Flo Early" not in shown


def _words(on):
    return f"{on.day} {on:%B %Y}"


def _plain(text):
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
