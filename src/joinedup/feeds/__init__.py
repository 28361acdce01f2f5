"""Feeds: contracts, reading, checking, quarantine, delivery of partners' files. Its door is ``deliver``."""

from joinedup.feeds.delivering import Leave, Request, deliver, deliver_all
from joinedup.feeds.library import contract, contracts
from joinedup.feeds.receipt import Receipt, State, StatedAreas

__all__ = [
    "Leave",
    "Receipt",
    "Request",
    "State",
    "StatedAreas",
    "contract",
    "contracts",
    "deliver",
    "deliver_all",
]
