"""Reading a measure of the partnership's own from its TOML file: every error with its file and line."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from joinedup.errors import BadInput, JoinedupError
from joinedup.measures.definition import Break, Measure, StatedArea
from joinedup.measures.fingerprints import fingerprint
from joinedup.measures.own import plain_sql
from joinedup.measures.own.folding import folded
from joinedup.measures.own.lines import at, key_of, line_of, toml_line
from joinedup.terms import AreaLevel, Form, RecordType, Sensitivity
from joinedup.toml_sections import Section
from joinedup.wrongs import Wrongs, sentences

LARGEST = 64_000  # bytes
LONGEST_NAME = 60
MOST_VALUES = 200
LONGEST_WORDS = {"title": 120, "noun": 120, "unit": 60, "theme": 60, "meaning": 1_000, "change": 300}
THEME = "Our own"
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SPOKEN_OF = {
    "record types": "carries",
    "breakdown": "breakdowns",
    "classified": "classified_by",
    "break": "break",
    "share": "forms",
    "forms": "forms",
    "version": "version",
    "source": "source",
    "waiting": "matures_after",
    "SQL": "sql",
}
"""Words of a definition's own errors, and the key that they are about."""
_TOLD_IN = "docs/own-measures.md"


@dataclass(frozen=True)
class OwnMeasure:
    """A measure as its file tells it. ``says``: what changed in this version; ``fingerprint``: of its
    meaning, by the SQL as it is written."""

    measure: Measure
    says: str
    text: str
    fingerprint: str
    file: str

    @property
    def sql_line(self) -> int:
        """The line of the file at which its SQL begins."""
        return line_of(self.text, "sql")


def read_file(path: Path, taken: frozenset[str] = frozenset()) -> OwnMeasure:
    """Read and check a file; ``taken`` are the names of what joinedup comes with, and its titles and nouns.

    Raises BadInput with the first thing that is wrong; the others are its notes (``wrongs.sentences``).
    """
    name, file = path.stem, f"{path.parent.name}/{path.name}"
    require_name(path)
    text = _text(path)
    if name in taken:
        step = "Choose another name: what joinedup comes with is never replaced"
        raise at(file, 1, f"joinedup comes with a measure called {name}", step)
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise at(file, toml_line(error, text), "The file is not valid TOML", "Mend that line") from error
    own = _Reading(name, file, text).read(document)
    for key, words in (("title", own.measure.title), ("noun", own.measure.noun)):
        if words.casefold() in taken:
            step = "Choose other words: nobody could tell the two apart"
            raise at(
                file, line_of(text, key), f"The '{key}' is that of a measure that joinedup comes with", step
            )
    return own


def require_name(path: Path) -> None:
    """Raise BadInput where a file of this name cannot be a measure's."""
    if path.suffix != ".toml" or not _NAME.fullmatch(path.stem) or len(path.stem) > LONGEST_NAME:
        raise at(
            path.name,
            1,
            "A measure's file is named by words in lower case joined by hyphens",
            "Name it, for example, burglary-and-bicycle-theft.toml",
        )


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput("The measure's file cannot be read", where=f"{path.name}: {error.strerror}") from error
    if len(content) > LARGEST:
        raise at(path.name, 1, f"A measure's file has {LARGEST:,} bytes at most", "Write it shorter")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise at(path.name, line, "The file is not UTF-8 text", "Save it as UTF-8") from error


