"""Evidence as codes in the place of words; what is none of the words of before stays, and is shown as it is."""

from collections.abc import Mapping
from typing import Any

from django.db import migrations, models

CODES = {
    "before anything is compared": "begins",
    "the same given name": "given.same",
    "given name and surname in each other's place": "given.swapped",
    "a short form of the same given name": "given.short-form",
    "an initial that fits the given name": "given.initial",
    "given names one slip apart": "given.slip",
    "the given name of one among the names of the other": "given.among",
    "given names that sound alike": "given.sound",
    "different given names": "given.different",
    "the same surname": "family.same",
    "surnames one slip apart": "family.slip",
    "the surname of one among the names of the other": "family.among",
    "surnames that sound alike": "family.sound",
    "different surnames": "family.different",
    "the same middle name": "middle.same",
    "an initial that fits the middle name": "middle.initial",
    "middle names that are alike": "middle.alike",
    "different middle names": "middle.different",
    "the same date of birth": "birth.same",
    "dates of birth with day and month swapped": "birth.swapped",
    "dates of birth one digit apart": "birth.one-digit",
    "the same year of birth, the day of one not known": "birth.year-day-unknown",
    "dates of birth two digits apart": "birth.two-digits",
    "the same day and month of birth in another year": "birth.day-and-month",
    "the same year of birth": "birth.year",
    "years of birth at most two apart": "birth.two-years",
    "years of birth at most ten apart": "birth.ten-years",
    "births more than ten years apart": "birth.far",
    "the same home": "home.same",
    "the same line of address": "home.line",
    "the same postcode": "home.postcode",
    "lines of address that are alike": "home.alike",
    "the same postcode sector": "home.sector",
    "the same postcode district": "home.district",
    "the same postcode area": "home.area",
    "homes far apart": "home.far",
    "the same telephone": "phone.same",
    "telephones one digit apart": "phone.one-digit",
    "different telephones": "phone.different",
    "the same e-mail address": "email.same",
    "e-mail addresses that are alike": "email.alike",
    "different e-mail addresses": "email.different",
    "the same number of an agency": "identifier.same",
    "numbers of an agency one digit apart": "identifier.one-digit",
    "numbers of an agency two digits apart": "identifier.two-digits",
    "different numbers of an agency": "identifier.different",
    "the same sex": "sex.same",
    "different sex": "sex.different",
    "the same ethnic group": "ethnicity.same",
    "different ethnic group": "ethnicity.different",
    "the same place of birth": "birth_place.same",
    "places of birth that are alike": "birth_place.alike",
    "different places of birth": "birth_place.different",
    "the same occupation": "occupation.same",
    "different occupation": "occupation.different",
    "kept apart: they were born more than ten years apart": "apart.births",
    "kept apart: they have one surname and one home or date of birth, and different given names": "apart.household",
    "kept apart: neither their given names nor their surnames agree": "apart.names",
    "kept apart: an agency gave them two numbers of which each is of one person": "apart.identifiers",
}
"""Every code there was when words became codes, by its words until then."""


def into_codes(apps: Any, _editor: Any) -> None:
    """Write a code in the place of its words."""
    _exchange(apps, CODES)


def into_words(apps: Any, _editor: Any) -> None:
    """The other way round, for a version that shows words as they are kept."""
    _exchange(apps, {code: words for words, code in CODES.items()})


def _exchange(apps: Any, by: Mapping[str, str]) -> None:
    pairs = apps.get_model("people", "ReviewPair").objects
    for pair in pairs.exclude(evidence=[]).iterator():
        pair.evidence = [[by.get(said, said), bits] for said, bits in pair.evidence]
        pair.save(update_fields=["evidence"])


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="reviewpair",
            name="evidence",
            field=models.JSONField(default=list, verbose_name="evidence: codes and bits"),
        ),
        migrations.RunPython(into_codes, into_words),
    ]
