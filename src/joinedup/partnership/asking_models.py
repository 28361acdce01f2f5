"""Requests for information: what was asked, with its steps, and the tables that an answer points to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_QUESTION, LONGEST_PURPOSE, LONGEST_ANSWER, LONGEST_NOTE = 2_000, 500, 4_000, 500
"""Characters."""


class InformationRequest(models.Model):
    """What somebody asked the partnership, in words; its number is its primary key.

    ``about`` is the address of a question of Intelligence (its parameters), ``measure`` the measure in it;
    both are empty where the words alone say what is asked. The lead is an agency or a user, never both.
    """

    class State(models.TextChoices):
        """Where it stands."""

        ASKED = "asked", _("asked")
        IN_HAND = "in-hand", _("being answered")
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Refusal(models.TextChoices):
        """Why an answer is refused."""

        IDENTIFIES = "would-identify", _("an answer would identify somebody")
        PREJUDICES = "would-prejudice", _("an answer would prejudice legal proceedings or operations")
        NOT_HELD = "not-held", _("the partnership does not hold it")
        OTHER = "other", _("another reason")

    asked_by = models.SlugField(_("asked by"), max_length=60, db_index=True)
    role = models.CharField(_("role"), max_length=30)
    agency = models.SlugField(_("agency"), max_length=60)
    asked_at = models.DateTimeField(_("asked at"))
    due = models.DateField(_("due"))
    question = models.TextField(_("question"), blank=True, max_length=LONGEST_QUESTION)
    purpose = models.TextField(_("what it is for"), blank=True, max_length=LONGEST_PURPOSE)
    measure = models.CharField(_("measure"), blank=True, max_length=80)
    about = models.CharField(_("question of Intelligence"), blank=True, max_length=500)
    lead_agency = models.SlugField(_("leading agency"), blank=True, max_length=60)
    lead_user = models.SlugField(_("leading user"), blank=True, max_length=60)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASKED)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    refusal = models.CharField(_("why refused"), blank=True, max_length=20, choices=Refusal.choices)
    answer = models.TextField(_("answer"), blank=True, max_length=LONGEST_ANSWER)
    words_erased = models.BooleanField(_("words erased"), default=False)

    class Meta:
        verbose_name = _("request for information")
        verbose_name_plural = _("requests for information")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"request {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.state in {self.State.ASKED, self.State.IN_HAND}


class RequestStep(models.Model):
    """One line of a request's history; never changed, but for words that are erased."""

    class Kind(models.TextChoices):
        """What happened."""

        ASKED = "asked", _("asked")
        LED = "led", _("given a lead")
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        ERASED = "erased", _("words erased")

    request = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="steps")
    moment = models.DateTimeField(_("when"))
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    by = models.CharField(_("by"), max_length=60)
    text = models.TextField(_("in words"), blank=True, max_length=LONGEST_NOTE)

    class Meta:
        verbose_name = _("step of a request")
        verbose_name_plural = _("steps of requests")
        ordering = ["moment", "id"]


class AnswerTable(models.Model):
    """A table that an answer points to: the question that makes it, never its numbers."""

    request = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="tables")
    measure = models.CharField(_("measure"), max_length=80)
    address = models.CharField(_("question of Intelligence"), max_length=500)

    class Meta:
        verbose_name = _("table of an answer")
        verbose_name_plural = _("tables of answers")
        ordering = ["id"]
