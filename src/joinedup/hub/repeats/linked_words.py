"""What the numbers of linked people are of, and what they are in, in words."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup.hub.templatetags.hub_words import share, thousands
from joinedup.measures.linked.after_release import MONTHS_EACH, happens
from joinedup.measures.linked.before_after import PER_MONTH
from joinedup.measures.linked.cells import COUNT, DAYS, METRES, PER_100_000, PER_KM2, RATIO
from joinedup.measures.linked.definitions import ALL, ByGroup, Definition, SeveralAgencies
from joinedup.measures.linked.for_age import StandardisedForAge
from joinedup.measures.linked.released import AfterRelease
from joinedup.measures.linked.result import SHARE

MINUS = "−"


def of_words(definition: Definition, of: str) -> str:
    """What a number is of: of a code that has no words of its own here, the code's words."""
    known = _known() | (_by_group(definition) if isinstance(definition, ByGroup) else {})
    if isinstance(definition, StandardisedForAge):
        known |= _for_age()
    known |= _of_released(definition) if isinstance(definition, AfterRelease) else {}
    if of in known:
        return known[of]
    if found := re.fullmatch(r"agencies-(\d+)", of):
        number = int(found[1])
        words = ngettext("In the records of %(n)d agency", "In the records of %(n)d agencies", number)
        return words % {"n": number}
    for pattern, words in _patterns().items():
        if found := re.fullmatch(pattern, of):
            return words % found.groupdict()
    return _sentence(of)


def _known() -> dict[str, str]:
    return {
        "several-agencies": _("In the records of several agencies"),
        "again": _("Comes again"),
        "again-same-type": _("Comes again for the same type"),
        "people": _("People"),
        "ratio": _("After, for each before"),
        "known-before": _("Known from an earlier record"),
        "entrants": _("First-time entrants"),
        "first-known": _("People, for the first time that is known"),
        "first-of-all-proven": _("Of all of whom an offence was proven"),
        "by-age": _("By age"),
        "by-sex": _("By sex"),
        "by-offence": _("By offence"),
        "by-age-and-sex": _("By age and sex"),
        "by-sex-and-offence": _("By sex and offence"),
        "by-age-not-known": _("Age not known"),
        "by-sex-not-known": _("Sex not known"),
        "by-offence-not-known": _("Offence not known"),
        "by-age-and-sex-not-known": _("Age or sex not known"),
        "by-sex-and-offence-not-known": _("Sex or offence not known"),
        "before": _("Before"),
        "after": _("From that day on"),
        "with-others-beside": _("Of them, those who stand beside others"),
        "matched-before": _("Those beside others: before"),
        "matched-after": _("Those beside others: from that day on"),
        "matched-ratio": _("Those beside others: after, for each before"),
        "others-before": _("The others: before"),
        "others-after": _("The others: from that day on"),
        "others-ratio": _("The others: after, for each before"),
        "against-others": _("Against the others: ratio of the two ratios"),
        "moved": _("Moved on to an adult service"),
        "stayed": _("Stayed with the youth service"),
        "in-neither": _("In neither"),
        "not-yet-told": _("Time has not run yet"),
        "home-not-known": _("Home not known"),
        "group-not-known": _("Group not known"),
        "distance-not-known": _("Distance not known"),
        "lives-elsewhere": _("Lives elsewhere"),
        "during": _("Suspected while they stayed"),
        "cases-begun": _("Cases that began"),
        "referred-by": _("Referred by"),
        "referrer-not-known": _("Who referred is not known"),
    }


def _by_group(definition: ByGroup) -> dict[str, str]:
    group = definition.reference.replace("-", " ")
    told = {
        "people": _("People, for their number of residents"),
        "ratio": _("Times the rate of %(group)s residents"),
        "ratio-within-areas": _("The same within areas: beside %(group)s neighbours only"),
        "ratio-if-unknown-are-of-the-reference": _(
            "The same, if all whose group is not known were %(group)s"
        ),
        "ratio-if-unknown-are-of-it": _("The same, if all whose group is not known were of the group"),
    }
    return {of: words % {"group": group} if "%(group)s" in words else words for of, words in told.items()}


def _for_age() -> dict[str, str]:
    return {
        "people": _("People, for their number of residents"),
        "crude-ratio": _("For each expected, if all residents came alike"),
        "standardised-ratio": _("For each expected by the ages of those who live there"),
        "age-not-known": _("Age not known"),
    }


