"""Which count a share may be of: what its sentence names, what "these" are, what was said to be a total."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from joinedup.documents.claims.phrases import ROUGHLY
from joinedup.documents.claims.quantities import Kind, Number, is_plural, noun_after, same_noun, singular
from joinedup.documents.claims.statements import Statement, is_difference

_REACH = 8  # passages back for a total of the same things
_THE = r"(?:(?:the|all|these|those|our|its|their|a|total|total of|whole|original|same)\s+)*"
_PART_OF = re.compile(rf"^(?:\s+[\w'’/-]+){{0,3}}\s+(?:out\s+)?of\s+{_THE}{ROUGHLY}$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\([^()]*\)|^\s*\)")  # "52 (13 %) of the 400", "13 % (52) of the 400"
_OVER = re.compile(r"^\s*/\s*$")
_OF_THE = re.compile(rf"(?:^|[.;:,(–-]\s*|\b(?:out|and|that)\s+)of\s+{_THE}{ROUGHLY}$", re.IGNORECASE)
_OF_WHOM = re.compile(r"^[^.;%]{0,80}?[,(–-]?\s*\bof\s+(?:whom|which|these|those|them)\b", re.IGNORECASE)
THESE = re.compile(
    r"\b(?:of|among|amongst|out of)\s+(?:these|those|them|this\s+(?:group|number|total|cohort)|whom|which)\b",
    re.IGNORECASE,
)
_THINGS = re.compile(r"\s+([a-z]+)")
_TOTAL_BEFORE = re.compile(
    r"\b(?:total|overall|altogether)\b(?P<things>[^.;%]{0,120})$"
    r"|\bthere\s+(?:were|are|was|had\s+been|have\s+been)\s+(?:\w+ly\s+)?(?:a\s+total\s+of\s+)?$",
    re.IGNORECASE,
)
_TOTAL_AFTER = re.compile(
    r"^(?:\s+[\w'’-]+){0,4}\s+(?:in\s+total|in\s+all|altogether|overall)\b", re.IGNORECASE
)
_NARROWED = re.compile(r"\b(?i:in|at|within|for|from|among|amongst|of)\s+(?:the\s+)?[A-Z]\w+")
"""What is of one place or group: "In Ashby 652 calls"."""
_NUMBER_OF = re.compile(r"\b(?:number|total|count|sum)\s+of\s+(?P<things>.+)", re.IGNORECASE)
_OF_NOUN = re.compile(
    r"^\s+of\s+(?:(?:the|all|these|those|our|its|total|reported|recorded)\s+)*", re.IGNORECASE
)


@dataclass(frozen=True)
class Whole:
    """A count that a share may be of, and the statement that gives it."""

    number: Number
    statement: Statement


def named_with(statement: Statement, part: Number) -> list[Whole]:
    """What the sentence itself says the part is of: "N of the D", "of the D …, N", "D, of whom N", "N/D"."""
    after = next((number for number in statement.counts if number.start >= part.end), None)
    if after is not None and _may_hold(after, part):
        text = _IN_BRACKETS.sub("", statement.between(part, after))
        if _PART_OF.match(text) or _OVER.match(text):
            return [Whole(after, statement)]
    found = []
    for number in statement.counts:
        if number.end <= part.start and number is not part:
            is_whole = _OF_THE.search(statement.before(number))
            if is_whole or _OF_WHOM.match(statement.after(number)[: part.start - number.end]):
                found.append(number)
    return [Whole(number, statement) for number in found if _may_hold(number, part)]


def meant_by_these(statements: Sequence[Statement], place: int, at: int) -> list[Whole]:
    """The counts that "of these" may refer to, the last first; none where that is not said before ``at``.

    ``place`` is the statement's place among all, ``at`` the place of the share or part in its text.
    """
    statement = statements[place]
    said = list(THESE.finditer(statement.text[:at]))
    if not said:
        return []
    match = said[-1]
    things = _THINGS.match(statement.text, match.end())
    same = [
        number
        for number in statement.counts
        if number.end <= match.start() and statement.text[number.end : match.start()].strip()
    ]
    before = statements[place - 1] if place else None
    giving, counts = statement, same
    if not same and before is not None and statement.position - before.position <= 1:
        giving, counts = before, [number for number in before.counts if not is_difference(before, number)]
    if things and is_plural(things[1]):  # "of those callers"
        counts = [number for number in counts if same_noun(number.noun, singular(things[1]))]
    return [Whole(number, giving) for number in reversed(counts)]


def totals_of(statements: Sequence[Statement], place: int, noun: str, part: Number) -> list[Whole]:
    """Earlier counts of the same things, each said to be all of them; the latest first."""
    here = statements[place]
    if not noun or _NARROWED.search(here.before(part)):
        return []
    found = []
    for back in range(place, -1, -1):
        statement = statements[back]
        if here.position - statement.position > _REACH:
            break
        for number in reversed(statement.counts):
            is_before = back < place or number.end <= part.start
            if is_before and _may_hold(number, part) and same_noun(_noun_of_total(statement, number), noun):
                found.append(Whole(number, statement))
    return found


def near(statements: Sequence[Statement], place: int, part: Number) -> list[Whole]:
    """Any other count of the paragraph, or of the one before it, that is large enough."""
    here = statements[place]
    found = []
    for number in [one for one in here.counts if one is not part and _may_hold(one, part)]:
        found.append(Whole(number, here))
    for other in [*reversed(statements[max(0, place - 12) : place]), *statements[place + 1 : place + 4]]:
        if -1 <= other.position - here.position <= 0:
            found.extend(Whole(number, other) for number in other.counts if _may_hold(number, part))
    return found


def things_shared(statement: Statement, share: Number, part: Number | None) -> str:
    """The noun of what a share is of: "38 % of the calls", "2,208 of the calls", or what the part counts."""
    for number in (share, part):
        if number is not None and (match := _OF_NOUN.match(statement.after(number))):
            noun = noun_after(" " + statement.after(number)[match.end() :])
            if noun:
                return noun
    return part.noun if part is not None else ""


def _noun_of_total(statement: Statement, number: Number) -> str:
    """What a number counts, if it is said to be all of them; else nothing."""
    before, after = statement.before(number), statement.after(number)
    if _OF_THE.search(before) or _TOTAL_AFTER.match(after):
        return number.noun
    match = _TOTAL_BEFORE.search(before)
    if match is None:
        return ""
    if number.noun:
        return number.noun
    things = _NUMBER_OF.search(before)
    return noun_after(" " + things["things"]) if things else ""


def _may_hold(whole: Number, part: Number) -> bool:
    """Whether a whole can have such a part."""
    return whole is not part and whole.kind is Kind.COUNT and (whole.most is None or whole.most >= part.least)
