"""Information-sharing agreements, and more roles.

A workspace that people used before this brings along what its roles were allowed until then, as an agreement
that nobody signed and that ends in three months: time to record the agreements that there are.
"""

import datetime as dt
from typing import Any

from django.db import migrations, models

DAYS = 90

CARRIED_OVER = """\
# What this workspace allowed before it knew agreements. No owner signed it: record your signed agreements
# before it ends, see docs/agreements.md.
code = "carried-over"
version = 1
title = "What was allowed before agreements were recorded"
basis = "None was recorded"
carried_over = true
purposes = ["crime-and-disorder", "offender-management", "safeguarding", "research", "public-information"]
starts = {starts}
review = {review}
ends = {ends}

[[shares]]
owner = "*"
feeds = ["all"]
names = ["*"]

[[receives]]
agency = "*"
roles = ["analyst", "councillor", "administrator"]

[[receives]]
agency = "*"
roles = ["practitioner"]
purposes = ["crime-and-disorder"]
"""


def carry_over(apps: Any, schema_editor: Any) -> None:
    """Where people are, what they were allowed goes on for a while."""
    if not apps.get_model("accounts", "User").objects.exists():
        return
    starts = dt.datetime.now(dt.UTC).date()
    ends = starts + dt.timedelta(days=DAYS)
    text = CARRIED_OVER.format(starts=starts, review=ends, ends=ends)
    apps.get_model("accounts", "AgreementVersion").objects.create(
        code="carried-over", version=1, text=text, recorded_by=""
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoppedShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("owner", models.CharField(max_length=60, verbose_name="owner")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("stopped_at", models.DateTimeField(auto_now_add=True, verbose_name="stopped")),
                ("stopped_by", models.CharField(max_length=60, verbose_name="stopped by")),
            ],
            options={
                "verbose_name": "stopped share",
                "verbose_name_plural": "stopped shares",
                "ordering": ["stopped_at"],
            },
        ),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[
                    ("analyst", "analyst"),
                    ("meeting-coordinator", "meeting-coordinator"),
                    ("practitioner", "practitioner"),
                    ("data-owner", "data-owner"),
                    ("theme-lead", "theme-lead"),
                    ("review-chair", "review-chair"),
                    ("auditor", "auditor"),
                    ("councillor", "councillor"),
                    ("administrator", "administrator"),
                ],
                max_length=30,
                verbose_name="role",
            ),
        ),
        migrations.CreateModel(
            name="AgreementVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("text", models.TextField(verbose_name="text")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="recorded")),
                ("recorded_by", models.CharField(max_length=60, verbose_name="recorded by")),
            ],
            options={
                "verbose_name": "agreement",
                "verbose_name_plural": "agreements",
                "ordering": ["code", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="one_text_for_a_version")
                ],
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
