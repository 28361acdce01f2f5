"""What people run: standards for data, data gaps with their history, and holdings by section 17A."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Standard(models.Model):
    """What the partnership asks of one field of a feed: a measure of quality and where it should lie."""

    class Bound(models.TextChoices):
        """On which side of the threshold the measure should stay."""

        AT_LEAST = "at-least", _("at least")
        AT_MOST = "at-most", _("at most")

    measure = models.SlugField(_("measure of quality"), max_length=80)
    feed = models.SlugField(_("feed"), max_length=80)
    field = models.CharField(_("field"), max_length=80, blank=True)
    bound = models.CharField(_("bound"), max_length=10, choices=Bound.choices)
    threshold = models.FloatField(_("threshold, 0 to 1 (days for lateness)"))
    title = models.CharField(_("title"), max_length=200)
    lead = models.SlugField(_("lead agency"), max_length=60)
    action = models.TextField(_("what is done when it is not met"))
    set_by = models.CharField(_("set by"), max_length=60)
    set_on = models.DateField(_("set on"))
    ended_on = models.DateField(_("ended on"), null=True)

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        ordering = ["feed", "field", "measure", "id"]

    def __str__(self) -> str:
        return self.title


class RetentionDecision(models.Model):
    """What was decided about the records of a feed whose time had run out, up to a month.

    ``since`` is the first month of an erasure that spares earlier ones (None: from the beginning).
    ``erasure`` is the attestation of the record book where they were erased; one that is missing says that
    the erasure was decided and not done, so that the months are still up for review. A decision to keep holds
    until its day, or until somebody ended it with a reason.
    """

    class Kind(models.TextChoices):
        """Keep them for a stated time, or erase them."""

        KEEP = "keep", _("kept")
        ERASE = "erase", _("erased")

    feed = models.SlugField(_("feed"), max_length=80, db_index=True)
    since = models.DateField(_("from the month of"), null=True)
    up_to = models.DateField(_("up to the month before"))
    kind = models.CharField(_("decision"), max_length=10, choices=Kind.choices)
    until = models.DateField(_("to be looked at again on"), null=True)
    records = models.PositiveBigIntegerField(_("records"))
    erasure = models.PositiveIntegerField(_("erasure"), null=True)
    why = models.TextField(_("why"))
    by = models.CharField(_("by"), max_length=60)
    at = models.DateTimeField(_("at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.CharField(_("ended by"), max_length=60, blank=True)
    ended_why = models.TextField(_("why it was ended"), blank=True)

    class Meta:
        verbose_name = _("decision about retention")
        verbose_name_plural = _("decisions about retention")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.feed} up to {self.up_to}: {self.kind}"

    @property
    def is_unfinished(self) -> bool:
        """Whether it is to erase, and that is not done."""
        return self.kind == self.Kind.ERASE and self.erasure is None and self.ended_at is None

    def covers(self, month: dt.date) -> bool:
        """Whether it is about records of this month (its first day)."""
        return month < self.up_to and (self.since is None or month >= self.since)

    @property
    def state(self) -> str:
        """What has become of it, in words."""
        if self.ended_at is not None:
            return gettext("kept: ended") if self.until else gettext("to be erased: ended")
        return gettext("to be erased: not yet done") if self.is_unfinished else str(self.get_kind_display())


class DataGap(models.Model):
    """Something that the data cannot tell yet, with who is to mend it and by when."""

    class State(models.TextChoices):
        """Whether it still stands."""

        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    title = models.TextField(_("what is missing"))
    lead = models.CharField(_("lead"), max_length=200)
    action = models.TextField(_("action"))
    due = models.DateField(_("due"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True)
    standard = models.ForeignKey(
        Standard, on_delete=models.PROTECT, null=True, related_name="gaps", verbose_name=_("proved by")
    )

    class Meta:
        verbose_name = _("data gap")
        verbose_name_plural = _("data gaps")
        ordering = ["reference"]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class GapEvent(models.Model):
    """One line of a gap's history; never changed, never deleted."""

    class Kind(models.TextChoices):
        """What happened."""

        OPENED = "opened", _("opened")
        REOPENED = "reopened", _("reopened")
        MEASURED = "measured", _("measured")
        CHANGED = "changed", _("changed")
        NOTED = "noted", _("noted")
        CLOSED = "closed", _("closed")

    gap = models.ForeignKey(DataGap, on_delete=models.PROTECT, related_name="history")
    moment = models.DateTimeField(_("when"))
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    by = models.CharField(_("by"), max_length=60, blank=True)  # empty: by the measure itself
    text = models.TextField(_("in words"), blank=True)
    period_from = models.DateField(_("period from"), null=True)
    period_to = models.DateField(_("period to (exclusive)"), null=True)
    numerator = models.BigIntegerField(_("numerator"), null=True)
    denominator = models.BigIntegerField(_("denominator"), null=True)
    value = models.FloatField(_("value"), null=True)

    class Meta:
        verbose_name = _("event of a data gap")
        verbose_name_plural = _("events of data gaps")
        ordering = ["moment", "id"]


class Holding(models.Model):
    """Which feed brings one of the twelve kinds of information of section 17A, and who holds it.

    ``since`` is the day on which it was named; ``until`` the last day for which the feed brought it.
    """

    kind = models.PositiveSmallIntegerField(_("kind of information"))
    item = models.CharField(_("part of it"), max_length=200, blank=True)
    holder = models.SlugField(_("holder"), max_length=60)
    feed = models.SlugField(_("feed"), max_length=80)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True)

    class Meta:
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        ordering = ["kind", "holder", "feed"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "item", "feed"], name="one_holding_of_a_kind_by_feed")
        ]


from joinedup.partnership.asking_models import (  # noqa: E402, F401 - Django looks for models here
    AnswerTable,
    InformationRequest,
    RequestStep,
)
from joinedup.partnership.commissioning_models import (  # noqa: E402, F401 - Django looks for models here
    CommissionedEvent,
    CommissionedService,
    FundingChange,
    FundingEvent,
    ServiceCount,
)
from joinedup.partnership.intervention_models import (  # noqa: E402, F401 - Django looks for models here
    Intervention,
    InterventionEvent,
)
from joinedup.partnership.target_models import KeptTarget, TargetEvent  # noqa: E402, F401
