"""Reading contracts from TOML: every error names the file and the key."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from joinedup.errors import BadInput, JoinedupError
from joinedup.feeds.codelists import CodeList, read_code_list
from joinedup.feeds.contract import (
    Column,
    Contract,
    Derived,
    Ended,
    Kind,
    PeriodRule,
    Personal,
    PlaceRule,
    Publishing,
    SetAside,
    StatedArea,
    TimeFormat,
    TimeRule,
)
from joinedup.terms import DeliveryMode, Every, Purpose, RecordType, Sensitivity

_Choice = TypeVar("_Choice", bound=StrEnum)


class _Section:
    """One table of the file: each key is taken once, with its type; what is left over is an error."""

    def __init__(self, content: object, name: str) -> None:
        if not isinstance(content, dict):
            raise BadInput(f"[{name}] should be a table")
        self._content: dict[str, Any] = dict(content)
        self._name = name

    def take(self, key: str, kind: type, default: Any = ...) -> Any:
        """The value of a key; without a default the key is required."""
        if key not in self._content:
            if default is ...:
                raise BadInput(f"The key '{key}' is missing", where=self._name)
            return default
        value = self._content.pop(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            raise BadInput(f"The key '{key}' should be {kind.__name__}", where=self._name)
        return value

    def texts(self, key: str, default: Any = ()) -> tuple[str, ...]:
        """A list of texts."""
        value = self.take(key, list, list(default))
        if not all(isinstance(item, str) for item in value):
            raise BadInput(f"The key '{key}' should be a list of texts", where=self._name)
        return tuple(value)

    def choice(self, key: str, kind: type[_Choice], default: Any = ...) -> _Choice:
        """One of a fixed set of words."""
        value = self.take(key, str, default)
        try:
            return kind(value)
        except ValueError:
            words = ", ".join(kind)
            raise BadInput(f"The key '{key}' should be one of: {words}", where=self._name) from None

    def section(self, key: str, *, required: bool = False) -> _Section | None:
        """A table within this one."""
        if key not in self._content:
            if required:
                raise BadInput(f"The section [{key}] is missing", where=self._name)
            return None
        return _Section(self._content.pop(key), key)

    def done(self) -> None:
        """Every key was known."""
        if self._content:
            raise BadInput(f"Unknown key '{next(iter(self._content))}'", where=self._name)


def read_contract(path: Path, code_list_folders: tuple[Path, ...]) -> Contract:
    """Read and check one contract; code lists are looked for in the folders, the first that has one wins."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("A contract cannot be read as UTF-8", where=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput("A contract is not valid TOML", where=f"{path.name}: {error}") from error
    try:
        return _contract(_Section(document, "contract"), lambda name: _code_list(name, code_list_folders))
    except JoinedupError as error:
        where = f"{path.name}, {error.where}" if error.where else path.name
        raise BadInput(error.what, where=where, next_step=error.next_step) from error


def _code_list(name: str, folders: tuple[Path, ...]) -> CodeList:
    for folder in folders:
        path = folder / f"{name}.csv"
        if path.is_file():
            return read_code_list(path)
    raise BadInput(f"There is no code list '{name}'", where="codes", next_step=f"Add codelists/{name}.csv")


def _contract(top: _Section, code_list: Callable[[str], CodeList]) -> Contract:
    owner, source = top.section("owner", required=True), top.section("source", required=True)
    file, key = top.section("file"), top.section("key")
    columns = tuple(_column(_Section(item, "column"), code_list) for item in top.take("column", list))
    derived = tuple(_derived(_Section(item, "derived")) for item in top.take("derived", list, []))
    assert owner is not None and source is not None  # noqa: S101 - required above
    contract = Contract(
        name=top.take("name", str),
        version=top.take("version", int),
        title=top.take("title", str),
        owner_code=owner.take("code", str),
        owner_name=owner.take("name", str),
        source=source.take("code", str),
        source_title=source.take("title", str),
        record_type=top.choice("record_type", RecordType),
        mode=top.choice("mode", DeliveryMode),
        period=_period(top.section("period")),
        columns=columns,
        time=_time(top.section("time", required=True)),
        publishing=_publishing(top.section("publishing", required=True)),
        key=key.texts("columns") if key else (),
        keyless=key.take("rows_without_key", str, "refuse") == "content-and-ordinal" if key else True,
        ref=top.take("ref", str, None),
        place=_place(top.section("place")),
        stated_area=_stated_area(top.section("stated_area")),
        derived=derived,
        set_aside=_set_aside(top.section("set_aside")),
        encoding=file.take("encoding", str, "utf-8") if file else "utf-8",
        delimiter=file.take("delimiter", str, ",") if file else ",",
    )
    for section in (top, owner, source, file, key):
        if section is not None:
            section.done()
    return contract


