"""Django's entry for this room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Agencies, and the people who sign in."""

    name = "joinedup.accounts"
    label = "accounts"
    verbose_name = "Accounts"
