"""A workspace: one folder with a partnership's settings, database, record book, places and documents.

One process works on one workspace at a time; opening another switches the database over.
"""

from __future__ import annotations

import os
import platform
import re
import secrets as random_secrets
import shutil
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock

from joinedup import durable, migrating
from joinedup import settings as django_configuration
from joinedup.errors import BadInput, NotFound

SETTINGS_FILE = "joinedup.toml"
_MARKER = ".being-made"
_OF_THE_WORKSPACE = (
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DATABASES",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_AGE",
    "CSRF_COOKIE_NAME",
    "JOINEDUP_IDLE_AGE",
    "JOINEDUP_PARTNERSHIP",
)
LAYOUT = 1
LEAST_SMALL_NUMBER = 3  # below it nothing would be hidden in closed tables, and nobody may switch that off
MOST_BULK_ROWS = 1000  # from so many rows on, taking them away takes two people in every workspace
_MEMORY = re.compile(r"\d+(\.\d+)? ?[KMGT]i?B", re.IGNORECASE)


_ISSUER = re.compile(r"https://|http://(localhost|127\.0\.0\.1|\[::1\])[:/]")


@dataclass(frozen=True)
class Settings:
    """What ``joinedup.toml`` says. Every key is explained in docs/running-a-server.md."""

    partnership: str
    districts: tuple[str, ...] = ()
    database_url: str = "sqlite"
    map_tiles: str = ""
    map_attribution: str = ""
    host: str = "localhost"
    port: int = 8765
    hosts: tuple[str, ...] = ()
    behind_proxy: bool = False
    memory_limit: str = "1GB"
    threads: int = 2
    keep_counts_from: int = 100_000
    small_number: int = 5
    bulk_rows: int = 100
    deliveries_note: str = ""
    idle_minutes: int = 30
    longest_hours: int = 12
    second_factor: str = "automatic"
    openid_name: str = "Microsoft"
    openid_issuer: str = ""
    openid_client_id: str = ""
    openid_claim: str = "sub"
    openid_second_factor: str = "here"


_KEYS = {
    "partnership": {"name": "partnership", "districts": "districts"},
    "database": {"url": "database_url"},
    "map": {"tiles": "map_tiles", "attribution": "map_attribution"},
    "hub": {"host": "host", "port": "port", "hosts": "hosts", "behind_proxy": "behind_proxy"},
    "sign_in": {name: name for name in ("idle_minutes", "longest_hours", "second_factor")},
    "openid": {name: f"openid_{name}" for name in ("name", "issuer", "client_id", "claim", "second_factor")},
    "engine": {name: name for name in ("memory_limit", "threads", "keep_counts_from")},
    "figures": {"small_number": "small_number"},
    "release": {"bulk_rows": "bulk_rows"},
    "deliveries": {"note": "deliveries_note"},
}


def read_settings(path: Path) -> Settings:
    """Read ``joinedup.toml``; an unknown or mistyped key is an error that names it."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadInput("The settings file is not valid TOML", where=f"{path}: {error}") from error
    except UnicodeDecodeError as error:
        raise BadInput("The settings file is not UTF-8 text", where=str(path)) from error
    except OSError as error:
        raise BadInput("The settings file cannot be read", where=f"{path}: {error.strerror}") from error
    layout = document.pop("layout", None)
    if layout != LAYOUT:
        raise BadInput(
            f"This workspace has layout {layout}, this joinedup reads layout {LAYOUT}",
            where=str(path),
            next_step="Use a joinedup of the workspace's version or newer",
        )
    values: dict[str, Any] = {}
    for section, content in document.items():
        known = _KEYS.get(section)
        if known is None or not isinstance(content, dict):
            raise BadInput(f"Unknown section [{section}]", where=str(path), next_step="Remove or correct it")
        for key, value in content.items():
            if key not in known:
                raise BadInput(
                    f"Unknown setting '{key}' in [{section}]",
                    where=str(path),
                    next_step=f"Known: {', '.join(known)}",
                )
            values[known[key]] = tuple(value) if isinstance(value, list) else value
    if not values.get("partnership"):
        raise BadInput("The partnership has no name", where=f"{path}, [partnership] name")
    settings = Settings(**values)
    _check_values(settings, path)
    return settings


def _check_values(settings: Settings, path: Path) -> None:
    """Kinds first, then ranges: what a later step would only stumble over in a library's words."""
    for name, default in vars(Settings(partnership="x")).items():
        value = getattr(settings, name)
        if type(value) is not type(default):
            said = type(default).__name__
        elif isinstance(value, tuple) and not all(isinstance(part, str) for part in value):
            said = "a list of texts"
        else:
            said = _RANGES[name][1] if name in _RANGES and not _RANGES[name][0](value) else ""
        if said:
            raise BadInput(
                f"The setting for {name} should be {said}", where=str(path), next_step="Correct it"
            )