def _column(section: _Section, code_list: Callable[[str], CodeList]) -> Column:
    name = section.take("name", str)
    codes = section.take("codes", str, None)
    column = Column(
        name=name,
        field=section.take("field", str, None),
        kind=section.choice("kind", Kind, "code" if codes else "text"),
        required=section.take("required", bool, False),
        unknown=section.texts("unknown"),
        keep_unknown=section.take("keep_unknown", bool, False),
        codes=code_list(codes) if codes else None,
        match=section.take("match", str, "label"),
        pattern=section.take("pattern", str, "%Y-%m-%d"),
        true=section.texts("true", ("True", "true")),
        false=section.texts("false", ("False", "false")),
        personal=section.choice("personal", Personal, "no"),
        ignored=section.take("ignored", bool, False),
    )
    section.done()
    return column


def _derived(section: _Section) -> Derived:
    derived = Derived(
        section.take("field", str),
        section.take("value", str, None),
        section.take("of", str, None),
        section.take("attribute", str, None),
    )
    section.done()
    return derived


def _period(section: _Section | None) -> PeriodRule:
    if section is None:
        return PeriodRule()
    rule = PeriodRule(
        section.take("file_name", str, None),
        section.take("from_column", bool, True),
        section.take("one_month", bool, True),
    )
    section.done()
    return rule


def _time(section: _Section | None) -> TimeRule:
    assert section is not None  # noqa: S101 - required by the caller
    rule = TimeRule(
        section.take("column", str),
        section.choice("format", TimeFormat),
        section.take("pattern", str, "%Y-%m-%d"),
        section.take("midnight_means_day", bool, False),
        section.take("until", str, None),
    )
    section.done()
    return rule


def _place(section: _Section | None) -> PlaceRule | None:
    if section is None:
        return None
    easting, northing = section.take("easting", str, None), section.take("northing", str, None)
    on_grid = easting is not None or northing is not None
    x = easting if on_grid else section.take("longitude", str)
    y = northing if on_grid else section.take("latitude", str)
    if x is None or y is None:
        raise BadInput("easting and northing go together", where="place")
    bounds = section.take("bounds", list, list(PlaceRule("x", "y").bounds))
    if len(bounds) != 4 or not all(isinstance(edge, int | float) for edge in bounds):
        raise BadInput("bounds are four numbers: west, south, east, north", where="place")
    west, south, east, north = (float(edge) for edge in bounds)
    rule = PlaceRule(
        x=x,
        y=y,
        grid="british-national-grid" if on_grid else "wgs84",
        bounds=(west, south, east, north),
        zero_is_missing=section.take("zero_is_missing", bool, True),
    )
    section.done()
    return rule


def _stated_area(section: _Section | None) -> StatedArea | None:
    if section is None:
        return None
    rule = StatedArea(section.take("column", str), section.texts("sets"))
    section.done()
    return rule


def _set_aside(section: _Section | None) -> SetAside:
    if section is None:
        return SetAside()
    totals: Mapping[str, Any] = section.take("totals", dict, {})
    for column, texts in totals.items():
        if not isinstance(texts, list) or not all(isinstance(item, str) for item in texts):
            raise BadInput(f"totals for '{column}' should be a list of texts", where="set_aside")
    rule = SetAside(
        exact_repeats=section.take("exact_repeats", bool, False),
        repeated_headers=section.take("repeated_headers", bool, False),
        empty_rows=section.take("empty_rows", bool, False),
        totals={column: tuple(texts) for column, texts in totals.items()},
        footers=section.take("footers", str, None),
    )
    section.done()
    return rule


def _publishing(section: _Section | None) -> Publishing:
    assert section is not None  # noqa: S101 - required by the caller
    try:
        purposes = tuple(Purpose(word) for word in section.texts("purposes"))
    except ValueError:
        words = ", ".join(Purpose)
        raise BadInput(f"The key 'purposes' should be among: {words}", where="publishing") from None
    rule = Publishing(
        expected_every=section.choice("expected_every", Every),
        late_after_days=section.take("late_after_days", int),
        purposes=purposes,
        retention_years=section.take("retention_years", int, None),
        sensitivity=section.choice("sensitivity", Sensitivity),
        licence=section.take("licence", str),
        attribution=section.take("attribution", str),
        caveats=section.texts("caveats"),
        ended=_ended(section.section("ended")),
    )
    section.done()
    return rule


def _ended(section: _Section | None) -> Ended | None:
    if section is None:
        return None
    ended = Ended(section.take("on", dt.date), section.take("reason", str))
    section.done()
    return ended
