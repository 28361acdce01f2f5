"""The columns of a file as a contract tells them, and the fields that no column gives. Definitions only."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from joinedup.errors import BadInput
from joinedup.feeds.codelists import CodeList
from joinedup.feeds.rules import check_date_pattern
from joinedup.records import ENVELOPE

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FIELD = re.compile(r"[a-z][a-z0-9_]*")
RESERVED_FIELDS = frozenset({*ENVELOPE, "superseded_at", "superseded_by", "feed", "source", "owner"})


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    CODE = "code"  # a word of a code list
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


class Personal(StrEnum):
    """How sensitive a personal column is; ``no`` is not personal at all."""

    NO = "no"
    PERSONAL = "personal"
    SPECIAL = "special"  # special category or criminal offence data (UK GDPR, articles 9 and 10)
    IDENTIFYING = "identifying"


class IfWrong(StrEnum):
    """What becomes of a value that breaks its column's rule."""

    QUARANTINE = "quarantine"  # the row waits for its owner to mend it
    BLANK = "blank"  # the value is dropped and counted as invalid; the row is kept


@dataclass(frozen=True)
class Column:
    """One column of the file.

    ``field`` is the name it is kept under (None: used for a role only, or ignored). ``unknown`` are texts by
    which the owner says that it is not known, ``refused`` those by which a person would not say, both apart
    from an empty cell. ``least`` and ``most`` bound a number, both included. ``also_called`` are other names
    that the owner uses for it; an ``optional`` one may be absent from a file.
    """

    name: str
    field: str | None = None
    kind: Kind = Kind.TEXT
    required: bool = False
    unknown: tuple[str, ...] = ()
    keep_unknown: bool = False
    codes: CodeList | None = None
    match: str = "label"
    pattern: str = "%Y-%m-%d"
    true: tuple[str, ...] = ("True", "true")
    false: tuple[str, ...] = ("False", "false")
    personal: Personal = Personal.NO
    ignored: bool = False
    also_called: tuple[str, ...] = ()
    optional: bool = False
    refused: tuple[str, ...] = ()
    if_wrong: IfWrong = IfWrong.QUARANTINE
    least: float | None = None
    most: float | None = None

    def __post_init__(self) -> None:
        if not self.name:
            raise BadInput("A column has no name")
        self._check_field()
        self._check_texts()
        if self.optional and self.required:
            raise BadInput("A column that may be absent cannot be required in every row", where=self.where)
        if self.kind is Kind.DATE:
            check_date_pattern(self.pattern, f"{self.where}, pattern")
        if self.if_wrong is IfWrong.BLANK:
            self._check_blanking()
        self._check_bounds()

    def _check_field(self) -> None:
        if self.field is not None and not FIELD.fullmatch(self.field):
            raise BadInput("A field name has small letters, digits and _ only", where=self.where)
        if self.field in RESERVED_FIELDS:
            raise BadInput(f"The field name {self.field} belongs to the record book", where=self.where)
        if (self.kind is Kind.CODE) != (self.codes is not None):
            raise BadInput(
                "A column of kind code, and only such a one, names its code list", where=self.where
            )
        if self.match not in {"label", "code"}:
            raise BadInput("match is 'label' or 'code'", where=self.where)
        if self.private and self.kind is not Kind.TEXT:
            raise BadInput(
                "What identifies is kept apart as its owner wrote it, so it has no kind",
                where=self.where,
                next_step='Leave out kind, codes and pattern, or personal = "identifying"',
            )

    def _check_texts(self) -> None:
        if set(self.true) & set(self.false):
            raise BadInput("A text means both true and false", where=self.where)
        if set(self.unknown) & set(self.refused):
            raise BadInput("A text means both unknown and refused", where=self.where)
        if "" in (*self.unknown, *self.refused, *self.also_called):
            raise BadInput(
                "An empty text is no word and no name: an empty cell is missing anyway", where=self.where
            )

    def _check_bounds(self) -> None:
        bounds = [one for one in (self.least, self.most) if one is not None]
        if bounds and self.kind not in {Kind.INTEGER, Kind.NUMBER}:
            raise BadInput("Only a number has a least and a most", where=self.where)
        if bounds != sorted(bounds):
            raise BadInput("Its least is more than its most", where=self.where)

    def _check_blanking(self) -> None:
        if self.required:
            raise BadInput("A required value cannot be dropped where it is wrong", where=self.where)
        if self.kind is Kind.TEXT or self.field is None:
            raise BadInput(
                "Nothing can be wrong with it, so if_wrong has no meaning here",
                where=self.where,
                next_step="Leave if_wrong out, or say what the column holds (kind or codes) and its field",
            )

    @property
    def where(self) -> str:
        """How an error names this column."""
        return f"column '{self.name}'"

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which the owner may bring it, the contract's own first."""
        return (self.name, *self.also_called)

    def stored_words(self, words: Collection[str]) -> set[str]:
        """Those of these words that its field can have, as text: a code, true or false; any text."""
        if self.codes is not None:
            return {code.code for code in self.codes.codes} & set(words)
        return {"true", "false"} & set(words) if self.kind is Kind.BOOLEAN else set(words)

    @property
    def private(self) -> bool:
        """Whether its field identifies: kept apart from the record, seen only through ``reveal``."""
        return self.field is not None and self.personal is Personal.IDENTIFYING


@dataclass(frozen=True)
class Derived:
    """A field that no column gives: a constant, an attribute of another field's code, or the state of another
    field's value in each row (given, missing, unknown, refused or invalid)."""

    field: str
    value: str | None = None
    of: str | None = None
    attribute: str | None = None
    state_of: str | None = None

    def __post_init__(self) -> None:
        where = f"derived field '{self.field}'"
        if not FIELD.fullmatch(self.field) or self.field in RESERVED_FIELDS:
            raise BadInput("That cannot be the name of a derived field", where=where)
        ways = sum(one is not None for one in (self.value, self.of, self.state_of))
        if ways != 1 or (self.of is None) != (self.attribute is None):
            raise BadInput(
                "A derived field has either a value, or 'of' and 'attribute', or 'state_of'", where=where
            )


def repeated(names: Sequence[str]) -> list[str]:
    """The names that occur twice (capitals do not count), each once."""
    folded = [name.casefold() for name in names]
    return sorted({name for name, fold in zip(names, folded, strict=True) if folded.count(fold) > 1})
