"""The ledger of what is loaded: one row for each file under ``places/``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedFile(models.Model):
    """What every loaded file says of itself: where it came from and how to tell that it is whole."""

    level = models.CharField(_("level"), max_length=20)
    vintage = models.CharField(_("vintage"), max_length=20)
    title = models.CharField(_("title"), max_length=300)
    source = models.CharField(_("source"), max_length=500)
    licence = models.CharField(_("licence"), max_length=300)
    file = models.CharField(_("file"), max_length=200, unique=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    content = models.CharField(_("hash of the content"), max_length=64)
    rows = models.PositiveIntegerField(_("rows"))
    loaded_at = models.DateTimeField(_("loaded"), auto_now_add=True)

    class Meta:
        abstract = True


class BoundarySet(LoadedFile):
    """One version of the areas of a level and vintage. The highest version is the one in use."""

    version = models.PositiveIntegerField(_("version"))
    derived_from = models.CharField(_("dissolved from"), max_length=45, blank=True)

    class Meta:
        verbose_name = _("boundary set")
        verbose_name_plural = _("boundary sets")
        ordering = ["level", "vintage", "version"]
        constraints = [
            models.UniqueConstraint(fields=["level", "vintage", "version"], name="places_boundary_version")
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.vintage} (version {self.version})"


class Lookup(LoadedFile):
    """Which area of a parent set each area of a child set belongs to. The newest of a pair is in use."""

    parent_level = models.CharField(_("level of the parent"), max_length=20)
    parent_vintage = models.CharField(_("vintage of the parent"), max_length=20)
    kind = models.CharField(_("kind"), max_length=20)

    class Meta:
        verbose_name = _("lookup")
        verbose_name_plural = _("lookups")
        ordering = ["level", "vintage", "parent_level", "parent_vintage", "id"]

    def __str__(self) -> str:
        return f"{self.level} {self.vintage} to {self.parent_level} {self.parent_vintage}"


class ResidentsTable(LoadedFile):
    """Residents of the areas of one set in one year. The newest of a set, year and breakdown is in use."""

    year = models.PositiveSmallIntegerField(_("year"))
    breakdown = models.CharField(_("breakdown"), max_length=30)

    class Meta:
        verbose_name = _("table of residents")
        verbose_name_plural = _("tables of residents")
        ordering = ["level", "vintage", "year", "breakdown", "id"]

    def __str__(self) -> str:
        return f"{self.title} ({self.year})"


class DeprivationTable(LoadedFile):
    """Ranks, deciles and scores of one index of deprivation. The newest of a set and year is in use."""

    year = models.PositiveSmallIntegerField(_("year"))

    class Meta:
        verbose_name = _("table of deprivation")
        verbose_name_plural = _("tables of deprivation")
        ordering = ["level", "vintage", "year", "id"]

    def __str__(self) -> str:
        return f"{self.title} ({self.year})"


class ClassificationTable(LoadedFile):
    """Which class each area of one set is of. The newest of a set, name and year is in use."""

    name = models.CharField(_("name"), max_length=30)
    year = models.PositiveSmallIntegerField(_("year"))

    class Meta:
        verbose_name = _("classification of areas")
        verbose_name_plural = _("classifications of areas")
        ordering = ["level", "vintage", "name", "year", "id"]

    def __str__(self) -> str:
        return f"{self.title} ({self.year})"


class PostcodeDirectory(LoadedFile):
    """Where postcodes lie. The one loaded last is in use; its vintage is that of the directory."""

    class Meta:
        verbose_name = _("directory of postcodes")
        verbose_name_plural = _("directories of postcodes")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.title} ({self.vintage})"


class PlacedPoints(models.Model):
    """One file of the points table: distinct points, and the area of each loaded set they lie in."""

    file = models.CharField(_("file"), max_length=200, unique=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    rows = models.PositiveIntegerField(_("rows"))
    sets = models.JSONField(_("boundary sets"), help_text=_("level_vintage: file of the set used"))
    placed_at = models.DateTimeField(_("placed"), auto_now_add=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("file of placed points")
        verbose_name_plural = _("files of placed points")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file
