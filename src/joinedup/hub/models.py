"""What the hub keeps for itself: attempts to sign in that failed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FailedSignIn(models.Model):
    """One failed attempt: not name and address, only a keyed hash of them, and not for long."""

    who = models.CharField(_("keyed hash of name and address"), max_length=64)
    moment = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("failed sign-in")
        verbose_name_plural = _("failed sign-ins")
        indexes = [models.Index(fields=["who", "moment"])]

    def __str__(self) -> str:
        return f"{self.moment:%Y-%m-%d %H:%M}"
