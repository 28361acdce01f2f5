"""How much of the long tests runs: a sample, or with JOINEDUP_FULL=1 (``make test-full``) all of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

FULL = os.environ.get("JOINEDUP_FULL") == "1"
Item = TypeVar("Item")


def sampled(items: Sequence[Item], every: int) -> Sequence[Item]:
    """Every so-manieth of these, beginning with the first; in full all of them."""
    return items if FULL else items[::every]


def examples(in_full: int, part: int) -> int:
    """How many examples a property is tried on: so many in full, one in ``part`` of them in a sample."""
    return in_full if FULL else max(1, in_full // part)
