"""Linkages: whom the mentions are of, and what became of person keys."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0007_restrictions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Linkage",
            fields=[
                (
                    "number",
                    models.PositiveIntegerField(primary_key=True, serialize=False, verbose_name="number"),
                ),
                ("generation", models.PositiveBigIntegerField(verbose_name="generation")),
                ("read_generation", models.PositiveBigIntegerField(verbose_name="generation that was read")),
                ("known_from", models.DateTimeField(unique=True, verbose_name="known from")),
                ("committed_at", models.DateTimeField(verbose_name="committed")),
                ("by", models.CharField(max_length=60, verbose_name="linked by")),
                ("model", models.CharField(max_length=120, verbose_name="model")),
                ("mentions", models.PositiveBigIntegerField(verbose_name="mentions")),
                ("people", models.PositiveBigIntegerField(verbose_name="people")),
                ("settings", models.JSONField(default=dict, verbose_name="settings")),
                (
                    "seal",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="digest of all that the ledger says of it"
                    ),
                ),
            ],
            options={
                "verbose_name": "linkage",
                "verbose_name_plural": "linkages",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="KeyChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.CharField(max_length=10, verbose_name="strictness")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("merged", "merged: the key is gone and leads to the other"),
                            ("split", "split: the key stays, and part of it went to the other"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("key", models.UUIDField(db_index=True, verbose_name="key")),
                ("other", models.UUIDField(verbose_name="other key")),
                (
                    "linkage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="records.linkage",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a person key",
                "verbose_name_plural": "changes of person keys",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="LinkedSegment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("feed", models.CharField(max_length=80, verbose_name="feed")),
                ("file", models.CharField(max_length=200, unique=True, verbose_name="file")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("rows", models.PositiveBigIntegerField(verbose_name="rows")),
                ("bytes", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                (
                    "erased",
                    models.PositiveBigIntegerField(default=0, verbose_name="rows erased from it since"),
                ),
                (
                    "linkage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="segments",
                        to="records.linkage",
                    ),
                ),
            ],
            options={
                "verbose_name": "linked segment",
                "verbose_name_plural": "linked segments",
                "ordering": ["id"],
            },
        ),
    ]
