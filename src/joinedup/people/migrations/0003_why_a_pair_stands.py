"""Why a linkage put a pair together, or kept it apart, beside the evidence; of pairs of before it is not kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_evidence_as_codes")]

    operations = [
        migrations.AddField(
            model_name="reviewpair",
            name="stands",
            field=models.JSONField(default=dict, verbose_name="why it stands so"),
        ),
    ]
