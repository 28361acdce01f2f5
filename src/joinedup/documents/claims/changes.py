"""Changes: whether a percentage, the counts before and after, and the difference agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from joinedup.documents.claims.arithmetic import bases, change_range, judged
from joinedup.documents.claims.finding import About, Finding, Verdict
from joinedup.documents.claims.phrases import ROUGHLY
from joinedup.documents.claims.quantities import Kind, Number, Said, same_noun
from joinedup.documents.claims.statements import Role, Statement, is_difference
from joinedup.documents.claims.wording import percent, rounded, span, whole
from joinedup.documents.claims.wording import translated as _

_FROM = re.compile(rf"\bfrom\s+(?:the\s+)?{ROUGHLY}$", re.IGNORECASE)
_TO = re.compile(rf"^(?:\s+[\w'’-]+){{0,6}}\s+to\s+{ROUGHLY}$", re.IGNORECASE)
_UP_OR_DOWN = r"(?:up|down|increase|decrease|rise|fall|reduction|drop)"
_AGAINST = re.compile(
    rf"\b(?:compared\s+(?:to|with)|in\s+comparison\s+(?:to|with)|{_UP_OR_DOWN}\s+(?:[^;]{{0,20}}\s+)?(?:from|on))"
    rf"(?:\s+[\w'’-]+){{0,4}}?\s+{ROUGHLY}$",
    re.IGNORECASE,
)
_VERSUS = re.compile(rf"\b(?:against|versus|vs\.?)\s+{ROUGHLY}$", re.IGNORECASE)
_IN_BRACKETS = re.compile(rf"^[^()]{{0,60}}\(\s*(?:from|was|against)?\s*{ROUGHLY}$", re.IGNORECASE)
_EARLIER = re.compile(r"^[^()]{0,30}\b(?:last|previous|prior|year before|a year earlier)\b", re.IGNORECASE)
_GOES_ON = re.compile(
    r"^(?:this|that|it|which|these|those|an?\s+(?:\w+\s+)?(?:increase|reduction|decrease|rise|fall|drop))\b",
    re.IGNORECASE,
)
_UP = re.compile(
    r"\b(?:increas\w*|rise|rises|risen|rising|rose|grew|grow\w*|up|higher|more|uplift)\b", re.IGNORECASE
)
_DOWN = re.compile(
    r"\b(?:reduc\w*|decreas\w*|fall|falls|fallen|falling|fell|drop|drops|dropped|declin\w*|down|lower|fewer|less|cut|cuts)\b",
    re.IGNORECASE,
)
_OTHER_CLAUSE = re.compile(
    r";|\b(?:and|while|whilst|whereas|but|with|when|although|though|as)\b", re.IGNORECASE
)
_ADDED = re.compile(
    r"^\s*(?:$|\d|\(|an?\b|the\b|which\b|this\b|up\b|down\b|or\b|from\b|to\b|compared\b|representing\b|equivalent\b|i\.e\.)",
    re.IGNORECASE,
)
_NEAR = 90  # characters
_HUNDRED = 100


@dataclass(frozen=True)
class Pair:
    """Two counts of the same thing: before and now."""

    statement: Statement
    before: Number
    now: Number

    @property
    def words(self) -> str:
        """As it is said: "7 to 25"."""
        return _("{before} to {now}").format(before=whole(self.before.value), now=whole(self.now.value))


def find_changes(statements: Sequence[Statement]) -> list[Finding]:
    """Every change in per cent of a report, and every difference said beside both counts."""
    found: list[Finding] = []
    for place, statement in enumerate(statements):
        changes = [share for share in statement.shares if statement.role(share) is Role.CHANGE]
        pairs = pairs_of(statement)
        if changes:
            found.extend(_judge(statements, place, changes, pairs))
        found.extend(_differences(statement, pairs))
    return found


def pairs_of(statement: Statement) -> list[Pair]:
    """Counts said as before and after: "from 7 to 25", "25, up from 7", "25 (7 last year)"."""
    counts = [number for number in statement.counts if not is_difference(statement, number)]
    pairs = []
    for first, second in pairwise(counts):
        between = statement.between(first, second)
        if ";" in between:
            continue
        alike = not (first.noun and second.noun) or same_noun(first.noun, second.noun)
        told_apart = _FROM.search(statement.before(first)) or _alone_in_brackets(statement, first, second)
        if alike and told_apart and _TO.match(between):
            pairs.append(Pair(statement, first, second))
        elif alike and _is_against(statement, between, second):
            pairs.append(Pair(statement, second, first))
    return pairs


def _alone_in_brackets(statement: Statement, first: Number, second: Number) -> bool:
    """ "robbery by 10 % (20 to 22)"."""
    opens, closes = statement.before(first).endswith("("), statement.after(second).lstrip().startswith(")")
    return opens and closes


def _is_against(statement: Statement, between: str, second: Number) -> bool:
    """Whether the second of two counts is what the first is compared with: last year's."""
    if _AGAINST.search(between):
        return True
    told = _IN_BRACKETS.match(between) or _VERSUS.search(between)
    return bool(told and _EARLIER.match(statement.after(second)))


