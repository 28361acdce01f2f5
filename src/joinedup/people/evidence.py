"""Evidence about a pair as codes, which are stored, and the words for each, which are only shown.

``begins`` is where a pair begins; ``given.same`` a comparison and its level; ``apart.births`` a rule that
keeps two apart whatever their weight. No code has a value of a person.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from joinedup.people.comparisons import BY_NAME

BEGINS = "begins"
_BEFORE = _("before anything is compared")
_APART = "apart"
_KEPT_APART = _("kept apart: %(why)s")

BY_WEIGHT, THROUGH, BY_DECISION, BY_RULE, BY_OTHERS = "weight", "through", "decision", "rule", "others"
"""Why two stand together or apart: by their own weight, through others, as somebody decided, by a rule, or
because of others that either stands with (a decision or a rule between them, or the mean of all weights)."""

# What speaks against a contradiction between two groups:
SUPPORTED = -1  # births agree and given names do not differ
PROVEN = -2  # the same, or nearly the same, number of an agency
NONE, BIRTHS, HOUSEHOLD, IDENTIFIERS, NAMES = range(5)
RULES = {
    BIRTHS: f"{_APART}.births",
    HOUSEHOLD: f"{_APART}.household",
    NAMES: f"{_APART}.names",
    IDENTIFIERS: f"{_APART}.identifiers",
}
"""The code of each rule that keeps two apart."""
_WHY_APART = {
    RULES[BIRTHS]: _("they were born more than ten years apart"),
    RULES[HOUSEHOLD]: _("they have one surname and one home or date of birth, and different given names"),
    RULES[NAMES]: _("neither their given names nor their surnames agree"),
    RULES[IDENTIFIERS]: _("an agency gave them two numbers of which each is of one person"),
}


def code_of(comparison: str, level: str) -> str:
    """The code of a level of a comparison."""
    return f"{comparison}.{level}"


_LEVELS = {code_of(one.name, level.code): level.words for one in BY_NAME.values() for level in one.levels}


def rule_in_words(code: str) -> str:
    """Why a rule keeps two apart, in the reader's language; empty for what is the code of no rule."""
    return str(_WHY_APART.get(code, ""))


def in_words(code: str) -> str:
    """A code in the reader's language.

    What is no code of this version is given back as it stands: words of before there were codes, or the code
    of a level that another version has.
    """
    if code in _WHY_APART:
        return str(_KEPT_APART % {"why": _WHY_APART[code]})
    return str(_BEFORE if code == BEGINS else _LEVELS.get(code, code))
