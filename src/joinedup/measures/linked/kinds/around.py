"""What happens around a place."""

from __future__ import annotations

from typing import cast

import numpy as np
from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.measures.linked import around, elsewhere
from joinedup.measures.linked.definitions import AroundPlace
from joinedup.measures.linked.kinds.work import Done, Work
from joinedup.measures.linked.reading import read_records
from joinedup.terms import Period, Strictness


def around_place(work: Work) -> Done:
    """See ``AroundPlace``: no person is looked at, and the three linkages say the same."""
    definition, query = cast(AroundPlace, work.definition), work.query
    assert query.at is not None  # noqa: S101 - checked before
    cursor = work.reader.connection()
    span, notes = _span(work)
    read_records(work.reader, cursor, definition.records, work.ground.feeds, span)
    frame = cursor.execute(
        "SELECT part, day, longitude, latitude FROM happened WHERE longitude IS NOT NULL"
    ).df()
    points = [frame[name].to_numpy(dtype=np.float64) for name in ("longitude", "latitude")]
    metres = elsewhere.straight_line(*points, *(np.full(len(frame), one) for one in query.at))
    part = frame["part"].to_numpy(dtype=np.int64)
    names = [one.source for one in definition.records]
    day = frame["day"].to_numpy().astype("datetime64[D]")
    inside = (day >= np.datetime64(query.period.start)) & (day < np.datetime64(query.period.end))
    limits = definition.distances, definition.ring
    cells = around.cells_of(metres[inside], part[inside], names, *limits)
    if query.since is not None:
        cells += around.before_and_after(metres, day >= np.datetime64(query.since), part, names, *limits)
    (missing,) = cursor.execute("SELECT count(*) FROM happened WHERE longitude IS NULL").fetchall()[0]
    if missing:
        notes.append(_("{number} records have no point, and are nowhere.").format(number=f"{missing:,}"))
    return Done(dict.fromkeys(Strictness, cells), notes)


def _span(work: Work) -> tuple[Period, list[str]]:
    """The months that are read: those asked for, and as many before a day as after it."""
    query = work.query
    if query.since is None:
        return query.period, []
    turn = query.since.replace(day=1)
    if not query.period.start < turn < query.period.end or query.since.day != 1:
        raise BadInput(
            _("The place is as it is now from the first day of a month within the period"),
            where=f"{query.since}, {query.period}",
            next_step=_("Say --since 2024-07-01 within --from and --to"),
        )
    after = Period(turn, query.period.end).months
    before = Period(query.period.start, turn).months
    if after != before:
        raise BadInput(
            _("As many months are compared before as after"),
            where=f"{before}, {after}",
            next_step=_("Choose a period with the day in its middle"),
        )
    return query.period, [_("Before and after {day}.").format(day=query.since)]
