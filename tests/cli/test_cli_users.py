"""``joinedup users``: what an administrator does about signing in."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from joinedup.accounts import add_agency, add_user, provider_identities, second_factor, user_named
from joinedup.cli import main
from joinedup.terms import Role
from joinedup.workspace import SETTINGS_FILE


@pytest.fixture
def run(workspace, analyst):
    """Runs ``joinedup users`` as the analyst Ann; Bob is another user."""
    add_user("bob", name="Bob", role=Role.COUNCILLOR, agency=add_agency("council", "Council"))

    def users(*words, **options):
        begin = ["-C", str(workspace.folder), "--as", "ann", "users"]
        return CliRunner().invoke(main, [*begin, *words], **options)

    return users


def what_was_logged():
    from joinedup.log.models import Act

    return list(Act.objects.order_by("id").values_list("username", "kind", "what"))


def test_unlocking_forgets_the_failures_of_that_person_only(run, workspace):
    from django.test import RequestFactory

    from joinedup.hub import throttle
    from joinedup.hub.models import FailedSignIn

    request = RequestFactory().post("/sign-in/")
    for name in ("bob", "Bob ", "ann"):
        throttle.begin(request, name)
    throttle.begin(request, "bob", throttle.Step.SECOND)
    done = run("unlock", "bob")
    assert done.exit_code == 0
    assert "at once" in done.stderr
    assert FailedSignIn.objects.count() == 1
    assert what_was_logged() == [("ann", "administration", "let bob try to sign in again at once")]


@pytest.mark.parametrize("verb", ["unlock", "sign-out", "reset-second-factor", "unlink"])
def test_nobody_of_that_name_is_said_and_nothing_is_logged(run, verb):
    done = run(verb, "nobody")
    assert done.exit_code == 2
    assert "no user of that name" in done.stderr
    assert what_was_logged() == []


def test_resetting_takes_every_second_factor_and_signs_out(run, workspace):
    from django.utils import timezone

    from joinedup.accounts.models import CodeApp, OpenSession

    bob, now = user_named("bob"), timezone.now()
    CodeApp.objects.create(user=bob, sealed_secret="x", last_step=1)
    second_factor.new_recovery_codes(bob)
    for user, key in ((bob, "b"), (user_named("ann"), "a")):
        OpenSession.objects.create(user=user, key=key, started_at=now, seen_at=now, confirmed_at=now)
    assert run("reset-second-factor", "bob").exit_code == 0
    assert not second_factor.has_any(bob)
    assert bob.recovery_codes.count() == 0
    assert [session.key for session in OpenSession.objects.all()] == ["a"]
    assert what_was_logged() == [("ann", "administration", "reset the second factor of bob")]


def test_signing_somebody_out_ends_all_their_sessions(run):
    from django.utils import timezone

    from joinedup.accounts.models import OpenSession

    now = timezone.now()
    for key in ("b", "c"):
        OpenSession.objects.create(
            user=user_named("bob"), key=key, started_at=now, seen_at=now, confirmed_at=now
        )
    assert run("sign-out", "bob").exit_code == 0
    assert not OpenSession.objects.exists()
    assert what_was_logged() == [("ann", "administration", "signed bob out everywhere")]


def test_linking_needs_a_provider_in_the_settings_and_logs_no_subject(run, workspace):
    refused = run("link", "bob", "--subject", "abc-123")
    assert refused.exit_code == 2
    assert "no identity provider" in refused.stderr
    file = workspace.folder / SETTINGS_FILE
    file.write_text(file.read_text().replace('issuer = ""', 'issuer = "https://idp.example/x"'))
    assert run("link", "bob", "--subject", "abc-123").exit_code == 0
    assert provider_identities.user_of("https://idp.example/x", "abc-123").username == "bob"
    assert run("unlink", "bob").exit_code == 0
    assert provider_identities.user_of("https://idp.example/x", "abc-123") is None
    assert [what for _by, _kind, what in what_was_logged()] == [
        "linked bob to the identity provider",
        "unlinked bob from the identity provider",
    ]
