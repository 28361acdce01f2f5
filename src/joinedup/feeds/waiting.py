"""Which refused rows still wait, for what, and what became of the others: derived from the ledger.

A row's home is the delivery it was refused in. Rows that came back (``Return``) and were refused again wait
on at home, with their new reasons; where the delivery that brought them back is withdrawn, they wait again.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from joinedup.errors import NotFound
from joinedup.terms import DeliveryMode, Period
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.feeds.models import Return
    from joinedup.records import DeliveryRow, Reader


class RowState(StrEnum):
    """What became of a refused row."""

    WAITING = "waiting"
    MENDED = "mended"
    RELEASED = "released"
    JUDGED_AGAIN = "judged-again"  # the contract accepts it by now
    SENT_AGAIN = "sent-again"  # a later delivery brought its record, or replaced its whole period


@dataclass(frozen=True)
class RowStory:
    """One refused row: its number at home, why it was refused last, and the delivery that settled it.

    ``held_in`` is the delivery whose quarantine has its latest text, as row ``row_there``.
    """

    row: int
    reasons: tuple[str, ...]
    held_in: int
    row_there: int
    state: RowState = RowState.WAITING
    delivery: int | None = None
    by: str = ""
    why: str = ""


@dataclass(frozen=True)
class Exported:
    """When rows were written out for mending, by whom, for whom."""

    at: dt.datetime
    by: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Waiting:
    """The refused rows of one delivery and what became of each."""

    delivery: int
    feed: str
    owner: str
    period: Period | None
    file_name: str
    received_at: dt.datetime
    rows: tuple[RowStory, ...]
    exported: tuple[Exported, ...] = field(default=())

    @property
    def waiting(self) -> tuple[RowStory, ...]:
        """Those that still wait."""
        return tuple(row for row in self.rows if row.state is RowState.WAITING)

    @property
    def reasons(self) -> dict[str, int]:
        """Rule to waiting rows that break it, the commonest first; a row may break several."""
        return dict(Counter(reason for row in self.waiting for reason in row.reasons).most_common())

    @property
    def settled(self) -> dict[str, int]:
        """What became of the others: state to rows."""
        return dict(Counter(row.state.value for row in self.rows if row.state is not RowState.WAITING))


def waiting(
    workspace: Workspace, feed: str | None = None, *, owner: str | None = None, rule: str | None = None
) -> list[Waiting]:
    """Every standing delivery with rows that wait, oldest first; of a feed, owner or rule if named."""
    from joinedup.records import RecordBook

    standing = [row for row in RecordBook(workspace).deliveries(feed) if row.state == "standing"]
    returned = {one.file_name for one in _returns()}
    homes = [row for row in standing if row.quarantined and row.file_name not in returned]
    with RecordBook(workspace).reading() as reader:
        found = [_of(reader, row, standing) for row in homes if owner in {None, row.owner}]
    return [one for one in found if one.waiting and (rule is None or rule in one.reasons)]


def of_delivery(workspace: Workspace, number: int) -> Waiting:
    """The refused rows of one delivery, whether any waits or not. Raises NotFound."""
    from joinedup.records import RecordBook

    row = next((row for row in RecordBook(workspace).deliveries() if row.number == number), None)
    if row is None:
        raise NotFound(
            "There is no delivery of that number", where=str(number), next_step="See: joinedup deliveries"
        )
    home = home_of(row.file_name)
    if home is not None:
        raise NotFound(
            "Its rows came from the desk and wait where they were refused first",
            where=f"delivery {number}",
            next_step=f"See delivery {home}",
        )
    if not row.quarantined or row.state != "standing":
        raise NotFound("That delivery has no row in quarantine", where=str(number))
    standing = [one for one in RecordBook(workspace).deliveries(row.feed) if one.state == "standing"]
    with RecordBook(workspace).reading() as reader:
        return _of(reader, row, standing)


def home_of(file_name: str) -> int | None:
    """The delivery in which the rows of a delivery of this name were refused; None where it is no return."""
    return next((one.of_delivery for one in _returns() if one.file_name == file_name), None)


def _returns(number: int | None = None) -> list[Return]:
    from joinedup.feeds.models import Return

    found = Return.objects.all()
    return list(found if number is None else found.filter(of_delivery=number))


def _of(reader: Reader, home: DeliveryRow, standing: Sequence[DeliveryRow]) -> Waiting:
    rows = {
        number: RowStory(number, tuple(reasons), home.number, number)
        for number, reasons in reader.refused_rows(home.number).items()
    }
    by_name = {row.file_name: row for row in standing if row.feed == home.feed}
    for one in _returns(home.number):
        brought = by_name.get(one.file_name)
        if brought is not None:
            rows |= _returned(one, brought.number, reader.refused_rows(brought.number), rows)
    for number, later in _sent_again(reader, home, standing).items():
        if number in rows and rows[number].state is RowState.WAITING:
            old = rows[number]
            rows[number] = RowStory(
                number, old.reasons, old.held_in, old.row_there, RowState.SENT_AGAIN, later
            )
    return Waiting(
        home.number,
        home.feed,
        home.owner,
        home.period,
        home.file_name,
        home.received_at,
        tuple(rows[number] for number in sorted(rows)),
        _exported(home.number),
    )


def _returned(
    one: Return, delivery: int, refused: dict[int, list[str]], before: dict[int, RowStory]
) -> dict[int, RowStory]:
    """The rows of a return: settled, or refused again and waiting with their new reasons."""
    found = {}
    for there, row in enumerate(one.rows, 1):
        if there in refused:
            found[row] = RowStory(row, tuple(refused[there]), delivery, there)
        else:
            state = RowState(one.kind)
            found[row] = RowStory(row, before[row].reasons, delivery, there, state, delivery, one.by, one.why)
    return found


def _sent_again(reader: Reader, home: DeliveryRow, standing: Sequence[DeliveryRow]) -> dict[int, int]:
    """Refused row to the later delivery that replaced its period or brought its record."""
    returned = {one.file_name for one in _returns(home.number)}
    later = [
        row
        for row in standing
        if row.feed == home.feed and row.number > home.number and row.file_name not in returned
    ]
    if home.mode is DeliveryMode.SNAPSHOT and home.period is not None:
        for row in later:
            whole = row.period if row.mode is DeliveryMode.SNAPSHOT else None
            if whole and whole.start <= home.period.start and home.period.end <= whole.end:
                return dict.fromkeys(reader.refused_rows(home.number), row.number)
        return {}
    numbers = {row.number for row in later}
    return {row: number for row, number in reader.sent_again(home.number).items() if number in numbers}


def _exported(number: int) -> tuple[Exported, ...]:
    from joinedup.log import acts

    found = acts(kind="disclosure", text=f"quarantine of delivery {number} of ")
    return tuple(Exported(act.moment, act.username, tuple(act.recipients)) for act in found)
