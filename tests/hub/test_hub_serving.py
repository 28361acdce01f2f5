"""Serving: a port that is taken, an address that can be told, and an orderly end."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from joinedup.errors import BadInput, Busy
from joinedup.hub import serve
from joinedup.hub.serving import address

# A process started in the background of a script ignores SIGINT, and so would its children.
SERVER = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from joinedup.hub import serve
from joinedup.workspace import Workspace
serve(Workspace.open(Path(sys.argv[1])), port=0, ready=lambda address: print(address, flush=True))
print("closed in order", flush=True)
"""


def test_a_port_that_is_taken_is_said_before_anything_starts(workspace):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Busy, match="--port"):
            serve(workspace, "localhost", other.getsockname()[1])


def test_a_host_that_is_not_known_is_said(workspace):
    with pytest.raises(BadInput, match="host name"):
        serve(workspace, "no-such-host.invalid", 0)


@pytest.mark.parametrize(
    ("host", "told"), [("127.0.0.1", "http://localhost:80"), ("hub.example", "http://hub.example:80")]
)
def test_the_address_is_a_name_where_there_is_one(host, told):
    assert address(host, 80) == told


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(workspace, ending):
    workspace.close()
    environment = {name: value for name, value in os.environ.items() if name != "JOINEDUP_DATABASE_URL"}
    command = [sys.executable, "-c", SERVER, str(workspace.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        told = server.stdout.readline().strip()
        try:
            assert told.startswith("http://localhost:")
            with urllib.request.urlopen(f"{told}/health/", timeout=30) as answer:
                assert answer.status == 200
                assert answer.headers["Server"] == "joinedup"
        finally:
            server.send_signal(ending)
        try:
            rest, _ = server.communicate(timeout=30)
        finally:
            server.kill()  # else the test would wait for a server that does not hear
    assert server.returncode == 0
    assert rest.strip() == "closed in order"


@pytest.mark.parametrize("behind", [True, False])
def test_what_a_proxy_says_is_believed_only_where_there_is_one(workspace, behind):
    settings = workspace.folder / "joinedup.toml"
    if behind:
        settings.write_text(settings.read_text().replace("behind_proxy = false", "behind_proxy = true"))
    workspace.close()
    environment = {name: value for name, value in os.environ.items() if name != "JOINEDUP_DATABASE_URL"}
    command = [sys.executable, "-c", SERVER, str(workspace.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        told = server.stdout.readline().strip()
        try:
            page = urllib.request.Request(f"{told}/sign-in/", headers={"X-Forwarded-Proto": "https"})
            with urllib.request.urlopen(page, timeout=30) as answer:
                assert ("Strict-Transport-Security" in answer.headers) == behind
                assert ("; Secure" in answer.headers["Set-Cookie"]) == behind
        finally:
            server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)


def test_requests_that_are_never_finished_do_not_shut_others_out(workspace):
    workspace.close()
    environment = {name: value for name, value in os.environ.items() if name != "JOINEDUP_DATABASE_URL"}
    command = [sys.executable, "-c", SERVER, str(workspace.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        told = server.stdout.readline().strip()
        half_sent = []
        try:
            for _number in range(120):
                half_sent.append(socket.create_connection(("127.0.0.1", int(told.rpartition(":")[2]))))
                half_sent[-1].sendall(b"GET /health/ HTTP/1.1\r\nHost: loc")
            with urllib.request.urlopen(f"{told}/health/", timeout=10) as answer:
                assert answer.status == 200
        finally:
            for one in half_sent:
                one.close()
            server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)
