"""What exports of caseloads share: who was on a programme at a month's end, or left it during the month."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from joinedup.demo.exports.clients import Client, Clients
from joinedup.demo.exports.exported import Named, Truth, month_of, rows
from joinedup.demo.exports.filing import Cells, Row, delay
from joinedup.demo.exports.mess import Draw, Luck, Mess
from joinedup.terms import Period, add_months


@dataclass(frozen=True)
class Case:
    """One spell as it stood at the end of a month (``as_at``). ``draw`` is the same in every month's file."""

    spell: Any
    as_at: dt.date
    client: Client
    draw: Draw

    @property
    def started(self) -> dt.date:
        """The first day."""
        first: dt.date = self.spell.started.date()
        return first

    @property
    def ended(self) -> dt.date | None:
        """The last day, once it has come: no file knows the future."""
        return _ended_by(self.spell, self.as_at)


def the_client(case: Case) -> Sequence[Named]:
    """Whom a row names in most caseloads."""
    return [Named("client", case.spell.person_id)]


class Caseload:
    """The spells of one feed's programmes."""

    def __init__(self, truth: Truth, mess: Mess, feed: str, *programmes: str) -> None:
        self.luck: Luck = mess.luck(feed)
        self.clients = Clients(truth, self.luck)
        frame = truth.spell
        self.spells = rows(frame[frame["programme"].isin(list(programmes))], ["started", "spell_id"])

    def filed(
        self,
        months: Sequence[Period],
        cells: Callable[[Case], Cells | None],
        named: Callable[[Case], Sequence[Named]] = the_client,
    ) -> dict[dt.date, list[Row]]:
        """Each month's rows: of everybody on the programme on its last day or until some day of it.

        A spell that was entered late is missing from its first month or two. ``cells`` may leave one out;
        ``named`` are those whom a row may name.
        """
        filed: dict[dt.date, list[Row]] = defaultdict(list)
        for month in months:
            for case in self.of(month):
                written = cells(case)
                if written is not None:
                    row = Row(case.spell.spell_id, month.last, written, named(case))
                    filed[month.start].append(row)
        return filed

    def of(self, month: Period) -> Iterator[Case]:
        """The cases of one month, oldest first."""
        for spell in self.spells:
            late = delay(self.luck.draw("late", spell.spell_id))
            if add_months(month_of(spell.started), late) > month.start:
                continue
            ended = _ended_by(spell, month.last)
            if ended is None or ended >= month.start:
                client = self.clients.of(spell.person_id, month.last)
                yield Case(spell, month.last, client, self.luck.draw("spell", spell.spell_id))


def _ended_by(spell: Any, day: dt.date) -> dt.date | None:
    ended = spell.ended
    return ended.date() if ended is not None and ended.date() <= day else None
