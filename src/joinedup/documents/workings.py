"""The appendix of workings: which figure every number of the document came from.

A row of a released figure becomes an entry (F1, F2 …) the first time the text cites it; a number worked out
from figures (a difference, a rank, a correlation) becomes an entry that says how and from what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from joinedup.documents import wording
from joinedup.documents.citing import Cited
from joinedup.terms import Flag


class Referenced(Protocol):
    """Anything the appendix has a name for: an entry (F1), a question (Q1), a delivery."""

    @property
    def reference(self) -> str: ...


@dataclass
class Question:
    """One figure that was asked of release: ``number`` is its place in the appendix (Q1, Q2 …)."""

    number: int
    figure: Any

    @property
    def reference(self) -> str:
        """As it is printed."""
        return f"Q{self.number}"


@dataclass
class Entry:
    """One row of a released figure that the text cites."""

    reference: str
    question: Question
    row: Any


@dataclass
class Derived:
    """A number worked out from figures: what it is, how, from what, and its interval."""

    reference: str
    what: str
    how: str
    sources: tuple[str, ...]
    value: float
    form: Callable[[float], str]
    lower: float | None = None
    upper: float | None = None

    def cite(self, part: str = "value", form: Callable[[float], str] | None = None) -> Cited:
        """Its value, or an end of its interval (lower, upper); ``form`` writes it in another way."""
        number = getattr(self, part)
        if number is None:
            raise ValueError(f"{self.what} has no {part}")
        return Cited(self.reference, part, number, (form or self.form)(number))


@dataclass
class Ledger:
    """Numbers that the record book keeps itself: what became of the rows, how often a field was given."""

    reference: str
    what: str
    how: str
    parts: dict[str, float]

    def cite(self, part: str, form: Callable[[float], str] = wording.count) -> Cited:
        """One of its numbers."""
        return Cited(self.reference, part, self.parts[part], form(self.parts[part]))


@dataclass
class Workings:
    """Everything the appendix will show, in the order of first citation."""

    questions: list[Question] = field(default_factory=list)
    entries: list[Entry | Derived | Ledger] = field(default_factory=list)
    _by_row: dict[tuple[int, int], Entry] = field(default_factory=dict)

    def question(self, figure: Any) -> Question:
        """Register a figure; it is printed only if something cites it."""
        found = Question(len(self.questions) + 1, figure)
        self.questions.append(found)
        return found

    def entry(self, question: Question, row: Any) -> Entry:
        """The entry of a row, made at its first citation."""
        key = (question.number, id(row))
        if key not in self._by_row:
            self._by_row[key] = Entry(self._next(), question, row)
            self.entries.append(self._by_row[key])
        return self._by_row[key]

    def derive(
        self,
        what: str,
        how: str,
        sources: Iterable[Referenced],
        value: float,
        form: Callable[[float], str],
        interval: tuple[float, float] | None = None,
    ) -> Derived:
        """A number worked out from others, entered with its method and its sources."""
        names = tuple(dict.fromkeys(source.reference for source in sources))
        lower, upper = interval if interval else (None, None)
        derived = Derived(self._next(), what, how, names, value, form, lower, upper)
        self.entries.append(derived)
        return derived

    def ledger(self, what: str, how: str, parts: dict[str, float]) -> Ledger:
        """Numbers of the record book's ledger as one entry."""
        kept = Ledger(self._next(), what, how, parts)
        self.entries.append(kept)
        return kept

    def _next(self) -> str:
        return f"F{len(self.entries) + 1}"


@dataclass(frozen=True)
class Fact:
    """One row of a released figure, ready to be cited."""

    workings: Workings
    question: Question
    row: Any
    doubtful: bool = False  # clear when tested alone, but not beside the others of its list

    def cite(self, part: str, form: Callable[[float], str]) -> Cited:
        """A number of the row: ``part`` is numerator, denominator, value, lower or upper."""
        value = getattr(self.row, part)
        if value is None:
            raise ValueError(f"The figure has no {part} for {self.row.area_code}")
        entry = self.workings.entry(self.question, self.row)
        return Cited(entry.reference, part, value, form(value))

    @property
    def count(self) -> Cited:
        """The numerator: what was counted."""
        return self.cite("numerator", wording.count)

    @property
    def before(self) -> Cited:
        """The denominator of a change: the count of the earlier period."""
        return self.cite("denominator", wording.count)

    @property
    def rate(self) -> Cited:
        """The value of a rate, per 1,000 residents."""
        return self.cite("value", wording.decimal)

    @property
    def residents(self) -> Cited:
        """The denominator of a rate: the residents."""
        return self.cite("denominator", wording.count)

    @property
    def size(self) -> Cited:
        """The size of a change, without its sign."""
        return self.cite("value", wording.percent)

    @property
    def small(self) -> bool:
        """Whether the figure carries the flag of a small number."""
        return Flag.SMALL_NUMBER in self.row.flags

    @property
    def known(self) -> bool:
        """Whether there is a count to speak of: the feed was there and nothing is suppressed."""
        return self.row.numerator is not None

    @property
    def verdict(self) -> wording.Verdict:
        """What may be said of this change."""
        if self.row.numerator is None or self.row.denominator is None or Flag.SERIES_BREAK in self.row.flags:
            return wording.Verdict.NOT_COMPARABLE
        alone = wording.verdict(self.row.lower, self.row.upper)
        return wording.DOUBTFUL.get(alone, alone) if self.doubtful else alone

    @property
    def percent_may_be_said(self) -> bool:
        """Whether a percentage says more than the two counts."""
        return wording.percent_may_be_said(self.row.numerator, self.row.denominator, self.small)


@dataclass(frozen=True)
class Asked:
    """A released figure with its place in the appendix."""

    workings: Workings
    question: Question

    @property
    def figure(self) -> Any:
        """The released figure itself."""
        return self.question.figure

    @property
    def facts(self) -> list[Fact]:
        """Its rows, ready to be cited."""
        return [Fact(self.workings, self.question, row) for row in self.figure.rows]

    def of(self, area: str | None = None, **breakdowns: str) -> list[Fact]:
        """The rows of one area and of the breakdown values given."""
        return [
            fact
            for fact in self.facts
            if (area is None or fact.row.area_code == area)
            and all(fact.row.breakdowns.get(name) == value for name, value in breakdowns.items())
        ]

    def one(self, area: str | None = None, **breakdowns: str) -> Fact | None:
        """The one such row, or None where there is not exactly one."""
        found = self.of(area, **breakdowns)
        return found[0] if len(found) == 1 else None
