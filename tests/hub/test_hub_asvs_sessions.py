"""OWASP ASVS 5.0, V7 and V3.3: sessions, their limits and their cookies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hub_asvs import asvs

from joinedup.accounts import set_active, set_password, set_role
from joinedup.hub import application
from joinedup.terms import Role
from joinedup.workspace import SETTINGS_FILE, Workspace

PASSWORD = "a-long-enough-passphrase"


def enter(client, username="analyst"):
    return client.post("/sign-in/", {"username": username, "password": PASSWORD})


@pytest.fixture
def another(visitor):
    """Gives further browsers."""
    return lambda: type(visitor)(SERVER_NAME="localhost", raise_request_exception=False)


def session_cookie(client):
    from django.conf import settings

    return client.cookies[settings.SESSION_COOKIE_NAME]


def age(**fields: timedelta) -> None:
    from joinedup.accounts.models import OpenSession

    for session in OpenSession.objects.all():
        for field, time in fields.items():
            setattr(session, field, getattr(session, field) - time)
        session.save()


def is_in(client) -> bool:
    return client.get("/account/").status_code == 200


@asvs("7.2.1", "7.2.2")
@pytest.mark.usefixtures("fast_passwords")
def test_a_key_that_the_server_did_not_give_opens_nothing(visitor):
    enter(visitor)
    right = session_cookie(visitor).value
    for made_up in ("", "x" * 32, right[::-1], right[:-1]):
        visitor.cookies[session_cookie(visitor).key] = made_up
        assert not is_in(visitor)


@asvs("7.2.3")
@pytest.mark.usefixtures("fast_passwords")
def test_keys_are_long_and_never_the_same(visitor, another):
    keys = set()
    for _ in range(5):
        browser = another()
        enter(browser)
        keys.add(session_cookie(browser).value)
    assert len(keys) == 5
    assert all(len(key) == 32 and set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789") for key in keys)


@asvs("7.2.4")
@pytest.mark.usefixtures("fast_passwords")
def test_signing_in_again_and_proving_again_who_one_is_give_new_keys(visitor, another):
    enter(visitor)
    keys = [session_cookie(visitor).value]
    age(confirmed_at=timedelta(minutes=11))
    assert visitor.post("/account/sessions/end/").headers["Location"].startswith("/account/confirm/")
    assert visitor.post("/account/confirm/", {"password": PASSWORD}).headers["Location"] == "/account/"
    keys.append(session_cookie(visitor).value)
    change = {"old": PASSWORD, "new": "seven brown otters", "again": "seven brown otters"}
    visitor.post("/account/password/", change)
    keys.append(session_cookie(visitor).value)
    assert len(set(keys)) == 3
    assert is_in(visitor)
    for old in keys[:2]:
        thief = another()
        thief.cookies[session_cookie(visitor).key] = old
        assert not is_in(thief)


@asvs("7.1.1", "7.3.1")
@pytest.mark.usefixtures("fast_passwords")
def test_a_session_ends_after_half_an_hour_without_activity(visitor):
    enter(visitor)
    age(seen_at=timedelta(minutes=29))
    assert is_in(visitor)
    age(seen_at=timedelta(minutes=29))
    assert is_in(visitor), "what was done meanwhile counts"
    age(seen_at=timedelta(minutes=30))
    answer = visitor.get("/data/?feed=x")
    assert answer.headers["Location"] == "/sign-in/?next=/data/%3Ffeed%3Dx&ended=idle"
    assert "nothing happened for a while" in visitor.get(answer.headers["Location"]).content.decode()
    age(seen_at=-timedelta(minutes=30))
    assert not is_in(visitor)


@asvs("7.3.2")
@pytest.mark.usefixtures("fast_passwords")
def test_a_session_ends_after_twelve_hours_however_busy(visitor):
    enter(visitor)
    age(started_at=timedelta(hours=11, minutes=59))
    assert is_in(visitor)
    age(started_at=timedelta(minutes=1))
    assert visitor.get("/data/").headers["Location"].endswith("&ended=long")


def test_both_limits_are_settings(tmp_path):
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire")
    made.close()
    file = made.folder / SETTINGS_FILE
    text = file.read_text().replace("idle_minutes = 30", "idle_minutes = 15")
    file.write_text(text.replace("longest_hours = 12", "longest_hours = 8"))
    opened = Workspace.open(made.folder)
    from django.conf import settings

    assert (settings.JOINEDUP_IDLE_AGE, settings.SESSION_COOKIE_AGE) == (15 * 60, 8 * 3600)
    opened.close()


@asvs("7.4.1")
@pytest.mark.usefixtures("fast_passwords")
def test_signing_out_ends_the_session_on_the_server(visitor, another):
    enter(visitor)
    key = session_cookie(visitor)
    visitor.post("/sign-out/")
    thief = another()
    thief.cookies[key.key] = key.value
    assert not is_in(thief)


@asvs("7.4.2")
@pytest.mark.usefixtures("fast_passwords")
@pytest.mark.parametrize(
    "change",
    [
        lambda: set_active("analyst", False),
        lambda: set_role("analyst", Role.PRACTITIONER),
        lambda: set_password("analyst", "seven brown otters"),
    ],
    ids=["barred", "another role", "another password"],
)
def test_changing_an_account_ends_its_sessions_at_once_and_nobody_elses(visitor, another, change):
    from joinedup.accounts.models import OpenSession

    bystander = another()
    enter(visitor)
    enter(bystander, "councillor")
    change()
    assert not is_in(visitor)
    assert is_in(bystander)
    assert [session.user.username for session in OpenSession.objects.all()] == ["councillor"]


@asvs("7.4.2")
@pytest.mark.usefixtures("fast_passwords")
def test_somebody_let_in_again_has_to_sign_in_again(visitor):
    enter(visitor)
    set_active("analyst", False)
    set_active("analyst", True)
    assert not is_in(visitor)


@asvs("7.4.3", "7.5.2")
@pytest.mark.usefixtures("fast_passwords")
def test_a_person_sees_where_they_are_signed_in_and_ends_the_others(visitor, another):
    edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0"
    far, stranger = another(), another()
    form = {"username": "analyst", "password": PASSWORD}
    far.post("/sign-in/", form, headers={"User-Agent": edge})
    enter(stranger, "councillor")
    enter(visitor)
    page = visitor.get("/account/").content.decode()
    assert page.count("Edge on Windows") == 1
    assert page.count("Signed in on ") == 2
    assert visitor.post("/account/sessions/end/").headers["Location"] == "/account/"
    assert (is_in(visitor), is_in(far), is_in(stranger)) == (True, False, True)


@asvs("7.4.3")
@pytest.mark.usefixtures("fast_passwords")
def test_changing_ones_own_password_ends_the_other_sessions(visitor, another):
    far = another()
    enter(far)
    enter(visitor)
    change = {"old": PASSWORD, "new": "seven brown otters", "again": "seven brown otters"}
    visitor.post("/account/password/", change)
    assert (is_in(visitor), is_in(far)) == (True, False)


@asvs("7.4.4")
def test_every_page_has_a_button_to_sign_out(signed_in):
    browser = signed_in()
    for address in (
        "/",
        "/data/",
        "/documents/",
        "/measures/",
        "/account/",
        "/account/password/",
        "/nowhere/",
    ):
        assert 'action="/sign-out/"' in browser.get(address).content.decode(), address


@asvs("7.5.1")
@pytest.mark.usefixtures("fast_passwords")
def test_ways_to_sign_in_are_changed_only_after_proving_again_who_one_is(visitor):
    enter(visitor)
    age(confirmed_at=timedelta(minutes=10))
    assert visitor.post("/account/sessions/end/").headers["Location"].startswith("/account/confirm/?next=")
    assert visitor.post("/account/confirm/", {"password": "not-it"}).status_code == 401
    assert visitor.post("/account/sessions/end/").headers["Location"].startswith("/account/confirm/?next=")
    elsewhere = {"password": PASSWORD, "next": "//evil.example/"}
    assert visitor.post("/account/confirm/", elsewhere).headers["Location"] == "/account/"
    assert visitor.post("/account/sessions/end/").headers["Location"] == "/account/"


@asvs("3.3.1", "3.3.2", "3.3.3", "3.3.4")
@pytest.mark.usefixtures("fast_passwords")
@pytest.mark.parametrize("over_https", [True, False])
def test_cookies_are_hidden_from_scripts_and_other_sites_and_bound_to_the_host(hub, visitor, over_https):
    text = (hub.folder / SETTINGS_FILE).read_text()
    word = "true" if over_https else "false"
    (hub.folder / SETTINGS_FILE).write_text(text.replace("behind_proxy = false", f"behind_proxy = {word}"))
    application(Workspace.open(hub.folder))
    visitor.get("/sign-in/", secure=over_https)
    answer = visitor.post("/sign-in/", {"username": "analyst", "password": PASSWORD}, secure=over_https)
    assert answer.status_code == 302
    cookies = dict(visitor.cookies)
    assert len(cookies) == 2
    for name, cookie in cookies.items():
        assert name.startswith("__Host-joinedup-") == over_https, name
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"
        assert bool(cookie["secure"]) == over_https
        assert (cookie["path"], cookie["domain"]) == ("/", "")


@pytest.mark.usefixtures("fast_passwords")
def test_two_hubs_on_one_machine_do_not_sign_each_other_out(visitor, hub, tmp_path):
    """One browser: localhost with two ports is one host to cookies."""
    enter(visitor)
    first = set(visitor.cookies)
    hub.close()
    other = Workspace.create(tmp_path / "other", partnership="Othershire")
    application(other)
    visitor.get("/sign-in/")
    assert not is_in(visitor)
    assert len(set(visitor.cookies)) > len(first)
    other.close()
    application(Workspace.open(hub.folder))
    assert is_in(visitor)


def test_who_was_signed_in_where_is_not_kept(signed_in):
    from joinedup.accounts.models import OpenSession

    signed_in("analyst")
    age(seen_at=timedelta(minutes=31))
    signed_in("councillor")
    assert [session.user.username for session in OpenSession.objects.all()] == ["councillor"]


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
            "Chrome on Windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.4 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) Version/18.4 Safari/604.1",
            "Safari on iPhone",
        ),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_browsers_are_told_by_short_names(agent, told):
    from joinedup.accounts.sessions import browser_of

    assert browser_of(agent) == told
