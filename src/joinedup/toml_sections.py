"""One table of a TOML file: each key is taken once, with its type; what is left over is an error."""

from __future__ import annotations

import datetime as dt
import difflib
import math
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from joinedup.errors import BadInput
from joinedup.wrongs import raise_all

_Choice = TypeVar("_Choice", bound=StrEnum)
_WORDS: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
    dt.date: "a date, written 2024-05-01 without quotes",
}


def document(path: Path, *, unreadable: str, not_toml: str, next_step: str = "") -> dict[str, Any]:
    """The content of a TOML file of a workspace; empty where there is none.

    Raises BadInput with one of these two sentences: the file is no UTF-8, or no TOML (and in which line).
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(unreadable, where=path.name, next_step=next_step) from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput(not_toml, where=f"{path.name}: {error}", next_step=next_step) from error


class Section:
    """A table of the file, by the name that errors use for it."""

    def __init__(self, content: object, name: str, *, told_in: str = "docs/feeds.md") -> None:
        if not isinstance(content, dict):
            raise BadInput(f"[{name}] should be a table")
        self._content: dict[str, Any] = dict(content)
        self._name = name
        self._told_in = told_in
        self._asked: list[str] = []

    def take(self, key: str, kind: type, default: Any = ...) -> Any:
        """The value of a key; without a default the key is required."""
        self._asked.append(key)
        if key not in self._content:
            if default is ...:
                raise BadInput(f"The key '{key}' is missing", where=self._name)
            return default
        value = self._content.pop(key)
        exactly = kind in {int, dt.date}  # true is an int to Python, and a time is a date
        if type(value) is not kind if exactly else not isinstance(value, kind):
            raise BadInput(f"The key '{key}' should be {_WORDS[kind]}", where=self._name)
        return value

    def number(self, key: str) -> float | None:
        """A number, whole or not; None where the key is absent."""
        self._asked.append(key)
        value = self._content.pop(key, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise BadInput(f"The key '{key}' should be a number", where=self._name)
        return value

    def texts(self, key: str, default: Any = ()) -> tuple[str, ...]:
        """A list of texts."""
        value = self.take(key, list, list(default))
        if not all(isinstance(item, str) for item in value):
            raise BadInput(f"The key '{key}' should be a list of texts", where=self._name)
        return tuple(value)

    def text_or_texts(self, key: str) -> tuple[str, ...]:
        """One text, or a list of texts; none where the key is absent."""
        if isinstance(self._content.get(key), str):
            return (self.take(key, str),)
        return self.texts(key)

    def table_of_texts(self, key: str) -> dict[str, str]:
        """A table from texts to texts; empty where the key is absent."""
        value = self.take(key, dict, {})
        if not all(isinstance(item, str) for item in value.values()):
            raise BadInput(f"The key '{key}' should be a table of texts", where=self._name)
        return dict(value)

    def choice(self, key: str, kind: type[_Choice], default: Any = ...) -> _Choice:
        """One of a fixed set of words."""
        return self._word(key, kind, self.take(key, str, default))

    def choices(self, key: str, kind: type[_Choice], default: Any = ...) -> tuple[_Choice, ...]:
        """A list of words of a fixed set; without a default the key is required."""
        if default is ... and key not in self._content:
            self.take(key, list)
        return tuple(
            self._word(key, kind, word) for word in self.texts(key, () if default is ... else default)
        )

    def _word(self, key: str, kind: type[_Choice], value: str) -> _Choice:
        try:
            return kind(value)
        except ValueError:
            words = ", ".join(kind)
            raise BadInput(f"The key '{key}' should be among: {words}", where=self._name) from None

    def has(self, key: str) -> bool:
        """Whether the table has this key."""
        return key in self._content

    def section(self, key: str, *, required: bool = False) -> Section | None:
        """A table within this one."""
        self._asked.append(key)
        if key not in self._content:
            if required:
                raise BadInput(f"The section [{key}] is missing", where=self._name)
            return None
        return Section(self._content.pop(key), key, told_in=self._told_in)

    def sections(self, key: str) -> list[Section]:
        """The tables of a list of tables, by the name of the list and their number; at least one."""
        told = self.take(key, list)
        if not told:
            raise BadInput(f"The key '{key}' has no table", where=self._name)
        return [
            Section(one, f"{key} {number}", told_in=self._told_in) for number, one in enumerate(told, start=1)
        ]

    def done(self) -> None:
        """Every key was known."""
        raise_all(
            BadInput(f"Unknown key '{key}'", where=self._name, next_step=self._meant(key))
            for key in self._content
        )

    def _meant(self, key: str) -> str:
        near = difflib.get_close_matches(key, self._asked, n=1)
        return f"Perhaps '{near[0]}' is meant" if near else f"See {self._told_in} for the keys there are"
