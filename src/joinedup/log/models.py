"""The append-only log, its chains, and the free text that stands beside it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from joinedup.errors import NotPermitted
from joinedup.log.chain import Entry


class ActKind(models.TextChoices):
    """The six kinds of act on personal data (Data Protection Act 2018, section 62), and administration."""

    COLLECTION = "collection", _("collection")
    ALTERATION = "alteration", _("alteration")
    CONSULTATION = "consultation", _("consultation")
    DISCLOSURE = "disclosure", _("disclosure")
    COMBINATION = "combination", _("combination")
    ERASURE = "erasure", _("erasure")
    ADMINISTRATION = "administration", _("administration")


class Written(models.Model):
    """A row that is only ever inserted. Database triggers refuse the rest, whoever asks."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only ever insert."""
        if not self._state.adding:
            raise NotPermitted("The log cannot be changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never."""
        raise NotPermitted("The log cannot be changed")


class Act(Written):
    """Who did what, when, for which purpose: an entry of its agency's chain (``chain.Entry``)."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.BigIntegerField(_("number"))
    previous = models.CharField(_("digest before"), max_length=64)
    digest = models.CharField(_("digest"), max_length=64)
    moment = models.DateTimeField(_("when"))
    kind = models.CharField(_("kind"), max_length=20, choices=ActKind.choices)
    username = models.CharField(_("user name"), max_length=60)
    agency = models.CharField(_("agency"), max_length=60)
    role = models.CharField(_("role"), max_length=30)
    purpose = models.CharField(_("purpose"), max_length=40, blank=True)
    what = models.CharField(_("what"), max_length=300)
    commitment = models.CharField(_("commitment to the reason"), max_length=64, blank=True)
    subjects = models.JSONField(_("subjects"), default=list)
    recipients = models.JSONField(_("recipients"), default=list)
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["moment"]),
            models.Index(fields=["username", "moment"]),
            models.Index(fields=["kind", "moment"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="log_act_one_of_each_number")
        ]

    _words: Words | None = None
    _looked_up = False

    def __str__(self) -> str:
        return f"{self.moment:%Y-%m-%d %H:%M} {self.username} {self.kind}: {self.what}"

    @property
    def reason(self) -> str:
        """Why, in words; empty where none was given or the words were erased (``reason_erased``)."""
        if not self.commitment:
            return ""
        if not self._looked_up:
            self.remember(Words.objects.filter(act_id=self.id).first())
        return self._words.text if self._words else ""

    def remember(self, words: Words | None) -> None:
        """Take these as its words, without looking them up."""
        self._words, self._looked_up = words, True

    @property
    def reason_erased(self) -> bool:
        """Whether a reason was given whose words are gone."""
        return bool(self.commitment) and not self.reason

    def entry(self) -> Entry:
        """What is digested of it."""
        return Entry(
            id=str(self.id),
            agency=self.agency,
            number=self.number,
            previous=self.previous,
            moment=self.moment,
            kind=str(self.kind),
            username=self.username,
            role=self.role,
            purpose=self.purpose,
            what=self.what,
            commitment=self.commitment,
            subjects=self.subjects,
            recipients=self.recipients,
            detail=self.detail,
        )


class Words(Written):
    """The reason of an act, apart from it so that it can be erased (``erasing.erase_words``)."""

    act_id = models.UUIDField(primary_key=True, editable=False)
    salt = models.CharField(_("salt"), max_length=64)
    text = models.TextField(_("words"))

    class Meta:
        verbose_name = _("words of an act")
        verbose_name_plural = _("words of acts")


class ErasedWords(Written):
    """That the words of an act were erased, and by which act. Only words so marked can be deleted."""

    act_id = models.UUIDField(primary_key=True, editable=False)
    erased_by = models.UUIDField(_("erased by the act"))

    class Meta:
        verbose_name = _("erased words of an act")
        verbose_name_plural = _("erased words of acts")


class Chain(models.Model):
    """Where an agency's chain ends now; it only ever goes on by one."""

    agency = models.CharField(_("agency"), max_length=60, primary_key=True)
    number = models.BigIntegerField(_("acts"))
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("chain")
        verbose_name_plural = _("chains")


class Head(Written):
    """Where an agency's chain stood at the end of a day, signed (``signing``)."""

    agency = models.CharField(_("agency"), max_length=60)
    day = models.DateField(_("day"))
    number = models.BigIntegerField(_("acts"))
    digest = models.CharField(_("digest"), max_length=64)
    signed_at = models.DateTimeField(_("signed"))
    key = models.CharField(_("public key"), max_length=64)
    signature = models.CharField(_("signature"), max_length=128)

    class Meta:
        verbose_name = _("head of a chain")
        verbose_name_plural = _("heads of chains")
        ordering = ["agency", "day"]
        constraints = [models.UniqueConstraint(fields=["agency", "day"], name="log_head_one_a_day")]
