"""Django's entry for this room."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """The versions of the measures that a partnership added: what each meant, since when, by whose hand."""

    name = "joinedup.measures"
    label = "measures"
    verbose_name = "Measures"