_RANGES: dict[str, tuple[Callable[[Any], object], str]] = {
    "port": (lambda port: 0 <= port <= 65535, "a port number, 0 to 65535"),
    "threads": (lambda threads: 1 <= threads <= 256, "1 to 256"),
    "keep_counts_from": (lambda records: records >= 0, "a number of records, or 0 for never"),
    "memory_limit": (_MEMORY.fullmatch, 'a size such as "1GB" or "800MB"'),
    "idle_minutes": (lambda minutes: 5 <= minutes <= 60, "5 to 60 minutes"),
    "longest_hours": (lambda hours: 1 <= hours <= 24, "1 to 24 hours"),
    "second_factor": (
        ("automatic", "optional", "required").count,
        '"automatic", "optional" or "required"',
    ),
    "openid_issuer": (
        lambda issuer: not issuer or _ISSUER.match(issuer),
        "an https:// address (http:// on this computer only)",
    ),
    "openid_second_factor": (("provider", "here").count, '"provider" or "here"'),
    "small_number": (lambda least: least >= LEAST_SMALL_NUMBER, f"{LEAST_SMALL_NUMBER} or more"),
    "bulk_rows": (lambda rows: 1 <= rows <= MOST_BULK_ROWS, f"1 to {MOST_BULK_ROWS}"),
}


def _toml_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def render_settings(settings: Settings) -> str:
    """The text of ``joinedup.toml`` for these settings."""

    def value(item: Any) -> str:
        if isinstance(item, str):
            return _toml_string(item)
        if isinstance(item, bool):
            return str(item).lower()
        if isinstance(item, tuple):
            return "[" + ", ".join(_toml_string(part) for part in item) + "]"
        return str(item)

    lines = [
        "# A joinedup workspace. Every setting is explained in docs/running-a-server.md.",
        f"layout = {LAYOUT}",
    ]
    for section, keys in _KEYS.items():
        lines += ["", f"[{section}]"]
        lines += [f"{key} = {value(getattr(settings, name))}" for key, name in keys.items()]
    return "\n".join(lines) + "\n"


