"""Django's entry for this room."""

from django.apps import AppConfig


class ReleaseConfig(AppConfig):
    """The ledger of what was published, and the watch-lists: which records, never who they name."""

    name = "joinedup.release"
    label = "release"
    verbose_name = "Release"

    def ready(self) -> None:
        """Let go of watch-lists' entries of records that are erased, in the same transaction."""
        from joinedup.records import references_erased
        from joinedup.release.watch_lists.entries import forget

        references_erased.connect(forget, dispatch_uid="joinedup.release.watch_lists")
