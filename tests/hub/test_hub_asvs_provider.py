"""OWASP ASVS 5.0, V6.8, V9 and V10: signing in at an identity provider, against one that can lie."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import fake_provider
import pytest
from fake_provider import CLIENT, SECRET, FakeProvider
from hub_asvs import asvs
from joserfc import jwt
from joserfc.jwk import RSAKey

from joinedup import durable
from joinedup.accounts import provider_identities, set_active, user_named
from joinedup.errors import BadInput
from joinedup.hub import application, openid, served
from joinedup.workspace import SETTINGS_FILE, Settings, Workspace, read_settings

BACK = "/sign-in/provider/back/"


@pytest.fixture
def provider(hub):
    """A provider that the hub knows, and to whom the analyst is ``abc-123``."""
    made = FakeProvider()
    openid._known.clear()
    settings = replace(
        hub.settings,
        openid_name="Entra",
        openid_issuer=made.issuer,
        openid_client_id=CLIENT,
        openid_second_factor="provider",
    )
    durable.write_secret(hub.secrets_folder / openid.SECRET_FILE, f"{SECRET}\n")
    application(replace(hub, settings=settings))
    provider_identities.link(user_named("analyst"), made.issuer, "abc-123")
    yield made
    made.stop()
    openid._known.clear()


@pytest.fixture
def quiet():
    """Refusals are expected here."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def leave(client, target="/data/?feed=x") -> str:
    answer = client.get("/sign-in/provider/", {"next": target})
    assert answer.status_code == 302, answer.content
    return answer.headers["Location"]


def come_back(client, provider, subject="abc-123"):
    return client.get(BACK + provider.signs_in(leave(client), subject))


def is_in(client) -> bool:
    return client.get("/account/").status_code == 200


@asvs("10.2.1")
def test_somebody_who_is_linked_signs_in_and_goes_where_they_wanted(visitor, provider):
    from joinedup.accounts.models import OpenSession
    from joinedup.log.models import Act

    assert "Sign in with Entra" in visitor.get("/sign-in/").content.decode()
    address = leave(visitor)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["redirect_uri"] == f"http://localhost{BACK}"
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    answer = visitor.get(BACK + provider.signs_in(address, "abc-123"))
    assert answer.headers["Location"] == "/data/?feed=x"
    assert is_in(visitor)
    assert provider.forms[0]["client_secret"] == SECRET
    assert OpenSession.objects.get().factor == "provider"
    assert Act.objects.get().detail == {"second_factor": "provider"}


def test_each_time_state_nonce_and_verifier_are_new(visitor, provider):
    asked = [parse_qs(urlsplit(leave(visitor)).query) for _ in range(3)]
    for name in ("state", "nonce", "code_challenge"):
        assert len({query[name][0] for query in asked}) == 3


LIES = {
    "another audience": {"aud": "another-app"},
    "several audiences, made for another": {"aud": [CLIENT, "another-app"], "azp": "another-app"},
    "several audiences, made for nobody named": {"aud": [CLIENT, "another-app"]},
    "made for another": {"azp": "another-app"},
    "another nonce": {"nonce": "another-nonce"},
    "no nonce": {"nonce": None},
    "another issuer": {"iss": "https://evil.example/"},
    "no issuer": {"iss": None},
    "expired": {"exp": int(time.time()) - 120},
    "never expires": {"exp": None},
    "of the future": {"iat": int(time.time()) + 3600, "nbf": int(time.time()) + 3600},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is no text": {"sub": 7},
}


@asvs("9.1.1", "9.2.1", "9.2.3", "10.5.1", "10.5.4")
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("lie", LIES)
def test_a_token_with_a_lie_opens_nothing(visitor, provider, lie):
    provider.claims = LIES[lie]
    answer = come_back(visitor, provider)
    assert answer.status_code == 403
    assert "token" in answer.content.decode()
    assert not is_in(visitor)