class _Reading:
    """One file being read."""

    def __init__(self, name: str, file: str, text: str) -> None:
        self.name, self.file, self.text = name, file, text

    def read(self, document: dict[str, Any]) -> OwnMeasure:
        try:
            says, parts = self._parts(Section(document, "the measure", told_in=_TOLD_IN))
            if parts["version"] > 1 and not says:
                raise BadInput("The key 'change' is missing: from version 2 on it says what changed")
            written = self._built(parts)
        except JoinedupError as error:
            raise self._told(error) from error
        print_of_it = fingerprint(written)
        return OwnMeasure(self._as_counted(written), says, self.text, print_of_it, self.file)

    def _parts(self, said: Section) -> tuple[str, dict[str, Any]]:
        wrongs = Wrongs()
        parts: dict[str, Any] = {"name": self.name, "own": True}
        words = {"title": ..., "noun": ..., "unit": ..., "theme": THEME, "meaning": ...}
        for key, default in words.items():
            parts[key] = wrongs.part(_words, said, key, default)
        says = wrongs.part(_words, said, "change", "") or ""
        parts["version"] = wrongs.part(said.take, "version", int)
        parts["sources"] = (wrongs.part(said.take, "source", str),)
        parts["record_types"] = wrongs.part(said.choices, "records", RecordType)
        parts["forms"] = wrongs.part(said.choices, "forms", Form)
        parts["sensitivity"] = wrongs.part(said.choice, "sensitivity", Sensitivity)
        parts["additive_over_areas"] = wrongs.part(said.take, "adds_up_over_areas", bool)
        parts["additive_over_time"] = wrongs.part(said.take, "adds_up_over_time", bool)
        parts["placed"] = wrongs.part(said.take, "placed", bool, True)
        for key in ("provisional_months", "matures_after"):
            parts[key] = wrongs.part(said.take, key, int, 0)
        parts["classified_by"] = wrongs.part(said.texts, "classified_by")
        parts["caveats"] = wrongs.part(_caveats, said)
        parts["sql"] = wrongs.part(said.take, "sql", str)
        parts["carries"] = wrongs.part(_carries, said)
        parts["breakdowns"] = wrongs.part(_breakdowns, said)
        parts["breaks"] = wrongs.part(_breaks, said)
        parts["stated_area"] = wrongs.part(_stated_area, said)
        wrongs.part(said.done)
        wrongs.settle()
        return says, parts

    def _built(self, parts: dict[str, Any]) -> Measure:
        if len(parts["sql"]) > plain_sql.LONGEST:
            raise BadInput(f"The 'sql' is longer than {plain_sql.LONGEST:,} characters")
        made = Measure(**parts)
        wrongs = Wrongs()
        for wrong in plain_sql.wrongs(made.select()):
            wrongs.part(_raise, f"In 'sql': {wrong}")
        wrongs.settle()
        return made

    def _as_counted(self, written: Measure) -> Measure:
        """Closed data has the values that the definition names, and no others."""
        if written.sensitivity is Sensitivity.OPEN:
            return written
        return replace(written, sql=folded(written))

    def _told(self, error: JoinedupError) -> BadInput:
        """The error, and those that go with it, by file and line."""
        others = sentences(error)[1:]
        told = at(self.file, self._line(error), error.what, error.next_step)
        for one in others:
            told.add_note(f"{self.file}: {one}")
        return told

    def _line(self, error: JoinedupError) -> int:
        cause = error.__cause__
        if error.where.startswith("SQL of measure"):
            inside = getattr(cause, "errors", None)
            number = int(inside[0].get("line") or 1) if inside else 1
            first = line_of(self.text, "sql")
            return min(first + number - 1, max(len(self.text.splitlines()), 1))
        told = (key for words, key in _SPOKEN_OF.items() if words in error.what)
        return line_of(self.text, key_of(error) or next(told, "title"))


def _raise(what: str) -> None:
    raise BadInput(what)


def _words(said: Section, key: str, default: Any) -> str:
    text: str = said.take(key, str, default)
    if len(text) > LONGEST_WORDS[key]:
        raise BadInput(f"The key '{key}' has {LONGEST_WORDS[key]:,} characters at most")
    if default is ... and not text.strip():
        raise BadInput(f"The key '{key}' says nothing")
    return _printable(" ".join(text.split()), key)


def _printable(text: str, key: str) -> str:
    if not text.isprintable():
        raise BadInput(f"The key '{key}' has letters that cannot be printed")
    return text


def _caveats(said: Section) -> tuple[str, ...]:
    return tuple(_printable(" ".join(one.split()), "caveats")[:1_000] for one in said.texts("caveats"))


def _carries(said: Section) -> dict[RecordType, str]:
    found = {}
    for kind, field in said.table_of_texts("carries").items():
        if kind not in set(RecordType):
            raise BadInput(f"In 'carries', {kind!r} is no type of record", next_step=", ".join(RecordType))
        found[RecordType(kind)] = field
    return found


def _breakdowns(said: Section) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, labels in said.take("breakdowns", dict, {}).items():
        plain = isinstance(labels, dict) and all(isinstance(label, str) for label in labels.values())
        if not plain:
            raise BadInput(f"In 'breakdowns', {name!r} is no table from values to labels")
        if len(labels) > MOST_VALUES:
            raise BadInput(f"In 'breakdowns', {name!r} has more than {MOST_VALUES} values")
        if len(set(labels.values())) < len(labels):
            raise BadInput(f"In 'breakdowns', two values of {name!r} have one label")
        found[name] = {
            _printable(value, "breakdowns"): _printable(label, "breakdowns")
            for value, label in labels.items()
        }
    return found


def _breaks(said: Section) -> tuple[Break, ...]:
    found = []
    for one in said.sections("break") if said.has("break") else ():
        found.append(Break(one.take("date", dt.date), one.take("says", str), one.take("breakdown", str, "")))
        one.done()
    return tuple(found)


def _stated_area(said: Section) -> StatedArea | None:
    section = said.section("stated_area")
    if section is None:
        return None
    found = StatedArea(section.choice("level", AreaLevel), section.take("vintage", str))
    section.done()
    return found
