"""Numbers that know where they come from.

No sentence of a document holds a bare number. A sentence is a template without digits, filled with ``Cited``
numbers (each points to a row of the appendix of workings) and ``Plain`` ones (dates, legal references: things
that are not figures and are marked so). ``say`` refuses anything else, so a number without a source cannot
be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~^$\"'@&:=])")
_REFERENCE = re.compile(r'figure="(F\d+)"')
_SPAN = re.compile(r"\[((?:\\.|[^\]\\])*)\]\{[^}]*\}")
_FIELD = re.compile(r"\{[a-z_0-9]+\}")


def escape(text: str) -> str:
    """Text as Markdown that means exactly that text."""
    return _SPECIAL.sub(r"\\\1", text)


class Marked(Protocol):
    """Something that may stand in a sentence: its Markdown, and its plain text."""

    @property
    def text(self) -> str: ...

    def __str__(self) -> str: ...


@dataclass(frozen=True)
class Cited:
    """A number of the appendix: ``reference`` is its row, ``part`` the column, ``value`` unrounded."""

    reference: str
    part: str
    value: float
    text: str

    def __str__(self) -> str:
        return (
            f'[{escape(self.text)}]{{figure="{self.reference}" part="{self.part}" number="{self.value!r}"}}'
        )


@dataclass(frozen=True)
class Plain:
    """Words or a number that is no figure: a date, a paragraph of a statute, a confidence level."""

    text: str
    kind: str = "fixed"

    def __str__(self) -> str:
        return f"[{escape(self.text)}]{{.plain kind={self.kind}}}"


@dataclass(frozen=True)
class Name:
    """The name of a place, a type or a measure, as the source writes it (it may hold digits)."""

    text: str

    def __str__(self) -> str:
        return f"[{escape(self.text)}]{{.name}}"


@dataclass(frozen=True)
class Sentence:
    """A finished sentence in Markdown with its references, and the same in plain text."""

    markdown: str
    text: str

    def __str__(self) -> str:
        return self.markdown


def references(markdown: str) -> list[str]:
    """The appendix rows a piece of Markdown cites, each once, in order."""
    return list(dict.fromkeys(_REFERENCE.findall(markdown)))


def reference_links(rows: Iterable[str]) -> str:
    """Markdown links to appendix rows, as they stand after a sentence."""
    links = ", ".join(_run(run) for run in _runs(rows))
    return f" [\\[{links}\\]]{{.refs}}" if links else ""


def _runs(rows: Iterable[str]) -> list[list[str]]:
    """Marks in order, those that follow each other together: F1, F2, F3, F7 are two runs."""
    runs: list[list[str]] = []
    for row in sorted(set(rows), key=lambda mark: int(mark[1:])):
        if runs and int(row[1:]) == int(runs[-1][-1][1:]) + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _run(run: list[str]) -> str:
    """``F7``, ``F7, F8``, or ``F7–F10`` from three on."""
    if len(run) > 2:
        return f"{_mark(run[0])}–{_mark(run[-1])}"
    return ", ".join(_mark(row) for row in run)


def _mark(row: str) -> str:
    return f"[{row}](#{row.lower()}){{.ref}}"


def joined(parts: Iterable[Marked], last: str) -> Sentence:
    """``a, b and c``: ``last`` is the word before the last part."""
    items = list(parts)
    return Sentence(
        _with_last([str(item) for item in items], last), _with_last([item.text for item in items], last)
    )


def _with_last(items: list[str], last: str) -> str:
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + f" {last} {items[-1]}"


def phrase(template: str, **values: Marked) -> Sentence:
    """Fill a template that holds no digit with marked values only; no references are added."""
    if any(character.isdigit() for character in _FIELD.sub("", template)):
        raise ValueError(f"A template holds a digit that no figure made: {template}")
    for name, value in values.items():
        if not isinstance(value, Cited | Plain | Name | Sentence):
            raise TypeError(f"'{name}' is neither a figure, a plain word nor a name: {type(value).__name__}")
    markdown = template.format(**{name: str(value) for name, value in values.items()})
    text = template.format(**{name: value.text for name, value in values.items()})
    return Sentence(markdown, text)


def say(template: str, **values: Marked) -> Sentence:
    """A sentence with its references after it. ValueError, TypeError: a number without a source."""
    filled = phrase(template, **values)
    return Sentence(filled.markdown + reference_links(references(filled.markdown)), filled.text)


def paragraph(*sentences: Sentence) -> str:
    """Sentences as one Markdown paragraph."""
    return " ".join(str(sentence) for sentence in sentences) + "\n\n"
