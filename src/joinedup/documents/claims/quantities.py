"""The numbers of a sentence: counts, shares and money, each with how exactly it is meant.

A number as written stands for a range: 38.1 % for whatever rounds to it, "about 3,510" for whatever may be
called so. All arithmetic is of fractions, so that nothing is lost to binary rounding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from joinedup.documents.claims import number_words
from joinedup.documents.claims.noise import blanked

MOST_NUMBERS = 80  # of one sentence; what has more is a table that lost its lines
_FRACTION_IS_WITHIN = Fraction(5, 2)  # percentage points: "a third" is said of 31 % to 35.8 %
_NEARLY_A_FRACTION_IS_WITHIN = Fraction(5)
_LARGEST = 10**12


class Kind(StrEnum):
    """What a number is."""

    COUNT = "count"
    SHARE = "share"  # per cent, a fraction or "one in five"; its value is in percentage points
    MONEY = "money"


class Said(StrEnum):
    """How a number is said to be meant."""

    EXACTLY = "exactly"
    ABOUT = "about"
    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True)
class Number:
    """One number of a sentence: its value, the range it stands for (inclusive), and where it is written.

    ``most`` is None where there is no upper end ("over 40 %"). ``noun`` is what is counted, in the singular.
    ``sign`` is +1 or −1 where one is written, else 0.
    """

    kind: Kind
    value: Fraction
    least: Fraction
    most: Fraction | None
    said: Said
    start: int
    end: int
    text: str
    decimals: int = 0
    noun: str = ""
    sign: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether it is said without "about" and the like."""
        return self.said is Said.EXACTLY


