"""The ledger: what was delivered, which segments hold it, and what each delivery covers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.Model):
    """One file of one feed. Its counts never change; its state may become withdrawn."""

    class State(models.TextChoices):
        """Whether a delivery counts."""

        STANDING = "standing", _("standing")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.PositiveIntegerField(_("number"), unique=True)
    generation = models.PositiveBigIntegerField(_("generation"))
    feed = models.CharField(_("feed"), max_length=80)
    contract_version = models.CharField(_("contract version"), max_length=40)
    source = models.CharField(_("source"), max_length=80)
    record_type = models.CharField(_("record type"), max_length=20)
    owner = models.CharField(_("owner"), max_length=60)
    mode = models.CharField(_("mode"), max_length=20)
    period_from = models.DateField(_("period from"), null=True)
    period_to = models.DateField(_("period to (exclusive)"), null=True)
    file_name = models.CharField(_("file name"), max_length=255)
    file_sha256 = models.CharField(_("file SHA-256"), max_length=64)
    file_bytes = models.PositiveBigIntegerField(_("file size in bytes"))
    received_at = models.DateTimeField(_("received"))
    known_from = models.DateTimeField(_("known from"))
    committed_at = models.DateTimeField(_("committed"))
    rows_in = models.PositiveBigIntegerField(_("rows in"))
    accepted = models.PositiveBigIntegerField(_("accepted"))
    unchanged = models.PositiveBigIntegerField(_("unchanged"))
    revised = models.PositiveBigIntegerField(_("revised"))
    withdrawn = models.PositiveBigIntegerField(_("withdrawn"))
    quarantined = models.PositiveBigIntegerField(_("quarantined"))
    mentions = models.PositiveBigIntegerField(_("mentions of people"), default=0)
    set_aside = models.JSONField(_("set aside by rule"), default=dict)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.STANDING)
    notes = models.JSONField(_("what was said at intake"), default=list)
    provisional = models.BooleanField(_("provisional"), null=True)
    delivered_by = models.CharField(_("delivered by"), max_length=60)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=60, blank=True)
    withdrawn_reason = models.TextField(_("why withdrawn"), blank=True)
    seal = models.CharField(_("digest of all that the ledger says of it"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["feed", "known_from"], name="records_feed_known_from_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.feed} {self.file_name}"


class Segment(models.Model):
    """One immutable Parquet file of the book."""

    class Kind(models.TextChoices):
        """What the rows of a segment are."""

        POS = "pos", _("versions as they arrived")
        NEG = "neg", _("versions that were superseded or withdrawn")
        UNSEEN = "unseen", _("versions that were superseded or withdrawn while they were taken back")
        QUARANTINE = "quarantine", _("rows that were refused")
        WHO = "who", _("who the versions name")

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="segments")
    generation = models.PositiveBigIntegerField(_("generation"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    file = models.CharField(_("file"), max_length=200, unique=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    rows = models.PositiveBigIntegerField(_("rows"))
    bytes = models.PositiveBigIntegerField(_("size in bytes"))
    fields = models.JSONField(_("fields: name and type"), default=list)
    month_from = models.DateField(_("first month"), null=True)
    month_to = models.DateField(_("last month"), null=True)
    known_from = models.DateTimeField(_("known from"))
    touches = models.JSONField(_("deliveries whose versions it supersedes"), default=list)
    erased = models.PositiveBigIntegerField(_("rows erased from it since"), default=0)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file


class DeliveryField(models.Model):
    """How often one field of a delivery was given, missing, unknown, refused or invalid."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="field_states")
    field = models.CharField(_("field"), max_length=120)
    given = models.PositiveBigIntegerField(_("given"))
    missing = models.PositiveBigIntegerField(_("missing"))
    unknown = models.PositiveBigIntegerField(_("unknown"))
    refused = models.PositiveBigIntegerField(_("refused"), default=0)
    invalid = models.PositiveBigIntegerField(_("invalid"), default=0)

    class Meta:
        verbose_name = _("field state")
        verbose_name_plural = _("field states")
        ordering = ["delivery", "id"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "field"], name="records_delivery_field_once")
        ]

    def __str__(self) -> str:
        return self.field


