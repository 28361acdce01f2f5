"""Reading contracts from TOML: every error names the file and the key."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from joinedup.errors import BadInput, JoinedupError
from joinedup.feeds.codelists import CodeList, read_code_list
from joinedup.feeds.contract import (
    Break,
    BreakKind,
    Column,
    Contract,
    Derived,
    Ended,
    FileFormat,
    FileRule,
    FormRule,
    IfUnplaceable,
    IfWrong,
    Kind,
    PeriodRule,
    Person,
    Personal,
    PlaceRule,
    Publishing,
    Question,
    Restricting,
    SetAside,
    StatedArea,
    StatusRule,
    TimeFormat,
    TimeRule,
    ValidationRule,
)
from joinedup.feeds.persons import SINGLE
from joinedup.terms import DeliveryMode, Every, Purpose, RecordType, Restriction, Role, Sensitivity
from joinedup.toml_sections import Section
from joinedup.wrongs import Wrongs, of_file

_Made = TypeVar("_Made")
_CodeLists = Callable[[str], CodeList]


def read_contract(path: Path, code_list_folders: tuple[Path, ...]) -> Contract:
    """Read and check one contract; code lists are looked for in the folders, the first that has one wins.

    Raises BadInput: the first thing that is wrong, with the others as its notes (``wrongs.sentences``).
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("A contract cannot be read as UTF-8", where=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput("A contract is not valid TOML", where=f"{path.name}: {error}") from error
    try:
        return _contract(Section(document, "contract"), lambda name: _code_list(name, code_list_folders))
    except JoinedupError as error:
        raise of_file(error, path.name) from error


def _code_list(name: str, folders: tuple[Path, ...]) -> CodeList:
    for folder in folders:
        path = folder / f"{name}.csv"
        if path.is_file():
            return read_code_list(path)
    raise BadInput(f"There is no code list '{name}'", where="codes", next_step=f"Add codelists/{name}.csv")


def _contract(top: Section, code_list: _CodeLists) -> Contract:
    wrongs = Wrongs()
    part = wrongs.part
    parts: dict[str, Any] = {}
    for key, kind, *default in _PLAIN:
        parts[key] = part(top.take, key, kind, *default)
    parts["record_type"] = part(top.choice, "record_type", RecordType)
    parts["mode"] = part(_mode, top)
    for prefix in ("owner", "source"):
        parts |= part(_named, top, prefix) or {}
    parts |= part(_key, top) or {}
    for key, required, read, otherwise in _SECTIONS:
        parts[key] = part(_in_section, top, key, required, read, otherwise)
    parts["columns"] = _blocks(top, wrongs, "column", partial(_column, code_list=code_list))
    parts["derived"] = _blocks(top, wrongs, "derived", _derived)
    parts["persons"] = _blocks(top, wrongs, "person", _person)
    parts["breaks"] = _blocks(top, wrongs, "break", _break)
    parts["restricting"] = _blocks(top, wrongs, "restrict", _restricting)
    part(top.done)
    wrongs.settle()
    return Contract(**parts)


def _mode(top: Section) -> DeliveryMode:
    mode = top.choice("mode", DeliveryMode)
    if mode is DeliveryMode.WITHDRAWAL:
        raise BadInput("The mode of a feed's files is snapshot, changes or append", where="contract")
    return mode


def _in_section(
    top: Section, key: str, required: bool, read: Callable[[Section], Any], otherwise: Callable[[], Any]
) -> Any:
    section = top.section(key, required=required)
    return otherwise() if section is None else _whole(section, read)


def _whole(section: Section, read: Callable[[Section], _Made]) -> _Made:
    """What is read from a section, all of whose keys are known."""
    found = read(section)
    section.done()
    return found


def _blocks(
    top: Section, wrongs: Wrongs, key: str, read: Callable[[Section], _Made]
) -> tuple[_Made | None, ...]:
    """Every [[block]] of this name; columns are required."""
    items = wrongs.part(top.take, key, list, *([[]] if key != "column" else [])) or []
    return tuple(wrongs.part(_block, key, index, item, read) for index, item in enumerate(items, 1))


def _block(key: str, index: int, item: object, read: Callable[[Section], _Made]) -> _Made:
    name = None
    if isinstance(item, dict):
        name = item.get("name") or item.get("field") or item.get("role")
    return _whole(Section(item, f"{key} '{name}'" if name else f"{key} {index}"), read)


def _named(top: Section, prefix: str) -> dict[str, str]:
    section = top.section(prefix, required=True)
    assert section is not None  # noqa: S101 - required above
    word = "name" if prefix == "owner" else "title"
    found = {f"{prefix}_{word}": section.take(word, str)}
    found[f"{prefix}_code" if prefix == "owner" else prefix] = section.take("code", str)
    section.done()
    return found


def _key(top: Section) -> dict[str, Any]:
    section = top.section("key")
    if section is None:
        return {"key": (), "keyless": True}
    columns = section.texts("columns")
    without = section.take("rows_without_key", str, "refuse")
    if without not in {"refuse", "content-and-ordinal"}:
        raise BadInput("rows_without_key is refuse or content-and-ordinal", where="key")
    section.done()
    return {"key": columns, "keyless": without == "content-and-ordinal"}


def _file(section: Section) -> FileRule:
    return FileRule(
        formats=section.choices("formats", FileFormat, ("csv",)),
        encoding=section.take("encoding", str, "utf-8"),
        delimiter=section.take("delimiter", str, ","),
        sheet=section.take("sheet", str, None),
        header_within=section.take("header_within", int, 1),
    )


def _column(section: Section, code_list: _CodeLists) -> Column:
    name = section.take("name", str)
    codes = section.take("codes", str, None)
    return Column(
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
        also_called=section.texts("also_called"),
        optional=section.take("optional", bool, False),
        refused=section.texts("refused"),
        if_wrong=section.choice("if_wrong", IfWrong, "quarantine"),
        least=section.number("least"),
        most=section.number("most"),
    )


def _derived(section: Section) -> Derived:
    return Derived(
        section.take("field", str),
        section.take("value", str, None),
        section.take("of", str, None),
        section.take("attribute", str, None),
        section.take("state_of", str, None),
    )


def _person(section: Section) -> Person:
    columns = {attribute: section.take(attribute, str, None) for attribute in SINGLE}
    return Person(
        role=section.take("role", str),
        columns={attribute: column for attribute, column in columns.items() if column is not None},
        address=section.text_or_texts("address"),
        identifiers=section.table_of_texts("identifiers"),
        birth_date_pattern=section.take("birth_date_pattern", str, "%Y-%m-%d"),
        unknown=section.texts("unknown"),
        refused=section.texts("refused"),
    )


def _break(section: Section) -> Break:
    return Break(section.take("date", dt.date), section.choice("kind", BreakKind), section.take("what", str))


def _restricting(section: Section) -> Restricting:
    return Restricting(
        section.choice("kind", Restriction),
        section.take("field", str, ""),
        section.texts("values"),
        section.take("role", str, ""),
        section.take("under", int, 0),
    )


def _period(section: Section) -> PeriodRule:
    return PeriodRule(
        section.take("file_name", str, None),
        section.take("from_column", bool, True),
        section.take("one_month", bool, True),
    )


def _time(section: Section) -> TimeRule:
    if section.take("if_wrong", str, "quarantine") != "quarantine":
        raise BadInput(
            'The time of a record is essential, so its if_wrong is "quarantine" only',
            where="time",
            next_step="Leave if_wrong out",
        )
    return TimeRule(
        column=section.take("column", str),
        format=section.choice("format", TimeFormat),
        pattern=section.take("pattern", str, "%Y-%m-%d"),
        midnight_means_day=section.take("midnight_means_day", bool, False),
        until=section.take("until", str, None),
        clock=section.take("clock", str, None),
        clock_pattern=section.take("clock_pattern", str, "%H:%M"),
        until_clock=section.take("until_clock", str, None),
    )


def _place(section: Section) -> PlaceRule:
    ways = {
        "grid-reference": ("grid_reference",),
        "british-national-grid": ("easting", "northing"),
        "wgs84": ("longitude", "latitude"),
    }
    given = {grid: [section.take(key, str, None) for key in keys] for grid, keys in ways.items()}
    chosen = {grid: found for grid, found in given.items() if any(found)}
    if len(chosen) != 1 or not all(all(found) for found in chosen.values()):
        raise BadInput(
            "A place is longitude and latitude, or easting and northing, or grid_reference", where="place"
        )
    [(grid, columns)] = chosen.items()
    x, y = columns if len(columns) == 2 else ("", "")
    bounds = section.take("bounds", list, list(PlaceRule("x", "y").bounds))
    if len(bounds) != 4 or not all(isinstance(edge, int | float) for edge in bounds):
        raise BadInput("bounds are four numbers: west, south, east, north", where="place")
    west, south, east, north = (float(edge) for edge in bounds)
    return PlaceRule(
        x=x,
        y=y,
        grid=grid,
        bounds=(west, south, east, north),
        zero_is_missing=section.take("zero_is_missing", bool, True),
        grid_reference=columns[0] if len(columns) == 1 else None,
        if_wrong=section.choice("if_wrong", IfUnplaceable, "quarantine"),
    )


def _stated_area(section: Section) -> StatedArea:
    return StatedArea(section.take("column", str), section.texts("sets"))


def _status(section: Section) -> StatusRule:
    return StatusRule(section.take("column", str), section.texts("cancelled"), section.texts("reclassified"))


def _validation(section: Section) -> ValidationRule:
    return ValidationRule(
        section.take("column", str, None), section.texts("provisional"), section.take("file_name", str, None)
    )


def _set_aside(section: Section) -> SetAside:
    totals: Mapping[str, Any] = section.take("totals", dict, {})
    for column, texts in totals.items():
        if not isinstance(texts, list) or not all(isinstance(item, str) for item in texts):
            raise BadInput(f"totals for '{column}' should be a list of texts", where="set_aside")
    return SetAside(
        exact_repeats=section.take("exact_repeats", bool, False),
        repeated_headers=section.take("repeated_headers", bool, False),
        empty_rows=section.take("empty_rows", bool, False),
        totals={column: tuple(texts) for column, texts in totals.items()},
        footers=section.take("footers", str, None),
    )


def _publishing(section: Section) -> Publishing:
    return Publishing(
        expected_every=section.choice("expected_every", Every),
        late_after_days=section.take("late_after_days", int),
        purposes=section.choices("purposes", Purpose),
        retention_years=section.take("retention_years", int, None),
        sensitivity=section.choice("sensitivity", Sensitivity),
        licence=section.take("licence", str),
        attribution=section.take("attribution", str),
        caveats=section.texts("caveats"),
        ended=_in_section(section, "ended", False, _ended, lambda: None),
        may_be_empty=section.take("may_be_empty", bool, False),
    )


def _form(section: Section) -> FormRule:
    return FormRule(
        title=section.take("title", str),
        reference=section.take("reference", str),
        roles=section.choices("roles", Role),
        intro=section.take("intro", str, ""),
        only_channel=section.take("only_channel", bool, False),
        questions=tuple(
            _block("form, question", index, item, _question)
            for index, item in enumerate(section.take("question", list), 1)
        ),
    )


def _question(section: Section) -> Question:
    return Question(
        column=section.take("column", str),
        ask=section.take("ask", str),
        hint=section.take("hint", str, ""),
        choices=section.texts("choices"),
        lines=section.take("lines", int, 1),
    )


def _ended(section: Section) -> Ended:
    return Ended(section.take("on", dt.date), section.take("reason", str))


_PLAIN: tuple[tuple[Any, ...], ...] = (  # key, type, default where it may be absent
    ("name", str),
    ("version", int),
    ("title", str),
    ("ref", str, None),
    ("valid_from", dt.date, None),
    ("valid_to", dt.date, None),
)
_SECTIONS: tuple[tuple[str, bool, Callable[[Section], Any], Callable[[], Any]], ...] = (
    ("file", False, _file, FileRule),
    ("period", False, _period, PeriodRule),
    ("time", True, _time, lambda: None),
    ("place", False, _place, lambda: None),
    ("stated_area", False, _stated_area, lambda: None),
    ("status", False, _status, lambda: None),
    ("validation", False, _validation, lambda: None),
    ("set_aside", False, _set_aside, SetAside),
    ("publishing", True, _publishing, lambda: None),
    ("form", False, _form, lambda: None),
)
