"""Chains: each act is digested with the digest of the one before; reasons stand apart, with a commitment.

The acts that are there already are put into chains in the order in which they happened.
"""

from typing import Any

from django.db import migrations, models

from joinedup.log import chain
from joinedup.log.migrations import _triggers as triggers


def let_go(apps: Any, schema_editor: Any) -> None:
    """The triggers that refuse changes stand in the way of this one; they come back at the end."""
    triggers.drop_first(schema_editor)


def into_chains(apps: Any, schema_editor: Any) -> None:
    acts, words, chains = (apps.get_model("log", name).objects for name in ("Act", "Words", "Chain"))
    ends: dict[str, tuple[int, str]] = {}
    for act in acts.order_by("id").iterator(500):
        number, previous = ends.get(act.agency, (0, chain.BEGINNING))
        act.number, act.previous, act.commitment = number + 1, previous, ""
        if act.reason:
            salt = chain.new_salt()
            act.commitment = chain.commitment(salt, act.reason)
            words.create(act_id=act.id, salt=salt, text=act.reason)
        act.digest = chain.Entry(
            **{name: getattr(act, name) for name in chain.Entry.__dataclass_fields__ if name != "id"},
            id=str(act.id),
        ).digest()
        act.save(update_fields=["number", "previous", "commitment", "digest"])
        ends[act.agency] = (act.number, act.digest)
    chains.bulk_create(
        chains.model(agency=agency, number=number, digest=digest) for agency, (number, digest) in ends.items()
    )


def refuse_again(apps: Any, schema_editor: Any) -> None:
    triggers.make(schema_editor)


_DIGEST = {"default": "", "max_length": 64}


class Migration(migrations.Migration):
    dependencies = [("log", "0004_no_replacing")]

    operations = [
        migrations.RunPython(let_go),
        migrations.CreateModel(
            name="Chain",
            fields=[
                (
                    "agency",
                    models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="agency"),
                ),
                ("number", models.BigIntegerField(verbose_name="acts")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
            ],
            options={"verbose_name": "chain", "verbose_name_plural": "chains"},
        ),
        migrations.CreateModel(
            name="ErasedWords",
            fields=[
                ("act_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("erased_by", models.UUIDField(verbose_name="erased by the act")),
            ],
            options={"verbose_name": "erased words of an act", "verbose_name_plural": "erased words of acts"},
        ),
        migrations.CreateModel(
            name="Words",
            fields=[
                ("act_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("salt", models.CharField(max_length=64, verbose_name="salt")),
                ("text", models.TextField(verbose_name="words")),
            ],
            options={"verbose_name": "words of an act", "verbose_name_plural": "words of acts"},
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency", models.CharField(max_length=60, verbose_name="agency")),
                ("day", models.DateField(verbose_name="day")),
                ("number", models.BigIntegerField(verbose_name="acts")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("signed_at", models.DateTimeField(verbose_name="signed")),
                ("key", models.CharField(max_length=64, verbose_name="public key")),
                ("signature", models.CharField(max_length=128, verbose_name="signature")),
            ],
            options={
                "verbose_name": "head of a chain",
                "verbose_name_plural": "heads of chains",
                "ordering": ["agency", "day"],
                "constraints": [models.UniqueConstraint(fields=("agency", "day"), name="log_head_one_a_day")],
            },
        ),
        migrations.AddField("act", "number", models.BigIntegerField(null=True, verbose_name="number")),
        migrations.AddField("act", "previous", models.CharField(verbose_name="digest before", **_DIGEST)),
        migrations.AddField("act", "digest", models.CharField(verbose_name="digest", **_DIGEST)),
        migrations.AddField(
            "act",
            "commitment",
            models.CharField(blank=True, verbose_name="commitment to the reason", **_DIGEST),
        ),
        migrations.RunPython(into_chains),
        migrations.RemoveField("act", "reason"),
        migrations.AlterField("act", "number", models.BigIntegerField(verbose_name="number")),
        migrations.AlterField(
            "act", "previous", models.CharField(max_length=64, verbose_name="digest before")
        ),
        migrations.AlterField("act", "digest", models.CharField(max_length=64, verbose_name="digest")),
        migrations.AlterField(
            "act",
            "commitment",
            models.CharField(blank=True, max_length=64, verbose_name="commitment to the reason"),
        ),
        migrations.AddConstraint(
            "act", models.UniqueConstraint(fields=("agency", "number"), name="log_act_one_of_each_number")
        ),
        migrations.RunPython(refuse_again),
    ]
