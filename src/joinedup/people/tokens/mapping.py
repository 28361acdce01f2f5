"""Which columns of an agency's file become tokens, and which are kept: what the agency writes down as TOML.

A ``[[person]]`` block is like that of a contract (docs/feeds.md) with one key more: ``tokens``, the name of
the column that is written in the place of the others.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as Named
from dataclasses import dataclass, field
from pathlib import Path

from joinedup.errors import BadInput, JoinedupError
from joinedup.people.attributes import IDENTIFIERS, SCHEME_PREFIX, TEXTS
from joinedup.records.tokens import SCHEME
from joinedup.toml_sections import Section

_SCHEME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_TOLD_IN = "docs/tokens.md"
_KEPT_AS_THEY_ARE = ("title", "age", "sex", "ethnicity")  # they describe, and go on as columns if kept
_SINGLE = tuple(
    one
    for one in TEXTS
    if one not in {*_KEPT_AS_THEY_ARE, "address", "birth_date_given", "birth_place", "occupation"}
)


@dataclass(frozen=True)
class Person:
    """One person whom a row names: ``columns`` is attribute to column, as ``normalising`` takes them.

    ``nothing``: texts that stand for nothing.
    """

    tokens: str
    columns: Named[str, tuple[str, ...]]
    birth_date_pattern: str = ""
    nothing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not any(one in self.columns for one in ("full_name", "given_name", "family_name")) and not any(
            one.startswith(SCHEME_PREFIX) for one in self.columns
        ):
            raise BadInput("A person without a name or a number cannot be found again", where=self.tokens)

    @property
    def used(self) -> list[str]:
        """The columns that say who it is."""
        return list(dict.fromkeys(column for columns in self.columns.values() for column in columns))


@dataclass(frozen=True)
class Mapping:
    """What becomes of a file: ``keep`` are columns that go on as they are, ``dates`` says of columns how a
    workbook's dates are to be written. Every column that is in neither is left out.
    """

    persons: tuple[Person, ...]
    keep: tuple[str, ...] = ()
    dates: Named[str, str] = field(default_factory=dict)
    delimiter: str = ","
    encoding: str = "utf-8"
    sheet: str | None = None
    header_within: int = 1

    def __post_init__(self) -> None:
        written = [*self.keep, *(one.tokens for one in self.persons)]
        if len(set(written)) < len(written):
            raise BadInput(
                "A column would be written twice", next_step="Give each tokens column its own name"
            )
        if both := set(self.keep) & set(self.identifying):
            raise BadInput(
                f"The column {min(both)} says who somebody is, so it is not kept",
                next_step="Take it out of keep, or make a file that has both with --keep-clear",
            )

    @property
    def identifying(self) -> list[str]:
        """The columns that say who somebody is."""
        return list(dict.fromkeys(column for person in self.persons for column in person.used))

    @property
    def read(self) -> list[str]:
        """Every column that is read of the file."""
        return [*self.keep, *self.identifying]


def read_mapping(path: Path) -> Mapping:
    """The mapping of a TOML file. Raises BadInput where it is none."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise BadInput("The mapping could not be read as TOML", where=path.name, next_step=_next()) from None
    try:
        return _mapping(Section(content, path.name, told_in=_TOLD_IN))
    except JoinedupError as error:
        if error.next_step:
            raise
        raise BadInput(error.what, where=error.where, next_step=_next()) from None


def _next() -> str:
    return f"See {_TOLD_IN}"


def _mapping(section: Section) -> Mapping:
    file = section.section("file") or Section({}, "file", told_in=_TOLD_IN)
    mapping = Mapping(
        persons=tuple(_person(one) for one in section.sections("person")),
        keep=section.texts("keep"),
        dates=section.table_of_texts("dates"),
        delimiter=file.take("delimiter", str, ","),
        encoding=file.take("encoding", str, "utf-8"),
        sheet=file.take("sheet", str, "") or None,
        header_within=file.take("header_within", int, 1),
    )
    file.done()
    section.done()
    return mapping


def _person(section: Section) -> Person:
    columns: dict[str, tuple[str, ...]] = {}
    for one in _SINGLE:
        if column := section.text_or_texts(one):
            columns[one] = column
    if address := section.text_or_texts("address"):
        columns["address"] = address
    numbers = section.table_of_texts(IDENTIFIERS)
    if SCHEME in numbers:
        raise BadInput("Tokens are not made of tokens", where=IDENTIFIERS)
    for scheme, number in numbers.items():
        if not _SCHEME.fullmatch(scheme):
            raise BadInput("A scheme has small letters, digits, - and _ only", where=IDENTIFIERS)
        columns[SCHEME_PREFIX + scheme] = (number,)
    for one in (*_KEPT_AS_THEY_ARE, "role"):
        section.take(one, str, "")  # so that a contract's block may be used as it is
    person = Person(
        tokens=section.take("tokens", str),
        columns=columns,
        birth_date_pattern=section.take("birth_date_pattern", str, ""),
        nothing=(*section.texts("unknown"), *section.texts("refused")),
    )
    section.done()
    return person
