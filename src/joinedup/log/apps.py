"""Django's entry for this room."""

from django.apps import AppConfig


class LogConfig(AppConfig):
    """The append-only log of acts on personal data and of disclosures."""

    name = "joinedup.log"
    label = "log"
    verbose_name = "Log"
