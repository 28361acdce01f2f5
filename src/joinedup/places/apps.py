"""Django's entry for this room."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Boundaries with a vintage, point to area, lookups, populations, deprivation."""

    name = "joinedup.places"
    label = "places"
    verbose_name = "Places"