@asvs("6.8.2", "9.1.1", "9.1.2", "9.1.3")
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("forge", ["unsigned", "signed_with_the_secret", "signed_by_a_stranger"])
def test_a_token_that_the_provider_did_not_sign_opens_nothing(visitor, provider, forge):
    provider.sign = getattr(fake_provider, forge)
    assert come_back(visitor, provider).status_code == 403
    assert not is_in(visitor)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("token", ["", "x", "a.b.c", "....", "é", None, 7])
def test_what_is_no_token_at_all_is_refused_calmly(visitor, provider, token):
    provider.sign = lambda _claims: token
    assert come_back(visitor, provider).status_code == 403
    assert not is_in(visitor)


def test_a_token_signed_on_a_curve_is_as_good(visitor, provider):
    provider.sign = lambda claims: jwt.encode({"alg": "ES256", "kid": "ec"}, claims, provider.keys[1])
    assert come_back(visitor, provider).status_code == 302


def test_a_new_key_of_the_provider_is_fetched_but_not_more_than_once_a_minute(visitor, provider, monkeypatch):
    now = [time.monotonic()]
    monkeypatch.setattr(openid.time, "monotonic", lambda: now[0])
    assert come_back(visitor, provider).status_code == 302
    visitor.post("/sign-out/")
    new = RSAKey.generate_key(2048, {"kid": "new", "use": "sig"})
    provider.keys.append(new)
    provider.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "new"}, claims, new)
    logging.disable(logging.CRITICAL)
    assert come_back(visitor, provider).status_code == 403
    logging.disable(logging.NOTSET)
    assert provider.asked.count("/tenant/v2.0/keys") == 1
    now[0] += 61
    assert come_back(visitor, provider).status_code == 302
    assert provider.asked.count("/tenant/v2.0/keys") == 2


@asvs("10.1.2", "10.2.1")
@pytest.mark.usefixtures("quiet")
def test_coming_back_twice_with_one_code_opens_nothing(visitor, provider):
    back = BACK + provider.signs_in(leave(visitor), "abc-123")
    assert visitor.get(back).status_code == 302
    visitor.post("/sign-out/")
    assert visitor.get(back).status_code == 400
    state = parse_qs(urlsplit(leave(visitor)).query)["state"][0]
    assert visitor.get(f"{BACK}?code=code-0&state={state}").status_code == 403, "the provider refuses too"
    assert not is_in(visitor)


@asvs("10.1.2", "10.2.1")
@pytest.mark.usefixtures("quiet")
def test_what_was_not_asked_for_in_this_browser_opens_nothing(visitor, provider):
    other = type(visitor)(SERVER_NAME="localhost")
    back = provider.signs_in(leave(visitor), "abc-123")
    assert other.get(BACK + back).status_code == 400
    assert visitor.get(BACK + back.replace("state=", "state=x")).status_code == 400
    assert visitor.get(BACK + back).status_code == 400, "a wrong state used up what was asked"
    for query in ("", "?error=access_denied", "?code=code-0", "?state="):
        assert visitor.get(BACK + query).status_code == 400
    assert not is_in(visitor)


