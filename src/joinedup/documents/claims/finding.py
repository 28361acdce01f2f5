"""What the checker says of a statement: where it stands, the numbers it took, the arithmetic, the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from joinedup.documents.claims.wording import translated as _


class Verdict(StrEnum):
    """What the arithmetic supports saying."""

    AGREES = "agrees"
    ROUNDED = "agrees-as-a-rounding"
    DISAGREES = "does-not-agree"
    OPEN = "cannot-be-judged"

    @property
    def words(self) -> str:
        """As it stands in a table."""
        return {
            Verdict.AGREES: _("agrees"),
            Verdict.ROUNDED: _("agrees as a rounding of an approximate number"),
            Verdict.DISAGREES: _("does not agree"),
            Verdict.OPEN: _("cannot be judged"),
        }[self]


class About(StrEnum):
    """What kind of statement was looked at."""

    SHARE = "share"
    CHANGE = "change"
    PARTS = "parts"
    SUM = "sum"
    EDITION = "edition"
    DATES = "dates"
    TARGET = "target"
    RECORDS = "records"

    @property
    def words(self) -> str:
        """As it stands in a list."""
        return {
            About.SHARE: _("share"),
            About.CHANGE: _("change"),
            About.PARTS: _("parts of a whole"),
            About.SUM: _("sum"),
            About.EDITION: _("edition"),
            About.DATES: _("dates"),
            About.TARGET: _("target"),
            About.RECORDS: _("records"),
        }[self]


@dataclass(frozen=True)
class Finding:
    """One statement and what came of it. ``numbers`` as they are written; ``paragraph`` counts from 1.

    ``page`` is None where the file has no pages. ``sentence`` is the reader's own text and may name people:
    it is shown to whoever gave the file, and stored nowhere.
    """

    about: About
    verdict: Verdict
    page: int | None
    paragraph: int
    sentence: str
    numbers: tuple[str, ...]
    arithmetic: str

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        paragraph = _("paragraph {number}").format(number=self.paragraph)
        return paragraph if self.page is None else _("page {page}").format(page=self.page) + f", {paragraph}"

    def to_json_row(self) -> dict[str, Any]:
        """One plain dictionary, the same keys for every finding."""
        return {
            "verdict": self.verdict.value,
            "about": self.about.value,
            "page": self.page,
            "paragraph": self.paragraph,
            "sentence": self.sentence,
            "numbers": list(self.numbers),
            "arithmetic": self.arithmetic,
        }