class CoveredPeriod(models.Model):
    """A period for which a feed was there: absence in it means zero."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="coverage")
    feed = models.CharField(_("feed"), max_length=80)
    source = models.CharField(_("source"), max_length=80)
    period_from = models.DateField(_("period from"))
    period_to = models.DateField(_("period to (exclusive)"))
    known_from = models.DateTimeField(_("known from"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("covered period")
        verbose_name_plural = _("covered periods")
        ordering = ["id"]
        indexes = [models.Index(fields=["source", "period_from"], name="records_coverage_source")]

    def __str__(self) -> str:
        return f"{self.feed} {self.period_from} to {self.period_to}"


class SeriesBreak(models.Model):
    """From a day on, a feed's numbers do not compare with those before: as a delivery's contract told it."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="breaks")
    feed = models.CharField(_("feed"), max_length=80)
    source = models.CharField(_("source"), max_length=80)
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=40)
    what = models.TextField(_("what changed"))
    known_from = models.DateTimeField(_("known from"))

    class Meta:
        verbose_name = _("series break")
        verbose_name_plural = _("series breaks")
        ordering = ["date", "id"]
        indexes = [models.Index(fields=["source", "date"], name="records_break_source")]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "date", "kind"], name="records_delivery_break_once")
        ]

    def __str__(self) -> str:
        return f"{self.feed} {self.date} {self.kind}"


class Promise(models.Model):
    """When a feed's deliveries are due, from the delivery on whose contract first said so."""

    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="promise")
    feed = models.CharField(_("feed"), max_length=80)
    source = models.CharField(_("source"), max_length=80)
    owner = models.CharField(_("owner"), max_length=60)
    expected_every = models.CharField(_("expected every"), max_length=20)
    late_after_days = models.PositiveIntegerField(_("late after days"))
    known_from = models.DateTimeField(_("known from"))

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["feed", "known_from"]

    def __str__(self) -> str:
        return f"{self.feed} every {self.expected_every}"


class Erasure(models.Model):
    """That records were erased: who did it, when, why and how many. Nothing in it says who they were.

    ``before`` and ``after`` are lists of segment file and SHA-256. ``finished_at`` is empty until the old
    files are gone and the database holds nothing in its free pages.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.PositiveIntegerField(_("number"), unique=True)
    generation = models.PositiveBigIntegerField(_("generation"))
    feed = models.CharField(_("feed"), max_length=80)
    sources = models.JSONField(_("sources"), default=list)
    at = models.DateTimeField(_("erased"))
    by = models.CharField(_("erased by"), max_length=60)
    reason = models.TextField(_("why"))
    records = models.PositiveBigIntegerField(_("records"))
    rows = models.PositiveBigIntegerField(_("rows"))
    before = models.JSONField(_("segments before"), default=list)
    after = models.JSONField(_("segments after"), default=list)
    known_from = models.DateTimeField(_("first known"))
    key_id = models.CharField(_("which key made its tombstones"), max_length=16)
    finished_at = models.DateTimeField(_("finished"), null=True)
    seal = models.CharField(_("digest of all that the ledger says of it"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"erasure {self.number} of {self.feed}"


class RestrictionRow(models.Model):
    """That single records of a feed exist for nobody but those inside; or did, until it was lifted.

    ``delivery`` is the number of the delivery whose contract's rule restricted them, empty where a person
    did. Nothing in it says who the records are about.
    """

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    feed = models.CharField(_("feed"), max_length=80)
    kind = models.CharField(_("kind"), max_length=30)
    at = models.DateTimeField(_("restricted"))
    by = models.CharField(_("restricted by"), max_length=60)
    reason = models.TextField(_("why"))
    delivery = models.PositiveIntegerField(_("by the rule of a delivery"), null=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lifted_by = models.CharField(_("lifted by"), max_length=60, blank=True)
    lifted_reason = models.TextField(_("why lifted"), blank=True)
    seal = models.CharField(_("digest of all that the ledger says of it"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"restriction {self.number} of {self.feed}"


class RestrictedRecord(models.Model):
    """One record of a restriction, by its key; the row goes when the record is erased."""

    restriction = models.ForeignKey(RestrictionRow, on_delete=models.PROTECT, related_name="records")
    record_key = models.UUIDField(_("key"), db_index=True)

    class Meta:
        verbose_name = _("restricted record")
        verbose_name_plural = _("restricted records")
        ordering = ["restriction", "record_key"]
        constraints = [
            models.UniqueConstraint(fields=["restriction", "record_key"], name="records_restricted_once")
        ]

    def __str__(self) -> str:
        return f"{self.restriction_id}: {self.record_key}"


class Tombstone(models.Model):
    """That a record of a feed was erased, so that it does not come back: a keyed digest, nothing else."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="tombstones")
    feed = models.CharField(_("feed"), max_length=80)
    digest = models.CharField(_("HMAC-SHA-256 of the feed and the record's key or reference"), max_length=64)

    class Meta:
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["feed", "digest"], name="records_tombstone_once")]

    def __str__(self) -> str:
        return f"{self.feed} {self.digest[:8]}"


