"""Serving a workspace's hub: one threaded process, on the address the workspace names."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable
from contextlib import nullcontext
from importlib import import_module
from typing import Any

from joinedup.errors import BadInput, Busy
from joinedup.hub import served
from joinedup.progress import Progress
from joinedup.workspace import Workspace

THREADS = 8
CHANNEL_TIMEOUT = 30  # seconds that a connection may say nothing
CLEANUP = 10  # seconds between looks for such connections
LARGEST_REQUEST = 4 << 20  # bytes: forms only, no file comes in by the hub
CONNECTIONS = 500  # well under the 1,024 that select() can watch


def application(workspace: Workspace, host: str | None = None) -> Callable[..., Any]:
    """The WSGI application of an open workspace; ``host``: where it listens, if not as its settings say."""
    from django.core.wsgi import get_wsgi_application

    served.occupy(workspace, host)
    found = get_wsgi_application()
    import_module("joinedup.hub.urls")  # and with it the code of every page, so that no first visitor waits
    return found


def address(host: str, port: int) -> str:
    """Where people find the hub; on this machine by name, because passkeys refuse a bare address."""
    name = "localhost" if host in served.LOOPBACK else host
    return f"http://{name}:{port}"


def serve(
    workspace: Workspace,
    host: str | None = None,
    port: int | None = None,
    *,
    progress: Progress | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the hub until SIGTERM or SIGINT; ``ready`` is told the address once it listens.

    ``host`` and ``port`` default to the workspace's settings; port 0 takes any free one. A port that is taken
    is an error that says so before anything starts.
    """
    from waitress.server import create_server

    host = host or workspace.settings.host
    listener = _listen(host, workspace.settings.port if port is None else port)
    with progress.stage("Opening the hub") if progress else nullcontext():
        server = create_server(
            application(workspace, host),
            sockets=[listener],
            threads=THREADS,
            channel_timeout=CHANNEL_TIMEOUT,
            connection_limit=CONNECTIONS,
            cleanup_interval=CLEANUP,
            max_request_body_size=LARGEST_REQUEST,
            ident="joinedup",
            **_proxy(workspace),
        )
    if ready is not None:
        ready(address(host, listener.getsockname()[1]))
    try:
        with _stopping_gracefully():
            server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        server.close()
        workspace.close()


def _proxy(workspace: Workspace) -> dict[str, Any]:
    """Where a web server with a certificate stands before the hub, believe what it says of the browser."""
    if not workspace.settings.behind_proxy:
        return {}
    return {
        "trusted_proxy": "127.0.0.1",
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        "clear_untrusted_proxy_headers": True,
    }


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket; the system's own words are replaced by ones that help."""
    try:
        family, kind, protocol, _name, target = socket.getaddrinfo(
            "127.0.0.1" if host == "localhost" else host, port, type=socket.SOCK_STREAM
        )[0]
    except OSError as error:
        raise BadInput(
            "That host name is not known on this machine",
            where=f"host {host}",
            next_step="Use localhost, or an address of this machine",
        ) from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(target)
    except PermissionError as error:
        listener.close()
        raise BadInput(
            f"This user may not listen on port {port}", next_step="Choose a port of 1024 or above"
        ) from error
    except OSError as error:
        listener.close()
        raise Busy(
            f"Port {port} cannot be used: something else listens there, or {host} is not this machine",
            next_step="Stop the other program, or choose another: joinedup serve --port NUMBER",
        ) from error
    return listener


class _stopping_gracefully:  # noqa: N801
    """Turns SIGTERM into an orderly end, while it lasts; only the main thread may do that."""

    def __enter__(self) -> None:
        self._before: Any = None
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGTERM, _leave)

    def __exit__(self, *exc: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGTERM, self._before)


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(0)
