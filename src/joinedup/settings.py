"""Django's settings, made from a workspace. Nothing else in the house reads Django's settings files."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from joinedup.errors import BadInput, MissingPart

APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "joinedup.accounts",
    "joinedup.log",
    "joinedup.records",
    "joinedup.places",
    "joinedup.feeds",
    "joinedup.people",
    "joinedup.measures",
    "joinedup.partnership",
    "joinedup.release",
    "joinedup.hub",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "joinedup.hub.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "joinedup.hub.middleware.SessionLimits",
    "joinedup.hub.middleware.SignInRequired",
    "joinedup.hub.middleware.SecondFactorRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "joinedup.hub.middleware.CalmErrors",
    "joinedup.hub.middleware.HeadsOfTheLog",
    "joinedup.hub.middleware.RowSecurity",
]

YEAR = 31_536_000  # seconds

NOT_FOR_THE_HUB = {
    "security.W008": "the web server with the certificate redirects; the hub listens on this machine only",
    "security.W021": "whether browsers list the council's whole domain as https only is the council's to say",
}
"""What of Django's checks of a deployment is not the hub's to set, and why."""


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's database entry for ``sqlite`` (a file in the workspace) or a ``postgresql://`` URL."""
    if url == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(folder / "joinedup.sqlite3"),
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise BadInput(
            "The database setting is neither 'sqlite' nor a postgresql:// URL with the database's name",
            where="joinedup.toml, [database] url",
            next_step='Write url = "sqlite" or url = "postgresql://user@host/name"',
        )
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise MissingPart(
            "PostgreSQL is set as the database but its driver is not installed",
            next_step="Install it with: pip install 'joinedup[postgresql]'",
        ) from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def django_settings(
    database_entry: dict[str, Any],
    secret_key: str,
    hosts: list[str],
    *,
    over_https: bool = False,
    partnership: str = "",
    idle_minutes: int = 30,
    longest_hours: int = 12,
) -> dict[str, Any]:
    """Every Django setting that joinedup uses, for one workspace; ``over_https``: cookies only go by it.

    No password may rest on the words of ``partnership``. Cookies are named after the workspace: two hubs on
    one machine, told apart by their ports only, would otherwise sign each other's people out.
    """
    mark = hashlib.sha256(f"cookies {secret_key}".encode()).hexdigest()[:8]
    prefix = "__Host-" if over_https else ""
    hub = Path(__file__).parent / "hub"
    return {
        "DEBUG": False,
        "SECRET_KEY": secret_key,
        "ALLOWED_HOSTS": hosts,
        "INSTALLED_APPS": APPS,
        "MIDDLEWARE": MIDDLEWARE,
        "ROOT_URLCONF": "joinedup.hub.urls",
        "WSGI_APPLICATION": None,
        "AUTH_USER_MODEL": "accounts.User",
        "DATABASES": {"default": database_entry},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        "TIME_ZONE": "Europe/London",
        "LANGUAGE_CODE": "en-gb",
        "USE_I18N": True,
        "LOCALE_PATHS": [str(hub / "locale")],
        "STATIC_URL": "/static/",
        "STATICFILES_DIRS": [],
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_AUTOREFRESH": False,
        "LOGIN_URL": "sign-in",
        "LOGIN_REDIRECT_URL": "home",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                        "joinedup.hub.context.house",
                    ]
                },
            }
        ],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"joinedup.accounts.passwords.{name}"} for name in ("Length", "HardToGuess", "OwnWords")
        ],
        "JOINEDUP_PARTNERSHIP": partnership,
        "SESSION_COOKIE_SECURE": over_https,
        "CSRF_COOKIE_SECURE": over_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_AGE": 60 * 60 * longest_hours,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "SESSION_COOKIE_NAME": f"{prefix}joinedup-session-{mark}",
        "CSRF_COOKIE_NAME": f"{prefix}joinedup-form-{mark}",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "JOINEDUP_IDLE_AGE": 60 * idle_minutes,
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_FAILURE_VIEW": "joinedup.hub.views.errors.csrf_failure",
        "X_FRAME_OPTIONS": "DENY",
        "SECURE_HSTS_SECONDS": YEAR,  # sent over https only
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SILENCED_SYSTEM_CHECKS": [*NOT_FOR_THE_HUB],
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "FORM_RENDERER": "django.forms.renderers.DjangoTemplates",
        "LOGGING": {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"stderr": {"class": "logging.StreamHandler"}},
            "root": {"handlers": ["stderr"], "level": "WARNING"},
        },
    }
