"""What the pages say about feeds: titles, owners, when the next delivery is due, whose words to carry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.terms import LONDON, Every, Period, add_months
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
    caveats: tuple[str, ...] = ()
    every: str = ""
    ended: dt.date | None = None
    ended_because: str = ""


@dataclass(frozen=True)
class Freshness:
    """How far a feed reaches, and by when the next months were to come."""

    first: dt.date
    last: Period
    next_due: dt.date | None
    received: dt.date

    def late(self, today: dt.date) -> bool:
        """Whether the next delivery should be here by now."""
        return self.next_due is not None and self.next_due < today


def feed_words(workspace: Workspace, names: Iterable[str]) -> dict[str, FeedWords]:
    """Words for each named feed; a feed whose contract has gone or has an error keeps its bare name."""
    from joinedup.feeds import contracts

    known = contracts(workspace)
    return {name: _words(name, known.get(name)) for name in names}


def owner_names(workspace: Workspace) -> dict[str, str]:
    """The name of every agency that a contract names as its owner, by its code."""
    from joinedup.feeds import contracts

    return {one.owner_code: one.owner_name for one in contracts(workspace).values()}


def agency_words(workspace: Workspace) -> dict[str, tuple[str, str]]:
    """Code and name of each agency that has people or that a contract names, by every word it goes by: its
    code, its name here, its name in contracts, all folded."""
    from joinedup.accounts import agencies

    here = {one.code: one.name for one in agencies()}
    known = [*owner_names(workspace).items(), *here.items()]
    return {word.casefold(): (code, here.get(code, name)) for code, name in known for word in (name, code)}


def agency_names(workspace: Workspace) -> dict[str, str]:
    """The name of each of these agencies, by its code."""
    return dict(agency_words(workspace).values())


def _words(name: str, contract: Any) -> FeedWords:
    if contract is None:
        return FeedWords(name, name)
    publishing = contract.publishing
    ended = publishing.ended
    return FeedWords(
        name,
        contract.title,
        contract.source_title,
        contract.owner_name,
        _MONTHS[publishing.expected_every],
        publishing.late_after_days,
        publishing.attribution,
        publishing.licence,
        publishing.caveats,
        _how_often(publishing.expected_every),
        ended.on if ended else None,
        ended.reason if ended else "",
    )


def _how_often(every: Every) -> str:
    """How often deliveries are expected, as it stands after “expected”."""
    words = {Every.MONTH: _("monthly"), Every.QUARTER: _("quarterly"), Every.YEAR: _("yearly")}
    return words.get(every, _("once"))


def freshness(words: FeedWords, coverage: Iterable[Coverage]) -> Freshness | None:
    """How far this feed reaches; None where nothing of it has come."""
    rows = [row for row in coverage if row.feed == words.name]
    if not rows:
        return None
    periods = sorted(row.period for row in rows)
    last = max(periods, key=lambda period: period.end)
    due = None
    if words.months and not (words.ended and words.ended < last.end):
        due = add_months(last.end, words.months) + dt.timedelta(days=words.late_after_days)
    received = max(row.known_from for row in rows).astimezone(LONDON).date()
    return Freshness(periods[0].start, Period(add_months(last.end, -1), last.end), due, received)


def lateness(words: FeedWords, fresh: Freshness | None, today: dt.date) -> str:
    """Since when nothing of a late feed has come, and what was agreed; empty where it is not late."""
    if fresh is None or not fresh.late(today):
        return ""
    return _("nothing since %(day)s, expected %(often)s") % {
        "day": f"{fresh.received.day} {fresh.received:%B %Y}",
        "often": words.every,
    }
