"""What a feed's contract says. Frozen definitions that check themselves; nothing here reads a file.

A contract is the only place where a feed is known: a contract file put into the workspace is enough for a new
feed. ``reading_contracts`` makes these from TOML. The parts of a contract have modules of their own.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from joinedup.errors import BadInput
from joinedup.feeds.breaks import Break, BreakKind
from joinedup.feeds.columns import (
    FIELD,
    NAME,
    RESERVED_FIELDS,
    Column,
    Derived,
    IfWrong,
    Kind,
    Personal,
    repeated,
)
from joinedup.feeds.form import FormRule, Question, check_form
from joinedup.feeds.persons import DESCRIBING, Person
from joinedup.feeds.publishing import Ended, Publishing
from joinedup.feeds.rules import (
    FileFormat,
    FileRule,
    IfUnplaceable,
    PeriodRule,
    PlaceRule,
    SetAside,
    StatedArea,
    StatusRule,
    TimeFormat,
    TimeRule,
    ValidationRule,
)
from joinedup.records.definitions import Restricting
from joinedup.terms import DeliveryMode, RecordType
from joinedup.wrongs import raise_all

__all__ = [
    "FIELD",
    "NAME",
    "RESERVED_FIELDS",
    "Break",
    "BreakKind",
    "Column",
    "Contract",
    "Derived",
    "Ended",
    "FileFormat",
    "FileRule",
    "FormRule",
    "IfUnplaceable",
    "IfWrong",
    "Kind",
    "PeriodRule",
    "Person",
    "Personal",
    "PlaceRule",
    "Publishing",
    "Question",
    "Restricting",
    "SetAside",
    "StatedArea",
    "StatusRule",
    "TimeFormat",
    "TimeRule",
    "ValidationRule",
]


@dataclass(frozen=True)
class Contract:
    """Everything that is agreed about one feed, for the days from ``valid_from`` to ``valid_to`` (inclusive,
    None: without end)."""

    name: str
    version: int
    title: str
    owner_code: str
    owner_name: str
    source: str
    source_title: str
    record_type: RecordType
    mode: DeliveryMode
    period: PeriodRule
    columns: tuple[Column, ...]
    time: TimeRule
    publishing: Publishing
    key: tuple[str, ...] = ()
    keyless: bool = True
    ref: str | None = None
    place: PlaceRule | None = None
    stated_area: StatedArea | None = None
    derived: tuple[Derived, ...] = ()
    set_aside: SetAside = field(default_factory=SetAside)
    file: FileRule = field(default_factory=FileRule)
    status: StatusRule | None = None
    validation: ValidationRule | None = None
    persons: tuple[Person, ...] = ()
    breaks: tuple[Break, ...] = ()
    form: FormRule | None = field(
        default=None, repr=False
    )  # how rows of files are read is all that repr tells
    restricting: tuple[Restricting, ...] = field(default=(), repr=False)
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def __post_init__(self) -> None:
        raise_all(
            [
                *self._wrong_names(),
                *self._wrong_columns(),
                *self._wrong_uses(),
                *self._wrong_fields(),
                *self._wrong_derived(),
                *self._wrong_persons(),
                *self._wrong_restricting(),
                *check_form(self),
            ]
        )

    def _wrong_names(self) -> Iterator[BadInput]:
        for what in (self.name, self.owner_code, self.source):
            if not NAME.fullmatch(what):
                yield BadInput(f"'{what}' should have small letters, digits and single hyphens only")
        if self.version < 1:
            yield BadInput("A contract's version is 1 or more", where="version")
        if not self.key and not self.keyless:
            yield BadInput("A feed without key columns has keyless rows", where="key")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            yield BadInput("A version ends before it begins", where="valid_to")
        for (date, kind), times in Counter((one.date, one.kind) for one in self.breaks).items():
            if times > 1:
                yield BadInput(f"Two breaks of {kind} are on the same day", where=f"break of {date}")

    def _wrong_columns(self) -> Iterator[BadInput]:
        names = [name for column in self.columns for name in column.names]
        if again := repeated(names):
            yield BadInput(
                "Two columns have the same name (capitals do not count)", where=f"column '{again[0]}'"
            )
        known = {column.name for column in self.columns}
        for rule, used in self.roles().items():
            for name in used:
                if name not in known:
                    yield BadInput(f"There is no column '{name}'", where=rule)

    def _wrong_uses(self) -> Iterator[BadInput]:
        at_work = {name for used in self.roles().values() for name in used}
        essential = {*self.key, self.time.column}
        shown = {*self.roles()["ref"], *self.roles()["stated_area"]}
        for column in self.columns:
            if column.ignored == (column.field is not None or column.name in at_work):
                yield BadInput(
                    "A column is kept as a field, used by a rule or a person, or ignored = true",
                    where=column.where,
                )
            if column.optional and column.name in essential:
                yield BadInput("A column of the key or of the time cannot be absent", where=column.where)
            if column.personal is Personal.IDENTIFYING and column.name in shown:
                yield BadInput(
                    "The reference and the stated area are shown with the record, so they cannot identify",
                    where=column.where,
                )

    def _wrong_fields(self) -> Iterator[BadInput]:
        names = [*self.field_names(), *self.private_fields()]
        for name, times in Counter(names).items():
            if times > 1:
                yield BadInput(f"Two things are kept under the field name '{name}'", where="column")

    def _wrong_derived(self) -> Iterator[BadInput]:
        coded = {column.field: column for column in self.columns if column.codes}
        plain = {column.field for column in self.columns if column.field and not column.private}
        for derived in self.derived:
            where = f"derived {derived.field}"
            if derived.state_of is not None and derived.state_of not in plain:
                yield BadInput(f"'{derived.state_of}' is no field that is kept with the record", where=where)
            if derived.of is None:
                continue
            column = coded.get(derived.of)
            if column is None or column.codes is None:
                yield BadInput(f"'{derived.of}' is no field with a code list", where=where)
            elif derived.attribute not in column.codes.attribute_names:
                yield BadInput(
                    f"The code list {column.codes.name} has no attribute '{derived.attribute}'", where=where
                )

    def _wrong_persons(self) -> Iterator[BadInput]:
        columns = {column.name: column for column in self.columns}
        for person in self.persons:
            for attribute, name in person.used():
                column = columns.get(name)
                if column is None:
                    continue
                if attribute in DESCRIBING and column.personal is Personal.NO:
                    yield BadInput(
                        f"It describes a person ({attribute}), so it is personal",
                        where=column.where,
                        next_step='Add personal = "personal", "special" or "identifying"',
                    )
                if attribute not in DESCRIBING and column.personal is not Personal.IDENTIFYING:
                    yield BadInput(
                        f"It identifies a person ({attribute})",
                        where=column.where,
                        next_step='Add personal = "identifying"',
                    )

    def _wrong_restricting(self) -> Iterator[BadInput]:
        columns = {column.field: column for column in self.columns if column.field and not column.private}
        born = {person.role for person in self.persons if "birth_date" in person.columns}
        for rule in self.restricting:
            where = f"restrict {rule.kind}"
            if rule.role and rule.role not in born:
                yield BadInput(f"No person '{rule.role}' has a date of birth", where=where)
            if not rule.field:
                continue
            column = columns.get(rule.field)
            if column is None:
                yield BadInput(f"'{rule.field}' is no field that is kept with the record", where=where)
            elif wrong := sorted(set(rule.values) - column.stored_words(rule.values)):
                yield BadInput(f"The field '{rule.field}' never has the value '{wrong[0]}'", where=where)

    def roles(self) -> dict[str, tuple[str, ...]]:
        """The columns each rule uses, apart from those kept as fields."""
        used = {
            "key": self.key,
            "ref": (self.ref,) if self.ref else (),
            "time": self.time.columns,
            "place": self.place.columns if self.place else (),
            "stated_area": (self.stated_area.column,) if self.stated_area else (),
            "totals": tuple(self.set_aside.totals),
            "status": (self.status.column,) if self.status else (),
            "validation": (self.validation.column,) if self.validation and self.validation.column else (),
        }
        for role, ordinal, person in self.mentions():
            rule = f"person {role}" if ordinal == 1 else f"person {role} {ordinal}"
            used[rule] = tuple(dict.fromkeys(column for _, column in person.used()))
        return used

    def mentions(self) -> list[tuple[str, int, Person]]:
        """Role, number within the role from 1, and person, in the contract's order."""
        seen: Counter[str] = Counter()
        found = []
        for person in self.persons:
            seen[person.role] += 1
            found.append((person.role, seen[person.role], person))
        return found

    def field_names(self) -> list[str]:
        """The contract's own fields, in the order of the record book. Private ones are not among them."""
        kept = [column.field for column in self.columns if column.field and not column.private]
        made = [ValidationRule.FIELD] if self.validation else []
        return kept + [derived.field for derived in self.derived] + made

    def private_fields(self) -> list[str]:
        """The fields that identify: kept apart from the record, under the role ``record``."""
        return [column.field for column in self.columns if column.field and column.private]

    def column(self, name: str) -> Column:
        """The column of this name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def encoding(self) -> str:
        """What text is read as that is neither marked nor valid UTF-8."""
        return self.file.encoding

    @property
    def delimiter(self) -> str:
        """The delimiter that the owner uses."""
        return self.file.delimiter
