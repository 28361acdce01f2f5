"""Parts that all SQL of intake is made of: texts, lists of texts, rules, and the words that are no value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from joinedup.feeds.contract import Column
from joinedup.feeds.rules import FIRST_YEAR, LAST_YEAR

BLANKS = " \t\u00a0"  # that may stand before or after a cell's text and are no part of it


def literal(value: str) -> str:
    """A text as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def listed(values: Iterable[str]) -> str:
    """Texts as an SQL list in brackets."""
    return "(" + ", ".join(literal(value) for value in values) + ")"


def spelled(words: Iterable[str]) -> list[str]:
    """Words of a contract as they may stand in a cell, each once, and without blanks at their ends too.

    DuckDB makes a join of a longer IN, which scatters the rows: so no word is said twice.
    """
    return list(dict.fromkeys(text for word in words for text in (word, word.strip(BLANKS)) if text))


def enumerated(values: Iterable[str]) -> str:
    """The SQL type of one of these texts, which Parquet's dictionary is written from ten times as quickly as
    from text; in the file it is text like any other."""
    return f"ENUM{listed(dict.fromkeys(values))}"


def of_our_time(moment: str) -> str:
    """The date or time, NULL where its year was cut to two digits or mistyped: "24" reads as the year 24."""
    within = f"{moment} >= DATE '{FIRST_YEAR}-01-01' AND {moment} < DATE '{LAST_YEAR + 1}-01-01'"
    return f"CASE WHEN {within} THEN {moment} END"


@dataclass(frozen=True)
class Rule:
    """A rule that refuses rows: its code, its column, and the SQL that is true where it is broken."""

    code: str
    column: str
    broken: str

    @property
    def reason(self) -> str:
        """How the rule is named in quarantine."""
        return f"{self.code}: {self.column}" if self.column else self.code


def known(cell: str, column: Column) -> str:
    """The cell, or NULL where the owner says that it is not known, or that the person would not say."""
    words = (*(() if column.keep_unknown else column.unknown), *column.refused)
    return f"CASE WHEN {cell} IN {listed(spelled(words))} THEN NULL ELSE {cell} END" if words else cell
