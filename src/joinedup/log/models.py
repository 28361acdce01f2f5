"""The append-only log."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from joinedup.errors import NotPermitted


class ActKind(models.TextChoices):
    """The six kinds of act on personal data (Data Protection Act 2018, section 62), and administration."""

    COLLECTION = "collection", _("collection")
    ALTERATION = "alteration", _("alteration")
    CONSULTATION = "consultation", _("consultation")
    DISCLOSURE = "disclosure", _("disclosure")
    COMBINATION = "combination", _("combination")
    ERASURE = "erasure", _("erasure")
    ADMINISTRATION = "administration", _("administration")


class Act(models.Model):
    """Who did what, when, for which purpose. Database triggers refuse to change or delete a row."""

    id = models.UUIDField(primary_key=True, editable=False)
    moment = models.DateTimeField(_("when"))
    kind = models.CharField(_("kind"), max_length=20, choices=ActKind.choices)
    username = models.CharField(_("user name"), max_length=60)
    agency = models.CharField(_("agency"), max_length=60)
    role = models.CharField(_("role"), max_length=30)
    purpose = models.CharField(_("purpose"), max_length=40, blank=True)
    what = models.CharField(_("what"), max_length=300)
    reason = models.TextField(_("reason"), blank=True)
    subjects = models.JSONField(_("subjects"), default=list)
    recipients = models.JSONField(_("recipients"), default=list)
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["moment"]),
            models.Index(fields=["username", "moment"]),
            models.Index(fields=["kind", "moment"]),
        ]

    def __str__(self) -> str:
        return f"{self.moment:%Y-%m-%d %H:%M} {self.username} {self.kind}: {self.what}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only ever insert."""
        if not self._state.adding:
            raise NotPermitted("The log cannot be changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never."""
        raise NotPermitted("The log cannot be changed")
