"""Django's own checks of a deployment, on the settings that the hub serves with behind a web server."""

from __future__ import annotations

import pytest

from joinedup.hub import application
from joinedup.workspace import SETTINGS_FILE, Workspace


@pytest.fixture
def behind_a_web_server(workspace):
    file = workspace.folder / SETTINGS_FILE
    told = file.read_text().replace("behind_proxy = false", "behind_proxy = true")
    file.write_text(told.replace("hosts = []", 'hosts = ["hub.example"]'))
    workspace.close()
    opened = Workspace.open(workspace.folder)
    application(opened)
    yield opened
    opened.close()


def test_djangos_checks_of_a_deployment_find_nothing_that_is_the_hubs_to_set(
    behind_a_web_server, monkeypatch
):
    from django.core.checks import run_checks

    with monkeypatch.context() as alone:  # only here: closing the workspace needs what browser tests set
        alone.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)
        found = run_checks(include_deployment_checks=True)
    assert [str(one) for one in found if not one.is_silenced()] == []
    assert {one.id for one in found} == {"security.W008", "security.W021"}, "what is left out is still found"


def test_over_https_a_browser_is_told_to_come_back_by_https_only_and_not_to_frame(behind_a_web_server):
    from django.test import Client

    client = Client(SERVER_NAME="hub.example")
    over_https = client.get("/sign-in/", secure=True)
    assert over_https.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert over_https.headers["X-Frame-Options"] == "DENY"
    assert "Strict-Transport-Security" not in client.get("/sign-in/").headers


def test_a_document_cannot_be_framed_either(behind_a_web_server):
    from django.test import Client

    answer = Client(SERVER_NAME="hub.example").get("/documents/none/", secure=True)
    assert answer.headers["X-Frame-Options"] == "DENY"