@dataclass
class Workspace:
    """An open workspace. Make one with ``Workspace.create`` or ``Workspace.open``."""

    folder: Path
    settings: Settings
    _active: bool = field(default=False, repr=False)

    @property
    def records_folder(self) -> Path:
        """Where the record book keeps its segments."""
        return self.folder / "records"

    @property
    def places_folder(self) -> Path:
        """Where boundaries, points and populations are kept."""
        return self.folder / "places"

    @property
    def contracts_folder(self) -> Path:
        """Where the partnership's own feed contracts are."""
        return self.folder / "contracts"

    @property
    def measures_folder(self) -> Path:
        """Where the partnership's own measures are; older workspaces have none until somebody writes one."""
        return self.folder / "measures"

    @property
    def documents_folder(self) -> Path:
        """Where written documents are put."""
        return self.folder / "documents"

    @property
    def secrets_folder(self) -> Path:
        """Keys that only the owner can read; never part of a backup."""
        return self.folder / "secrets"

    @property
    def temporary_folder(self) -> Path:
        """Scratch space; whatever is in it may be deleted when nothing runs."""
        return self.folder / "tmp"

    @property
    def spill_folder(self) -> Path:
        """Where this process's DuckDB spills: named after computer and process, so that it is known whose."""
        return self._own_folder("duckdb")

    @property
    def spark_folder(self) -> Path:
        """Where this process's Spark spills, likewise."""
        return self._own_folder("spark")

    def _own_folder(self, engine: str) -> Path:
        computer = re.sub(r"[^A-Za-z0-9]+", "-", platform.node()).strip("-") or "here"
        return self.temporary_folder / f"{engine}-{computer}-{os.getpid()}"

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        partnership: str,
        districts: Sequence[str] = (),
        database_url: str = "sqlite",
        deliveries_note: str = "",
    ) -> Workspace:
        """Make a workspace in an absent or empty folder that only its owner can enter, and open it.

        The settings file is written last: a folder without it is no workspace, and one that a broken-off
        ``create`` left behind (it holds a marker) is cleared and made again. With its settings it is a
        workspace, marker or not, and never cleared.
        """
        folder = folder.resolve()
        marker = folder / _MARKER
        if marker.is_file() and not (folder / SETTINGS_FILE).exists():
            shutil.rmtree(folder)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInput(
                "That folder is not empty",
                where=str(folder),
                next_step="Name a new folder, or empty this one",
            )
        settings = Settings(
            partnership=partnership,
            districts=tuple(districts),
            database_url=database_url,
            deliveries_note=deliveries_note,
        )
        django_configuration.database(database_url, folder)
        workspace = cls(folder, settings)
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(PermissionError):  # somebody else's folder that we may write in: the doctor looks at it
            folder.chmod(0o700)
        marker.touch()
        for path in (
            workspace.records_folder,
            workspace.places_folder,
            workspace.contracts_folder,
            workspace.measures_folder,
            workspace.documents_folder,
            workspace.temporary_folder,
        ):
            path.mkdir()
        durable.write_secret(workspace.secrets_folder / "django.key", random_secrets.token_urlsafe(50))
        workspace.activate(new=True)
        durable.write_text(folder / SETTINGS_FILE, render_settings(settings))
        marker.unlink()
        return workspace

    @classmethod
    def open(cls, folder: Path) -> Workspace:
        """Open a workspace, bringing its database up to this version's tables."""
        folder = folder.resolve()
        path = folder / SETTINGS_FILE
        if not path.is_file():
            raise NotFound(
                "There is no joinedup workspace there",
                where=str(folder),
                next_step="Make one with: joinedup init FOLDER, or name another with -C FOLDER",
            )
        workspace = cls(folder, read_settings(path))
        workspace.activate()
        return workspace

    def activate(self, *, new: bool = False) -> None:
        """Point Django at this workspace and apply migrations that are still to do.

        Raises ``Damaged`` where the database is not the workspace's own: missing or empty for one that was
        made, or in use for one that is ``new``. A database is never begun anew beside records.
        """
        self._configure_django()
        with self._alone_in_folder():
            migrating.migrate(new=new)
        self._active = True

    @contextmanager
    def _alone_in_folder(self) -> Iterator[None]:
        lock = FileLock(self.folder / ".migrating.lock")
        try:
            lock.acquire()
        except OSError as error:
            raise BadInput(
                "The workspace cannot be written to",
                where=f"{self.folder}: {error.strerror}",
                next_step="Let your user write to it: whoever looks at data leaves an act in its log",
            ) from error
        try:
            yield
        finally:
            lock.release()

    def close(self) -> None:
        """Close this process's database connections; the workspace can be opened again."""
        from django.db import connections

        connections.close_all()
        self._active = False

    def _configure_django(self) -> None:
        import django
        from django.conf import settings as django_settings
        from django.db import connections

        url = os.environ.get("JOINEDUP_DATABASE_URL") or self.settings.database_url
        database = django_configuration.database(url, self.folder)
        hosts = ["localhost", "127.0.0.1", "[::1]", *self.settings.hosts]
        wanted = django_configuration.django_settings(
            database,
            self._secret_key(),
            hosts,
            over_https=self.settings.behind_proxy,
            partnership=self.settings.partnership,
            idle_minutes=self.settings.idle_minutes,
            longest_hours=self.settings.longest_hours,
        )
        if not django_settings.configured:
            django_settings.configure(**wanted)
            django.setup()
            return
        connections.close_all()
        for name in _OF_THE_WORKSPACE:
            setattr(django_settings, name, wanted[name])
        connections.settings = connections.configure_settings({"default": database})
        if hasattr(connections._connections, "default"):
            del connections["default"]

    def _secret_key(self) -> str:
        path = self.secrets_folder / "django.key"
        if not path.is_file():
            raise NotFound(
                "The workspace's secret key is missing",
                where=str(path),
                next_step="Run joinedup check --repair-key to make a new one (everybody signs in again)",
            )
        return path.read_text(encoding="utf-8").strip()
