"""Seals for deliveries and erasures; those that there are already are sealed as they are."""

from django.db import migrations, models

from joinedup.records import sealing


def seal_all(apps, schema_editor):
    """Seal every delivery and erasure as the ledger has it."""
    delivery = apps.get_model("records", "Delivery")
    erasure = apps.get_model("records", "Erasure")
    sealing.seal(
        list(delivery.objects.values_list("pk", flat=True)),
        list(erasure.objects.values_list("pk", flat=True)),
        apps.get_model,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0004_erasure_generation_erasures_segment_erased_and_more"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="seal",
            field=models.CharField(
                blank=True, max_length=64, verbose_name="digest of all that the ledger says of it"
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="seal",
            field=models.CharField(
                blank=True, max_length=64, verbose_name="digest of all that the ledger says of it"
            ),
        ),
        migrations.RunPython(seal_all, migrations.RunPython.noop),
    ]
