"""[[person]] blocks: which columns that identify belong to one person, and which to nobody."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from joinedup.feeds.drafting.definitions import Likely, Profile, TimeKind
from joinedup.feeds.drafting.personal import role_of_all, words_of
from joinedup.feeds.drafting.toml_lines import UNDECIDED, Lines

# With none of these an address may be where it happened, not where a person lives.
_NAMING = frozenset({"full_name", "given_name", "family_name", "alias", "birth_date", "phone", "email"})


@dataclass
class Mention:
    """A person whom the rows seem to name. ``given_role``: a column's name says so, not only this module."""

    role: str
    given_role: bool
    columns: dict[str, Profile] = field(default_factory=dict)
    address: list[Profile] = field(default_factory=list)
    identifiers: dict[str, Profile] = field(default_factory=dict)

    def names(self) -> set[str]:
        """The columns it uses."""
        found = [*self.columns.values(), *self.address, *self.identifiers.values()]
        return {column.name for column in found}

    @property
    def is_named(self) -> bool:
        """Whether anything of it says who it is."""
        return bool(self.identifiers) or bool(_NAMING & set(self.columns))


def people(columns: Sequence[Profile]) -> list[Mention]:
    """The persons, by role and number in the columns' names; a second of one attribute is nobody's."""
    usual = role_of_all([column.about for column in columns if column.about.likely is Likely.IDENTIFIES])
    found: dict[tuple[str, str], Mention] = {}
    for column in columns:
        about = column.about
        if about.attribute is None and about.scheme is None:
            continue
        number = re.search(r" (\d+)$", words_of(column.name))
        role = about.role or usual
        is_line = about.attribute == "address"
        key = (role, number[1] if number and about.role and not is_line else "")
        mention = found.setdefault(key, Mention(role, bool(about.role)))
        if is_line:
            mention.address.append(column)
        elif about.scheme is not None:
            mention.identifiers.setdefault(about.scheme, column)
        elif about.attribute is not None:
            mention.columns.setdefault(about.attribute, column)
    return [mention for mention in found.values() if mention.is_named]


def write_people(lines: Lines, mentions: Sequence[Mention]) -> None:
    """A block for each person, with its doubts."""
    for mention in mentions:
        lines.section("[[person]]")
        if not mention.given_role:
            lines.doubt("no column says what this person is to the record: caller, victim, suspect, client …")
        by_shape = [column.name for column in mention.columns.values() if column.about.by_shape]
        if by_shape:
            lines.doubt(f"taken for a person by the look of its values only: {', '.join(by_shape)}")
        lines.key("role", mention.role)
        for attribute, column in mention.columns.items():
            lines.key(attribute, column.name)
            if attribute == "birth_date":
                _write_birth(lines, column)
        if mention.address:
            lines.key("address", [column.name for column in mention.address])
        if mention.identifiers:
            lines.key("identifiers", _by_scheme(mention.identifiers))


def _by_scheme(identifiers: Mapping[str, Profile]) -> dict[str, str]:
    return {scheme: column.name for scheme, column in identifiers.items()}


def _write_birth(lines: Lines, column: Profile) -> None:
    time = column.time
    if time is None or time.kind is not TimeKind.DATE:
        lines.doubt("the birth dates are not all written in one way that is known here: say how")
        lines.key("birth_date_pattern", "%d/%m/%Y")
        return
    if time.other:
        lines.doubt("no birth date settles whether the day or the month comes first: keep one")
        lines.note(f'birth_date_pattern = "{time.pattern}"')
        lines.note(f'birth_date_pattern = "{time.other}"')
        lines.key("birth_date_pattern", UNDECIDED)
        return
    if time.two_digit_years:
        lines.doubt("years have two digits: a person may be taken for a hundred years younger")
    lines.key("birth_date_pattern", time.pattern)
