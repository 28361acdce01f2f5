"""The versions of the partnership's own measures, each as it was added. Nothing of them is changed later."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OwnMeasureVersion(models.Model):
    """One version of a measure that the partnership added.

    ``fingerprint`` is that of its meaning (``fingerprints.fingerprint``), ``text`` the whole file as it was,
    ``says`` what changed against the version before (empty for the first).
    """

    name = models.SlugField(_("name"), max_length=80)
    version = models.PositiveIntegerField(_("version"))
    fingerprint = models.CharField(_("fingerprint of its meaning"), max_length=64)
    sources = models.JSONField(_("sources"))
    text = models.TextField(_("the file as it was"))
    says = models.CharField(_("what changed"), max_length=300, blank=True)
    added_by = models.CharField(_("added by"), max_length=60)
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("version of an own measure")
        verbose_name_plural = _("versions of own measures")
        ordering = ["name", "version"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="each_own_version_once")]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"
