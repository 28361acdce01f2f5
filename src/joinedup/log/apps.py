"""Django's entry for this room."""

from django.apps import AppConfig


class LogConfig(AppConfig):
    """The append-only log of acts on personal data and of disclosures."""

    name = "joinedup.log"
    label = "log"
    verbose_name = "Log"

    def ready(self) -> None:
        """Tell connections that open later what may be seen."""
        from django.db.backends.signals import connection_created

        from joinedup.log.row_security import tell_new_connection

        connection_created.connect(tell_new_connection, dispatch_uid="joinedup.log.row_security")
