"""The ledger of rounded cubes: which sources have one, and every leaf as it was shown. No true count."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cube(models.Model):
    """A measure whose sources are shown in rounded numbers, for good: no exact table of them leaves again.

    ``begins`` is the first day of its first quarter: of quarters before it exact counts may have been seen.
    """

    measure = models.SlugField(_("measure"), max_length=120, primary_key=True)
    version = models.PositiveIntegerField(_("version of the definition"))
    sources = models.JSONField(_("sources"))
    breakdowns = models.JSONField(_("breakdowns"))
    begins = models.DateField(_("first day of the first quarter"), null=True)

    class Meta:
        verbose_name = _("rounded cube")
        verbose_name_plural = _("rounded cubes")
        ordering = ["measure"]

    def __str__(self) -> str:
        return self.measure


class CubeEdition(models.Model):
    """The leaves of a cube as known on a day and shown since.

    ``axes`` has the labels of each dimension, ``leaves`` the flat places of those that are not zero and how
    many times 5 each is. ``greatest_error`` is of the totals it was rounded for, and for whoever sees counts;
    ``seal`` tells whether what is counted again is what it was.
    """

    cube = models.ForeignKey(Cube, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(_("number"))
    known_on = models.DateTimeField(_("as known on"))
    axes = models.JSONField(_("labels"))
    leaves = models.JSONField(_("leaves"))
    greatest_error = models.PositiveIntegerField(_("greatest error"))
    seal = models.CharField(_("keyed digest of what was counted"), max_length=64)
    made_by = models.CharField(_("made by"), max_length=60)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("edition of a rounded cube")
        verbose_name_plural = _("editions of rounded cubes")
        ordering = ["cube", "number"]
        constraints = [models.UniqueConstraint(fields=["cube", "number"], name="each_cube_edition_once")]

    def __str__(self) -> str:
        return f"{self.cube_id}, {self.number}"
