"""What the hub keeps for itself: attempts to sign in that failed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FailedSignIn(models.Model):
    """One failed attempt: not name and address, only a keyed hash of each, and not for long."""

    name = models.CharField(_("keyed hash of the name and step"), max_length=64)
    address = models.CharField(_("keyed hash of the address"), max_length=64)
    moment = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("failed sign-in")
        verbose_name_plural = _("failed sign-ins")
        indexes = [models.Index(fields=["name", "moment"]), models.Index(fields=["address", "moment"])]

    def __str__(self) -> str:
        return f"{self.moment:%Y-%m-%d %H:%M}"
