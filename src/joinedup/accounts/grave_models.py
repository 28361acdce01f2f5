"""What waits for a second person, and grants that break the glass. Their reasons stand in the log."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


def words_of(act_id: Any) -> str:
    """The reason that an act of the log was given; empty where there is none, or it was erased."""
    from joinedup.log import seeing
    from joinedup.log.models import Act

    with seeing(None):  # who may read it is decided by whoever shows the proposal or the grant
        act = Act.objects.filter(id=act_id).first()
        return act.reason if act else ""


class Proposal(models.Model):
    """An act that takes two people: who proposed it, who decided, and for exactly what it holds.

    ``arguments`` hold no name and no personal value; they and their ``digest`` go when it is settled.
    ``told`` says in numbers what it is about. ``seconders`` are pairs of a role and an agency's code, or
    ``*``.
    """

    class Kind(models.TextChoices):
        """What is done."""

        ERASURE = "erasure", _("erasure")
        BULK_EXPORT = "bulk-export", _("bulk export")
        LIFTING = "lifting", _("lifting a restriction")

    class State(models.TextChoices):
        """Where it stands; one that ran out keeps the state that it had."""

        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        USED = "used", _("done")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    feeds = models.JSONField(_("feeds"))
    owners = models.JSONField(_("owners"))
    arguments = models.JSONField(_("arguments"), default=dict)
    digest = models.CharField(_("digest of the arguments"), max_length=64, blank=True, db_index=True)
    told = models.JSONField(_("in numbers"), default=dict)
    seconders = models.JSONField(_("who may second"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WAITING)
    proposed_by = models.CharField(_("proposed by"), max_length=60)
    proposed_role = models.CharField(_("their role"), max_length=30)
    proposed_at = models.DateTimeField(_("proposed"))
    proposed_act = models.UUIDField(_("act of proposing"), null=True)
    ends_at = models.DateTimeField(_("runs out"))
    decided_by = models.CharField(_("decided by"), max_length=60, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    used_by = models.CharField(_("done by"), max_length=60, blank=True)
    used_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk}: {self.kind} of {', '.join(self.feeds)}"

    @property
    def reason(self) -> str:
        """Why it was proposed."""
        return words_of(self.proposed_act)


class Grant(models.Model):
    """For an emergency: a named person sees what their role and agreements refuse, for some hours.

    It holds from ``opened_at`` until ``ends_at`` or ``closed_at``; all its feeds are of one ``owner``.
    """

    username = models.CharField(_("for"), max_length=60)
    owner = models.CharField(_("owner"), max_length=60)
    feeds = models.JSONField(_("feeds"))
    opened_by = models.CharField(_("opened by"), max_length=60)
    opened_at = models.DateTimeField(_("opened"))
    opened_act = models.UUIDField(_("act of opening"), null=True)
    ends_at = models.DateTimeField(_("ends"))
    review_on = models.DateField(_("reviewed by"))
    closed_by = models.CharField(_("closed by"), max_length=60, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    reviewed_by = models.CharField(_("reviewed by"), max_length=60, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    reviewed_act = models.UUIDField(_("act of the review"), null=True)

    class Meta:
        verbose_name = _("break-glass grant")
        verbose_name_plural = _("break-glass grants")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk}: {self.username}"

    @property
    def reason(self) -> str:
        """Why it was opened."""
        return words_of(self.opened_act)

    @property
    def finding(self) -> str:
        """What its review found."""
        return words_of(self.reviewed_act) if self.reviewed_act else ""
