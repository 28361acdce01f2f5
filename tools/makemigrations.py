"""Make migrations for named rooms whose models changed: ``python tools/makemigrations.py records``."""

import sys

import django
from django.conf import settings as django_settings
from django.core.management import call_command

from joinedup import settings

django_settings.configure(
    **settings.django_settings(
        {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
        "not a secret: nothing is signed here",
        [],
    )
)
django.setup()
call_command("makemigrations", *sys.argv[1:])
