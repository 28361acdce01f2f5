"""The first line against the contract: what is missing, unexpected or moved, told without echoing it."""

from __future__ import annotations

from collections.abc import Sequence

from joinedup.errors import BadInput
from joinedup.feeds.contract import Contract

_TOLD = 10  # a file of another kind may have thousands of columns


def check_header(found: Sequence[str], contract: Contract) -> None:
    """Raise BadInput unless the file's columns are the contract's, in its order.

    A file without a header line begins with data, so a name that is not in the contract is told by its
    position only.
    """
    expected = [column.name for column in contract.columns]
    if list(found) == expected:
        return
    missing = [name for name in expected if name not in found]
    strange = [str(index) for index, name in enumerate(found, 1) if name not in expected]
    parts = []
    if len(missing) * 2 > len(expected):
        parts.append("the first line does not look like this feed's header")
    if missing:
        parts.append(f"missing: {_first(missing)}")
    if strange:
        parts.append(f"not in the contract: column {_first(strange)}")
    if not missing and not strange:
        moved = next(
            (i for i, (a, b) in enumerate(zip(found, expected, strict=False), 1) if a != b), len(expected) + 1
        )
        repeated = len(set(found)) != len(found)
        parts.append(
            "a column occurs twice"
            if repeated
            else f"another order from column {moved} on, where {expected[moved - 1]} should be"
        )
    raise BadInput(
        f"The header is not what the contract of {contract.name} says",
        where="; ".join(parts),
        next_step="Check that this is the right feed; if the owner changed the file, change the contract",
    )


def _first(items: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    told = ", ".join(items[:_TOLD])
    return f"{told} and {len(items) - _TOLD:,} more" if len(items) > _TOLD else told
