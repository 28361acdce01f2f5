"""Django's entry for this room."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """Files that wait for a person, and files that were refused."""

    name = "joinedup.feeds"
    label = "feeds"
    verbose_name = "Feeds"