class RetiredFile(models.Model):
    """A segment's file that an erasure replaced and that is still to be deleted."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="retired")
    file = models.CharField(_("file"), max_length=200, unique=True)

    class Meta:
        verbose_name = _("retired file")
        verbose_name_plural = _("retired files")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file


class Linkage(models.Model):
    """One linking of people: since when the keys that it gave are known, by which model, and over how much.

    ``read_generation`` is the ledger's generation that it read; ``mentions`` counts the keys that it wrote
    anew, ``people`` those that stand after it (of the best linking).
    """

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    generation = models.PositiveBigIntegerField(_("generation"))
    read_generation = models.PositiveBigIntegerField(_("generation that was read"))
    known_from = models.DateTimeField(_("known from"), unique=True)
    committed_at = models.DateTimeField(_("committed"))
    by = models.CharField(_("linked by"), max_length=60)
    model = models.CharField(_("model"), max_length=120)
    mentions = models.PositiveBigIntegerField(_("mentions"))
    people = models.PositiveBigIntegerField(_("people"))
    settings = models.JSONField(_("settings"), default=dict)
    seal = models.CharField(_("digest of all that the ledger says of it"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("linkage")
        verbose_name_plural = _("linkages")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"linkage {self.number}"


class LinkedSegment(models.Model):
    """One Parquet file of a linkage: whom each mention of a feed's records is of."""

    linkage = models.ForeignKey(Linkage, on_delete=models.PROTECT, related_name="segments")
    feed = models.CharField(_("feed"), max_length=80)
    file = models.CharField(_("file"), max_length=200, unique=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    rows = models.PositiveBigIntegerField(_("rows"))
    bytes = models.PositiveBigIntegerField(_("size in bytes"))
    erased = models.PositiveBigIntegerField(_("rows erased from it since"), default=0)

    class Meta:
        verbose_name = _("linked segment")
        verbose_name_plural = _("linked segments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file


class KeyChange(models.Model):
    """A person key that was merged into another, or part of whose mentions went to another, by a linkage."""

    class Kind(models.TextChoices):
        """What became of the key."""

        MERGED = "merged", _("merged: the key is gone and leads to the other")
        SPLIT = "split", _("split: the key stays, and part of it went to the other")

    linkage = models.ForeignKey(Linkage, on_delete=models.PROTECT, related_name="changes")
    level = models.CharField(_("strictness"), max_length=10)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    key = models.UUIDField(_("key"), db_index=True)
    other = models.UUIDField(_("other key"))

    class Meta:
        verbose_name = _("change of a person key")
        verbose_name_plural = _("changes of person keys")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.level} {self.kind}"


class Generation(models.Model):
    """One row: goes up by one with every change to the ledger, so that readers know when to look again.

    ``erasures`` counts the changes that took files away.
    """

    value = models.PositiveBigIntegerField(_("generation"), default=0)
    erasures = models.PositiveBigIntegerField(_("erasures"), default=0)

    class Meta:
        verbose_name = _("generation")
        verbose_name_plural = _("generation")

    def __str__(self) -> str:
        return str(self.value)
