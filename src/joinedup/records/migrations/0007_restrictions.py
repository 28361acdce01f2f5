"""Restrictions of single records."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_segments_unseen"),
    ]

    operations = [
        migrations.CreateModel(
            name="RestrictionRow",
            fields=[
                (
                    "number",
                    models.PositiveIntegerField(primary_key=True, serialize=False, verbose_name="number"),
                ),
                ("feed", models.CharField(max_length=80, verbose_name="feed")),
                ("kind", models.CharField(max_length=30, verbose_name="kind")),
                ("at", models.DateTimeField(verbose_name="restricted")),
                ("by", models.CharField(max_length=60, verbose_name="restricted by")),
                ("reason", models.TextField(verbose_name="why")),
                (
                    "delivery",
                    models.PositiveIntegerField(null=True, verbose_name="by the rule of a delivery"),
                ),
                ("lifted_at", models.DateTimeField(null=True, verbose_name="lifted")),
                ("lifted_by", models.CharField(blank=True, max_length=60, verbose_name="lifted by")),
                ("lifted_reason", models.TextField(blank=True, verbose_name="why lifted")),
                (
                    "seal",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="digest of all that the ledger says of it"
                    ),
                ),
            ],
            options={
                "verbose_name": "restriction",
                "verbose_name_plural": "restrictions",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="RestrictedRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record_key", models.UUIDField(db_index=True, verbose_name="key")),
                (
                    "restriction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="records.restrictionrow",
                    ),
                ),
            ],
            options={
                "verbose_name": "restricted record",
                "verbose_name_plural": "restricted records",
                "ordering": ["restriction", "record_key"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("restriction", "record_key"), name="records_restricted_once"
                    )
                ],
            },
        ),
    ]
