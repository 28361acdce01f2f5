"""What the registers of interventions, commissioned services and funding share: who keeps them, their lines
and the history of these, texts, amounts, places and files.

Every change is a line of history and an act of administration in the log, in one transaction; nothing is
deleted.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from joinedup.errors import BadInput, JoinedupError, NotFound, NotPermitted
from joinedup.log import record_act
from joinedup.partnership.saying_who import refuse_saying_who
from joinedup.terms import LONDON, AreaLevel, Role, Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

PERS = ("month", "quarter", "year", "all")
LEVELS = (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA, AreaLevel.OA)
KEEPERS = frozenset({Role.ANALYST, Role.ADMINISTRATOR})
Where = tuple[tuple[str, str], ...]
One = TypeVar("One")
Row = TypeVar("Row")
_POUNDS = re.compile(r"£?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{2}))?")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME, _LONGEST, _LONGEST_NOTE = 60, 200, 500
_MOST_PENCE = 10**11


@dataclass(frozen=True)
class Register(Generic[Row]):
    """A register whose lines have a name, a history and a day (``ends``) since which they stand no longer.

    ``model`` is the model of a line in this room, ``what`` how the log names one, ``end`` what ending one is
    called; the others are sentences, and ``see`` names the command that lists the lines.
    """

    model: str
    what: str
    taken: Promise
    absent: Promise
    see: Promise
    unchanged: Promise
    ended: Promise
    ends: str = "closed_on"
    end: str = "closed"

    @property
    def _rows(self) -> Any:
        from django.apps import apps

        return apps.get_model("partnership", self.model).objects

    def add(self, lines: Sequence[Mapping[str, Any]], *, by: Viewer) -> list[Row]:
        """Enter lines by their fields, all of them or none. Raises BadInput for a name that is taken."""
        require_keeper(by)
        names = [fields["name"] for fields in lines]
        try:
            with transaction.atomic():
                return [self._added(fields, by) for fields in lines]
        except IntegrityError:
            there = self._rows.filter(name__in=names).values_list("name", flat=True)
            raise BadInput(str(self.taken), where=", ".join(there) or ", ".join(names)) from None

    def _added(self, fields: Mapping[str, Any], by: Viewer) -> Row:
        row: Row = self._rows.create(**fields)
        self.write(row, "added", by, fields["title"])
        return row

    def named(self, name: str) -> Row:
        """The line of this name, also one that has ended."""
        return self._found(self._rows, name)

    def lines(self, *, ended: bool = False) -> list[Row]:
        """Every line that stands, in the register's order; with those that have ended, if asked."""
        return list(self._rows.all() if ended else self._rows.filter(**{f"{self.ends}__isnull": True}))

    def standing(self, name: str) -> Row:
        """The line of this name, held until the transaction ends. Raises BadInput where it has ended."""
        row = self._found(self._rows.select_for_update(), name)
        if getattr(row, self.ends) is not None:
            raise BadInput(str(self.ended), where=name)
        return row

    def no_such(self, name: str) -> NotFound:
        """What is said of a line that is not there, and of one that is not there for somebody."""
        return NotFound(str(self.absent), where=name[:_LONGEST_NAME], next_step=str(self.see))

    def change(
        self, name: str, wanted: Mapping[str, Any], check: Callable[[Row, dict[str, Any]], object], *,
        note: str, by: Viewer,
    ) -> Row:  # fmt: skip
        """Give a line other values of these fields (None: as it is), or a note; what was before stays in its
        history. ``check`` builds what it would be, and raises BadInput where that is wrong."""
        require_keeper(by)
        with transaction.atomic():
            row: Any = self.standing(name)
            changes = {key: new for key, new in wanted.items() if new not in (None, getattr(row, key))}
            if not changes and not note.strip():
                raise BadInput(str(self.unchanged), where=name)
            check(row, changes)
            told = [
                f"{key.replace('_', ' ')}: {_shown(getattr(row, key))} → {_shown(new)}"
                for key, new in changes.items()
            ]
            if note.strip():
                check_texts(name, [(_("the note"), note)], longest=_LONGEST_NOTE)
                told.append(note.strip())
            for key, new in changes.items():
                setattr(row, key, new)
            row.save()
            self.write(row, "changed", by, "; ".join(told))
        found: Row = row
        return found

    def finish(self, name: str, *, why: str, by: Viewer) -> Row:
        """End a line, with the reason; it stays in the register with its history."""
        require_keeper(by)
        check_texts(name, [(_("the reason"), why)], longest=_LONGEST_NOTE)
        with transaction.atomic():
            row: Any = self.standing(name)
            setattr(row, self.ends, today())
            row.save(update_fields=[self.ends])
            self.write(row, self.end, by, why.strip())
        found: Row = row
        return found

    def write(self, row: Any, kind: str, by: Viewer, text: str) -> None:
        """A line of history, with its act; within the transaction of the change."""
        row.history.create(moment=dt.datetime.now(dt.UTC), kind=kind, by=by.username, text=text)
        record_act("administration", by=by, purpose=None, what=f"{kind} the {self.what} {row.name}")

    def _found(self, rows: Any, name: str) -> Row:
        row: Row | None = rows.filter(name=name).first()
        if row is None:
            raise self.no_such(name)
        return row


