"""Failed sign-ins by name and address apart, so that an administrator can let a name in again."""

from django.db import migrations, models


def forget(apps, _editor):
    """What counted under the old keys cannot be told apart; it counted for a quarter of an hour."""
    apps.get_model("hub", "FailedSignIn").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("hub", "0001_initial")]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="failedsignin", name="hub_faileds_who_254a51_idx"),
        migrations.RenameField(model_name="failedsignin", old_name="who", new_name="name"),
        migrations.AlterField(
            model_name="failedsignin",
            name="name",
            field=models.CharField(max_length=64, verbose_name="keyed hash of the name and step"),
        ),
        migrations.AddField(
            model_name="failedsignin",
            name="address",
            field=models.CharField(default="", max_length=64, verbose_name="keyed hash of the address"),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="failedsignin",
            index=models.Index(fields=["name", "moment"], name="hub_faileds_name_cf5fa3_idx"),
        ),
        migrations.AddIndex(
            model_name="failedsignin",
            index=models.Index(fields=["address", "moment"], name="hub_faileds_address_0cc554_idx"),
        ),
    ]
