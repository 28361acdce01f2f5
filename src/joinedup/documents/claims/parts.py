"""Parts of a whole: what a list of them comes to, what is left over, and what cannot be a part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from joinedup.documents.claims.candidates import THESE, Whole, meant_by_these
from joinedup.documents.claims.finding import About, Finding, Verdict
from joinedup.documents.claims.quantities import Number
from joinedup.documents.claims.shares import Judged
from joinedup.documents.claims.statements import Statement
from joinedup.documents.claims.wording import span, whole
from joinedup.documents.claims.wording import translated as _


def find_parts(statements: Sequence[Statement], shares: Sequence[Judged]) -> list[Finding]:
    """Lists of parts with shares, and lists of counts "of those"."""
    return [*_with_shares(shares), *_of_those(statements)]


def _with_shares(shares: Sequence[Judged]) -> list[Finding]:
    """Parts of one whole in one sentence: what they come to together."""
    groups: dict[tuple[int, Number], list[Judged]] = {}
    for one in shares:
        if one.part is not None and one.whole is not None and one.verdict is not Verdict.OPEN:
            groups.setdefault((id(one.statement), one.whole.number), []).append(one)
    found = []
    for (_statement, of), group in groups.items():
        parts = [one.part for one in group if one.part is not None]
        if len(parts) > 1 and of not in parts and _all_exact(of, *parts):
            found.append(group[0].statement.finding(About.PARTS, *_together(of, parts)))
    return found


def _together(of: Number, parts: Sequence[Number]) -> tuple[Verdict, list[Number], str]:
    total = sum((part.value for part in parts), Fraction(0))
    sums = " + ".join(whole(part.value) for part in parts)
    words = _("{parts} = {total} of {whole}").format(parts=sums, total=whole(total), whole=whole(of.value))
    if total > of.value:
        words += ": " + _("more than there are, so some are in two of the parts; how many is missing")
        return Verdict.OPEN, [of, *parts], words
    left = of.value - total
    rest = _("{left} are in none of them").format(left=whole(left)) if left else _("nothing is left over")
    return Verdict.AGREES, [of, *parts], f"{words}: {rest}"


def _of_those(statements: Sequence[Statement]) -> list[Finding]:
    """Counts that are said to be "of those", without a share: none may be more than those are."""
    found = []
    for place, statement in enumerate(statements):
        match = THESE.search(statement.text)
        if match is None or statement.shares:
            continue
        before = [number for number in statement.counts if number.end <= match.start()]
        touching = [
            n for n in before if re.fullmatch(r"\s*(?:out\s+)?", statement.text[n.end : match.start()])
        ]
        parts = [*touching, *(number for number in statement.counts if number.start >= match.end())]
        wholes = [one for one in meant_by_these(statements, place, match.end()) if one.number not in parts]
        if len(parts) > 1 and wholes and _all_exact(*parts):
            found.append(statement.finding(About.PARTS, *_of_which(wholes, parts)))
    return found


def _of_which(wholes: Sequence[Whole], parts: Sequence[Number]) -> tuple[Verdict, list[Number], str]:
    """The first that can hold every part; the numbers that cannot are named."""
    largest = max(part.value for part in parts)
    holding = [one.number for one in wholes if one.number.most is None or one.number.most >= largest]
    if not holding:
        words = _("{part} is more than the {whole} that it is said to be of").format(
            part=whole(largest), whole=whole(wholes[0].number.value)
        )
        return Verdict.DISAGREES, [wholes[0].number, *parts], words
    of = holding[0]
    if of is wholes[0].number:
        return _together(of, parts)
    words = _("they cannot be of the {small}, for {part} is more; of the {whole}: {parts} = {total}").format(
        small=whole(wholes[0].number.value),
        part=whole(largest),
        whole=whole(of.value),
        parts=" + ".join(whole(part.value) for part in parts),
        total=whole(sum((part.value for part in parts), Fraction(0))),
    )
    return Verdict.OPEN, [of, *parts], f"{words}, {_reach(of, parts)}"


def _reach(of: Number, parts: Sequence[Number]) -> str:
    """Between how many things the parts may be, and how many at least are in none."""
    least, total = max(part.value for part in parts), sum((part.value for part in parts), Fraction(0))
    most = min(total, of.value)
    words = _("so between {range} of them, for how many are in two of the parts is missing").format(
        range=span(int(least), int(most)).replace(" to ", _(" and "))
    )
    if of.value > most:
        words += "; " + _("at least {left} are in none").format(left=whole(of.value - most))
    return words


def _all_exact(*numbers: Number) -> bool:
    return all(number.is_exact for number in numbers)
