"""Row-level security of PostgreSQL over the log: a second barrier behind the questions that are asked of it.

While somebody's page is made (``seeing``), the database itself shows of the log only what that person may
see, whatever a query forgot to ask. Where nobody is said (the command line, migrations, ``joinedup check``)
all of it is there: whoever has the machine's shell is trusted. SQLite has no such thing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from joinedup.log.query import AboutData

SETTING = "joinedup.sight"
_now: ContextVar[str] = ContextVar("sight", default="")


@contextmanager
def seeing(about: AboutData | None) -> Iterator[None]:
    """Show of the log only the acts about this data (None: all of it), on this thread's connection.

    ``AboutData()``: nothing of it.
    """
    from django.db import connection

    text = "" if about is None else json.dumps(_told(about))
    before = _now.set(text)
    try:
        if connection.connection is not None:
            _tell(connection, text)
        yield
    finally:
        _now.reset(before)
        if connection.connection is not None and connection.is_usable():
            _tell(connection, _now.get())


def _told(about: AboutData) -> dict[str, object]:
    """What the policies read; ``patterns`` are what acts say that are about one of the feeds, for LIKE."""
    named = [pattern for feed in about.feeds for pattern in (f"% {feed}", f"% {feed}:%", f"% {feed} %")]
    return {
        "username": about.or_by,
        "owner": about.agency,
        "feeds": list(about.feeds),
        "measures": list(about.measures),
        "patterns": [*named, "% in every feed"] if named else [],
    }


def tell_new_connection(connection: Any, **_: Any) -> None:
    """Django's signal ``connection_created``: a connection that opens later knows it too."""
    if text := _now.get():
        _tell(connection, text)


def _tell(connection: Any, text: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, text])


def is_bypassed() -> bool:
    """Whether the database's user is one whom row-level security does not hold, such as a superuser."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        [bypassed] = cursor.fetchone()
    return bool(bypassed)
