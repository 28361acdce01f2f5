"""OWASP ASVS 5.0, V6.3 to V6.5: the second step: codes, recovery codes, who needs it, and losing it."""

from __future__ import annotations

import html
import logging
import re
from datetime import timedelta

import pyotp
import pytest
from hub_asvs import asvs

from joinedup.accounts import reset_second_factor, sealing, second_factor, user_named
from joinedup.errors import Damaged
from joinedup.hub import application

PASSWORD = "a-long-enough-passphrase"
NOON = 1_790_000_010.0  # ten seconds into a step of thirty


@pytest.fixture
def clock(monkeypatch):
    """The time that codes go by; ``clock(30)`` lets half a minute pass."""
    now = [NOON]
    monkeypatch.setattr(second_factor.time, "time", lambda: now[0])

    def passes(seconds):
        now[0] += seconds

    passes.now = lambda: now[0]
    return passes


@pytest.fixture
def another(visitor):
    """Gives further browsers."""
    return lambda: type(visitor)(SERVER_NAME="localhost", raise_request_exception=False)


def enter(client, username="analyst"):
    return client.post("/sign-in/", {"username": username, "password": PASSWORD})


def set_up_app(client, clock) -> tuple[pyotp.TOTP, list[str]]:
    """Do as the page says; the app, and the recovery codes that are shown."""
    page = client.get("/account/code-app/").content.decode()
    key = re.search(r"ju-key-text\">([A-Z2-7 ]+)<", page)[1].replace(" ", "")
    app = pyotp.TOTP(key)
    shown = client.post("/account/code-app/", {"code": app.at(int(clock.now()))})
    assert shown.status_code == 200, shown.content
    return app, re.findall(r"<code>([A-Z0-9-]{27})</code>", shown.content.decode())


@pytest.fixture
def with_app(visitor, fast_passwords, clock, another):
    """Somebody who set up an app: a fresh browser, the app, and the recovery codes."""
    enter(visitor)
    app, codes = set_up_app(visitor, clock)
    clock(60)
    return another(), app, codes


def is_in(client) -> bool:
    return client.get("/data/").status_code == 200


def second(client, **given):
    return client.post("/sign-in/second/", given)


@asvs("6.3.2")
def test_the_password_alone_opens_nothing_once_an_app_is_set_up(with_app, clock):
    browser, app, _codes = with_app
    answer = browser.post("/sign-in/", {"username": "analyst", "password": PASSWORD, "next": "/data/?feed=x"})
    assert answer.headers["Location"] == "/sign-in/second/"
    for page in ("/", "/data/", "/account/", "/account/code-app/", "/account/passkeys/"):
        assert browser.get(page).headers["Location"].startswith("/sign-in/?next="), page
    assert second(browser, code="000000").status_code == 401
    assert not is_in(browser)
    code = app.at(int(clock.now()))
    assert second(browser, code=f"{code[:3]} {code[3:]}").headers["Location"] == "/data/?feed=x"
    assert is_in(browser)


@asvs("6.5.1")
def test_a_code_works_once_for_whoever_brings_it(with_app, clock, another):
    browser, app, _codes = with_app
    code = app.at(int(clock.now()))
    enter(browser)
    assert second(browser, code=code).status_code == 302
    thief = another()
    enter(thief)
    assert second(thief, code=code).status_code == 401
    clock(30)
    assert second(thief, code=code).status_code == 401
    assert second(thief, code=app.at(int(clock.now()) - 30)).status_code == 401, "older than the last used"
    assert second(thief, code=app.at(int(clock.now()))).status_code == 302


@asvs("6.5.1")
def test_the_code_that_set_the_app_up_is_used(visitor, fast_passwords, clock, another):
    enter(visitor)
    app, _codes = set_up_app(visitor, clock)
    browser = another()
    enter(browser)
    assert second(browser, code=app.at(int(clock.now()))).status_code == 401


