"""What the exports of the council's anti-social behaviour system share: the complaints it came to know of."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joinedup.demo.exports.exported import ExportedFile, Truth, number, rows
from joinedup.demo.exports.filing import Filing, Row
from joinedup.demo.exports.grid import grid_points
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.text_files import Dialect
from joinedup.terms import Period

DAY = "%d-%b-%y"
_SYSTEM = Dialect(encoding="cp1252", quote_all=True)


@dataclass(frozen=True)
class Complaint:
    """One matter that the council was told of, with the calls about it in order."""

    event: Any
    point: tuple[int, int] | None
    calls: list[Any]

    @property
    def ref(self) -> str:
        """The system's reference value."""
        return f"ASB/{self.received:%y}/{number('council-asb', self.event.event_id)}"

    @property
    def received(self) -> dt.datetime:
        """When it was first told of."""
        when: dt.datetime = self.calls[0].called_at if self.calls else self.event.reported_at
        return when


def complaints(truth: Truth) -> Iterator[Complaint]:
    """Every complaint of the council, in the order of what happened."""
    calls: dict[int, list[Any]] = defaultdict(list)
    frame = truth.call
    for call in rows(frame[frame["agency"] == "council"], ["called_at", "call_id"]):
        calls[call.event_id].append(call)
    frame = truth.event
    frame = frame[(frame["kind"] == "asb") & frame["council"].astype(bool)]
    frame = frame.sort_values(["reported_at", "event_id"], kind="stable")
    for event, point in zip(rows(frame), grid_points(frame), strict=True):
        yield Complaint(event, point, calls.get(event.event_id, []))


def write_files(
    feed: str,
    name: str,
    header: Sequence[str],
    filed: Mapping[dt.date, Sequence[Row]],
    folder: Path,
    mess: Mess,
    months: Sequence[Period],
) -> list[ExportedFile]:
    """Write monthly files as the case system does: ``ASB_COMPLAINTS_2024-05.csv``."""
    filing = Filing(
        feed=feed,
        folder=folder,
        name=lambda month, mark: f"ASB_{name}_{month}{mark}.csv",
        put=lambda path, _month, cells: _SYSTEM.write(path, header, cells),
        days=16,
        mess=mess,
        changes=True,
    )
    return filing.write(filed, months)
