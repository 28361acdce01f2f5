"""The seed of a rounded cube: the same cube is always rounded alike, and nobody outside can repeat it.

A seed that follows from the data alone would let anybody who guesses all but one count run the rounding for
each guess and see which one gives what was published. So it also takes a secret of the workspace, which is in
no backup. Should that secret be lost, the same counts must not be rounded a second time by another one (two
roundings of one count say more than one): what was published is read from the ledger, never made again.
"""

from __future__ import annotations

import hashlib
import hmac


def seed_for(secret: bytes, identity: str) -> int:
    """A seed of 128 bits for the cube of this identity (source, measure and period)."""
    return int.from_bytes(hmac.new(secret, identity.encode(), hashlib.sha256).digest()[:16], "big")
