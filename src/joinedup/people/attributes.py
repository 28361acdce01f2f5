"""What may be told of a person, and how columns of any table are matched to it.

A mapping names for each attribute the column that holds it, or several columns that are read as one text with
blanks between them (a street number and a street). ``identifier:SCHEME`` is a number that somebody gave the
person; several schemes may be mapped. ``identifiers`` is a column of maps from scheme to number. Cells of
tokens are an identifier of the scheme ``tokens``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from joinedup.errors import BadInput
from joinedup.records.tokens import SCHEME as TOKENS

Columns = Mapping[str, str | Sequence[str]]

IDENTIFIERS = "identifiers"
SCHEME_PREFIX = "identifier:"

_NAMING = ("full_name", "given_name", "family_name", SCHEME_PREFIX + TOKENS)
TEXTS = (
    "full_name",
    "given_name",
    "middle_names",
    "family_name",
    "alias",
    "birth_date",
    "birth_date_given",
    "sex",
    "ethnicity",
    "address",
    "postcode",
    "uprn",
    "phone",
    "email",
    "birth_place",
    "occupation",
)


def checked(columns: Columns, present: Sequence[str]) -> Columns:
    """The mapping, if it can be used. Raises BadInput for an attribute or a column that is not there."""
    known = {*TEXTS, IDENTIFIERS}
    for attribute, given in columns.items():
        if attribute not in known and not attribute.startswith(SCHEME_PREFIX):
            raise BadInput(
                f"No attribute of a person is called {attribute}",
                next_step=f"Use one of {', '.join(sorted(known))} or {SCHEME_PREFIX}SCHEME",
            )
        for column in listed(given):
            if column not in present:
                raise BadInput(f"The table has no column {column}", where=f"mapping of {attribute}")
    if not any(name in columns for name in _NAMING):
        raise BadInput("Nobody can be linked without names", next_step="Map full_name or family_name")
    return columns


def listed(given: str | Sequence[str]) -> list[str]:
    """One or several columns as a list."""
    return [given] if isinstance(given, str) else list(given)
