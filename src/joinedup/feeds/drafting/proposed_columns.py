"""[[column]] blocks and code lists."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from joinedup.feeds.columns import Kind
from joinedup.feeds.drafting.definitions import Likely, Profile, TimeKind
from joinedup.feeds.drafting.naming import code_name
from joinedup.feeds.drafting.shapes import REFUSED_WORDS, UNKNOWN_WORDS
from joinedup.feeds.drafting.toml_lines import UNDECIDED, Lines


@dataclass(frozen=True)
class Use:
    """What a column is used for beside being kept: ``at_work`` by a rule, so that it needs no field;
    ``essential`` in every row; ``of_person`` in a [[person]]."""

    at_work: Collection[str]
    essential: Collection[str]
    of_person: Collection[str]


class ColumnWriter:
    """Writes the blocks of one feed's columns; gathers its code lists (name to CSV)."""

    def __init__(self, lines: Lines, feed: str, fields: dict[str, str], use: Use) -> None:
        self._lines, self._feed, self._fields, self._use = lines, feed, fields, use
        self.code_lists: dict[str, str] = {}

    def write(self, column: Profile) -> None:
        """One block."""
        lines, use = self._lines, self._use
        lines.section("[[column]]")
        if not column.given:
            lines.note("no row of the sample has a value")
        lines.key("name", column.name)
        if column.about.personal:
            self._personal(column)
        elif column.name not in use.at_work:
            self._kept(column)
        if column.name in use.essential:
            lines.key("required", True)

    def _personal(self, column: Profile) -> None:
        """Nothing of what it holds is written, not even the words of a category."""
        lines, likely = self._lines, column.about.likely
        if column.name in self._use.of_person and likely is Likely.IDENTIFIES:
            lines.key("personal", likely.value)
            return
        if likely is Likely.IDENTIFIES:
            why = "its values look so" if column.about.by_shape else "its name says so"
            lines.doubt(f"taken to identify somebody ({why}), so it is kept apart: right, or harmless?")
        lines.key("field", self._fields[column.name])
        lines.key("personal", likely.value)
        if likely is not Likely.IDENTIFIES:
            lines.note(f"{column.distinct:,} different values; a code list for them is written by hand")

    def _kept(self, column: Profile) -> None:
        lines = self._lines
        lines.key("field", self._fields[column.name])
        if column.kind is Kind.BOOLEAN:
            lines.key("kind", "boolean")
            lines.key("true", column.true)
            lines.key("false", column.false)
        elif column.kind in {Kind.INTEGER, Kind.NUMBER}:
            if column.only_zero_and_one:
                lines.doubt('only 0 and 1: perhaps kind = "boolean", true = ["1"], false = ["0"]')
            lines.key("kind", column.kind.value)
        elif column.time is not None and column.time.kind is TimeKind.DATE:
            self._date(column)
        elif len(column.words) > 1:
            self._coded(column)

    def _date(self, column: Profile) -> None:
        lines, time = self._lines, column.time
        assert time is not None  # noqa: S101 - asked by the caller
        lines.key("kind", "date")
        if time.other:
            lines.doubt("03/04/2024 could be 3 April or 4 March: no row settles it; keep one")
            lines.note(f'pattern = "{time.pattern}"')
            lines.note(f'pattern = "{time.other}"')
        lines.key("pattern", UNDECIDED if time.other else time.pattern)

    def _coded(self, column: Profile) -> None:
        lines = self._lines
        unknown = [word for word in column.words if word.strip().casefold() in UNKNOWN_WORDS]
        refused = [word for word in column.words if word.strip().casefold() in REFUSED_WORDS]
        words = [word for word in column.words if word not in {*unknown, *refused}]
        if len(words) > 1 and not any("\n" in word or "\r" in word for word in words):
            name = f"{self._feed}-{self._fields[column.name].replace('_', '-')}"
            self.code_lists[name] = code_list(words)
            lines.key("codes", name, f"{len(words)} words: the owner may have more")
        if unknown:
            lines.key("unknown", unknown)
        if refused:
            lines.key("refused", refused)


def code_list(words: Sequence[str]) -> str:
    """A code list as CSV, a code made from each word. Words that differ only in capitals are one code."""
    alike: dict[str, list[str]] = {}
    for number, word in enumerate(words, 1):
        code = code_name(word) or f"code-{number}"
        if "|" in word and code in alike:
            code = f"{code}-{number}"
        alike.setdefault(code, []).append(word)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", "label", "valid_from", "valid_to", "also_written"])
    for code, spelt in alike.items():
        writer.writerow([code, spelt[0], "", "", "|".join(spelt[1:])])
    return out.getvalue()
