"""Whether the first row of a sample is one of its rows: no value of a person may become a column's name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from joinedup.errors import BadInput
from joinedup.feeds.drafting.shapes import GIVEN_NAMES, PERSONAL_SHAPES, SHAPES, TITLES

_ENOUGH = 2  # signs; one may be there by chance
_STREETS = "Avenue Close Court Crescent Drive Gardens Grove Lane Place Road Street Terrace Way"
_STREET = re.compile(rf"[A-Z][A-Za-z'. -]* (?:{_STREETS.replace(' ', '|')})")


def refuse_data_as_header(names: Sequence[str], below: Sequence[Sequence[str]]) -> None:
    """Raise BadInput, without a word of it, where the names look like the values below them.

    A sign of it is a name that comes again below as a value of its column, a street above streets, or a given
    name above one. What tells of a person as most of the values below do is enough by itself.
    """
    below = [row for row in below if [cell.strip() for cell in row] != list(names)]  # a header repeated
    signs = 0
    for at, name in enumerate(names):
        values = [row[at].strip() for row in below if at < len(row) and row[at].strip()]
        signs += _signs(name, values)
        if signs >= _ENOUGH:
            raise BadInput(
                "The first row looks like the rows below it, not like a header",
                where=f"column {at + 1}",
                next_step="Give the file a header line, then draft again",
            )


def _signs(name: str, values: Sequence[str]) -> int:
    if any(_mostly(shape, name, values) for shape in PERSONAL_SHAPES):
        return _ENOUGH
    if _named(name) & GIVEN_NAMES:
        people = sum(bool(_named(value) & (GIVEN_NAMES | TITLES)) for value in values)
        if people:
            return _ENOUGH if people * 2 > len(values) else 1
    if _STREET.fullmatch(name) and any(map(_STREET.fullmatch, values)):
        return 1
    return int(name.casefold() in {value.casefold() for value in values})


def _mostly(shape: str, name: str, values: Sequence[str]) -> bool:
    """Whether it has a shape that most of the values have."""
    if re.fullmatch(SHAPES[shape], name) is None:
        return False
    return sum(re.fullmatch(SHAPES[shape], value) is not None for value in values) * 2 > len(values)


def _named(text: str) -> set[str]:
    """The words of a text that may be a person's name."""
    return set(text.casefold().split()) if re.fullmatch(r"[A-Za-z .,'-]+", text) else set()
