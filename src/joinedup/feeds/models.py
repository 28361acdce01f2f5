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


class Return(models.Model):
    """Refused rows that were sent in again: mended by their owner, released by a person, or accepted by the
    contract as it is by now.

    Written before the delivery that brings them; ``file_name`` is that delivery's name in the record book, so
    that one without such a delivery came to nothing. ``rows`` are the numbers the rows have in the delivery
    they were refused in, in the order of the new one.
    """

    class Kind(models.TextChoices):
        """How they came back."""

        MENDED = "mended", _("mended")
        RELEASED = "released", _("released")
        JUDGED_AGAIN = "judged-again", _("judged again")

    of_delivery = models.PositiveIntegerField(_("delivery they were refused in"), db_index=True)
    feed = models.CharField(_("feed"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    file_name = models.CharField(_("name of the new delivery"), max_length=120, unique=True)
    given_name = models.CharField(_("name of the mended file"), max_length=255, blank=True)
    rows = models.JSONField(_("row numbers"), default=list)
    why = models.TextField(_("why"), blank=True)
    by = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("return of refused rows")
        verbose_name_plural = _("returns of refused rows")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file_name


class FormReport(models.Model):
    """A report that somebody filled in: who, when, under which reference; what it says is in the record book.

    Written before the delivery that brings it; ``file_name`` is that delivery's name, so that one without
    it came to nothing and may be sent again. ``token`` is given with the empty form: what is sent
    twice is one report.
    """

    token = models.CharField(_("token of the form"), max_length=64, unique=True)
    feed = models.CharField(_("feed"), max_length=80)
    reference = models.CharField(_("reference"), max_length=20)
    file_name = models.CharField(_("name of the delivery"), max_length=120)
    by = models.CharField(_("by"), max_length=60, db_index=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("report by form")
        verbose_name_plural = _("reports by form")
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["feed", "reference"], name="one_report_by_reference")]

    def __str__(self) -> str:
        return self.reference
