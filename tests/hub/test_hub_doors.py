"""Who gets in, and what a browser may do with what it gets."""

import logging

import pytest

from joinedup.hub.policy import content_security_policy
from joinedup.log.acts import record_act

PASSWORD = "a-long-enough-passphrase"
OPEN_TO_ALL = {
    "sign-in",
    "health",
    "sign-in-second",  # leads to sign-in without a first factor
    "sign-in-passkey",
    "sign-in-passkey-options",
    "sign-in-provider",
    "sign-in-provider-back",
}


def every_address():
    """One address for each URL pattern, with made-up arguments."""
    from django.urls import URLPattern, get_resolver

    def walk(patterns, prefix=""):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield pattern.name, prefix + str(pattern.pattern)
            else:
                yield from walk(pattern.url_patterns, prefix + str(pattern.pattern))

    made_up = {
        "<int:number>": "1",
        "<str:reference>": "1",
        "<int:delivery>": "1",
        "<str:name>": "x",
        "<slug:kind>": "pdf",
        "<slug:name>": "x",
        "<slug:feed>": "x",
    }
    for name, route in walk(get_resolver().url_patterns):
        address = f"/{route}"
        for argument, value in made_up.items():
            address = address.replace(argument, value)
        assert "<" not in address, f"give {address} a made-up argument"
        yield name, address


def test_nothing_is_shown_to_somebody_who_has_not_signed_in(visitor):
    addresses = list(every_address())
    assert {"home", "data", "documents", "measures", "intelligence"} <= {name for name, _ in addresses}
    for name, address in addresses:
        for method in (visitor.get, visitor.post):
            answer = method(address)
            if name in OPEN_TO_ALL:
                there_is_none = {"sign-in-provider": {404}, "sign-in-provider-back": {400}}
                led_back = answer.status_code == 302 and answer.headers["Location"] == "/sign-in/"
                allowed = {200, 401, 405} | there_is_none.get(name, set())
                assert answer.status_code in allowed or (led_back and name == "sign-in-second"), address
            else:
                assert answer.status_code == 302, address
                assert answer.headers["Location"].startswith("/sign-in/?next="), address


def test_a_script_of_somebody_signed_out_gets_a_sentence_not_the_sign_in_page(visitor):
    answer = visitor.get("/data/", headers={"Sec-Fetch-Dest": "empty"})
    assert answer.status_code == 401
    assert answer.json()["error"].startswith("You are signed out")