@asvs("6.5.5", "6.5.8")
@pytest.mark.parametrize(
    ("steps", "taken"), [(-3, False), (-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_lives_for_half_a_minute_and_a_clock_may_be_out_by_one(with_app, clock, steps, taken):
    browser, app, _codes = with_app
    clock(600)
    enter(browser)
    answer = second(browser, code=app.at(int(clock.now()) + 30 * steps))
    assert (answer.status_code == 302) == taken


def test_codes_are_those_of_the_standard(monkeypatch):
    """RFC 6238, appendix B, SHA-1, cut to six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for moment, code in [
        (59, "287082"),
        (1111111109, "081804"),
        (1234567890, "005924"),
        (20000000000, "353130"),
    ]:
        monkeypatch.setattr(second_factor.time, "time", lambda moment=moment: float(moment))
        assert second_factor._step_of(secret, code) == moment // 30


@asvs("6.5.1", "6.5.2", "6.5.4")
def test_a_recovery_code_works_once_and_is_kept_as_a_digest_only(with_app, another):
    from joinedup.accounts.models import RecoveryCode

    browser, _app, codes = with_app
    assert len(codes) == len(set(codes)) == 10
    assert all(len(code.replace("-", "")) == 24 for code in codes), "120 bits: 24 of 32 letters"
    stored = str(list(RecoveryCode.objects.values()))
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    enter(browser)
    assert second(browser, recovery=codes[0].lower().replace("-", " ")).status_code == 302
    later = another()
    enter(later)
    assert second(later, recovery=codes[0]).status_code == 401
    assert second(later, recovery=codes[1]).status_code == 302
    assert "You have 8 recovery codes left" in later.get("/account/").content.decode()


@asvs("6.5.3")
def test_secrets_and_recovery_codes_are_random():
    secrets = {second_factor.new_secret() for _ in range(50)}
    codes = {second_factor._random_code() for _ in range(50)}
    assert len(secrets) == len(codes) == 50
    assert all(len(secret) == 32 for secret in secrets), "160 bits in base 32"


def test_new_recovery_codes_make_the_old_ones_worthless(with_app, visitor):
    browser, _app, codes = with_app
    page = visitor.post("/account/recovery-codes/").content.decode()
    new = re.findall(r"<code>([A-Z0-9-]{27})</code>", page)
    assert len(new) == 10
    assert not set(new) & set(codes)
    enter(browser)
    assert second(browser, recovery=codes[0]).status_code == 401
    assert second(browser, recovery=new[0]).status_code == 302


@asvs("6.3.1")
def test_guessing_codes_is_slowed_from_every_address_and_a_right_password_is_no_way_round(with_app, another):
    _browser, app, codes = with_app
    answers = []
    for number in range(6):
        guesser = another()
        address = {"REMOTE_ADDR": f"192.0.2.{number}"}
        form = {"username": "analyst", "password": PASSWORD}
        assert guesser.post("/sign-in/", form, **address).status_code == 302
        answers.append(guesser.post("/sign-in/second/", {"code": f"00000{number}"}, **address).status_code)
    assert answers == [401] * 5 + [429]
    assert guesser.post("/sign-in/second/", {"recovery": codes[0]}, **address).status_code == 429
    assert app


def test_unlocking_lets_the_person_try_the_second_step_again(with_app, clock):
    from joinedup.hub import throttle

    browser, app, _codes = with_app
    enter(browser)
    assert [second(browser, code="000000").status_code for _ in range(6)] == [401] * 5 + [429]
    throttle.forget("ANALYST")
    assert second(browser, code=app.at(int(clock.now()))).status_code == 302


@asvs("6.4.3", "6.4.4")
def test_an_administrator_resets_what_is_lost_and_the_sessions_end(with_app, visitor, clock):
    browser, app, codes = with_app
    assert is_in(visitor)
    reset_second_factor("analyst")
    assert not is_in(visitor)
    assert enter(browser).headers["Location"] == "/"
    assert user_named("analyst").recovery_codes.count() == 0
    assert app and codes


@asvs("6.4.3")
def test_a_new_password_does_not_get_round_the_second_step(with_app):
    from joinedup.accounts import set_password

    browser, _app, _codes = with_app
    set_password("analyst", "seven brown otters")
    answer = browser.post("/sign-in/", {"username": "analyst", "password": "seven brown otters"})
    assert answer.headers["Location"] == "/sign-in/second/"


@asvs("6.5.6", "7.4.3")
def test_removing_the_app_ends_other_sessions_and_asks_for_no_code_again(with_app, visitor, clock):
    browser, app, _codes = with_app
    enter(browser)
    second(browser, code=app.at(int(clock.now())))
    assert is_in(browser)
    assert visitor.post("/account/code-app/remove/").headers["Location"] == "/account/"
    assert not is_in(browser)
    assert enter(browser).headers["Location"] == "/"


@asvs("7.5.1")
@pytest.mark.parametrize(
    "address",
    [
        "/account/code-app/",
        "/account/code-app/remove/",
        "/account/passkeys/",
        "/account/passkeys/1/remove/",
        "/account/recovery-codes/",
    ],
)
def test_factors_change_only_after_proving_again_who_one_is(signed_in, address):
    from joinedup.accounts.models import OpenSession

    browser = signed_in()
    for session in OpenSession.objects.all():
        session.confirmed_at -= timedelta(minutes=10)
        session.save()
    assert browser.post(address).headers["Location"].startswith("/account/confirm/?next=")


def test_the_time_between_both_steps_is_short_and_the_password_must_still_be_the_same(with_app, clock):
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from joinedup.accounts import set_password

    browser, app, _codes = with_app
    enter(browser)
    for row in Session.objects.all():
        store = SessionStore(row.session_key)
        if "half_way" in store:
            store["half_way"] = store["half_way"] | {"at": store["half_way"]["at"] - 601}
            store.save()
    assert second(browser, code=app.at(int(clock.now()))).headers["Location"] == "/sign-in/"
    enter(browser)
    set_password("analyst", "seven brown otters")
    assert second(browser, code=app.at(int(clock.now()))).headers["Location"] == "/sign-in/"


def test_the_secret_is_kept_encrypted_for_this_person_and_this_workspace(with_app, hub):
    from joinedup.accounts.models import CodeApp

    _browser, app, _codes = with_app
    kept = CodeApp.objects.get()
    assert app.secret not in kept.sealed_secret
    assert second_factor.unseal_secret(kept.user, kept.sealed_secret, hub.secrets_folder) == app.secret
    key = hub.secrets_folder / sealing.KEY_FILE
    assert key.is_file()
    assert [path.name for path in hub.secrets_folder.iterdir() if path.stat().st_mode & 0o077] == []
    with pytest.raises(Damaged):
        second_factor.unseal_secret(user_named("councillor"), kept.sealed_secret, hub.secrets_folder)
    key.write_text("00" * 32)
    with pytest.raises(Damaged):
        second_factor.unseal_secret(kept.user, kept.sealed_secret, hub.secrets_folder)


def test_a_lost_key_is_said_and_lets_nobody_in(with_app, hub, clock):
    browser, app, codes = with_app
    (hub.secrets_folder / sealing.KEY_FILE).unlink()
    enter(browser)
    logging.disable(logging.CRITICAL)
    try:
        answer = second(browser, code=app.at(int(clock.now())))
    finally:
        logging.disable(logging.NOTSET)
    assert answer.status_code == 500
    assert "have an administrator reset the second factor" in html.unescape(answer.content.decode())
    assert second(browser, recovery=codes[0]).status_code == 302


def test_the_square_has_no_style_and_tells_who_and_where(signed_in, clock):
    page = signed_in().get("/account/code-app/").content.decode()
    square = page.split('<div class="ju-qr"')[1].split("</div>")[0]
    assert "<svg" in square
    assert "style" not in square
    assert "script" not in square
    address = second_factor.address_for_app(user_named("analyst"), "A" * 32, "Testshire")
    assert address.startswith("otpauth://totp/joinedup%20Testshire:analyst?secret=")


def test_setting_up_and_using_is_in_the_log_and_no_secret_is(with_app, clock):
    from joinedup.log.models import Act, Words

    browser, app, codes = with_app
    enter(browser)
    second(browser, code=app.at(int(clock.now())))
    assert list(Act.objects.order_by("id").values_list("what", "detail")) == [
        ("signed in", {}),
        ("set up an app for codes", {}),
        ("signed in", {"second_factor": "code"}),
    ]
    everything = str(list(Act.objects.values())) + str(list(Words.objects.values()))
    assert not any(secret in everything for secret in [app.secret, *codes])


@pytest.fixture
def required(hub):
    """The hub as others reach it."""
    from dataclasses import replace

    from joinedup.hub import served

    served.occupy(replace(hub, settings=replace(hub.settings, second_factor="required")))
    yield
    application(hub)


@asvs("6.3.2", "6.3.3")
@pytest.mark.usefixtures("fast_passwords", "required")
def test_where_everybody_needs_it_whoever_has_none_is_led_there_and_sees_nothing_else(visitor, clock):
    assert enter(visitor).headers["Location"] == "/"
    for page in ("/", "/data/", "/intelligence/", "/documents/", "/measures/"):
        assert visitor.get(page).headers["Location"] == "/account/", page
    asked = visitor.get("/intelligence/answer.json", headers={"Sec-Fetch-Dest": "empty"})
    assert asked.status_code == 403
    assert "Everybody needs a second step" in visitor.get("/account/").content.decode()
    set_up_app(visitor, clock)
    assert is_in(visitor)
    assert visitor.post("/account/code-app/remove/").status_code == 302
    assert not is_in(visitor)


@pytest.mark.usefixtures("fast_passwords")
def test_a_session_from_before_it_was_needed_is_asked_too(visitor, another, clock, hub):
    from dataclasses import replace

    from joinedup.hub import served

    enter(visitor)
    bare = another()
    set_up_app(visitor, clock)
    bare.force_login(user_named("analyst"))
    assert is_in(bare)
    served.occupy(replace(hub, settings=replace(hub.settings, second_factor="required")))
    assert bare.get("/data/").headers["Location"] == "/sign-in/"
    assert is_in(visitor)


@pytest.mark.parametrize(
    ("said", "host", "behind", "needed"),
    [
        ("automatic", None, False, False),
        ("automatic", "127.0.0.1", False, False),
        ("automatic", "0.0.0.0", False, True),
        ("automatic", None, True, True),
        ("optional", "0.0.0.0", True, False),
        ("required", None, False, True),
    ],
)
def test_who_needs_it_follows_from_the_settings_and_where_the_hub_is_served(hub, said, host, behind, needed):
    from dataclasses import replace

    from joinedup.hub import served

    settings = replace(hub.settings, second_factor=said, behind_proxy=behind)
    served.occupy(replace(hub, settings=settings), host)
    assert served.second_factor_required() == needed


def test_the_second_step_is_shown_to_nobody_who_did_not_take_the_first(visitor):
    for method in (visitor.get, visitor.post):
        assert method("/sign-in/second/").headers["Location"] == "/sign-in/"


GARBAGE = [
    "x",
    "[]",
    "7",
    "[" * 40_000,
    '{"id": "AAAA"}',
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": 7}',
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"authenticatorData": "AAAA", "signature": "AAAA"}}',
    '{"id": {"a": 1}}',
    '{"id": "BBBB"}',
]


@pytest.mark.parametrize("answer", GARBAGE, ids=range(len(GARBAGE)))
def test_what_is_no_answer_of_a_passkey_is_refused_calmly(visitor, answer):
    from joinedup.accounts.models import Passkey

    Passkey.objects.create(
        user=user_named("analyst"), name="x", credential="AAAA", handle="AAAA", public_key=b"x"
    )
    assert visitor.post("/sign-in/passkey/options/").status_code == 200
    refused = visitor.post("/sign-in/passkey/", {"passkey": answer})
    assert refused.status_code == 401
    assert "does not open this hub" in refused.content.decode()
    assert not is_in(visitor)


def test_a_passkey_is_not_offered_where_browsers_refuse_it():
    from joinedup.accounts.passkeys import Site

    offered = {
        "http://localhost:8765": True,
        "https://hub.anytown.gov.uk": True,
        "http://hub.anytown.gov.uk": False,
        "https://10.0.0.5": False,
        "http://127.0.0.1:8765": False,
        "https://[::1]": False,
    }
    for origin, possible in offered.items():
        host = origin.split("://")[1]
        name = host if host.startswith("[") else host.split(":")[0]
        assert Site(name, origin, "x").can_have_passkeys == possible, origin
