"""Django's entry for this room."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """Files that wait for a person, and files that were refused."""

    name = "joinedup.feeds"
    label = "feeds"
    verbose_name = "Feeds"

    def ready(self) -> None:
        """Let go of reports by form that the record book erases, in the transaction that erases them."""
        from joinedup.feeds.erased_reports import forget
        from joinedup.records import references_erased

        references_erased.connect(forget, dispatch_uid="joinedup.feeds.erased_reports")
