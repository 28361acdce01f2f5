"""What a feed's contract says. Frozen definitions that check themselves; nothing here reads a file.

A contract is the only place where a feed is known: a contract file put into the workspace is enough for a new
feed. ``reading_contracts`` makes these from TOML.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from joinedup.errors import BadInput
from joinedup.feeds.codelists import CodeList
from joinedup.records import ENVELOPE
from joinedup.terms import DeliveryMode, Every, Purpose, RecordType, Sensitivity

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FIELD = re.compile(r"[a-z][a-z0-9_]*")
# What the engine that reads in linear time (RE2) does not know: it would be refused when a file comes.
_BACKTRACKING = re.compile(r"\(\?(?:[=!>(]|<[=!]|P=)|\\[1-9]")
RESERVED_FIELDS = frozenset({*ENVELOPE, "superseded_at", "superseded_by", "feed", "source", "owner"})


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    CODE = "code"  # a word of a code list
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


class TimeFormat(StrEnum):
    """How a time column is written."""

    MONTH = "month"  # 2024-05: nothing finer is known
    DATE = "date"  # a civil date, in ``pattern``
    LOCAL = "local"  # a civil date and time of London, in ``pattern``
    UTC = "utc"  # an ISO 8601 instant with its offset


class Personal(StrEnum):
    """How sensitive a personal column is; ``no`` is not personal at all."""

    NO = "no"
    PERSONAL = "personal"
    SPECIAL = "special"  # special category or criminal offence data (UK GDPR, articles 9 and 10)
    IDENTIFYING = "identifying"


@dataclass(frozen=True)
class Column:
    """One column of the file.

    ``field`` is the name it is kept under (None: used for a role only, or ignored). ``unknown`` are texts by
    which the owner says that it is not known, as apart from leaving the cell empty.
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

    def __post_init__(self) -> None:
        if not self.name:
            raise BadInput("A column has no name")
        where = f"column '{self.name}'"
        if self.field is not None and not FIELD.fullmatch(self.field):
            raise BadInput("A field name has small letters, digits and _ only", where=where)
        if self.field in RESERVED_FIELDS:
            raise BadInput(f"The field name {self.field} belongs to the record book", where=where)
        if (self.kind is Kind.CODE) != (self.codes is not None):
            raise BadInput("A column of kind code, and only such a one, names its code list", where=where)
        if self.match not in {"label", "code"}:
            raise BadInput("match is 'label' or 'code'", where=where)
        if set(self.true) & set(self.false):
            raise BadInput("A text means both true and false", where=where)


@dataclass(frozen=True)
class Derived:
    """A field that no column gives: a constant, or an attribute of another field's code."""

    field: str
    value: str | None = None
    of: str | None = None
    attribute: str | None = None

    def __post_init__(self) -> None:
        where = f"derived field '{self.field}'"
        if not FIELD.fullmatch(self.field) or self.field in RESERVED_FIELDS:
            raise BadInput("That cannot be the name of a derived field", where=where)
        if (self.value is None) == (self.of is None) or (self.of is None) != (self.attribute is None):
            raise BadInput("A derived field has either a value, or 'of' and 'attribute'", where=where)


@dataclass(frozen=True)
class PeriodRule:
    """How the period of a delivery is found: from the file's name, from a column, or both.

    ``file_name`` is a pattern with a group ``period``, or ``first`` and ``last``. ``one_month`` says that a
    file never holds more than a month.
    """

    file_name: str | None = None
    from_column: bool = True
    one_month: bool = True

    def __post_init__(self) -> None:
        if self.file_name is None:
            return
        try:
            compiled = re.compile(self.file_name)
        except re.error as error:
            raise BadInput("The file-name pattern is not a regular expression", where="period") from error
        groups = set(compiled.groupindex)
        if _BACKTRACKING.search(self.file_name) or compiled.groups > len(groups):
            raise BadInput(
                "The file-name pattern looks ahead, behind or back, or has a group without a name",
                where="period",
                next_step="Write (?:...) for a group that needs no name, and nothing that looks around",
            )
        if groups not in ({"period"}, {"first", "last"}):
            raise BadInput(
                "The file-name pattern needs a group 'period', or 'first' and 'last'", where="period"
            )


@dataclass(frozen=True)
class TimeRule:
    """When it happened: a column, or one for the beginning and one for the end, and how they are written.

    ``midnight_means_day``: an instant that is midnight in London is a date of which no time is known.
    """

    column: str
    format: TimeFormat
    pattern: str = "%Y-%m-%d"
    midnight_means_day: bool = False
    until: str | None = None


@dataclass(frozen=True)
class PlaceRule:
    """Where it happened: two columns of degrees (WGS84), or of metres (British National Grid).

    ``bounds`` are west, south, east, north in degrees; outside them a point is refused.
    ``zero_is_missing``: 0, 0 stands for no place at all.
    """

    x: str
    y: str
    grid: str = "wgs84"
    bounds: tuple[float, float, float, float] = (-9.0, 49.0, 2.5, 61.5)
    zero_is_missing: bool = True

    def __post_init__(self) -> None:
        if self.grid not in {"wgs84", "british-national-grid"}:
            raise BadInput("grid is wgs84 or british-national-grid", where="place")
        west, south, east, north = self.bounds
        if not (west < east and south < north):
            raise BadInput("bounds are west, south, east, north", where="place")