@pytest.mark.usefixtures("fast_passwords")
def test_signing_in_and_out(visitor):
    from joinedup.log.models import Act

    visitor.get("/sign-in/")
    visitor.session["before"] = 1
    answer = visitor.post("/sign-in/", {"username": "Analyst", "password": PASSWORD, "next": "/data/?feed=x"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/data/?feed=x"
    assert b"Robin Analyst" in visitor.get("/").content
    assert visitor.get("/sign-out/").status_code == 405
    assert visitor.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert visitor.get("/").status_code == 302
    acts = list(Act.objects.values_list("username", "kind", "what"))
    assert acts == [("analyst", "administration", "signed in"), ("analyst", "administration", "signed out")]


@pytest.mark.usefixtures("fast_passwords")
def test_a_session_that_was_planted_before_sign_in_is_not_the_session_after_it(visitor):
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    cookie = settings.SESSION_COOKIE_NAME
    planted = SessionStore()
    planted["planted"] = True
    planted.save()
    visitor.cookies[cookie] = planted.session_key
    visitor.post("/sign-in/", {"username": "analyst", "password": PASSWORD})
    assert visitor.cookies[cookie].value != planted.session_key
    assert not SessionStore().exists(planted.session_key)


@pytest.mark.usefixtures("fast_passwords")
def test_a_refusal_does_not_say_which_part_was_wrong(visitor):
    def told(username):
        answer = visitor.post("/sign-in/", {"username": username, "password": "wrong-passphrase"})
        assert answer.status_code == 401
        return answer.content.decode().replace(f'value="{username}"', "")

    with_the_token = (told("analyst"), told("nobody1"))
    without = [page.split('name="csrfmiddlewaretoken"')[1].split(">", 1)[1] for page in with_the_token]
    assert without[0] == without[1]
    assert "do not go together" in without[0]


@pytest.mark.usefixtures("fast_passwords")
def test_somebody_who_may_no_longer_sign_in_cannot(visitor):
    from joinedup.accounts.models import User

    User.objects.filter(username="analyst").update(is_active=False)
    assert visitor.post("/sign-in/", {"username": "analyst", "password": PASSWORD}).status_code == 401


@pytest.mark.usefixtures("fast_passwords")
def test_whoever_guesses_has_to_wait_and_only_they(visitor):
    from datetime import timedelta

    from django.db.models import F

    from joinedup.hub.models import FailedSignIn
    from joinedup.hub.throttle import WINDOW

    def attempt(username, password, address="192.0.2.1"):
        form = {"username": username, "password": password}
        return visitor.post("/sign-in/", form, REMOTE_ADDR=address).status_code

    assert [attempt("analyst", f"guess-{n}") for n in range(5)] == [401] * 5
    assert attempt("analyst", PASSWORD) == 429
    assert attempt("ANALYST ", PASSWORD) == 429
    assert attempt("councillor", "a-slip") == 401
    assert attempt("analyst", "a-slip", address="192.0.2.2") == 401
    FailedSignIn.objects.update(moment=F("moment") - WINDOW - timedelta(seconds=1))
    assert attempt("analyst", PASSWORD) == 302
    assert "analyst" not in str(list(FailedSignIn.objects.values()))


@pytest.mark.usefixtures("fast_passwords")
def test_guessing_one_name_from_many_addresses_is_slowed_too(visitor):
    from joinedup.hub.throttle import ALLOWED_FAILURES_BY_NAME

    form = {"username": "analyst", "password": "a-guess"}
    for number in range(ALLOWED_FAILURES_BY_NAME):
        answer = visitor.post("/sign-in/", form, REMOTE_ADDR=f"192.0.2.{number}")
        assert answer.status_code == 401
    assert visitor.post("/sign-in/", form, REMOTE_ADDR="198.51.100.7").status_code == 429


@pytest.mark.usefixtures("fast_passwords")
def test_trying_many_names_from_one_address_is_slowed(visitor):
    from joinedup.hub.throttle import ALLOWED_FAILURES_BY_ADDRESS

    def attempt(username, address, password="a-guess"):
        form = {"username": username, "password": password}
        return visitor.post("/sign-in/", form, REMOTE_ADDR=address).status_code

    for number in range(ALLOWED_FAILURES_BY_ADDRESS):
        assert attempt(f"name-{number}", "192.0.2.1") == 401
    assert attempt("analyst", "192.0.2.1", PASSWORD) == 429
    assert attempt("analyst", "192.0.2.2", PASSWORD) == 302


@pytest.mark.usefixtures("fast_passwords")
def test_attempts_at_the_same_moment_count_for_each_other(visitor, monkeypatch):
    """While a password is being checked, the attempt already counts."""
    from joinedup.hub.views import session

    begun, answers = [], []

    def slow_check(request, **given):
        begun.append(given)
        assert len(begun) < 20
        answers.append(visitor.post("/sign-in/", {"username": "analyst", "password": "a-guess"}).status_code)

    monkeypatch.setattr(session, "authenticate", slow_check)
    visitor.post("/sign-in/", {"username": "analyst", "password": "a-guess"})
    assert len(begun) == 5
    assert answers == [429, 401, 401, 401, 401]


@pytest.mark.usefixtures("fast_passwords")
def test_signing_in_does_not_use_up_the_attempts_of_an_address(visitor):
    from joinedup.hub.throttle import ALLOWED_FAILURES_BY_ADDRESS

    form = {"username": "analyst", "password": PASSWORD}
    for _number in range(ALLOWED_FAILURES_BY_ADDRESS + 2):
        assert visitor.post("/sign-in/", form).status_code == 302
        visitor.logout()


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "https:evil.example",
    "data/",
    "",
    "/\n/evil.example",
]


@pytest.mark.usefixtures("fast_passwords")
def test_signing_in_never_leads_away_from_the_hub(visitor):
    for elsewhere in ELSEWHERE:
        form = {"username": "analyst", "password": PASSWORD, "next": elsewhere}
        assert visitor.post("/sign-in/", form).headers["Location"] == "/", elsewhere
        visitor.post("/sign-out/")


def test_if_the_log_cannot_be_written_nobody_gets_in(visitor, fast_passwords, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("no log")

    monkeypatch.setattr("joinedup.hub.signing_in.record_act", broken)
    logging.disable(logging.CRITICAL)
    try:
        answer = visitor.post("/sign-in/", {"username": "analyst", "password": PASSWORD})
    finally:
        logging.disable(logging.NOTSET)
    assert answer.status_code == 500
    monkeypatch.setattr("joinedup.hub.signing_in.record_act", record_act)
    assert visitor.get("/").status_code == 302


def test_every_answer_carries_the_strict_policy(visitor, signed_in):
    pages = [
        visitor.get("/sign-in/"),
        visitor.get("/nowhere/"),
        visitor.get("/static/hub/tokens.css"),
        signed_in().get("/"),
        signed_in().get("/data/"),
    ]
    for page in pages:
        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert page.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert "camera=()" in page.headers["Permissions-Policy"]
        assert "Strict-Transport-Security" not in page.headers


def test_pages_are_not_kept_and_versioned_files_are_kept_for_good(visitor, signed_in):
    assert signed_in().get("/data/").headers["Cache-Control"] == "no-store"
    vendored = visitor.get("/static/vendor/vega-6.4.0/vega.min.js")
    assert "immutable" in vendored.headers["Cache-Control"]
    assert "immutable" not in visitor.get("/static/hub/hub.css").headers["Cache-Control"]


def test_over_https_browsers_are_told_to_stay_there(visitor):
    answer = visitor.get("/sign-in/", secure=True)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.parametrize(
    ("tiles", "origin"),
    [
        ("", ""),
        ("https://tiles.example/{z}/{x}/{y}.png?key=k", "https://tiles.example"),
        ("pmtiles://https://Tiles.example/area.pmtiles", "https://tiles.example"),
        ("http://127.0.0.1:8080/area.pmtiles", "http://127.0.0.1:8080"),
        ("https://tiles.example; script-src *", ""),
    ],
)
def test_only_the_tiles_that_the_settings_name_may_be_fetched_from_elsewhere(tiles, origin):
    policy = dict(part.split(" ", 1) for part in content_security_policy(tiles).split("; "))
    assert policy["connect-src"] == f"'self' {origin}".strip()
    assert policy["img-src"] == f"'self' data: blob: {origin}".strip()
    assert policy["script-src"] == "'self'"
    assert set(policy) == set(dict(part.split(" ", 1) for part in content_security_policy().split("; ")))


def test_pages_for_mistakes_do_not_repeat_what_was_asked(visitor, signed_in, monkeypatch):
    marker = "Q7marker"
    for client in (visitor, signed_in()):
        page = client.get(f"/{marker}/?x={marker}")
        assert page.status_code == 404
        assert marker not in page.content.decode()
        assert "Page not found" in page.content.decode()
    strict = type(visitor)(SERVER_NAME="localhost", enforce_csrf_checks=True)
    page = strict.post("/sign-in/", {"username": marker, "password": marker})
    assert page.status_code == 403
    assert marker not in page.content.decode()
    assert "no longer valid" in page.content.decode()

    def broken(*_args, **_kwargs):
        raise RuntimeError(marker)

    monkeypatch.setattr("joinedup.hub.views.home.shown", broken)
    logging.disable(logging.CRITICAL)
    try:
        page = signed_in().get("/")
    finally:
        logging.disable(logging.NOTSET)
    assert page.status_code == 500
    assert marker not in page.content.decode()
    assert "Something went wrong on our side" in page.content.decode()


def test_a_host_name_that_is_not_ours_is_refused(visitor):
    logging.disable(logging.CRITICAL)
    try:
        answer = visitor.get("/sign-in/", SERVER_NAME="evil.example")
    finally:
        logging.disable(logging.NOTSET)
    assert answer.status_code == 400
    assert b"evil.example" not in answer.content


def test_health_says_nothing_about_the_data(visitor):
    assert set(visitor.get("/health/").json()) == {"healthy", "version"}
