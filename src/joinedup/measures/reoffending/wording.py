"""What the parts of a measure of reoffending are called, and what each says."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup.measures.reoffending.definitions import Ages, Counts, Lives, Once, Reoffending


def part_title(part: str) -> str:
    """What a part is called."""
    return {
        "": _("As it is"),
        "cohort": _("Cohort"),
        "once": _("How often one person counts"),
        "ages": _("Ages"),
        "lives": _("Where they live"),
        "starts_after": _("When the clock starts"),
        "follow_up": _("Follow-up"),
        "wait": _("Wait for proof"),
        "proof": _("What proves it"),
        "counts": _("What is one reoffence"),
    }[part]


def part_says(measure: Reoffending, part: str) -> str:
    """What a measure says of one of its parts."""
    return {
        "cohort": lambda: str(measure.cohort.title),
        "once": lambda: {
            Once.PERIOD: _("Once, at the first entry of the period"),
            Once.ENTRY: _("At each entry on another day"),
        }[measure.once],
        "ages": lambda: {
            Ages.ALL: _("All ages"),
            Ages.ADULTS: _("18 and over"),
            Ages.YOUNG: _("10 to 17"),
        }[measure.ages],
        "lives": lambda: {
            Lives.ANYWHERE: _("Anywhere"),
            Lives.PARTNERSHIP: _("In the partnership"),
        }[measure.lives],
        "starts_after": lambda: _months(measure.starts_after, _("On the day of entry")),
        "follow_up": lambda: _months(measure.follow_up, ""),
        "wait": lambda: _months(measure.wait, _("None")),
        "proof": lambda: str(measure.proof.title),
        "counts": lambda: {
            Counts.OFFENCES: _("Each offence"),
            Counts.OCCASIONS: _("Each day on which offences were proven"),
        }[measure.counts],
    }[part]()


def _months(number: int, none: str) -> str:
    if not number and none:
        return none
    return ngettext("{number} month", "{number} months", number).format(number=number)
