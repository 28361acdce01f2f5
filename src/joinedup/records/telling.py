"""What a text that is kept for good gives away of a person: their name, a number, an address, their words.

Words are compared whole, without regard to capitals and accents; numbers without spaces and punctuation.
Words that are ordinary as well as names (``ordinary_words``) tell only beside another part of the same
person's name, or after a title. Of many people at once only strong signs count, for with thousands of
references, birth dates and narratives any sentence has something in common with one of them.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from joinedup.errors import BadInput
from joinedup.records.ordinary_words import NAMES_TOO, NO_NAMES, ORDINARY, TITLES

FEW = 100
"""Up to so many records, weak signs count as well."""

_WORD = re.compile(r"[^\W_]+")
_JOINED = re.compile(r"[^\W_]+(?:['’`\-][^\W_]+)+")
_POSTCODE = re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}\b")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
# Letters that are written otherwise without their sign, and that Unicode does not take apart.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BORN = frozenset({"born", "birth", "birthday", "dob", "birthdate"})
_PARTICLES = frozenset("abu al ap d da de di du el fitz la le mac mc o st van von".split())  # noqa: SIM905
_LONG = 7  # letters and digits: so long a number tells wherever in the text it stands
_LONGEST = 60
_SHORTEST = 3  # letters and digits of a reference that somebody named; a shorter one may be any word
_LOCAL = 6  # digits of a telephone number that are its own
_PHONE = 9  # digits of a whole telephone number, without its first nought


def folded(text: str) -> str:
    """The text without regard to capitals, accents and forms of the same letter."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).translate(_PLAIN)


def words(text: str) -> list[str]:
    """The words and numbers of a text, folded."""
    return _WORD.findall(folded(text))


def compact(text: str) -> str:
    """A number or code without spaces and punctuation."""
    return "".join(words(text))


class Said:
    """A text taken apart once, to be held against what is known of ``records`` records."""

    def __init__(self, text: str, records: int) -> None:
        self._few = records <= FEW
        self._words = words(text)
        self._long_words = [word for word in self._words if len(word) > 1]
        parts = {*self._words, *map(compact, _JOINED.findall(folded(text)))}
        self._names = {word for word in parts if len(word) > 1 and word.isalpha()} - NO_NAMES
        self._runs = set(_runs(self._words))
        self._whole = "".join(self._words)
        self._unusual = set(self._words) - ORDINARY
        self._digits = sum(map(str.isdecimal, self._whole))
        self._postcodes = {run for run in self._runs if _POSTCODE.fullmatch(run)}
        self._phrases = self._told_phrases(4 if self._few else 6)
        self._dates = set(_dates(self._words)) if self._few or _BORN & set(self._words) else set()

    def names(self, said: Iterable[str]) -> bool:
        """Whether the text has a name of a person: ``said`` is what is known of theirs."""
        found: set[str] = set()
        for one in said:
            parts = words(one)
            found.update(part for part in parts if part in self._names)
            if len(parts) > 1:
                found.update(part for part in _in_one(one, parts) if part in self._names)
        return bool(found) and (not found <= NAMES_TOO or self._beside(found))

    def _beside(self, parts: set[str]) -> bool:
        """Whether two different ones of these stand together, or one after a title."""
        return any(
            second in parts and (first in TITLES or (first in parts and first != second))
            for first, second in itertools.pairwise(self._long_words)
        )

    def number(self, value: str) -> bool:
        """Whether the text has an identifier, a reference, a postcode or an address of electronic mail."""
        known = compact(value)
        if "@" in value or (len(known) >= _LONG and not known.isalpha()):
            return len(known) >= _LONG and known in self._whole
        if known.isdecimal():
            enough = len(known) >= (4 if self._few else 6)
        elif known.isalpha():
            enough = len(known) >= (4 if self._few else 6) and known not in ORDINARY
        else:
            enough = len(known) >= 4  # letters and digits: WR42
        return enough and known in self._runs

    def has(self, value: str) -> bool:
        """Whether the text has just this reference or identifier, however short, as words of its own."""
        known = compact(value)
        return self.number(value) or (len(known) >= _SHORTEST and known in self._runs)

    def phone(self, value: str) -> bool:
        """Whether the text has a telephone number, with or without its area or country."""
        if self._digits < _LOCAL:
            return False
        digits = re.sub(r"\D", "", value)
        own = re.sub(r"^(?:00)?44|^0", "", digits)
        if len(own) < _PHONE:
            return self.number(digits)
        return own in self._whole or own[-_LOCAL:] in self._runs

    def address(self, value: str) -> bool:
        """Whether the text has a house number with its street, or a postcode, of an address."""
        if self._postcodes and not self._postcodes.isdisjoint(map(compact, _POSTCODE.findall(value))):
            return True
        if self._unusual.isdisjoint(words(value)):
            return False
        parts = [words(part) for part in value.split(",")]
        places = [place for part in parts for place in _houses(part)]
        if not places and len(parts) > 1:  # a house that has a name, and its street
            places = ["".join(word for part in parts[:2] for word in part)]
        return any(place in self._runs for place in places)

    def born(self, day: dt.date) -> bool:
        """Whether the text has this birth date, in whatever form."""
        return day in self._dates

    def born_as(self, value: str) -> bool:
        """Whether the text has a birth date that is written so."""
        return bool(self._dates.intersection(_dates(words(value))))

    def story(self, value: str) -> bool:
        """Whether the text has several words, one after another, of a narrative; or a short one whole."""
        told = words(value)
        spaced = f" {' '.join(told)} "
        if any(phrase in spaced for phrase in self._phrases):
            return True
        least, unusual = (2, 1) if self._few else (4, 2)
        whole = len(told) >= least and len(set(told) - ORDINARY) >= unusual
        return whole and "".join(told) in self._runs

    def _told_phrases(self, length: int) -> list[str]:
        """The runs of so many words of this text that have a word (of many people: two) that is unusual."""
        unusual = 1 if self._few else 2
        runs = (self._words[start : start + length] for start in range(len(self._words) - length + 1))
        return [f" {' '.join(run)} " for run in runs if len(set(run) - ORDINARY) >= unusual]


