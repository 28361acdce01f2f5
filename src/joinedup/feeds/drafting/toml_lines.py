"""Lines of TOML with comments, and how many doubts they hold."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

UNDECIDED = "undecided"  # a value that must not be guessed: no contract passes with it
DOUBT, TO_AGREE = "# DOUBT:", "# TO AGREE:"


def quoted(value: object) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        literal = "'" not in value and "\\" in value and value.isprintable()
        return f"'{value}'" if literal else json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{quoted(key)} = {quoted(item)}" for key, item in value.items()) + " }"
    assert isinstance(value, Sequence)  # noqa: S101 - nothing else is written
    return "[" + ", ".join(quoted(item) for item in value) + "]"


class Lines:
    """Lines as they are written, one after another."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def section(self, heading: str) -> None:
        """An empty line and a heading: ``[time]``, ``[[column]]``."""
        self._lines += ["", heading]

    def key(self, key: str, value: object, remark: str = "") -> None:
        """A key and its value, left out where the value is None."""
        if value is not None:
            self._lines.append(f"{key} = {quoted(value)}{f'  # {_one_line(remark)}' if remark else ''}")

    def doubt(self, text: str) -> None:
        """What the sample leaves open."""
        self._lines.append(f"{DOUBT} {_one_line(text)}")

    def to_agree(self, text: str) -> None:
        """What no file can tell."""
        self._lines.append(f"{TO_AGREE} {_one_line(text)}")

    def note(self, text: str) -> None:
        """What the sample shows; or a line that may be taken instead."""
        self._lines.append(f"# {_one_line(text)}")

    def text(self) -> str:
        """The whole text."""
        return "\n".join(self._lines).lstrip("\n") + "\n"

    def count(self, mark: str) -> int:
        """How many lines are of this mark."""
        return sum(line.startswith(mark) for line in self._lines)


@dataclass(frozen=True)
class Undecided:
    """A line of a contract in which its draft still leaves something to a person: its number, whether it has
    to be agreed with others (else it is a doubt about the sample), and what it says."""

    line: int
    to_agree: bool
    says: str


def undecided(text: str) -> list[Undecided]:
    """What a draft left open and still stands in a contract, in its order."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for mark in (DOUBT, TO_AGREE):
            if line.strip().startswith(mark):
                found.append(Undecided(number, mark == TO_AGREE, line.strip().removeprefix(mark).strip()))
    return found


def _one_line(text: str) -> str:
    """Without line ends and other controls: a column's name may have them, a comment may not."""
    return "".join(character if character.isprintable() else " " for character in text)
