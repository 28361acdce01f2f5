"""What the partnership pays others for, what they delivered by their own count, and changes of funding."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_TITLE, LONGEST_NOTE = 200, 500
"""Characters."""


class Per(models.TextChoices):
    """For how long an amount or a volume is."""

    MONTH = "month", _("each month")
    QUARTER = "quarter", _("each quarter")
    YEAR = "year", _("each year")
    ALL = "all", _("in all")


class RegisterEventKind(models.TextChoices):
    """What happened to a line of these registers."""

    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    COUNTED = "counted", _("counted")
    CLOSED = "closed", _("closed")


class RegisterEvent(models.Model):
    """One line of the history of a line of a register; never changed."""

    moment = models.DateTimeField(_("when"))
    kind = models.CharField(_("what"), max_length=10, choices=RegisterEventKind.choices)
    by = models.CharField(_("by"), max_length=60)
    text = models.TextField(_("in words"), blank=True, max_length=4 * LONGEST_NOTE)

    class Meta:
        abstract = True
        ordering = ["moment", "id"]


class CommissionedService(models.Model):
    """A service that somebody is paid for. ``cost_pence`` and ``volume`` None: not known, which is not
    nothing.

    ``delivered_measure`` counts what it delivers and ``outcome_measure`` its outcome, each narrowed by pairs
    of breakdown and value; empty: counts are typed in. ``level`` and ``area`` say where (empty: everywhere).
    """

    name = models.SlugField(_("name"), max_length=60, unique=True)
    title = models.CharField(_("what it is for"), max_length=LONGEST_TITLE)
    provider = models.CharField(_("provider"), max_length=LONGEST_TITLE)
    commissioner = models.CharField(_("commissioner"), max_length=LONGEST_TITLE)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("to"), null=True)
    cost_pence = models.PositiveBigIntegerField(_("cost, pence"), null=True)
    cost_per = models.CharField(_("cost for"), max_length=8, choices=Per.choices, default=Per.YEAR)
    volume = models.PositiveIntegerField(_("volume contracted"), null=True)
    unit = models.CharField(_("unit"), max_length=60)
    volume_per = models.CharField(_("volume for"), max_length=8, choices=Per.choices, default=Per.YEAR)
    level = models.CharField(_("area level"), max_length=12, blank=True)
    area = models.CharField(_("area"), max_length=20, blank=True)
    delivered_measure = models.CharField(_("measure of what it delivers"), max_length=80, blank=True)
    delivered_where = models.JSONField(_("of which only"), default=list)
    outcome_measure = models.CharField(_("measure of its outcome"), max_length=80, blank=True)
    outcome_where = models.JSONField(_("of which only"), default=list)
    outcome_unit = models.CharField(_("unit of the outcome"), max_length=60, blank=True)
    closed_on = models.DateField(_("closed on"), null=True)

    class Meta:
        verbose_name = _("commissioned service")
        verbose_name_plural = _("commissioned services")
        ordering = ["started_on", "name"]

    def __str__(self) -> str:
        return self.name


class CommissionedEvent(RegisterEvent):
    """One line of a service's history; never changed."""

    service = models.ForeignKey(CommissionedService, on_delete=models.PROTECT, related_name="history")

    class Meta(RegisterEvent.Meta):
        verbose_name = _("event of a commissioned service")
        verbose_name_plural = _("events of commissioned services")


class ServiceCount(models.Model):
    """A count that the provider gave of whole months; never changed. Of the same months the latest stands;
    ``count`` None takes it back."""

    class Of(models.TextChoices):
        """What was counted."""

        DELIVERED = "delivered", _("delivered")
        OUTCOME = "outcome", _("outcome")

    service = models.ForeignKey(CommissionedService, on_delete=models.PROTECT, related_name="counts")
    of = models.CharField(_("what"), max_length=10, choices=Of.choices)
    period_from = models.DateField(_("period from"))
    period_to = models.DateField(_("period to (exclusive)"))
    count = models.PositiveIntegerField(_("count"), null=True)
    source = models.CharField(_("source"), max_length=LONGEST_TITLE)
    moment = models.DateTimeField(_("when"))
    by = models.CharField(_("by"), max_length=60)

    class Meta:
        verbose_name = _("count of a commissioned service")
        verbose_name_plural = _("counts of commissioned services")
        ordering = ["id"]


class FundingChange(models.Model):
    """A change of a partner's funding, with what might show it. ``amount_pence`` None: not known.

    ``measures`` are names with pairs of breakdown and value; ``seen`` is what was seen, in words.
    """

    class Direction(models.TextChoices):
        """Which way."""

        CUT = "cut", _("cut")
        ADDED = "added", _("added")

    name = models.SlugField(_("name"), max_length=60, unique=True)
    title = models.CharField(_("what was cut or added"), max_length=LONGEST_TITLE)
    partner = models.CharField(_("partner"), max_length=LONGEST_TITLE)
    direction = models.CharField(_("cut or added"), max_length=8, choices=Direction.choices)
    amount_pence = models.PositiveBigIntegerField(_("amount, pence"), null=True)
    amount_per = models.CharField(_("amount for"), max_length=8, choices=Per.choices, default=Per.YEAR)
    started_on = models.DateField(_("from"))
    level = models.CharField(_("area level"), max_length=12, blank=True)
    area = models.CharField(_("area"), max_length=20, blank=True)
    measures = models.JSONField(_("measures that might show it"), default=list)
    owner = models.CharField(_("owner"), max_length=LONGEST_TITLE)
    review_on = models.DateField(_("review"), null=True)
    seen = models.CharField(_("what was seen"), max_length=LONGEST_NOTE, blank=True)
    closed_on = models.DateField(_("closed on"), null=True)

    class Meta:
        verbose_name = _("change of funding")
        verbose_name_plural = _("changes of funding")
        ordering = ["started_on", "name"]

    def __str__(self) -> str:
        return self.name


class FundingEvent(RegisterEvent):
    """One line of the history of a change of funding; never changed."""

    change = models.ForeignKey(FundingChange, on_delete=models.PROTECT, related_name="history")

    class Meta(RegisterEvent.Meta):
        verbose_name = _("event of a change of funding")
        verbose_name_plural = _("events of changes of funding")
