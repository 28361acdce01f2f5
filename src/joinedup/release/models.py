"""The ledger of published tables: what left, when, by whose hands, and every cell of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from joinedup.release.cubes.models import Cube, CubeEdition

__all__ = ["Cube", "CubeEdition", "Publication", "PublishedCell"]


class Publication(models.Model):
    """One edition of the fixed tables of a measure, as known on a day.

    ``gate`` is the digest of the certificate: what was attacked, together with everything that left before,
    and what came out. Once approved nothing of it changes but its state.
    """

    class State(models.TextChoices):
        """Where it stands. What was withdrawn was seen, and stays in every later attack."""

        PREPARED = "prepared", _("prepared")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")
        DISCARDED = "discarded", _("discarded")

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    measure = models.SlugField(_("measure"), max_length=120, db_index=True)
    version = models.PositiveIntegerField(_("version of the definition"))
    sources = models.JSONField(_("sources"))
    tables = models.JSONField(_("tables"))
    breakdown = models.CharField(_("breakdown"), max_length=80, blank=True)
    least_shown = models.PositiveIntegerField(_("least count shown"))
    rounded_to = models.PositiveIntegerField(_("rounded to"))
    recipients = models.CharField(_("recipients"), max_length=20)
    state = models.CharField(_("state"), max_length=12, choices=State.choices)
    known_on = models.DateTimeField(_("as known on"))
    gate = models.CharField(_("digest of the certificate"), max_length=64)
    prepared_by = models.CharField(_("prepared by"), max_length=60)
    prepared_at = models.DateTimeField(_("prepared"))
    approved_by = models.CharField(_("approved by"), max_length=60, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=60, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_why = models.TextField(_("why it was withdrawn"), blank=True)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.measure}"

    @property
    def left(self) -> bool:
        """Whether anybody outside ever saw it."""
        return self.state in {self.State.PUBLISHED, self.State.WITHDRAWN}


class PublishedCell(models.Model):
    """One cell of a publication; ``count`` is None where it is hidden.

    ``in_catalogue`` is False for cells that protected viewers saw before the first edition, as they did until
    decision 22: these are in no file, but in every later attack.
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="cells")
    area_level = models.CharField(_("level of the area"), max_length=20)
    area_code = models.CharField(_("code of the area"), max_length=40)
    period = models.CharField(_("period"), max_length=20)
    value = models.CharField(_("value of the breakdown"), max_length=120, blank=True)
    count = models.BigIntegerField(_("count"), null=True)
    in_catalogue = models.BooleanField(_("in its tables"), default=True)

    class Meta:
        verbose_name = _("published cell")
        verbose_name_plural = _("published cells")
        ordering = ["publication", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "area_level", "area_code", "period", "value"],
                name="each_cell_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.publication_id}: {self.area_code} {self.period} {self.value}".strip()


from joinedup.release.watch_list_models import WatchList, WatchListEntry  # noqa: E402, F401 - found here
