"""Django's entry for this room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Agencies, and the people who sign in."""

    name = "joinedup.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Django's hook: sessions are written down when they begin, and struck out when they end."""
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from joinedup.accounts import sessions

        user_logged_in.connect(sessions.begin, dispatch_uid="joinedup.sessions.begin")
        user_logged_out.connect(sessions.end, dispatch_uid="joinedup.sessions.end")
