"""Targets: what is to be reached, where, by when and by whom, and the history of each."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_REFERENCE, LONGEST_TITLE, LONGEST_NOTE = 40, 200, 1_000
"""Characters."""


class KeptTarget(models.Model):
    """A target of the partnership's plan: of one measure, one place and one year of twelve months.

    ``where`` are pairs of breakdown and value, ``areas`` codes of ``level`` in ``vintage`` (none: the whole
    partnership), which count together under the name ``place``. The threshold is a ``count``, or a ``change``
    (-0.05: 5 % fewer) of the baseline: the year before, another year (``baseline_from``), or a number that
    is told (``baseline_value``); ``baseline_known_at`` is the instant of knowledge of either. A baseline year
    is counted again from the records as known then, and no number of theirs is kept here.
    """

    class State(models.TextChoices):
        """Whether it still stands."""

        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    class Direction(models.TextChoices):
        """On which side of the threshold the year should end."""

        AT_MOST = "at-most", _("at most")
        AT_LEAST = "at-least", _("at least")

    reference = models.CharField(_("reference"), max_length=LONGEST_REFERENCE, unique=True)
    title = models.CharField(_("what is to be reached"), max_length=LONGEST_TITLE)
    measure = models.CharField(_("measure"), max_length=80)
    measure_version = models.PositiveIntegerField(_("version of its definition"))
    where = models.JSONField(_("only these values"), default=list)
    level = models.CharField(_("area level"), max_length=20)
    areas = models.JSONField(_("areas"), default=list)
    vintage = models.CharField(_("year of the boundaries"), max_length=20, blank=True)
    place = models.CharField(_("place"), max_length=LONGEST_TITLE)
    year_from = models.DateField(_("first day of the year"))
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices)
    change = models.FloatField(_("change of the baseline"), null=True)
    count = models.PositiveBigIntegerField(_("count"), null=True)
    baseline_from = models.DateField(_("first day of the baseline's year"), null=True)
    baseline_value = models.PositiveBigIntegerField(_("count of the baseline"), null=True)
    baseline_known_at = models.DateTimeField(_("baseline as known on"), null=True)
    owner = models.CharField(_("owner"), max_length=LONGEST_TITLE)
    set_on = models.DateField(_("set on"))
    set_by = models.CharField(_("set by"), max_length=60)
    review_on = models.DateField(_("to be reviewed on"), null=True)
    note = models.TextField(_("note"), blank=True, max_length=LONGEST_NOTE)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    closed_on = models.DateField(_("closed on"), null=True)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["year_from", "reference"]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def is_open(self) -> bool:
        """Whether it still stands."""
        return self.state == self.State.OPEN


class TargetEvent(models.Model):
    """One line of a target's history; never changed, never deleted. It holds no figure."""

    class Kind(models.TextChoices):
        """What happened."""

        SET = "set", _("set")
        CHANGED = "changed", _("changed")
        NOTED = "noted", _("noted")
        CLOSED = "closed", _("closed")

    target = models.ForeignKey(KeptTarget, on_delete=models.PROTECT, related_name="history")
    moment = models.DateTimeField(_("when"))
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    by = models.CharField(_("by"), max_length=60)
    text = models.TextField(_("in words"), blank=True)

    class Meta:
        verbose_name = _("event of a target")
        verbose_name_plural = _("events of targets")
        ordering = ["moment", "id"]
