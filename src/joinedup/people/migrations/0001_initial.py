"""Pairs of mentions to review, and decisions about them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ReviewPair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("linkage", models.PositiveIntegerField(verbose_name="linkage")),
                ("left_feed", models.CharField(max_length=80, verbose_name="feed")),
                ("left_key", models.UUIDField(db_index=True, verbose_name="record")),
                ("left_role", models.CharField(max_length=60, verbose_name="role")),
                ("left_ordinal", models.PositiveIntegerField(verbose_name="number")),
                ("right_feed", models.CharField(max_length=80, verbose_name="other feed")),
                ("right_key", models.UUIDField(db_index=True, verbose_name="other record")),
                ("right_role", models.CharField(max_length=60, verbose_name="other role")),
                ("right_ordinal", models.PositiveIntegerField(verbose_name="other number")),
                ("weight", models.FloatField(verbose_name="weight in bits")),
                ("together", models.BooleanField(verbose_name="put together")),
                ("stratum", models.PositiveSmallIntegerField(verbose_name="stratum")),
                ("stratum_pairs", models.PositiveBigIntegerField(verbose_name="pairs of the stratum")),
                ("stratum_drawn", models.PositiveIntegerField(verbose_name="drawn of the stratum")),
                ("evidence", models.JSONField(default=list, verbose_name="evidence: words and bits")),
            ],
            options={
                "verbose_name": "pair to review",
                "verbose_name_plural": "pairs to review",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReviewDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("same", "the same person"),
                            ("different", "not the same person"),
                            ("unsure", "cannot tell"),
                        ],
                        max_length=20,
                        verbose_name="verdict",
                    ),
                ),
                ("why", models.TextField(blank=True, verbose_name="why")),
                ("by", models.CharField(max_length=60, verbose_name="decided by")),
                ("at", models.DateTimeField(verbose_name="decided")),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="people.reviewpair",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision about a pair",
                "verbose_name_plural": "decisions about pairs",
                "ordering": ["id"],
            },
        ),
    ]
