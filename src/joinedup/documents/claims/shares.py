"""Shares: whether a percentage, the part beside it and the whole that the report gives agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from joinedup.documents.claims.arithmetic import in_common, judged, share_range, wholes
from joinedup.documents.claims.candidates import (
    Whole,
    meant_by_these,
    named_with,
    near,
    things_shared,
    totals_of,
)
from joinedup.documents.claims.finding import About, Finding, Verdict
from joinedup.documents.claims.phrases import ROUGHLY
from joinedup.documents.claims.quantities import Kind, Number, same_noun
from joinedup.documents.claims.statements import Role, Statement, is_difference
from joinedup.documents.claims.wording import percent, span, whole
from joinedup.documents.claims.wording import translated as _

_THAT_IS = (
    r"(?:\bor|=|\bi\.e\.,?|\bequivalent\s+to|\bequating\s+to|\bequal\s+to|\bwhich\s+(?:is|was|were)|\bthat\s+is|"
    r"\brepresenting|\bbeing|\baccounting\s+for|\bmaking\s+up|\bwhich\s+(?:represents|represented|equates\s+to))"
)
_PART_THEN_SHARE = re.compile(
    rf"^[^()%;:]{{0,60}}?(?:\(\s*(?:i\.e\.,?|or|=)?|,?\s*{_THAT_IS}|^\s*[–-])\s*{ROUGHLY}$", re.IGNORECASE
)
_SHARE_THEN_PART = re.compile(
    rf"^[^()%;:]{{0,90}}?(?:[(\[]\s*(?:n\s*=\s*)?|,?\s*(?:\bor|\bi\.e\.,?|=))\s*{ROUGHLY}$", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"^[^()%;:]{0,60}\(\s*(?:n\s*=\s*)?$")
_PLAIN = re.compile(r"[\d,.]+\s?(?:%|per ?cent|percent)", re.IGNORECASE)
_DONE = re.compile(r"\b[A-Za-z][A-Za-z-]{3,}ed\b")
_COMMON = frozenset({"recorded", "reported", "included", "need", "compared"})


@dataclass
class Judged:
    """A share with the part and the whole it was judged by."""

    statement: Statement
    share: Number
    part: Number | None
    whole: Whole | None
    verdict: Verdict
    remarks: list[str] = field(default_factory=list)

    def to_finding(self) -> Finding:
        """What is said of it."""
        taken = [number for number in (self.part, self.share) if number is not None]
        if self.whole is not None:
            taken.insert(1 if self.part is not None else 0, self.whole.number)
        words = "; ".join([_arithmetic(self), *self.remarks])
        return self.statement.finding(About.SHARE, self.verdict, taken, words)


def judge_shares(statements: Sequence[Statement]) -> list[Judged]:
    """Every share of a report with what its sentence, or one beside it, says it is of."""
    found = []
    for place, statement in enumerate(statements):
        for share in statement.shares:
            if statement.role(share) is Role.SHARE:
                found.append(_judge(statements, place, share))
    _say_together(found, statements)
    return found


def part_of(statement: Statement, share: Number) -> Number | None:
    """The count that a share is said with: "652 (38 %)", "2,208 or 38.1 %", "38 % felt safer (652)"."""
    before, after = statement.next_to(share, -1), statement.next_to(share, 1)
    last = before
    if before is not None and _is_whole_of(statement, before):  # "652 of 1,719 (38 %)"
        before = statement.next_to(before, -1)
    if before is not None and last is not None and before.kind is Kind.COUNT:
        said_so = _PART_THEN_SHARE.match(statement.between(last, share))
        if said_so and not is_difference(statement, before):
            return before
    if after is not None and _is_of(statement, share, after):  # "half of the 250 offenders (118)"
        inside = statement.next_to(after, 1)
        if inside is None or inside.kind is not Kind.COUNT:
            return None
        return inside if _IN_BRACKETS.match(statement.between(after, inside)) else None
    if (
        after is not None
        and after.kind is Kind.COUNT
        and _SHARE_THEN_PART.match(statement.between(share, after))
    ):
        return after
    return None


def _is_whole_of(statement: Statement, number: Number) -> bool:
    """Whether a count stands as the whole of the one before it: "652 of 1,719 (38 %)"."""
    before = statement.next_to(number, -1)
    if before is None or before.kind is not Kind.COUNT:
        return False
    return any(one.number is number for one in named_with(statement, before)) and number.start > before.end


def _judge(statements: Sequence[Statement], place: int, share: Number) -> Judged:
    statement = statements[place]
    part = part_of(statement, share)
    if part is None:
        return _judge_beside(statements, place, share)
    best = _best(statement, share, part, _firm(statements, place, share, part))
    if best is not None and best.verdict is not Verdict.DISAGREES:
        return best
    loose = _best(statement, share, part, near(statements, place, part))
    if loose is not None and loose.verdict is Verdict.AGREES:
        return loose
    other = _any_two(statement, share)
    if other is not None:
        return other
    return best or Judged(statement, share, part, None, Verdict.OPEN)


def _any_two(statement: Statement, share: Number) -> Judged | None:
    """Any two counts of the sentence that make the share right: "120 replies from 400 homes (30 %)"."""
    for part, of in statement.pairs:
        if part.value < of.value:
            weighed = _weigh(statement, share, part, Whole(of, statement))
            if weighed.verdict is Verdict.AGREES:
                return weighed
    return None


def _firm(statements: Sequence[Statement], place: int, share: Number, part: Number) -> list[Whole]:
    """The wholes that the report names for a share, by the surest way that finds one."""
    statement = statements[place]
    told = [number for number in statement.counts if _is_of(statement, share, number)]
    if told:
        return [Whole(number, statement) for number in told]
    noun = things_shared(statement, share, part)
    named = [one for one in named_with(statement, part) if _is_plain(one, noun, part)]
    these = meant_by_these(statements, place, max(share.start, part.start))
    return named or [one for one in these if _holds(one, part)] or totals_of(statements, place, noun, part)


def _is_plain(one: Whole, noun: str, part: Number) -> bool:
    """Whether a whole named in the sentence is meant: it counts the same things, or nothing stands between.

    "Of the 250 offenders, 60 committed 180 offences (45 %)" does not say that 180 are of the 250.
    """
    if one.number.start > part.start or not noun or not one.number.noun or same_noun(noun, one.number.noun):
        return True
    statement = one.statement
    with_shares = {part_of(statement, share) for share in statement.shares}
    between = [n for n in statement.counts if one.number.end <= n.start and n.end <= part.start]
    return all(number in with_shares for number in between)


def _judge_beside(statements: Sequence[Statement], place: int, share: Number) -> Judged:
    """A share whose counts stand in the sentence beside it, where one does what the share says was done."""
    statement = statements[place]
    after = statement.next_to(share, 1)
    said = _done(statement.after(share) if after is None else statement.between(share, after))
    for other in statements[max(0, place - 1) : place + 2]:
        if other is statement or abs(other.position - statement.position) > 1 or other.shares:
            continue
        parts = [number for number in other.counts if _done(other.after(number)[:40]) & said]
        if len(parts) != 1:
            continue
        rest = [Whole(number, other) for number in other.counts if number is not parts[0]]
        larger = [one for one in rest if one.number.value > parts[0].value]
        if len(larger) == 1:
            return _weigh(statement, share, parts[0], larger[0])
    named = [number for number in statement.counts if _is_of(statement, share, number)]
    return Judged(statement, share, None, Whole(named[0], statement) if named else None, Verdict.OPEN)


def _done(words: str) -> set[str]:
    """What words say was done: "re-offended"."""
    return {word.lower() for word in _DONE.findall(words)} - _COMMON


def _is_of(statement: Statement, share: Number, number: Number) -> bool:
    return (
        number.kind is Kind.COUNT
        and number.start > share.end
        and bool(
            re.fullmatch(rf"\s+of\s+(?:the|all|these|our)?\s*{ROUGHLY}", statement.between(share, number))
        )
    )


def _holds(one: Whole, part: Number) -> bool:
    return one.number is not part and (one.number.most is None or one.number.most >= part.least)


def _best(statement: Statement, share: Number, part: Number, candidates: Sequence[Whole]) -> Judged | None:
    """By the first whole that agrees, else by the first that does as a rounding, else by the first."""
    weighed = [_weigh(statement, share, part, one) for one in candidates]
    for verdict in (Verdict.AGREES, Verdict.ROUNDED):
        for one in weighed:
            if one.verdict is verdict:
                return one
    return weighed[0] if weighed else None


def _weigh(statement: Statement, share: Number, part: Number, of: Whole) -> Judged:
    value = part.value / of.number.value * 100 if of.number.value else None
    verdict = judged(share, share_range(part, of.number), value)
    return Judged(statement, share, part, of, verdict)


def _arithmetic(one: Judged) -> str:
    share = one.share
    if one.part is None or one.whole is None:
        return _missing(one)
    if not one.whole.number.value:
        return _("{part} of 0: nothing is a percentage of 0").format(part=whole(one.part.value))
    decimals = max(1, share.decimals)
    value = one.part.value / one.whole.number.value * 100
    words = _("{part} of {whole} is {value}{interval}").format(
        part=whole(one.part.value),
        whole=whole(one.whole.number.value),
        value=percent(value, decimals),
        interval=_wilson(one.part, one.whole.number),
    )
    if one.verdict is Verdict.AGREES:
        return words
    needed = wholes(one.part, share)
    if needed is None:
        return words
    words += "; " + _("{share} needs a whole of {range}").format(share=_said(share), range=span(*needed))
    if one.verdict is Verdict.ROUNDED:
        words += "; " + _("a number that is approximate may be that")
    return words


def _missing(one: Judged) -> str:
    if one.part is not None:
        needed = wholes(one.part, one.share)
        words = _("the whole is missing, of which {part} is a part").format(part=whole(one.part.value))
        if needed is not None:
            needs = _("{share} needs a whole of {range}").format(share=_said(one.share), range=span(*needed))
            words += f"; {needs}"
        return words
    if one.whole is not None:
        return _("the part is missing, which is {share} of {whole}").format(
            share=_said(one.share), whole=whole(one.whole.number.value)
        )
    return _("both counts are missing: the part and the whole of {share}").format(share=_said(one.share))


def _said(share: Number) -> str:
    plain = _PLAIN.fullmatch(share.text)
    return percent(share.value, share.decimals) if plain else f"“{share.text}”"


def _wilson(part: Number, of: Number) -> str:
    from joinedup.measures.intervals import wilson

    if not (0 <= part.value <= of.value) or of.value <= 0:
        return ""
    low, high = (Fraction(float(limit)) * 100 for limit in wilson(float(part.value), float(of.value)))
    return _(" (Wilson {low} to {high})").format(low=percent(low)[:-2], high=percent(high)[:-2])


def _say_together(found: Sequence[Judged], statements: Sequence[Statement]) -> None:
    """Of shares that do not agree with one whole: which other whole would explain them all."""
    groups: dict[Fraction, list[Judged]] = {}
    for one in found:
        if one.verdict is Verdict.DISAGREES and one.whole is not None and one.part is not None:
            groups.setdefault(one.whole.number.value, []).append(one)
    for stated, group in groups.items():
        ranges = [wholes(one.part, one.share) for one in group if one.part is not None]
        common = in_common([each for each in ranges if each is not None]) if all(ranges) else None
        if len(group) < 2 or common is None:
            continue
        words = _shared_whole(stated, group, common, statements)
        for one in group:
            one.remarks.append(words)


def _shared_whole(
    stated: Fraction, group: Sequence[Judged], common: tuple[int, int], statements: Sequence[Statement]
) -> str:
    shares = [_said(one.share) for one in group]
    words = _("{shares} fit one whole of {range}, so they do not rest on the {stated}").format(
        shares=_(" and ").join(shares), range=span(*common), stated=whole(stated)
    )
    given = sorted({number.value for each in statements for number in each.counts})
    elsewhere = [whole(value) for value in given if common[0] <= value <= common[1]]
    if elsewhere:
        return f"{words}; " + _("the report has such a number elsewhere: {numbers}").format(
            numbers=", ".join(elsewhere)
        )
    return words
