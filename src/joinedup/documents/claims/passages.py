"""A report's text as passages: headings, paragraphs, list items and tables, and their sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_PASSAGES = 50_000
_LONGEST_SENTENCE = 2_000
_WRAPPED_FROM = 40  # a line shorter than this was not broken to fit a page


class Shape(StrEnum):
    """What a passage is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    TABLE = "table"


@dataclass(frozen=True)
class Passage:
    """One piece of a report. ``number`` counts from 1 (on its page, where there are pages).

    ``rows`` are the cells of a table, whose ``text`` is empty.
    """

    number: int
    shape: Shape
    text: str
    page: int | None = None
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def sentences(self) -> list[str]:
        """Its sentences, in order; of a table none."""
        return sentences(self.text)


_MARKUP = re.compile(
    r"<(/?)(?:sup|sub|b|i|em|strong|u|br|p|span)\b[^<>]{0,80}>|\*\*|__|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)", re.I
)
_BULLET = re.compile(
    r"^\s*(?:[-–—•●▪◦·*o]|(?:\(?[ivx]{1,4}|\(?[a-z]|\(?\d{1,2})[.)](?!\d))\s+(?=\S)", re.IGNORECASE
)
_DASHED = re.compile(r"^\s*[-–—•●▪◦·*]\s+(?=\S)")
_HEADING = re.compile(r"^\s*#{1,6}\s+")
_RULE = re.compile(r"^[\s|:+=-]*$")
_ENDS = re.compile(r"[.!?:;]['\"’”)]*$")
_SPACES = re.compile(r"[^\S\n\t]+")


def passages_of(text: str, page: int | None = None) -> list[Passage]:
    """Cut plain text (Markdown's headings, lists and tables too) into passages.

    Empty lines part paragraphs; so does every new line, except where one was broken only to fit the page.
    Lines that hold tabs or bars in a row are a table.
    """
    passages: list[Passage] = []
    pending: list[str] = []
    rows: list[tuple[str, ...]] = []

    def number() -> int:
        return len(passages) + 1

    def close() -> None:
        if pending:
            passages.append(_passage(number(), _joined(pending), page))
            pending.clear()
        if rows:
            passages.extend(_table(number(), rows, page))
            rows.clear()

    for line in text.splitlines():
        if len(passages) >= MOST_PASSAGES:
            break
        cells = _cells(line)
        if cells is not None:
            if pending:
                close()
            if cells:
                rows.append(cells)
            continue
        plain = _SPACES.sub(" ", line).strip()
        if not plain or rows or (pending and not _continues(pending[-1], plain)):
            close()
        if plain:
            pending.append(plain)
    close()
    return passages


def _cells(line: str) -> tuple[str, ...] | None:
    """The cells of a table's line (empty for a rule under its head); None where it is none."""
    stripped = line.strip()
    if "\t" in stripped:
        return tuple(tidy(cell) for cell in line.rstrip("\n").split("\t"))
    if stripped.count("|") >= 2 and stripped.startswith("|"):
        if _RULE.match(stripped):
            return ()
        return tuple(tidy(cell) for cell in stripped.strip("|").split("|"))
    return None


def _continues(before: str, line: str) -> bool:
    """Whether a line goes on with the one before, which was broken to fit the page."""
    if len(before) < _WRAPPED_FROM or _ENDS.search(before) or _HEADING.match(before):
        return False
    return not (_BULLET.match(line) or _HEADING.match(line))


def _joined(lines: Sequence[str]) -> str:
    """Lines as one; a word that was parted at the end of one is put together."""
    text = lines[0]
    for line in lines[1:]:
        parted = text.endswith("-") and line[:1].islower()
        text = f"{text}{line}" if parted else f"{text} {line}"
    return text


def _passage(number: int, text: str, page: int | None) -> Passage:
    if _HEADING.match(text):
        return Passage(number, Shape.HEADING, tidy(_HEADING.sub("", text)), page)
    if _DASHED.match(text):
        return Passage(number, Shape.ITEM, tidy(_BULLET.sub("", _DASHED.sub("", text))), page)
    if _BULLET.match(text):
        return Passage(number, Shape.ITEM, tidy(_BULLET.sub("", text)), page)
    return Passage(number, Shape.PARAGRAPH, tidy(text), page)


def _table(number: int, rows: Sequence[tuple[str, ...]], page: int | None) -> list[Passage]:
    """A table; a single line of it is a paragraph like any other."""
    if len(rows) > 1:
        return [Passage(number, Shape.TABLE, "", page, tuple(rows))]
    text = " – ".join(cell for cell in rows[0] if cell)
    return [Passage(number, Shape.PARAGRAPH, text, page)] if text else []


def tidy(text: str) -> str:
    """Text without marks of Markdown and HTML, and without more than one space in a row."""
    return " ".join(_MARKUP.sub("", text.replace("\u00ad", "").replace("\u200b", "")).split())


_BREAK = re.compile(r"(?<=[.!?])['\"’”)\]]*\s+(?=['\"‘“(\[]?[A-Z0-9£])")
_SHORT = re.compile(
    r"(?:\b(?:nos?|cllrs?|mr|mrs|ms|dr|st|e\.g|i\.e|approx|vs|cf|ca|para|pp?|fig|ref|refs|dept|rev|prof|inc|incl|sgt|insp|"
    r"ch|supt|[A-Z]|c)\.)$",
    re.IGNORECASE,
)


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph; abbreviations end none."""
    cut: list[str] = []
    start = 0
    for match in _BREAK.finditer(text):
        if _SHORT.search(text[start : match.start()][-8:]):
            continue
        cut.append(text[start : match.end()].strip())
        start = match.end()
    cut.append(text[start:].strip())
    return [part for whole in cut for part in _of_bearable_length(whole) if part]


def _of_bearable_length(sentence: str) -> Iterable[str]:
    return (sentence[at : at + _LONGEST_SENTENCE] for at in range(0, len(sentence), _LONGEST_SENTENCE))
