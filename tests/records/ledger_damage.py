"""Damages single values of the ledger, as a failing disk would: one bit of a text or a number."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from joinedup.records import sealing

SEALED = {model: columns.split() for model, columns in sealing.SEALED.items()}


_INSTEAD_OF_NOTHING = {
    "BooleanField": True,
    "DateField": dt.date(2024, 6, 1),
    "DateTimeField": dt.datetime(2024, 6, 1, tzinfo=dt.UTC),
    "PositiveIntegerField": 5,
}


def sealed_rows(model: str) -> list[Any]:
    """The primary keys of a sealed table's rows."""
    return list(_model(model).objects.order_by("pk").values_list("pk", flat=True))


def tells_rows_apart(model: str, column: str) -> bool:
    """Whether a column is the primary key: a row with another one is another row."""
    return bool(_model(model)._meta.get_field(column).primary_key)


@contextmanager
def damage_a_value(model: str, key: Any, column: str, chance: random.Random) -> Iterator[None]:
    """One value of one row is another for a while."""
    row = _model(model).objects.filter(pk=key)
    kept = row.values_list(column, flat=True)[0]
    other = kept
    while other == kept or (kept is not None and _taken(model, column, other)):
        other = damaged(kept, chance) if kept is not None else _INSTEAD_OF_NOTHING[_kind(model, column)]
    row.update(**{column: other})
    try:
        yield
    finally:
        row.update(**{column: kept})


def _taken(model: str, column: str, value: Any) -> bool:
    """Whether the database itself would refuse the value, for another row has it."""
    unique = _model(model)._meta.get_field(column).unique
    return unique and _model(model).objects.filter(**{column: value}).exists()


def damaged(value: Any, chance: random.Random) -> Any:
    """The value with something changed: a character, a bit, a day, an element."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(12)
    if isinstance(value, UUID):
        return UUID(int=value.int ^ 1 << chance.randrange(128))
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=chance.choice([-1, 1]))
    if isinstance(value, str) and value:
        place = chance.randrange(len(value))
        return value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
    if isinstance(value, list | dict):
        return [*json.loads(json.dumps(value)), "more"] if isinstance(value, list) else {**value, "more": 1}
    return "more"


def _kind(model: str, column: str) -> str:
    return _model(model)._meta.get_field(column).get_internal_type()


def _model(name: str) -> Any:
    from django.apps import apps

    return apps.get_model("records", name)
