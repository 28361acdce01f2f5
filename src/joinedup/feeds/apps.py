"""Django's entry for this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from joinedup.records.placed import KeepsPoints


class FeedsConfig(AppConfig):
    """Files that wait for a person, and files that were refused."""

    name = "joinedup.feeds"
    label = "feeds"
    verbose_name = "Feeds"

    def ready(self) -> None:
        """Let go of reports by form that the record book erases, and of points, in the same transaction."""
        from joinedup.feeds.erased_reports import forget
        from joinedup.records import points_kept_by, references_erased

        references_erased.connect(forget, dispatch_uid="joinedup.feeds.erased_reports")
        points_kept_by(_places)


def _places() -> KeepsPoints:
    """The room that keeps points of records: it and the book are neighbours, joined here."""
    from joinedup.places import letting_go

    return letting_go