def _in_one(name: str, parts: Sequence[str]) -> Iterator[str]:
    """The parts of a name that some write as one word: O'Brien and OBrien, Mac Donald and MacDonald."""
    for first, second in itertools.pairwise(parts):
        if first in _PARTICLES:
            yield first + second
    if "-" in name:
        yield from map(compact, _JOINED.findall(folded(name)))


def _runs(said: Sequence[str]) -> Iterator[str]:
    """What words that follow each other give when they are written as one."""
    for start in range(len(said)):
        run = ""
        for word in said[start:]:
            run += word
            if len(run) > _LONGEST:
                break
            yield run


def _houses(part: Sequence[str]) -> Iterator[str]:
    """Each number of an address with the words after it, up to one that is not ordinary, as one word."""
    for place, word in enumerate(part):
        if not word[0].isdecimal():
            continue
        street = []
        for following in part[place + 1 :]:
            if not following.isalpha():
                break
            street.append(following)
            if following not in ORDINARY:
                break
        if len(street) > 1 or (street and street[0] not in ORDINARY):
            yield word + "".join(street)


def _dates(said: Sequence[str]) -> Iterator[dt.date]:
    """Every day that the words may mean, read as people write days."""
    plain = [_ORDINAL.sub(r"\1", word) for word in said if word != "of"]
    for word in plain:
        if word.isdecimal() and len(word) in {6, 8}:
            yield from _day(word[:4], word[4:6], word[6:])
            yield from _day(word[4:], word[2:4], word[:2])
    for first, second, third in zip(plain, plain[1:], plain[2:], strict=False):
        yield from _day(first, second, third)
        yield from _day(third, second, first)
        yield from _day(third, first, second)


def _day(year: str, month: str, day: str) -> Iterator[dt.date]:
    number = str(_MONTHS.index(month[:3]) + 1) if month[:3] in _MONTHS else month
    if not (year.isdecimal() and number.isdecimal() and day.isdecimal() and len(year) in {2, 4}):
        return
    for century in ("",) if len(year) == 4 else ("19", "20"):  # digits of a whole year
        try:
            yield dt.date(int(century + year), int(number), int(day))
        except ValueError:
            continue


def refuse_naming(reason: str, values: Iterable[str], name: str = "") -> None:
    """Raise BadInput where a reason, which is kept for good, has the references, identifiers (``values``) or
    name by which somebody asks, whether or not the book knows them."""
    said = Said(reason, records=1)
    if any(said.has(value) for value in values) or (name and said.names([name])):
        raise BadInput(
            "The reason says who the records are about, and it is kept for good",
            next_step="Give the number of the request instead",
        )
