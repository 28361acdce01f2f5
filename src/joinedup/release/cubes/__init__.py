"""The rounded cube in use: one for each source that has one, kept in a ledger as it was shown.

``ways`` says which sources go this way, and sees to it that none goes both; ``counting`` counts the leaves;
``ledger`` rounds and keeps them; ``answering`` gives protected viewers sums of the leaves that are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.doors import when_asked

if TYPE_CHECKING:
    from joinedup.release.cubes.answering import Offer, offer
    from joinedup.release.cubes.ledger import Listed, listed, refresh
    from joinedup.release.cubes.ways import holder_of, holders

__all__ = ["Listed", "Offer", "holder_of", "holders", "listed", "offer", "refresh"]

when_asked(
    __name__,
    {
        "answering": ("Offer", "offer"),
        "ledger": ("Listed", "listed", "refresh"),
        "ways": ("holder_of", "holders"),
    },
)
