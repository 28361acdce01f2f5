"""What the next deliveries will be called, told before they are written.

Whoever prepares a delivery can so write its segment once, with number and known-from in it. The writer, under
its lock, adopts such a file where it was told right, and writes it anew where another delivery came between.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from joinedup.records import ledger
from joinedup.records.definitions import Foretold


@dataclass
class Foresight:
    """Foretells one delivery after another, in the order in which they will be written."""

    _number: int = 0
    _known_from: dict[str, dt.datetime] = field(default_factory=dict)

    def foretell(self, feed: str, received_at: dt.datetime) -> Foretold:
        """What the next delivery will have, after those foretold before it."""
        self._number = max(self._number + 1, ledger.next_number())
        known_from = ledger.next_known_from(feed, received_at)
        if feed in self._known_from:
            known_from = max(known_from, self._known_from[feed] + ledger.MICROSECOND)
        self._known_from[feed] = known_from
        return Foretold(self._number, known_from)
