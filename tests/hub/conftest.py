"""The hub in this process, without a server: a workspace with people, and a client for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from joinedup.accounts import add_agency, add_user
from joinedup.hub import application
from joinedup.terms import Role
from joinedup.workspace import Workspace

PASSWORD = "a-long-enough-passphrase"


@pytest.fixture
def hub(workspace: Workspace) -> Workspace:
    """An open workspace that the hub shows, with one person of each role, named after it."""
    agency = add_agency("testshire-council", "Testshire Council")
    for role in Role:
        add_user(role.value, name=f"Robin {role.value.title()}", role=role, agency=agency, password=PASSWORD)
    application(workspace)
    return workspace


@pytest.fixture
def visitor(hub: Workspace):
    """A browser of somebody who has not signed in."""
    from django.test import Client

    return Client(SERVER_NAME="localhost", raise_request_exception=False)


@pytest.fixture
def signed_in(hub: Workspace) -> Callable[[str], object]:
    """A browser in which the person of this role has signed in."""
    from django.test import Client

    from joinedup.accounts.models import User

    def browser(role: str = "analyst") -> object:
        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        client.force_login(User.objects.get(username=role))
        return client

    return browser


@pytest.fixture
def fast_passwords(hub: Workspace) -> Iterator[None]:
    """Password hashing at a test's pace; the hub's own hasher is Django's default."""
    from django.contrib.auth.hashers import make_password
    from django.test import override_settings

    from joinedup.accounts.models import User

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        User.objects.update(password=make_password(PASSWORD))
        yield
