"""The question a figure answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from joinedup.terms import AreaLevel, Engine, Every, Form, Per, Period


@dataclass(frozen=True)
class FigureQuery:
    """Which figure is wanted.

    ``areas``: codes of ``level`` or of a level above it; none means all. ``period`` None means the latest 12
    months with data. ``by``: breakdowns to cut by. ``where``: pairs of breakdown and value; several values of
    one breakdown are alternatives. ``as_at``: an aware UTC instant of knowledge, None for now. ``against``:
    the period to compare with (form change); None means the same months a year before. ``vintage``: another
    set of boundaries than the current one. ``engine`` counts the records; which one it is changes no number.
    ``per`` is what a rate divides by.
    """

    measure: str
    form: Form = Form.COUNT
    level: AreaLevel = AreaLevel.PARTNERSHIP
    areas: tuple[str, ...] = ()
    period: Period | None = None
    every: Every = Every.WHOLE
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    as_at: dt.datetime | None = None
    against: Period | None = None
    vintage: str | None = None
    engine: Engine = Engine.DUCKDB
    per: Per = Per.RESIDENTS
