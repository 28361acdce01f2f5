"""Who a row names: a role, and which columns hold what of that person. Definitions only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from joinedup.errors import BadInput
from joinedup.feeds.columns import NAME
from joinedup.feeds.rules import check_date_pattern

OF_THE_RECORD = "record"  # the role under which a record's private fields are kept: no person has it
_SCHEME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")

# Attributes that one column holds each, in the order in which they are kept.
SINGLE = (
    "title",
    "full_name",
    "given_name",
    "middle_names",
    "family_name",
    "alias",
    "birth_date",
    "age",
    "sex",
    "ethnicity",
    "postcode",
    "uprn",
    "phone",
    "email",
)
DESCRIBING = frozenset({"title", "age", "sex", "ethnicity"})  # all the others identify


@dataclass(frozen=True)
class Person:
    """One mention that a row makes. ``role`` twice in a contract: the first is number 1, the second 2.

    ``columns`` is attribute (of ``SINGLE``) to column; ``address`` columns are joined with ", ";
    ``identifiers`` is scheme to column. ``unknown`` and ``refused`` are words that hold for every attribute.
    A birth date that cannot be is dropped and counted as invalid: it never costs the row.
    """

    role: str
    columns: Mapping[str, str] = field(default_factory=dict)
    address: tuple[str, ...] = ()
    identifiers: Mapping[str, str] = field(default_factory=dict)
    birth_date_pattern: str = "%Y-%m-%d"
    unknown: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.role):
            raise BadInput("A role has small letters, digits and single hyphens only", where=self.where)
        if self.role == OF_THE_RECORD:
            raise BadInput(
                "The role 'record' stands for what is nobody's own",
                where=self.where,
                next_step="Call the role what the person is, or give the column a field of its own",
            )
        if strange := set(self.columns) - set(SINGLE):
            raise BadInput(f"A person has no attribute '{min(strange)}'", where=self.where)
        for scheme in self.identifiers:
            if not _SCHEME.fullmatch(scheme):
                raise BadInput(
                    f"The scheme '{scheme}' should have small letters, digits, - and _ only", where=self.where
                )
        if not any(True for _ in self.used()):
            raise BadInput("A person has no attribute at all", where=self.where)
        check_date_pattern(self.birth_date_pattern, f"{self.where}, birth_date_pattern")
        if set(self.unknown) & set(self.refused):
            raise BadInput("A text means both unknown and refused", where=self.where)
        if "" in (*self.unknown, *self.refused):
            raise BadInput("An empty text is no word: an empty cell is missing anyway", where=self.where)

    @property
    def where(self) -> str:
        """How an error names this person."""
        return f"person '{self.role}'"

    def used(self) -> Iterator[tuple[str, str]]:
        """Attribute and column, for every column that says something of this person."""
        for attribute in SINGLE:
            if attribute in self.columns:
                yield attribute, self.columns[attribute]
        for column in self.address:
            yield "address", column
        for scheme, column in self.identifiers.items():
            yield f"identifiers.{scheme}", column
