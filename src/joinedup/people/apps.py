"""Django's entry for this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Pairs of mentions that people look at, and what they decided. Which records, never whom they name."""

    name = "joinedup.people"
    label = "people"
    verbose_name = "People"

    def ready(self) -> None:
        """Let go of pairs and decisions about records that are erased, in the same transaction."""
        from joinedup.people.reviewing import forget
        from joinedup.records import references_erased

        references_erased.connect(forget, dispatch_uid="joinedup.people.reviewing")
