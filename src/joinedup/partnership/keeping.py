"""What the registers of commissioned services and of funding share: texts, files, who keeps them."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, JoinedupError, NotPermitted
from joinedup.log import record_act
from joinedup.partnership.saying_who import refuse_saying_who
from joinedup.terms import LONDON, Role, Viewer

PERS = ("month", "quarter", "year", "all")
KEEPERS = frozenset({Role.ANALYST, Role.ADMINISTRATOR})
Where = tuple[tuple[str, str], ...]
One = TypeVar("One")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME, _LONGEST = 60, 200
_MOST_PENCE = 10**11


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


def told_changes(row: Any, changes: dict[str, Any]) -> list[str]:
    """What was and what is, in words, of each field."""
    return [
        f"{key.replace('_', ' ')}: {_shown(getattr(row, key))} → {_shown(new)}"
        for key, new in changes.items()
    ]


def write(row: Any, kind: str, by: Viewer, text: str, what: str) -> None:
    """A line of history, with its act; within the transaction of the change."""
    row.history.create(moment=dt.datetime.now(dt.UTC), kind=kind, by=by.username, text=text)
    record_act("administration", by=by, purpose=None, what=f"{kind} the {what} {row.name}")


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
