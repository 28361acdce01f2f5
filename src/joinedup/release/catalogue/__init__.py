"""The public catalogue: fixed tables of closed measures, protected as one system and entered in a ledger.

``tables`` says which tables there are; ``counting`` counts them; ``gate`` protects and attacks them together
with all that left before; ``ledger`` prepares, approves and withdraws editions; ``standing`` gives protected
viewers the same cells; ``files`` writes them.
"""

from joinedup.release.catalogue.ledger import (
    approve,
    offered,
    prepare,
    publication,
    publications,
    visible,
    withdraw,
)
from joinedup.release.catalogue.standing import published_measures
from joinedup.release.catalogue.tables import TableSet, table_sets

__all__ = [
    "TableSet",
    "approve",
    "offered",
    "prepare",
    "publication",
    "publications",
    "published_measures",
    "table_sets",
    "visible",
    "withdraw",
]
