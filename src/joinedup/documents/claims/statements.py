"""The sentences of a report with their numbers, and what each percentage is said as."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import permutations

from joinedup.documents.claims.finding import About, Finding, Verdict
from joinedup.documents.claims.passages import Passage, Shape
from joinedup.documents.claims.phrases import MOVED, ROUGHLY
from joinedup.documents.claims.quantities import Kind, Number, find_numbers


class Role(StrEnum):
    """What a percentage is said as."""

    SHARE = "share"
    CHANGE = "change"
    TARGET = "target"
    LEVEL = "level"  # what something rose or fell to


_FEW_COUNTS = 10
_LOOKED_AT = 240  # characters
_TARGET_BEFORE = re.compile(
    r"\b(?:targets?|aims?|goals?|ambition|trajectory|threshold|aiming|aimed|planned|wants?|expected)\b[^.;%]{0,40}$",
    re.IGNORECASE,
)
_TARGET_AFTER = re.compile(r"^\s+(?:\w+\s+){0,2}target\b", re.IGNORECASE)
_CHANGE_BEFORE = re.compile(
    rf"\b{MOVED}\b(?:[^.;:()%]{{0,60}}\b(?:by|of))?(?:\s+\w+ly)?\s*{ROUGHLY}\(?\s*[+\-−–]?\s*$",
    re.IGNORECASE,
)
_CHANGE_OR = re.compile(rf"\b{MOVED}\b[^.;()%]{{0,60}}(?:\bor|\(|,|=|\bi\.e\.)\s*{ROUGHLY}$", re.IGNORECASE)
_CHANGE_AFTER_PAIR = re.compile(
    rf"\b(?:{MOVED}|doubled|trebled|tripled|halved)\b[^.;()%]{{0,60}}\bfrom\b[^.;()%]{{0,60}}\(\s*{ROUGHLY}$",
    re.IGNORECASE,
)
_BY = re.compile(rf"\bby\s+{ROUGHLY}$", re.IGNORECASE)
_MOVES = re.compile(rf"\b{MOVED}\b", re.IGNORECASE)
_LEVEL = re.compile(rf"\b{MOVED}\b[^.;()%]{{0,60}}\b(?:to|from|at)\s*{ROUGHLY}$", re.IGNORECASE)
_FEELING = r"(?:safe|safer|likely|satisfied|confident|worried|concerned|aware|than|or)"
_CHANGE_AFTER = re.compile(
    r"^\)?\s+(?:\w+\s+)?(?:increase|reduction|decrease|rise|fall|drop|decline|growth|improvement|change|cut|uplift)\b"
    r"|^\)?\s+(?:higher|lower|up|down)\b"
    rf"|^\)?\s+(?:more|fewer|less)\s+(?!{_FEELING}\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Statement:
    """One sentence of a report, with its numbers; ``position`` is its passage's place among all."""

    passage: Passage
    position: int
    text: str

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Its numbers, in order."""
        return tuple(find_numbers(self.text))

    @property
    def counts(self) -> list[Number]:
        """Its counts, in order."""
        return [number for number in self.numbers if number.kind is Kind.COUNT]

    @property
    def pairs(self) -> Iterator[tuple[Number, Number]]:
        """Any two of its counts that are no differences, either first; none where there are many."""
        counts = [number for number in self.counts if not is_difference(self, number)]
        return permutations(counts if len(counts) <= _FEW_COUNTS else [], 2)

    @property
    def shares(self) -> list[Number]:
        """Its percentages and fractions, in order, whatever they are said as."""
        return [number for number in self.numbers if number.kind is Kind.SHARE]

    def before(self, number: Number) -> str:
        """The text before a number, as far as any rule looks."""
        text = self.text[: number.start]
        return text if len(text) <= _LOOKED_AT else f"…{text[-_LOOKED_AT:]}"

    def after(self, number: Number) -> str:
        """The text after a number, as far as any rule looks."""
        return self.text[number.end : number.end + _LOOKED_AT]

    def between(self, one: Number, other: Number) -> str:
        """The text between two numbers, the first standing first."""
        return self.text[one.end : other.start]

    def next_to(self, number: Number, step: int) -> Number | None:
        """The number that stands ``step`` places after (before, where negative)."""
        place = self.numbers.index(number) + step
        return self.numbers[place] if 0 <= place < len(self.numbers) else None

    def role(self, share: Number) -> Role:
        """What a percentage is said as. A sign makes it a change."""
        before, after = self.before(share), self.after(share)
        if _TARGET_BEFORE.search(before) or _TARGET_AFTER.match(after):
            return Role.TARGET
        if share.sign or _CHANGE_AFTER.match(after):
            return Role.CHANGE
        if _CHANGE_BEFORE.search(before) or _CHANGE_AFTER_PAIR.search(before):
            return Role.CHANGE
        if _LEVEL.search(before):
            return Role.LEVEL
        if _BY.search(before) and _MOVES.search(before):  # "burglary fell by 5% (…), robbery by 10%"
            return Role.CHANGE
        return Role.CHANGE if _CHANGE_OR.search(before) and self._follows_a_difference(share) else Role.SHARE

    def _follows_a_difference(self, share: Number) -> bool:
        """Whether the number just before is itself said as how much more or fewer."""
        before = self.next_to(share, -1)
        return before is not None and before.kind is Kind.COUNT and is_difference(self, before)

    def finding(
        self, about: About, verdict: Verdict, numbers: Sequence[Number | str], arithmetic: str
    ) -> Finding:
        """What is said of this sentence."""
        written = tuple(number if isinstance(number, str) else number.text for number in numbers)
        return Finding(about, verdict, self.passage.page, self.passage.number, self.text, written, arithmetic)


_DIFFERENCE_BEFORE = re.compile(
    rf"\b{MOVED}\b(?:\s+(?:of|by))\s*{ROUGHLY}\(?\s*$|\b(?:up|down)\s+$", re.IGNORECASE
)
_DIFFERENCE_AFTER = re.compile(r"^\s+(?:more|fewer|less|additional|extra|further)\s+(?!than)", re.IGNORECASE)


def is_difference(statement: Statement, number: Number) -> bool:
    """Whether a count is said as how much more or fewer: "+415", "an increase of 415", "90 more crimes"."""
    if number.sign:
        return True
    before, after = statement.before(number), statement.after(number)
    return bool(_DIFFERENCE_BEFORE.search(before) or _DIFFERENCE_AFTER.match(after))


def statements_of(passages: Sequence[Passage]) -> list[Statement]:
    """Every sentence of every passage, in order; tables have none, and headings count nothing."""
    return [
        Statement(passage, position, sentence)
        for position, passage in enumerate(passages)
        if passage.shape not in {Shape.TABLE, Shape.HEADING}
        for sentence in passage.sentences
    ]
