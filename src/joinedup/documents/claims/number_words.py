"""Numbers as people write them out: "twelve", "two hundred and fifty", "a third", "one in five"."""

from __future__ import annotations

import re
from fractions import Fraction

_UNITS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: value for value, word in enumerate(_UNITS)}
_VALUES |= {word: value * 10 for value, word in enumerate(_TENS, 2)}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "dozen": 12}
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10,
}  # fmt: skip

_SMALL = "|".join(sorted([*_VALUES], key=len, reverse=True))
_PART = "|".join([*(f"{word}s" for word in _PARTS if word not in {"half", "halves"}), *_PARTS])
_WORD = rf"(?:{_SMALL}|{'|'.join(_SCALES)})"
_JOINED = r"(?:[ -]|(?<=hundred)[ ]and[ ]|(?<=thousand)[ ]and[ ])"
COUNT = rf"(?:an?[ ])?{_WORD}(?:{_JOINED}{_WORD})*"
"""A regular expression for a whole number in words."""
_FOLLOWED = r"(?=[ ](?:of|had|have|were|was|said|felt|all)\b|[ ]\()"
FRACTION = rf"(?:(?:an?|{'|'.join(_UNITS[1:10])})[ -](?:{_PART})|half){_FOLLOWED}"
"""A regular expression for a share as a fraction in words."""
_SMALLEST = rf"(?:\d{{1,2}}|{'|'.join(_UNITS[:0:-1])})"
ONE_IN = rf"{_SMALLEST}[ ](?:in|out[ ]of)[ ](?:every[ ])?{_SMALLEST}"
"""A regular expression for "one in five"."""

_ORDINALS = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth",
]  # fmt: skip
ORDINALS = {word: place for place, word in enumerate(_ORDINALS, 1)}


def count(text: str) -> int | None:
    """The value of a whole number in words; None where the words are no number ("five twenty")."""
    words = [word for word in re.split(r"[ -]", text.lower()) if word not in {"and", "a", "an", ""}]
    total = current = 0
    last = None
    for word in words:
        if word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] >= 1_000:
                total, current = total + current, 0
        elif last is None or last in _SCALES or (last in _TENS and 0 < _VALUES[word] < 10):
            current += _VALUES[word]
        else:
            return None
        last = word
    return total + current if words else None


def fraction(text: str) -> Fraction:
    """The value of a fraction in words: "a third", "three quarters", "half"."""
    words = re.split(r"[ -]", text.lower())
    part = words[-1]
    parts = _PARTS.get(part) or _PARTS[part.removesuffix("s")]
    return Fraction(_VALUES.get(words[0], 1) if len(words) > 1 else 1, parts)


def one_in(text: str) -> Fraction | None:
    """The share that "one in five" says; None where it is more than all."""
    first, *_, last = text.lower().split()
    hits, of = (int(word) if word.isdecimal() else _VALUES[word] for word in (first, last))
    return Fraction(hits, of) if 0 < hits < of else None
