"""Django's entry for this room."""

from django.apps import AppConfig


class PartnershipConfig(AppConfig):
    """What people run: standards for data and the gaps they open, and who holds what by section 17A."""

    name = "joinedup.partnership"
    label = "partnership"
    verbose_name = "Partnership"