def _of_released(definition: AfterRelease) -> dict[str, str]:
    told = {
        "released": _("People released, each once"),
        "releases": _("Releases"),
        "known-elsewhere": _("Of them, those whom another record knows"),
        "by-place": _("By prison"),
        "by-place-not-known": _("Prison not known"),
        "by-length": _("By length of sentence"),
        "by-length-not-known": _("Length of sentence not known"),
        f"months-at-liberty-of-{definition.months[-1]}": _("Months at liberty, of %(n)d")
        % {"n": definition.months[-1]},
    }
    for outcome in definition.outcomes:
        for months in definition.months:
            within = ngettext("within %(n)d month", "within %(n)d months", months) % {"n": months}
            told[happens(outcome, months)] = f"{outcome.title}, {within}"
            told[happens(outcome, months, at_liberty=True)] = _("%(what)s, %(within)s, at liberty") % {
                "what": outcome.title,
                "within": within,
            }
    return told


def _patterns() -> dict[str, str]:
    return {
        r"within-(?P<n>\d+)-m": _("Within %(n)s metres"),
        r"within-(?P<n>\d+)-m-to-ring": _("Within %(n)s metres, for each square kilometre beside the ring"),
        r"within-(?P<n>\d+)-m-after-to-before": _("Within %(n)s metres: after, for each before"),
        r"ring-(?P<n>\d+)-(?P<m>\d+)-m-after-to-before": _(
            "In the ring from %(n)s to %(m)s metres: after, for each before"
        ),
        r"ring-(?P<n>\d+)-(?P<m>\d+)-m": _("In the ring from %(n)s to %(m)s metres"),
        r"within-(?P<n>\d+)-months-after": _("Suspected within %(n)s months after they left"),
        r"distance-median": _("Distance: half of all are shorter"),
        r"distance-lower-quartile": _("Distance: a quarter are shorter"),
        r"distance-upper-quartile": _("Distance: three quarters are shorter"),
        r"days-between-median": _("Days between: half are fewer"),
        r"days-between-lower-quartile": _("Days between: a quarter are fewer"),
        r"days-between-upper-quartile": _("Days between: three quarters are fewer"),
    }


def group_words(definition: Definition, group: str) -> str:
    """Whom a row is about."""
    if group == ALL:
        return _("All")
    if isinstance(definition, StandardisedForAge):
        return group  # the name of an area, as it is written
    if isinstance(definition, SeveralAgencies):
        if group == "everybody":
            return _("Everybody, with a sign or without")
        for sign in definition.signs:
            if sign.name == group:
                return _first_up(str(sign.title))
    return _sentence(group)


def value_words(unit: str, value: float) -> str:
    """A value with what it is in."""
    if unit in {SHARE, COUNT}:
        return bare_words(unit, value)
    named = {
        METRES: _("%(n)s m"),
        DAYS: _("%(n)s days"),
        RATIO: _("%(n)s times"),
        PER_100_000: _("%(n)s for 100,000"),
        PER_KM2: _("%(n)s for a square kilometre"),
        PER_MONTH: _("%(n)s a person and month"),
        MONTHS_EACH: _("%(n)s months each"),
    }
    return named.get(unit, "%(n)s") % {"n": bare_words(unit, value)}


def bare_words(unit: str, value: float) -> str:
    """A value without what it is in, but for a share, which is in per cent."""
    if unit == SHARE:
        return share(value)
    if unit == COUNT:
        return f"{value:,.1f}".removesuffix(".0")
    if unit in {METRES, DAYS}:
        return f"{MINUS if round(value) < 0 else ''}{abs(value):,.0f}"
    return f"{value:,.2f}"


def number_words(unit: str, numerator: int | None, denominator: int | None) -> str:
    """What a value rests on: a part of a whole, a count, or two counts that are no fraction."""
    if numerator is None:
        return "–"
    told = {"one": thousands(numerator), "other": thousands(denominator)}
    if denominator is None:
        return told["one"]
    words = {
        RATIO: _("%(one)s beside %(other)s"),
        METRES: _("%(one)s, of %(other)s people"),
        DAYS: _("%(one)s, of %(other)s people"),
        MONTHS_EACH: _("%(one)s months of %(other)s people"),
        PER_MONTH: _("%(one)s in %(other)s months"),
    }
    return words.get(unit, _("%(one)s of %(other)s")) % told


def _sentence(code: str) -> str:
    return _first_up(code.replace("-", " "))


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
