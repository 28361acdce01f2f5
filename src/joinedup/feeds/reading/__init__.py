"""Reading: whatever a partner sends, made into rows of text by the contract. Its door is ``plain``."""

from joinedup.feeds.reading.expected import Expected
from joinedup.feeds.reading.others import contracts_beside
from joinedup.feeds.reading.plain import plain
from joinedup.feeds.reading.readable import Origins, Readable

__all__ = ["Expected", "Origins", "Readable", "contracts_beside", "plain"]