def _judge(
    statements: Sequence[Statement], place: int, changes: Sequence[Number], pairs: list[Pair]
) -> list[Finding]:
    statement = statements[place]
    if not pairs and len(changes) == 1 and place and _GOES_ON.match(statement.text):
        before = statements[place - 1]
        told = [share for share in before.shares if before.role(share) is Role.CHANGE]
        earlier = pairs_of(before)
        if before.position == statement.position and len(earlier) == 1 and not told:
            pairs = earlier
    own = _assigned(statement, changes, pairs)
    for change, pair in own.items():
        if _verdict(statement, change, pair) is Verdict.DISAGREES:
            own[change] = _any_other(statement, change, pair) or pair
    return [_one(statement, change, own.get(change)) for change in changes]


def _any_other(statement: Statement, change: Number, told: Pair) -> Pair | None:
    """Any two other counts of the sentence that make the change right: then nothing is said against it."""
    for before, now in statement.pairs:
        pair = Pair(statement, before, now)
        if {before, now} == {told.before, told.now}:
            continue
        moves = direction(statement, change) * (now.value - before.value) > 0
        if moves and _verdict(statement, change, pair) is Verdict.AGREES:
            return pair
    return None


def _assigned(statement: Statement, changes: Sequence[Number], pairs: Sequence[Pair]) -> dict[Number, Pair]:
    """Which pair each change is of: first those that agree, then the nearest in the same clause."""
    own: dict[Number, Pair] = {}
    left = list(pairs)
    for change in changes:
        fitting = [pair for pair in left if _verdict(statement, change, pair) is not Verdict.DISAGREES]
        if fitting:
            own[change] = min(fitting, key=lambda pair: _distance(change, pair))
            left.remove(own[change])
    for pair in left:
        waiting = [
            change for change in changes if change not in own and _same_clause(statement, change, pair)
        ]
        if waiting:
            own[min(waiting, key=lambda change: _distance(change, pair))] = pair
    return own


def _distance(change: Number, pair: Pair) -> int:
    return min(abs(change.start - pair.before.end), abs(change.start - pair.now.end))


def _gap(number: Number, pair: Pair) -> tuple[int, int]:
    """The stretch of text between a number and the nearer count of a pair."""
    start = min(pair.before.start, pair.now.start)
    end = max(pair.before.end, pair.now.end)
    if number.start >= end:
        return end, number.start
    return (number.end, start) if number.end <= start else (number.end, number.end)


def is_tied(between: str) -> bool:
    """If what stands between two numbers lets them be of one thing: no other clause, no other subject."""
    return not (
        _OTHER_CLAUSE.search(between) or any(not _ADDED.match(words) for words in between.split(",")[1:])
    )


def _same_clause(statement: Statement, change: Number, pair: Pair) -> bool:
    if pair.statement is not statement:
        return True
    first, last = _gap(change, pair)
    return is_tied(statement.text[first:last]) and _distance(change, pair) <= _NEAR


def _verdict(statement: Statement, change: Number, pair: Pair) -> Verdict:
    before, now = pair.before, pair.now
    value = abs(now.value - before.value) / before.value * _HUNDRED if before.value else None
    found = judged(change, change_range(before, now), value)
    wrong_way = direction(statement, change) * (now.value - before.value) < 0
    exact = before.is_exact and now.is_exact
    return Verdict.DISAGREES if wrong_way and exact and found is not Verdict.OPEN else found


def direction(statement: Statement, change: Number) -> int:
    """+1 where the words or the sign say more, −1 where they say less, 0 where they say neither or both."""
    if change.sign:
        return change.sign
    after = statement.after(change)[:25]
    for words in (re.split(r"[.;,)]", after)[0], re.split(r"[.;]", statement.before(change))[-1][-60:]):
        up = [match.start() for match in _UP.finditer(words)]
        down = [match.start() for match in _DOWN.finditer(words)]
        if up and not down:
            return 1
        if down and not up:
            return -1
        if up and down:
            return 0
    return 0


