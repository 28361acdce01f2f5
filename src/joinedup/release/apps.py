"""Django's entry for this room."""

from django.apps import AppConfig


class ReleaseConfig(AppConfig):
    """The ledger of what was published: every edition of the public tables, and every cell of it."""

    name = "joinedup.release"
    label = "release"
    verbose_name = "Release"
