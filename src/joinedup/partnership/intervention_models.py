"""What the partnership puts into places: cameras, lighting, signs, patrols, with dates and cost."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_TITLE, LONGEST_NOTE = 200, 500
"""Characters."""


class Intervention(models.Model):
    """Something that was put into a place, from a day on. Its place is an area by level and code, or a point
    with a radius in metres, never both. ``cost_pence`` None: not known, which is not nothing.
    """

    class Kind(models.TextChoices):
        """What it is."""

        CAMERAS = "cameras", _("cameras")
        LIGHTING = "lighting", _("lighting")
        SIGNS = "signs", _("signs")
        PATROLS = "patrols", _("patrols")
        OTHER = "other", _("something else")

    class ChosenFor(models.TextChoices):
        """Why this place was chosen: a place chosen at its peak falls anyway."""

        HIGH_COUNT = "high-count", _("because its count was high")
        OTHER = "other", _("for another reason")
        UNKNOWN = "unknown", _("not recorded")

    name = models.SlugField(_("name"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    level = models.CharField(_("area level"), max_length=12, blank=True)
    area = models.CharField(_("area"), max_length=20, blank=True)
    longitude = models.FloatField(_("longitude"), null=True)
    latitude = models.FloatField(_("latitude"), null=True)
    radius = models.PositiveIntegerField(_("radius, metres"), null=True)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("to"), null=True)
    cost_pence = models.PositiveBigIntegerField(_("cost, pence"), null=True)
    owner = models.CharField(_("owner"), max_length=200)
    chosen_for = models.CharField(
        _("why the place was chosen"), max_length=10, choices=ChosenFor.choices, default=ChosenFor.UNKNOWN
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True)

    class Meta:
        verbose_name = _("intervention")
        verbose_name_plural = _("interventions")
        ordering = ["started_on", "name"]

    def __str__(self) -> str:
        return self.name


class InterventionEvent(models.Model):
    """One line of an intervention's history; never changed."""

    class Kind(models.TextChoices):
        """What happened."""

        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    intervention = models.ForeignKey(Intervention, on_delete=models.PROTECT, related_name="history")
    moment = models.DateTimeField(_("when"))
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    by = models.CharField(_("by"), max_length=60)
    text = models.TextField(_("in words"), blank=True, max_length=4 * LONGEST_NOTE)

    class Meta:
        verbose_name = _("event of an intervention")
        verbose_name_plural = _("events of interventions")
        ordering = ["moment", "id"]
