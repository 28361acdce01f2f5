"""Django's entry for this room."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    """The web hub: presents the other rooms, owns no data."""

    name = "joinedup.hub"
    label = "hub"
    verbose_name = "Hub"
