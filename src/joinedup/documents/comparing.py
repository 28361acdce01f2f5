"""Many comparisons at once: which changes stay clear when all of a list are tested together.

A list of changes that are each tested at 5 % names one by chance in many lists. S. Holm, "A simply
rejective multiple test procedure" (Scandinavian Journal of Statistics, 1979) keeps that to 5 % for the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from joinedup.documents import wording
from joinedup.documents.citing import Plain, Sentence, say
from joinedup.documents.wording import Verdict
from joinedup.documents.workings import Fact, Workings

LEVEL = 0.05
FEWEST = 2  # a list of one needs no correction


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given: at most 1, and never less than the unadjusted."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for step, place in enumerate(order):
        highest = max(highest, min(1.0, p_values[place] * (len(p_values) - step)))
        adjusted[place] = highest
    return adjusted


def tested(facts: Sequence[Fact]) -> list[Fact]:
    """Those of a list whose change can be tested at all: both counts known, not both none."""
    return [
        fact
        for fact in facts
        if fact.verdict is not Verdict.NOT_COMPARABLE and fact.row.numerator + fact.row.denominator > 0
    ]


def judged(facts: Sequence[Fact]) -> list[Fact]:
    """The same facts; those that are clear alone, but not beside all the others, are marked as doubtful."""
    from joinedup.measures.intervals import same_rate_p

    list_of = tested(facts)
    p_values = [float(same_rate_p(fact.row.numerator, fact.row.denominator)) for fact in list_of]
    stands = {id(fact): p < LEVEL for fact, p in zip(list_of, holm(p_values), strict=True)}
    return [replace(fact, doubtful=not stands.get(id(fact), True)) for fact in facts]


def warning(workings: Workings, facts: Sequence[Fact], things: str) -> Sentence | None:
    """How often a list of so many tests names something by chance, and what "clearly" means then.

    ``things``: what was tested, in the plural. None where fewer than two were.
    """
    list_of = tested(facts)
    if len(list_of) < FEWEST:
        return None
    chance = workings.derive(
        _("Chance that a list of {number} {things} names at least one though nothing changed").format(
            number=len(list_of), things=things
        ),
        _("one minus 0.95 to the power of the number tested, as if they were independent"),
        [list_of[0].question],
        1 - (1 - LEVEL) ** len(list_of),
        wording.percent,
    )
    number = workings.derive(
        _("Number of {things} tested").format(things=things),
        _("those with a count in both years"),
        [list_of[0].question],
        len(list_of),
        wording.count,
    )
    return say(
        _(
            "{number} {things} were tested. If nothing had changed, about {chance} of such lists "
            "would name at "
            "least one by chance. So “clearly” is said only of what stays clear when all are tested together "
            "({method}); what is clear alone but not together is marked “{perhaps}”."
        ),
        number=number.cite(),
        things=Plain(things, "words"),
        chance=chance.cite(),
        method=Plain(_("Holm's method"), "words"),
        perhaps=Plain(_("may be chance"), "words"),
    )
