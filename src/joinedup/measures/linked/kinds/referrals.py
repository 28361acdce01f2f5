"""Where referrals come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import cast

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from joinedup.measures.intervals import poisson
from joinedup.measures.linked import cells
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.kinds.work import Done, Work
from joinedup.measures.linked.reading import days_said, own_days, read_records
from joinedup.measures.linked.referrals import ReferredBy
from joinedup.measures.linked.result import Cell
from joinedup.terms import Period, Strictness


def referred_by(work: Work) -> Done:
    """See ``ReferredBy``."""
    definition, period = cast(ReferredBy, work.definition), work.query.period
    cursor = work.reader.connection()
    fields = ["case_ref", definition.referrer, *([definition.began] if definition.began else [])]
    span = None if definition.began else period  # a later file may tell of what began earlier
    read_records(work.reader, cursor, definition.records, work.ground.feeds, span, fields)
    frame = cursor.execute(
        "SELECT *, feed || '/' || coalesce(case_ref, event) AS one FROM happened ORDER BY day, record_key"
    ).df()
    began = days_said(frame[definition.began]) if definition.began else own_days(frame)
    referrers = told_last(frame, began, definition.referrer, period)
    notes = []
    if referrers and not any(referrers):
        notes.append(
            _("No record says who referred: its field “{field}” is in none of them.").format(
                field=definition.referrer
            )
        )
    if undated := int(np.isnat(began).sum()):
        notes.append(_("{number} records do not say when the case began.").format(number=f"{undated:,}"))
    return Done(dict.fromkeys(Strictness, cells_of(referrers)), notes)


def told_last(frame: pd.DataFrame, began: np.ndarray, referrer: str, period: Period) -> list[str | None]:
    """Of each case that began in the period who referred it, by its last record that says so; a case that
    began on two days is as it was told last. Rows are in the order of days."""
    starts: dict[str, np.datetime64] = {}
    said: dict[str, str] = {}
    for case, day, value in zip(frame["one"], began, frame[referrer], strict=True):
        if not np.isnat(day):
            starts[case] = day
        if isinstance(value, str) and value:
            said[case] = value
    first, end = np.datetime64(period.start), np.datetime64(period.end)
    return [said.get(case) for case, day in starts.items() if first <= day < end]


def cells_of(referrers: Iterable[str | None]) -> list[Cell]:
    """How many cases, the share of each who referred, and of how many it is not known."""
    listed = list(referrers)
    counts = Counter(one for one in listed if one)
    told = sum(counts.values())
    lower, upper = (float(one.item()) for one in poisson(len(listed)))
    return [
        Cell("cases-begun", ALL, cells.COUNT, len(listed), None, float(len(listed)), lower, upper),
        *(cells.share("referred-by", value, count, told) for value, count in sorted(counts.items())),
        cells.share("referrer-not-known", ALL, len(listed) - told, len(listed)),
    ]
