"""Segments of what deliveries end of records that are taken back, out of sight."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0005_seal"),
    ]

    operations = [
        migrations.AlterField(
            model_name="segment",
            name="kind",
            field=models.CharField(
                choices=[
                    ("pos", "versions as they arrived"),
                    ("neg", "versions that were superseded or withdrawn"),
                    ("unseen", "versions that were superseded or withdrawn while they were taken back"),
                    ("quarantine", "rows that were refused"),
                    ("who", "who the versions name"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
    ]