@dataclass(frozen=True)
class StatedArea:
    """The column with the area code the owner wrote, and the sets (level, vintage) it may belong to."""

    column: str
    sets: tuple[str, ...] = ()


@dataclass(frozen=True)
class SetAside:
    """Rules by which rows are left out, each named, each counted. A rule is off unless it is switched on.

    ``exact_repeats``: the second and later whole-row copies of a row that has a key.
    ``repeated_headers``: rows that are the header again. ``empty_rows``: rows with nothing in any cell.
    ``totals``: column to texts that make a row a total. ``footers``: pattern that a whole line matches.
    """

    exact_repeats: bool = False
    repeated_headers: bool = False
    empty_rows: bool = False
    totals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    footers: str | None = None

    def __post_init__(self) -> None:
        try:
            re.compile(self.footers or "")
        except re.error as error:
            raise BadInput("footers is not a regular expression", where="set_aside") from error


@dataclass(frozen=True)
class Ended:
    """A feed that brings nothing more: the last day it is of, and why. Nothing after that day can be late."""

    on: dt.date
    reason: str

    def __post_init__(self) -> None:
        if isinstance(self.on, dt.datetime):
            raise BadInput("A feed ends on a day, written without a time", where="ended")
        if not self.reason.strip():
            raise BadInput("A feed that has ended says why", where="ended")


@dataclass(frozen=True)
class Publishing:
    """When deliveries are due, what the data may be used for, how long it is kept, whose words to carry."""

    expected_every: Every
    late_after_days: int
    purposes: tuple[Purpose, ...]
    retention_years: int | None
    sensitivity: Sensitivity
    licence: str
    attribution: str
    caveats: tuple[str, ...] = ()
    ended: Ended | None = None

    def __post_init__(self) -> None:
        if not self.purposes:
            raise BadInput("A feed needs at least one purpose", where="publishing")
        if self.late_after_days < 0 or (self.retention_years is not None and self.retention_years < 1):
            raise BadInput("Days and years are positive", where="publishing")


@dataclass(frozen=True)
class Contract:
    """Everything that is agreed about one feed."""

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
    encoding: str = "utf-8"
    delimiter: str = ","

    def __post_init__(self) -> None:
        for what in (self.name, self.owner_code, self.source):
            if not NAME.fullmatch(what):
                raise BadInput(f"'{what}' should have small letters, digits and single hyphens only")
        if self.version < 1:
            raise BadInput("A contract's version is 1 or more", where="version")
        if self.encoding not in {"utf-8", "cp1252"}:
            raise BadInput("encoding is utf-8 or cp1252", where="encoding")
        if len(self.delimiter.encode()) != 1 or self.delimiter in '"\r\n':
            raise BadInput("delimiter is one character", where="delimiter")
        if not self.key and not self.keyless:
            raise BadInput("A feed without key columns has keyless rows", where="key")
        self._check_columns()
        self._check_fields()

    def _check_columns(self) -> None:
        names = [column.name for column in self.columns]
        folded = [name.casefold() for name in names]
        if len(set(folded)) != len(folded):
            raise BadInput("Two columns have the same name (capitals do not count)", where="column")
        for rule, used in self.roles().items():
            for name in used:
                if name not in names:
                    raise BadInput(f"There is no column '{name}'", where=rule)
        at_work = {name for used in self.roles().values() for name in used}
        for column in self.columns:
            if column.ignored == (column.field is not None or column.name in at_work):
                raise BadInput(
                    "A column is kept as a field, used by a rule, or ignored = true",
                    where=f"column '{column.name}'",
                )

    def _check_fields(self) -> None:
        names = self.field_names()
        if len(set(names)) != len(names):
            raise BadInput("Two columns are kept under the same field name", where="column")
        coded = {column.field: column for column in self.columns if column.codes}
        for derived in self.derived:
            if derived.of is None:
                continue
            column = coded.get(derived.of)
            if column is None or column.codes is None:
                raise BadInput(
                    f"'{derived.of}' is no field with a code list", where=f"derived {derived.field}"
                )
            if derived.attribute not in column.codes.attribute_names:
                raise BadInput(
                    f"The code list {column.codes.name} has no attribute '{derived.attribute}'",
                    where=f"derived {derived.field}",
                )

    def roles(self) -> dict[str, tuple[str, ...]]:
        """The columns each rule uses, apart from those kept as fields."""
        place = (self.place.x, self.place.y) if self.place else ()
        time = (self.time.column, self.time.until) if self.time.until else (self.time.column,)
        return {
            "key": self.key,
            "ref": (self.ref,) if self.ref else (),
            "time": tuple(name for name in time if name),
            "place": place,
            "stated_area": (self.stated_area.column,) if self.stated_area else (),
            "totals": tuple(self.set_aside.totals),
        }

    def field_names(self) -> list[str]:
        """The contract's own fields, in the order of the record book."""
        kept = [column.field for column in self.columns if column.field]
        return kept + [derived.field for derived in self.derived]

    def column(self, name: str) -> Column:
        """The column of this name."""
        return next(column for column in self.columns if column.name == name)