def _one(statement: Statement, change: Number, pair: Pair | None) -> Finding:
    if pair is not None:
        words = _of_pair(statement, change, pair)
        return statement.finding(
            About.CHANGE, _verdict(statement, change, pair), [pair.before, pair.now, change], words
        )
    difference = _difference_beside(statement, change)
    if difference is None:
        words = _("the counts before and after are missing")
        return statement.finding(About.CHANGE, Verdict.OPEN, [change], words)
    base = bases(difference, change)
    words = _("the count before is missing, of which {difference} is {change}").format(
        difference=whole(difference.value), change=percent(change.value, change.decimals)
    )
    if base is not None:
        words += "; " + _("it would be {range}").format(range=span(*base))
    return statement.finding(About.CHANGE, Verdict.OPEN, [difference, change], words)


def _difference_beside(statement: Statement, change: Number) -> Number | None:
    """The difference that a change in per cent is said with: "4 % (+415)", "415 more, or 4 %"."""
    for step in (1, -1):
        other = statement.next_to(change, step)
        if other is None or other.kind is not Kind.COUNT or not is_difference(statement, other):
            continue
        first, second = sorted((change, other), key=lambda number: number.start)
        between = statement.between(first, second)
        if len(between) <= _NEAR and is_tied(between):
            return other
    return None


def _of_pair(statement: Statement, change: Number, pair: Pair) -> str:
    before, now = pair.before, pair.now
    if not before.value:
        return _("{pair}: nothing is a percentage of 0").format(pair=pair.words)
    size = (now.value - before.value) / before.value * _HUNDRED
    said = f"{'+' if size > 0 else ''}{percent(size, max(1, change.decimals))}"
    words = _("{pair} is {size}").format(pair=pair.words, size=said) + _ratio(pair)
    difference = _difference_beside(statement, change)
    if difference is not None and before.is_exact and now.is_exact:
        words += "; " + _("the difference is {difference}").format(
            difference=whole(abs(now.value - before.value))
        )
    if _verdict(statement, change, pair) is Verdict.DISAGREES:
        words += "; " + _instead(statement, change, pair)
    return words


def _instead(statement: Statement, change: Number, pair: Pair) -> str:
    if direction(statement, change) * (pair.now.value - pair.before.value) < 0:
        return _("it went the other way than is said")
    size = abs(pair.now.value - pair.before.value)
    difference = Number(Kind.COUNT, size, size, size, Said.EXACTLY, 0, 0, "")
    base = bases(difference, change)
    if base is None or not base[1]:
        return _("no count before gives that")
    return _("{change} needs {range} before").format(
        change=percent(change.value, change.decimals), range=span(*base)
    )


def _ratio(pair: Pair) -> str:
    """The ratio with its interval, where both counts are exact, and a word where one is small."""
    from joinedup.measures import FEW_FOR_A_PERCENTAGE
    from joinedup.measures.intervals import ratio

    if not (pair.before.is_exact and pair.now.is_exact):
        return ""
    low, high = ratio(float(pair.now.value), float(pair.before.value))
    words = _("; ratio {ratio} ({low} to {high})").format(
        ratio=rounded(pair.now.value / pair.before.value, 2),
        low=rounded(Fraction(float(low)), 2),
        high=rounded(Fraction(float(high)), 2),
    )
    if min(pair.before.value, pair.now.value) < FEW_FOR_A_PERCENTAGE:
        words += "; " + _("small counts: better said as {pair} than in per cent").format(pair=pair.words)
    return words


def _differences(statement: Statement, pairs: Sequence[Pair]) -> list[Finding]:
    """A difference in numbers said beside the one pair of its sentence."""
    told = [number for number in statement.counts if is_difference(statement, number)]
    if len(pairs) != 1 or len(told) != 1:
        return []
    pair, difference = pairs[0], told[0]
    first, last = _gap(difference, pair)
    tied = last - first <= _NEAR and is_tied(statement.text[first:last])
    if not tied or not all(number.is_exact for number in (pair.before, pair.now, difference)):
        return []
    real = pair.now.value - pair.before.value
    agrees = abs(real) == difference.value and difference.sign * real >= 0
    words = _("{pair} is a difference of {difference}").format(pair=pair.words, difference=whole(abs(real)))
    verdict = Verdict.AGREES if agrees else Verdict.DISAGREES
    return [statement.finding(About.CHANGE, verdict, [pair.before, pair.now, difference], words)]
