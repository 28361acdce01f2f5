"""What stands beside the record book: files that wait until a person has looked, and files refused whole."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class HeldFile(models.Model):
    """A file out of the ordinary for its feed: kept as it came, and in no figure, until it is decided."""

    class State(models.TextChoices):
        """What was decided."""

        WAITING = "waiting", _("waits for a person")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    feed = models.CharField(_("feed"), max_length=80)
    file_name = models.CharField(_("file name"), max_length=255)
    file_sha256 = models.CharField(_("file SHA-256"), max_length=64)
    file_bytes = models.PositiveBigIntegerField(_("file size in bytes"))
    folder = models.CharField(_("where it is kept"), max_length=60)
    period_from = models.DateField(_("period from"), null=True)
    period_to = models.DateField(_("period to (exclusive)"), null=True)
    received_at = models.DateTimeField(_("received"))
    rows_in = models.PositiveBigIntegerField(_("rows in"))
    usable = models.PositiveBigIntegerField(_("usable rows"))
    reasons = models.JSONField(_("why it waits"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    held_at = models.DateTimeField(_("held"))
    delivered_by = models.CharField(_("delivered by"), max_length=60)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.CharField(_("decided by"), max_length=60, blank=True)
    why = models.TextField(_("why it was decided so"), blank=True)
    delivery = models.PositiveIntegerField(_("delivery"), null=True)

    class Meta:
        verbose_name = _("held file")
        verbose_name_plural = _("held files")
        ordering = ["-held_at", "-id"]

    def __str__(self) -> str:
        return f"{self.feed} {self.file_name}"


class RefusedFile(models.Model):
    """A file that was refused whole: nothing of it is kept but this, which holds no value of it."""

    feed = models.CharField(_("feed"), max_length=80)
    file_name = models.CharField(_("file name"), max_length=255)
    file_sha256 = models.CharField(_("file SHA-256"), max_length=64)
    file_bytes = models.PositiveBigIntegerField(_("file size in bytes"))
    received_at = models.DateTimeField(_("received"))
    refused_at = models.DateTimeField(_("refused"))
    delivered_by = models.CharField(_("delivered by"), max_length=60)
    sentence = models.TextField(_("why, and what to do"))

    class Meta:
        verbose_name = _("refused file")
        verbose_name_plural = _("refused files")
        ordering = ["-refused_at", "-id"]

    def __str__(self) -> str:
        return f"{self.feed} {self.file_name}"