@asvs("7.6.2")
def test_another_site_cannot_sign_somebody_in_unasked(visitor, provider):
    answer = visitor.get("/sign-in/provider/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.headers["Location"] == "/sign-in/"
    assert not provider.asked


@asvs("10.5.2")
@pytest.mark.usefixtures("quiet")
def test_nobody_is_made_a_user_by_signing_in_there_and_their_subject_is_shown_to_them_only(
    visitor, provider, caplog
):
    from joinedup.accounts.models import User
    from joinedup.log.models import Act

    before = User.objects.count()
    answer = come_back(visitor, provider, "analyst")
    assert answer.status_code == 403
    assert '<code class="ju-key-text">analyst</code>' in answer.content.decode()
    assert User.objects.count() == before
    assert not Act.objects.exists()
    assert not is_in(visitor)


@asvs("6.8.1")
@pytest.mark.usefixtures("quiet")
def test_the_same_subject_of_another_provider_is_somebody_else(visitor, provider):
    user = user_named("analyst")
    provider_identities.link(user, "https://another.example/", "abc-123")
    assert come_back(visitor, provider).status_code == 403


@pytest.mark.usefixtures("quiet")
def test_whoever_is_barred_here_is_barred_though_the_provider_lets_them_in(visitor, provider):
    set_active("analyst", False)
    assert come_back(visitor, provider).status_code == 403


def test_unlinking_ends_the_sessions(visitor, provider, quiet):
    come_back(visitor, provider)
    provider_identities.unlink("analyst")
    assert not is_in(visitor)
    assert come_back(visitor, provider).status_code == 403


def test_one_subject_is_one_user(provider):
    with pytest.raises(BadInput, match="Another user"):
        provider_identities.link(user_named("councillor"), provider.issuer, "abc-123")


def test_somebody_signed_in_links_their_own_account(signed_in, visitor, provider):
    browser = signed_in("councillor")
    assert "Link your account" in browser.get("/account/").content.decode()
    address = browser.get("/account/provider/").headers["Location"]
    assert browser.get(BACK + provider.signs_in(address, "council-7")).headers["Location"] == "/account/"
    assert "You can sign in with Entra" in browser.get("/account/").content.decode()
    assert come_back(visitor, provider, "council-7").status_code == 302
    assert b"Robin Councillor" in visitor.get("/").content


@asvs("6.3.3", "6.8.4")
def test_the_second_step_is_asked_here_unless_the_settings_say_that_the_provider_asks(
    visitor, provider, fast_passwords
):
    from joinedup.accounts import second_factor

    unsaid = Settings("Testshire").openid_second_factor
    settings = replace(served.workspace().settings, openid_second_factor=unsaid, second_factor="required")
    served.occupy(replace(served.workspace(), settings=settings))
    assert come_back(visitor, provider).status_code == 302
    assert visitor.get("/data/").headers["Location"] == "/account/"
    visitor.post("/sign-out/")
    secret = second_factor.new_secret()
    import pyotp

    second_factor.add_code_app(
        user_named("analyst"), secret, pyotp.TOTP(secret).now(), served.workspace().secrets_folder
    )
    assert come_back(visitor, provider).headers["Location"] == "/sign-in/second/"
    assert not is_in(visitor)


@pytest.mark.usefixtures("quiet")
def test_a_provider_that_is_silent_or_broken_is_said_and_passwords_still_work(
    visitor, provider, fast_passwords
):
    provider.broken = True
    answer = visitor.get("/sign-in/provider/")
    assert answer.status_code == 503
    assert "does not answer as it should" in answer.content.decode()
    provider.stop()
    assert visitor.get("/sign-in/provider/").status_code == 503
    form = {"username": "analyst", "password": "a-long-enough-passphrase"}
    assert visitor.post("/sign-in/", form).status_code == 302


@asvs("10.5.3")
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "http://127.0.0.1:1/another"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
    ],
)
def test_a_description_that_leads_elsewhere_is_refused(visitor, provider, described):
    provider.described = described
    assert visitor.get("/sign-in/provider/").status_code == 400


def test_without_the_setting_nothing_is_fetched_and_nothing_offered(visitor, hub):
    assert "provider" not in visitor.get("/sign-in/").content.decode()
    assert visitor.get("/sign-in/provider/").status_code == 404
    assert visitor.get(BACK).status_code in {400, 404}


@pytest.mark.parametrize(
    ("issuer", "taken"),
    [
        ("https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0", True),
        ("http://127.0.0.1:8080/x", True),
        ("http://login.example/x", False),
        ("http://localhost.evil.example/", False),
        ("javascript:x", False),
    ],
)
def test_the_issuer_of_the_settings_is_https(workspace: Workspace, issuer, taken):
    file = workspace.folder / SETTINGS_FILE
    file.write_text(file.read_text().replace('issuer = ""', f'issuer = "{issuer}"'))
    if taken:
        assert read_settings(file).openid_issuer == issuer
    else:
        with pytest.raises(BadInput, match="openid_issuer"):
            read_settings(file)
