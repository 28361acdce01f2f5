"""What the pages say about feeds: titles, owners, when the next delivery is due, whose words to carry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from joinedup.terms import Every, Period, add_months
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.records import Coverage

_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12, Every.WHOLE: 12}


@dataclass(frozen=True)
class FeedWords:
    """What a page says about one feed. ``months`` is how many a usual delivery covers; 0 where not agreed."""

    name: str
    title: str
    source: str = ""
    owner: str = ""
    months: int = 0
    late_after_days: int = 0
    attribution: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Freshness:
    """How far a feed reaches, and by when the next months were to come."""

    first: dt.date
    last: Period
    next_due: dt.date | None

    def late(self, today: dt.date) -> bool:
        """Whether the next delivery should be here by now."""
        return self.next_due is not None and self.next_due < today


def feed_words(workspace: Workspace, names: Iterable[str]) -> dict[str, FeedWords]:
    """Words for each named feed; a feed whose contract has gone or has an error keeps its bare name."""
    from joinedup.feeds import contracts

    known = contracts(workspace)
    return {name: _words(name, known.get(name)) for name in names}


def _words(name: str, contract: Any) -> FeedWords:
    if contract is None:
        return FeedWords(name, name)
    publishing = contract.publishing
    return FeedWords(
        name,
        contract.title,
        contract.source_title,
        contract.owner_name,
        _MONTHS[publishing.expected_every],
        publishing.late_after_days,
        publishing.attribution,
        publishing.licence,
    )


def freshness(words: FeedWords, coverage: Iterable[Coverage]) -> Freshness | None:
    """How far this feed reaches; None where nothing of it has come."""
    periods = sorted(row.period for row in coverage if row.feed == words.name)
    if not periods:
        return None
    last = max(periods, key=lambda period: period.end)
    due = None
    if words.months:
        due = add_months(last.end, words.months) + dt.timedelta(days=words.late_after_days)
    return Freshness(periods[0].start, Period(add_months(last.end, -1), last.end), due)
