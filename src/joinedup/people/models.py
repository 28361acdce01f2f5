"""Pairs of mentions to look at, and decisions about pairs, append-only. Never whom they name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """What somebody decided of two mentions."""

    SAME = "same", _("the same person")
    DIFFERENT = "different", _("not the same person")
    UNSURE = "unsure", _("cannot tell")


class ReviewPair(models.Model):
    """Two mentions that a linkage drew for somebody to look at, from a stratum of pairs of like weight.

    ``weight`` in bits, and ``together``: whether the best linking has them as one person. Neither is shown
    before a decision. ``stratum_pairs``: how many pairs the stratum had, ``stratum_drawn`` how many of them
    were drawn. ``evidence`` says what agrees and what not, never a value; ``stands`` why the linkage put them
    together or kept them apart (``reviewing.Stands``), with feeds and no record.
    """

    linkage = models.PositiveIntegerField(_("linkage"))
    left_feed = models.CharField(_("feed"), max_length=80)
    left_key = models.UUIDField(_("record"), db_index=True)
    left_role = models.CharField(_("role"), max_length=60)
    left_ordinal = models.PositiveIntegerField(_("number"))
    right_feed = models.CharField(_("other feed"), max_length=80)
    right_key = models.UUIDField(_("other record"), db_index=True)
    right_role = models.CharField(_("other role"), max_length=60)
    right_ordinal = models.PositiveIntegerField(_("other number"))
    weight = models.FloatField(_("weight in bits"))
    together = models.BooleanField(_("put together"))
    stratum = models.PositiveSmallIntegerField(_("stratum"))
    stratum_pairs = models.PositiveBigIntegerField(_("pairs of the stratum"))
    stratum_drawn = models.PositiveIntegerField(_("drawn of the stratum"))
    evidence = models.JSONField(_("evidence: codes and bits"), default=list)
    stands = models.JSONField(_("why it stands so"), default=dict)

    class Meta:
        verbose_name = _("pair to review")
        verbose_name_plural = _("pairs to review")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"pair {self.pk} of linkage {self.linkage}"


class ReviewDecision(models.Model):
    """What somebody decided of a pair, when and why; a later decision takes its place and deletes nothing."""

    pair = models.ForeignKey(ReviewPair, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict.choices)
    why = models.TextField(_("why"), blank=True)
    by = models.CharField(_("decided by"), max_length=60)
    at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("decision about a pair")
        verbose_name_plural = _("decisions about pairs")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pair}: {self.verdict}"
