"""OWASP ASVS 5.0, V6.2 and V6.3: passwords, and guessing them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hub_asvs import asvs
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.accounts import passwords, set_password, user_named
from joinedup.errors import BadInput
from sampling import examples

PASSWORD = "a-long-enough-passphrase"
NEW = "seven brown otters"
CHANGE = {"old": PASSWORD, "new": NEW, "again": NEW}


def enter(client, username="analyst", password=PASSWORD, **extra):
    return client.post("/sign-in/", {"username": username, "password": password}, **extra)


@pytest.fixture
def signed_in_here(visitor, fast_passwords):
    """A browser in which the analyst signed in with a password."""
    enter(visitor)
    return visitor


def accepted(password: str) -> bool:
    try:
        set_password("analyst", password)
    except BadInput:
        return False
    return user_named("analyst").check_password(password)


@asvs("6.2.1", "6.2.9")
@pytest.mark.usefixtures("fast_passwords")
def test_twelve_to_128_characters_and_nothing_shorter_or_longer():
    text = "vK7q zebra?Ölfarbe 3§ mint" * 5
    assert [accepted(text[:size]) for size in (8, 11, 12, 64, 128, 129)] == [
        False,
        False,
        True,
        True,
        True,
        False,
    ]


@asvs("6.2.2", "6.2.3")
def test_a_person_changes_the_password_knowing_the_old_one(signed_in_here):
    wrong = signed_in_here.post("/account/password/", CHANGE | {"old": "not-it-at-all"})
    assert wrong.status_code == 400
    assert "Your present password is not right" in wrong.content.decode()
    differing = signed_in_here.post("/account/password/", CHANGE | {"again": "seven brown ottters"})
    assert "are not the same" in differing.content.decode()
    assert user_named("analyst").check_password(PASSWORD)
    assert signed_in_here.post("/account/password/", CHANGE).headers["Location"] == "/account/"
    assert user_named("analyst").check_password(NEW)
    assert signed_in_here.get("/account/").status_code == 200


COMMON = [
    "Password12345",
    "Liverpool2024!",
    "manchesterunited",
    "Summer2024!!!!",
    "qwertyuiop123",
    "123456789012",
    "iloveyouforever",
    "P@ssw0rd2024!!",
    "footballfootball",
    "letmeinplease12",
    "abcdefghijkl",
    "aaaaaaaaaaaaaaaa",
    "Chelsea1905!!",
]


@asvs("6.2.4")
@pytest.mark.usefixtures("fast_passwords")
@pytest.mark.parametrize("password", COMMON)
def test_common_passwords_and_those_made_from_them_are_refused(password):
    assert not accepted(password)


@asvs("6.2.4")
@pytest.mark.usefixtures("fast_passwords")
def test_every_listed_common_password_that_is_long_enough_is_refused(hub):
    """Django's twenty thousand and zxcvbn's thirty thousand."""
    from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
    from django.core.exceptions import ValidationError
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    listed = CommonPasswordValidator().passwords | set(FREQUENCY_LISTS["passwords"])
    long_enough = [password for password in listed if len(password) >= passwords.SHORTEST]
    assert len(long_enough) > 300
    passed = []
    for password in long_enough:
        try:
            validate_password(password)
        except ValidationError:
            continue
        passed.append(password)
    assert passed == []


@asvs("6.2.5")
@pytest.mark.usefixtures("fast_passwords")
@pytest.mark.parametrize(
    "password",
    [
        "otterspadecrumb",
        "OTTERSPADECRUMB",
        "82736459187364",
        "    spade     crumb    ",
        "šéñ–ßüø日本語♞κλ",
        "?§%&/()=+#:;",
    ],
)
def test_any_kind_of_character_will_do(password):
    assert accepted(password)


@asvs("6.2.6", "6.2.7")
def test_the_boxes_hide_what_is_typed_and_let_password_managers_work(visitor, signed_in_here):
    visitor = type(visitor)(SERVER_NAME="localhost")
    for page in (visitor.get("/sign-in/"), signed_in_here.get("/account/password/")):
        text = page.content.decode()
        assert 'type="password"' in text
        assert "-password" in text.split('type="password"')[1].split(">")[0]
        assert "onpaste" not in text
        assert 'autocomplete="off"' not in text


@asvs("6.2.8")
@pytest.mark.usefixtures("fast_passwords")
def test_a_password_is_taken_exactly_as_it_is_typed(visitor):
    exact = "  Zebra mint Crumb spade " + "é" * 90 + "!"
    set_password("analyst", exact)
    for near in (exact.strip(), exact.lower(), exact[:-1], exact[:72], exact + " "):
        assert enter(visitor, password=near).status_code in {401, 429}
        _forget()
    assert enter(visitor, password=exact).status_code == 302


def _forget():
    from joinedup.hub import throttle

    throttle.forget("analyst")


@asvs("6.2.10")
@pytest.mark.usefixtures("fast_passwords")
def test_an_old_password_goes_on_working_even_if_it_would_be_refused_today(visitor):
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from joinedup.accounts.models import User

    years_ago = timezone.now() - timedelta(days=2000)
    User.objects.update(password=make_password("Password12345"), last_login=years_ago, added_at=years_ago)
    assert enter(visitor, password="Password12345").headers["Location"] == "/"


@asvs("6.1.2", "6.2.11")
@pytest.mark.usefixtures("fast_passwords")
@pytest.mark.parametrize(
    "password",
    ["joinedup-joinedup", "Testshire-4711-!", "testshirecouncil-x9", "Robin.Analyst.7q", "analyst9analyst9z"],
)
def test_passwords_that_rest_on_the_names_of_the_place_are_refused(password):
    with pytest.raises(BadInput, match=r"rests on the name|common words"):
        set_password("analyst", password)
    assert not user_named("analyst").has_usable_password() or user_named("analyst").check_password(PASSWORD)


def test_a_name_of_the_place_among_enough_else_is_no_fault(hub, fast_passwords):
    assert accepted("testshire otter mint crumb")


def test_words_of_another_place_are_not_those_of_this_one(hub):
    from django.test import override_settings

    assert "testshire" in passwords.own_words()
    with override_settings(JOINEDUP_PARTNERSHIP="Safer Anytown"):
        assert {"safer", "anytown", "saferanytown", "joinedup"} == passwords.own_words()


@given(st.text(min_size=0, max_size=200))
@settings(max_examples=examples(60, 3))
def test_a_refusal_never_echoes_what_was_typed(text):
    from django.core.exceptions import ValidationError

    for check in (passwords.Length(), passwords.HardToGuess()):
        try:
            check.validate(text)
        except ValidationError as error:
            told = " ".join(error.messages)
            assert len(text) < 6 or text not in told
        except AttributeError:  # no workspace is open: the place has no words yet
            pass


@asvs("6.1.1", "6.3.1")
@pytest.mark.usefixtures("fast_passwords")
def test_waits_grow_with_each_failure_and_end_when_the_person_signs_in(visitor):
    from django.db.models import F

    from joinedup.hub.models import FailedSignIn
    from joinedup.hub.throttle import WAITS

    def minutes_told():
        page = enter(visitor, password=PASSWORD)
        assert page.status_code == 429
        return int(page.content.decode().split("Too many attempts. Wait ")[1].split()[0])

    assert [enter(visitor, password=f"guess-{n}").status_code for n in range(5)] == [401] * 5
    for wait in [*WAITS, WAITS[-1]]:
        assert minutes_told() == wait
        FailedSignIn.objects.update(moment=F("moment") - timedelta(minutes=wait, seconds=-5))
        assert minutes_told() == 1
        FailedSignIn.objects.update(moment=F("moment") - timedelta(seconds=6))
        assert enter(visitor, password="another-guess").status_code == 401
    FailedSignIn.objects.update(moment=F("moment") - timedelta(hours=1, seconds=1))
    assert enter(visitor).status_code == 302
    visitor.post("/sign-out/")
    assert [enter(visitor, password=f"guess-{n}").status_code for n in range(5)] == [401] * 5


@asvs("6.3.1")
@pytest.mark.usefixtures("fast_passwords")
def test_changing_the_password_is_no_way_to_guess_it(signed_in_here):
    wrong = CHANGE | {"old": "a-guess-at-it"}
    answers = [signed_in_here.post("/account/password/", wrong).status_code for _ in range(6)]
    assert answers == [400] * 5 + [429]
    assert signed_in_here.post("/account/confirm/", {"password": PASSWORD}).status_code == 429


@pytest.mark.usefixtures("fast_passwords")
def test_the_log_tells_of_a_hold_up_for_people_and_of_no_name_that_nobody_has(visitor, caplog):
    from joinedup.log.models import Act, Words

    for name in ("hunter2-my-password", "Analyst"):
        for number in range(6):
            enter(visitor, name, f"secret-guess-{number}")
    acts = list(Act.objects.values_list("username", "what", "detail"))
    assert acts == [("analyst", "sign-in held up: too many attempts as this user failed", {"failures": 5})]
    everything = str(list(Act.objects.values())) + str(list(Words.objects.values())) + caplog.text
    assert "hunter2" not in everything
    assert "secret-guess" not in everything
    assert "a name that nobody has" in caplog.text


@pytest.mark.usefixtures("fast_passwords")
def test_whoever_signs_in_after_failures_leaves_their_number_in_the_log(visitor):
    from joinedup.log.models import Act

    for number in range(3):
        enter(visitor, password=f"guess-{number}")
    enter(visitor)
    assert Act.objects.get().detail == {"failed_before": 3}


@asvs("6.3.8")
@pytest.mark.usefixtures("fast_passwords")
def test_being_held_up_does_not_tell_whether_there_is_such_a_person(visitor):
    def told(name):
        for _ in range(5):
            enter(visitor, name, "a-guess", REMOTE_ADDR=f"192.0.2.{len(name)}")
        page = enter(visitor, name, "a-guess", REMOTE_ADDR=f"192.0.2.{len(name)}")
        return page.status_code, page.content.decode().split('name="csrfmiddlewaretoken"')[1].split(">", 1)[1]

    assert told("analyst") == told("nobody-at-all")
