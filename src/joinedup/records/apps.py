"""Django's entry for this room."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The record book: append-only, every version, as known on any date."""

    name = "joinedup.records"
    label = "records"
    verbose_name = "Records"