def check_name(name: str) -> None:
    """Raise BadInput for what is no name of a line of a register."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise BadInput(
            _("A name is words in lower case and digits, joined by hyphens, of 60 characters at most"),
            where=name[:_LONGEST_NAME],
        )


def check_texts(name: str, texts: Iterable[tuple[str, str]], longest: int = _LONGEST) -> None:
    """Raise BadInput where a text is empty, too long, or seems to say who somebody is."""
    for what, text in texts:
        where = f"{name}, {what}"
        if not text.strip():
            raise BadInput(_("It is not said: {what}").format(what=what), where=name)
        if len(text) > longest:
            said = _("Write no more than {n} characters").format(n=longest)
            raise BadInput(_("That is too long"), where=where, next_step=said)
        refuse_saying_who(text, where=where)


def check_one_of(name: str, what: str, value: str, allowed: Sequence[str]) -> None:
    """Raise BadInput where a value is none of those there are."""
    if value not in allowed:
        said = _("One of: {those}").format(those=", ".join(allowed))
        raise BadInput(_("There is no such {what}").format(what=what), where=name, next_step=said)


def check_amount(name: str, pence: int | None) -> None:
    """Raise BadInput for an amount that no partnership has."""
    if pence is not None and not 0 <= pence <= _MOST_PENCE:
        raise BadInput(_("An amount is from nothing to a billion pounds"), where=name)


def require_keeper(by: Viewer) -> None:
    """Raise NotPermitted for whoever does not keep these registers."""
    if by.role not in KEEPERS:
        raise NotPermitted(
            _("Only an analyst or an administrator keeps this register"),
            next_step=_("Ask an analyst of the partnership"),
        )


def check_area(name: str, level: str, area: str) -> None:
    """Raise BadInput for an area without its level, a level without its area, or another level."""
    if bool(area) != bool(level):
        raise BadInput(_("An area has its level, and a level its area"), where=name)
    if level:
        check_one_of(name, _("level"), level, [one.value for one in LEVELS])


def require_area(workspace: Workspace, level: str, area: str, *, of: str) -> None:
    """Raise NotFound, naming the line, for an area that is not loaded."""
    from joinedup import places

    if not area:
        return
    try:
        places.require_area(workspace, AreaLevel(level), area)
    except NotFound as error:
        raise NotFound(error.what, where=of, next_step=error.next_step) from None


def read_table(
    path: Path, needed: Sequence[str], more: Sequence[str], make: Callable[[dict[str, str]], One]
) -> list[One]:
    """What a CSV file holds, made of each row. Raises BadInput with the line of what is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [(reader.line_num, row) for row in reader]
    except FileNotFoundError:
        raise BadInput(_("There is no such file"), where=str(path)) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(_("The file cannot be read as a CSV table in UTF-8"), where=path.name) from error
    names = set(reader.fieldnames or ())
    lacking, unknown = sorted({*needed} - names), sorted(names - {*needed, *more})
    if lacking or unknown:
        said = _("Its columns are {needed}, and as wanted {more}").format(
            needed=", ".join(needed), more=", ".join(more)
        )
        what = _("The table lacks {columns}") if lacking else _("The table has unknown columns: {columns}")
        raise BadInput(what.format(columns=", ".join(lacking or unknown)), where=path.name, next_step=said)
    return [_made(row, f"{path.name}, line {line}", make) for line, row in rows]


def _made(row: dict[str, Any], where: str, make: Callable[[dict[str, str]], One]) -> One:
    if None in row or None in row.values():
        raise BadInput(_("The row has more or fewer cells than there are columns"), where=where)
    try:
        return make({key: value.strip() for key, value in row.items()})
    except JoinedupError as error:
        place = f"{where}: {error.where}" if error.where else where
        raise BadInput(error.what, where=place, next_step=error.next_step) from error


def day_in(text: str, column: str) -> dt.date:
    """The date that a cell holds."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        said = _("Write it as 2026-12-31")
        raise BadInput(_("The column {column} holds no date").format(column=column), next_step=said) from None


def number_in(text: str, column: str) -> int:
    """The whole number that a cell holds; thousands may have commas."""
    plain = text.replace(",", "")
    if not (plain.isascii() and plain.isdigit()):
        raise BadInput(_("The column {column} holds no whole number").format(column=column))
    return int(plain)


def pence(text: str) -> int:
    """An amount of pounds as people write it: 400000, £400,000 or 1234.50."""
    found = _POUNDS.fullmatch(text.strip())
    if found is None:
        raise BadInput(_("That is no amount of pounds"), next_step=_("Write 400000, £400,000 or 1234.50"))
    return int(found[1].replace(",", "")) * 100 + int(found[2] or 0)


def pairs_in(text: str) -> Where:
    """Pairs of breakdown and value, written ``type=burglary; age=0-17``."""
    parts = [part.partition("=") for part in text.split(";") if part.strip()]
    if any(not sign for _name, sign, _value in parts):
        raise BadInput(_("A condition is DIMENSION=VALUE"), where=text[:_LONGEST_NAME])
    return tuple((name.strip(), value.strip()) for name, _sign, value in parts)


def today() -> dt.date:
    """The civil day in London."""
    return dt.datetime.now(LONDON).date()


def _shown(value: object) -> str:
    return "–" if value in (None, "") else str(value)
