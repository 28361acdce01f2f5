"""In which line of a file something stands that an error speaks of."""

from __future__ import annotations

import re

from joinedup.errors import BadInput, JoinedupError

_QUOTED = re.compile(r"'([a-z_]+)'")
_AT_LINE = re.compile(r"at line (\d+)")


def line_of(text: str, key: str, section: str = "") -> int:
    """The number of the first line that gives ``key`` (in ``section``, if one is named); 1 if none does."""
    inside = not section
    for number, line in enumerate(text.splitlines(), start=1):
        heading = re.match(r"\s*\[+\s*([\w.\-\"]+)\s*\]+", line)
        if heading:
            named = heading[1].replace('"', "")
            inside = not section or named == section
            if key in {named, *named.split(".")} and not section:
                return number
        elif inside and re.match(rf"\s*\"?{re.escape(key)}\"?\s*[.=]", line):
            return number
    return 1


def toml_line(error: Exception, text: str) -> int:
    """The line of an error of TOML: its own, or the last one."""
    found = _AT_LINE.search(str(error))
    return int(found[1]) if found else max(len(text.splitlines()), 1)


def key_of(error: JoinedupError) -> str:
    """The key that an error speaks of, where it names one."""
    found = _QUOTED.search(error.what)
    return found[1] if found else ""


def at(file: str, line: int, what: str, next_step: str = "") -> BadInput:
    """An error with its file and line."""
    return BadInput(what, where=f"{file}, line {line}", next_step=next_step)