_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_SCALE = r"(?:[ ]?(?:k|m|bn)\b|[ ](?:thousand|million|billion)\b)?"
_PERCENT = r"[ ]?(?:%|per[ ]?cent\b|percent\b)"
_TO = r"(?:[ ]?[-–—][ ]?|[ ]to[ ]|[ ]and[ ])"
_PATTERN = re.compile(
    rf"(?P<range_share>(?P<a>{_DIGITS})(?:{_PERCENT})?{_TO}(?P<b>{_DIGITS}){_PERCENT})"
    rf"|(?P<share>{_DIGITS}){_PERCENT}"
    rf"|(?P<money>£[ ]?(?P<pounds>{_DIGITS})(?P<pound_scale>{_SCALE}))"
    rf"|(?P<one_in>\b{number_words.ONE_IN}\b)"
    rf"|(?P<fraction>\b{number_words.FRACTION})"
    rf"|(?P<range>(?<![\d.,])(?P<c>{_DIGITS})[ ]?[-–—][ ]?(?P<d>{_DIGITS})(?![\d%])(?![.,]\d))"
    rf"|(?P<count>(?<![\w.,£])(?P<digits>{_DIGITS})(?P<scale>{_SCALE})(?![\w%])(?![.,]\d))"
    rf"|(?P<words>\b{number_words.COUNT}\b(?![-]))",
    re.IGNORECASE,
)
_SCALES = {"k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}
_LITTLE = r"(?:[ ](?:a|the|only|just|an?[ ]total[ ]of))*[ ]*\(?[ ]*$"
_BEFORE = (
    (Said.AT_LEAST, rf"(?:\bover|\bmore[ ]than|\bat[ ]least|\bin[ ]excess[ ]of|\bupwards[ ]of|\babove|"
     rf"\bexceed(?:s|ed|ing)?|"
     rf"\bno[ ](?:fewer|less)[ ]than|\bnot[ ](?:fewer|less)[ ]than|\ba?[ ]?minimum[ ]of|[>≥]){_LITTLE}"),
    (Said.AT_MOST, rf"(?:\bunder|\b(?:fewer|less)[ ]than|\bup[ ]to|\bat[ ]most|\bbelow|\bno[ ]more[ ]than|"
     rf"\bnot[ ]more[ ]than|\bmaximum[ ]of|[<≤]){_LITTLE}"),
    (Said.ABOUT, rf"(?:\bapprox(?:imately|\.)?|\babout|\baround|\bcirca|\bc\.|\broughly|\bnearly|\balmost|"
     rf"\bsome|~|≈|"
     rf"\bjust[ ](?:over|under|above|below)|"
     rf"\b(?:slightly|a[ ]little)[ ](?:over|under|more[ ]than|less[ ]than)|"
     rf"\bestimated(?:[ ](?:at|to[ ]be))?|"
     rf"\b(?:the|in[ ]the)[ ](?:region|order)[ ]of|\bclose[ ]to|\bwell[ ]over)"
     rf"{_LITTLE}"),
)  # fmt: skip
_BEFORE_COMPILED = [(said, re.compile(pattern, re.IGNORECASE)) for said, pattern in reversed(_BEFORE)]
_OR_MORE = re.compile(r"^(?:[ ][\w-]+){0,2}[ ](?:or|and)[ ](?:more|over|above)\b|^\+(?!\d)", re.IGNORECASE)
_OR_FEWER = re.compile(r"^(?:[ ][\w-]+){0,2}[ ]or[ ](?:fewer|less|under)\b", re.IGNORECASE)
_OR_SO = re.compile(r"^(?:[ ][\w-]+){0,1}[ ]or[ ]so\b", re.IGNORECASE)
_SIGN = re.compile(r"(?:^|[\s(])([+\-−–])[ ]?$")
_WORD = re.compile(r"[ ]+(?:[*_]*)([A-Za-z][\w'’&/-]*)")
_ENDS_NOUN = frozenset([
    "of", "who", "that", "which", "whom", "had", "has", "have", "were", "was", "are", "is", "be", "in",
    "to", "from", "or", "and", "with", "said", "made", "over", "during", "between", "than", "this",
    "these", "those", "the", "a", "an", "felt", "by", "at", "on", "for", "as", "into", "but", "not",
    "no", "did", "do", "does", "would", "will", "could", "can", "may", "might", "should", "until",
    "since", "compared", "against", "more", "fewer", "less", "about", "per", "when", "where", "while",
    "if", "then", "towards", "after", "before", "last", "previous", "prior", "earlier", "year", "years",
    "next",
])  # fmt: skip
_PEOPLE = frozenset(["people", "children", "women", "men", "staff", "crime"])


def find_numbers(sentence: str) -> list[Number]:
    """Every count, share and sum of money of a sentence, in order; none of what counts nothing."""
    readable = blanked(sentence)
    found = []
    for match in _PATTERN.finditer(readable):
        number = _read(match)
        if number is not None:
            found.append(_in_its_place(number, sentence))
        if len(found) >= MOST_NUMBERS:
            break
    return found


def _read(match: re.Match[str]) -> Number | None:  # noqa: PLR0911 - one ending for each way to write a number
    start, end = match.span()
    text = match[0]
    if match["range_share"]:
        return _range(Kind.SHARE, match["a"], match["b"], match)
    if match["share"]:
        return _number(Kind.SHARE, match["share"], start, end, text)
    if match["money"]:
        return _number(Kind.MONEY, match["pounds"], start, end, text, match["pound_scale"])
    if match["one_in"]:
        share = number_words.one_in(text)
        return None if share is None else _loosely(share * 100, start, end, text)
    if match["fraction"]:
        return _loosely(number_words.fraction(text) * 100, start, end, text)
    if match["range"]:
        return _range(Kind.COUNT, match["c"], match["d"], match)
    if match["count"]:
        if "." in match["digits"] and not match["scale"]:
            return None
        return _number(Kind.COUNT, match["digits"], start, end, text, match["scale"])
    value = number_words.count(text)
    is_name = start > 0 and text[0].isupper()  # Thirteen Group
    if value is None or value < 2 or is_name:
        return None
    return Number(
        Kind.COUNT, Fraction(value), Fraction(value), Fraction(value), Said.EXACTLY, start, end, text
    )


def _number(kind: Kind, digits: str, start: int, end: int, text: str, scale: str = "") -> Number | None:
    value = Fraction(digits.replace(",", ""))
    decimals = len(digits.partition(".")[2])
    times = _SCALES.get(scale.strip().lower(), 1)
    value *= times
    if value > _LARGEST:
        return None
    half = Fraction(times, 2 * 10**decimals)
    said = Said.EXACTLY
    if kind is not Kind.SHARE and times == 1:
        half = Fraction(0)
    elif times > 1:
        said = Said.ABOUT
    return Number(kind, value, max(value - half, Fraction(0)), value + half, said, start, end, text, decimals)


def _range(kind: Kind, low: str, high: str, match: re.Match[str]) -> Number | None:
    first, last = (_number(kind, part, *match.span(), match[0]) for part in (low, high))
    if first is None or last is None or first.value >= last.value or last.most is None:
        return None
    middle = (first.value + last.value) / 2
    return replace(first, value=middle, least=first.least, most=last.most, said=Said.ABOUT)


def _loosely(value: Fraction, start: int, end: int, text: str) -> Number:
    """A fraction in words: always a rounding."""
    within = _FRACTION_IS_WITHIN
    return Number(Kind.SHARE, value, value - within, value + within, Said.ABOUT, start, end, text, 1)


def _in_its_place(number: Number, sentence: str) -> Number:
    """With what the words around it say: about, at least, a sign, what is counted."""
    before, after = sentence[: number.start], sentence[number.end :]
    sign = _SIGN.search(before)
    said = _said(before, after)
    placed = replace(
        number,
        noun=noun_after(after),
        sign=0 if sign is None else 1 if sign[1] == "+" else -1,
    )
    return placed if said is Said.EXACTLY else _meant(placed, said)


def _said(before: str, after: str) -> Said:
    if _OR_MORE.search(after):
        return Said.AT_LEAST
    if _OR_FEWER.search(after):
        return Said.AT_MOST
    if _OR_SO.search(after):
        return Said.ABOUT
    near = before[-40:]
    return next((said for said, pattern in _BEFORE_COMPILED if pattern.search(near)), Said.EXACTLY)


def _meant(number: Number, said: Said) -> Number:
    if said is Said.AT_LEAST:
        return replace(number, said=said, most=None)
    if said is Said.AT_MOST:
        return replace(number, said=said, least=Fraction(0))
    slack = _slack(number)
    least = max(min(number.least, number.value - slack), Fraction(0))
    return replace(number, said=said, least=least, most=max(number.most or slack, number.value + slack))


def _slack(number: Number) -> Fraction:
    """How far "about" reaches: half a unit of the last digit that is not 0, between a hundredth and a tenth.

    Of a share written without decimals it is a percentage point at least, of a fraction in words five.
    """
    if number.kind is Kind.SHARE and not number.is_exact:
        return _NEARLY_A_FRACTION_IS_WITHIN
    last = Fraction(1, 10**number.decimals)
    value = number.value
    while value and not number.decimals and (value / (last * 10)).denominator == 1:
        last *= 10
    if number.kind is Kind.SHARE:
        return max(last / 2, Fraction(1) if not number.decimals else last)
    return max(min(last / 2, value / 10), value / 100)


def noun_after(after: str) -> str:
    """What is counted: the first plural among the words that follow, else the first word; singular."""
    words: list[str] = []
    place = 0
    while len(words) < 5 and (match := _WORD.match(after, place)):
        word = match[1].lower()
        if word in _ENDS_NOUN:
            break
        words.append(word)
        place = match.end()
    plural = next((word for word in words if is_plural(word)), words[0] if words else "")
    return singular(plural)


def is_plural(word: str) -> bool:
    """Whether a word in lower case looks like several of something."""
    return word in _PEOPLE or (len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")))


def singular(word: str) -> str:
    """A noun without its plural ending: the same for "crime" and "crimes"."""
    for ending, instead in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word.removesuffix(ending) + instead
    return word.removesuffix("s") if is_plural(word) else word


def same_noun(one: str, other: str) -> bool:
    """Whether two nouns mean the same things: equal, or of one stem (responses, respondents)."""
    return bool(one) and (one == other or (len(one) > 6 and len(other) > 6 and one[:6] == other[:6]))
