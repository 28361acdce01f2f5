"""Which feeds bring what a definition asks for, and which months of them the linkage has read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.utils.translation import ngettext

from joinedup.measures.linked.definitions import Records
from joinedup.measures.linked.kinds.work import Work
from joinedup.measures.linked.released import Seen
from joinedup.measures.plan import months_of
from joinedup.records import RecordBook
from joinedup.terms import Period, RecordType, add_months


class Feeds:
    """Which feeds bring what is seen, and which months each has told of that the linkage has read."""

    def __init__(self, work: Work) -> None:
        """Read what was delivered and covered."""
        self._ground = ground = work.ground
        book = RecordBook(work.workspace)
        unread = book.unread(ground.linkage, ground.feeds) if ground.linkage else []
        self.unread = len({row.number for row in ground.deliveries} & {*unread})
        self.months: dict[str, set[dt.date]] = {}
        for one in work.reader.coverage(sorted(work.definition.sources)):
            if one.delivery not in unread:
                self.months.setdefault(one.feed, set()).update(months_of(one.period))

    def of(self, seen: Seen) -> frozenset[str]:
        """The feeds of its records; and of the incidents that tell when it was proven."""
        feeds = self._bringing(seen.records) & self._ground.feeds
        if not seen.known_on:
            return feeds
        incidents = self._bringing(Records(seen.records.source, RecordType.INCIDENT))
        return feeds | incidents if feeds and incidents else frozenset()

    def _bringing(self, records: Records) -> frozenset[str]:
        wanted = (records.source, records.record_type)
        return frozenset(
            row.feed for row in self._ground.deliveries if (row.source, RecordType(row.record_type)) == wanted
        )

    def until(self, feeds: Iterable[str]) -> dt.date:
        """The first day of which one of them has told nothing yet."""
        last = [max(self.months.get(feed, {dt.date.min})) for feed in feeds]
        first = min(last, default=dt.date.min)
        return first if first == dt.date.min else add_months(first, 1)

    def begins(self, feeds: Iterable[str]) -> dt.date:
        """The first day from which each of them has told."""
        return max((min(self.months.get(feed, {dt.date.max})) for feed in feeds), default=dt.date.max)

    def missing(self, feeds: Collection[str], looked_at: Period) -> dict[str, int]:
        """How many of these months each has not told of, of those that have not told of all."""
        months = months_of(looked_at)
        found = {feed: sum(one not in self.months.get(feed, set()) for one in months) for feed in feeds}
        return {feed: number for feed, number in sorted(found.items()) if number}

    def told_of_unread(self) -> list[str]:
        """How many deliveries the linkage has not read."""
        if not self.unread:
            return []
        said = ngettext(
            "{number} delivery came after the latest linkage: nobody of it is known yet.",
            "{number} deliveries came after the latest linkage: nobody of them is known yet.",
            self.unread,
        )
        return [said.format(number=self.unread)]
