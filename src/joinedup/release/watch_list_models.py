"""Watch-lists as they are kept: what each is for, and which records stand on it. Never who they name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class WatchList(models.Model):
    """A list of records whose people some roles watch for, for a purpose and a time.

    ``draws``, ``recipients`` and ``details`` are as ``watch_lists.definition`` writes and reads them. A name
    is never given twice: the log knows a list by it.
    """

    name = models.SlugField(_("name"), max_length=60, primary_key=True)
    title = models.CharField(_("title"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=40)
    basis = models.TextField(_("legal basis and reason"))
    draws = models.JSONField(_("feeds and rules"))
    recipients = models.JSONField(_("recipients"))
    details = models.JSONField(_("identifying details"))
    keeper = models.CharField(_("kept by"), max_length=60)
    starts = models.DateField(_("starts"))
    expires = models.DateField(_("expires"))
    review = models.DateField(_("review"))
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.CharField(_("ended by"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("watch-list")
        verbose_name_plural = _("watch-lists")
        ordering = ["title", "name"]

    def __str__(self) -> str:
        return self.name


class WatchListEntry(models.Model):
    """A record that was put on a list by hand, by its key: who it names is read at each look."""

    class Why(models.TextChoices):
        """Why it is on the list: one of these and no words, so that nothing is told of anybody here."""

        ANTISOCIAL = "anti-social-behaviour", _("anti-social behaviour")
        VIOLENCE = "violence", _("violence")
        THEFT = "theft", _("theft or burglary")
        DRUGS = "drugs", _("drugs")
        ORDER = "order", _("an order or injunction holds")
        LICENCE = "licence", _("on licence")
        WANTED = "wanted", _("wanted")
        SAFEGUARDING = "safeguarding", _("may be at risk")
        OTHER = "other", _("another reason")

    watch_list = models.ForeignKey(WatchList, on_delete=models.PROTECT, related_name="entries")
    feed = models.CharField(_("feed"), max_length=120)
    record_key = models.UUIDField(_("key of the record"), db_index=True)
    why = models.CharField(_("why"), max_length=30, choices=Why.choices)
    until = models.DateField(_("until"), null=True)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)
    added_by = models.CharField(_("added by"), max_length=60)

    class Meta:
        verbose_name = _("entry of a watch-list")
        verbose_name_plural = _("entries of watch-lists")
        ordering = ["watch_list", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["watch_list", "feed", "record_key"], name="a_record_once_on_a_watch_list"
            )
        ]

    def __str__(self) -> str:
        return f"{self.watch_list_id}: {self.feed} {self.record_key}"
