"""Log: the append-only log of acts on personal data and of disclosures, a chain for each agency.

Its doors: ``record_act`` writes, ``acts`` asks, ``verify`` looks for tampering, ``sign_ended_days``,
``export_heads`` and ``read_heads`` keep where the chains stood, ``erase_words`` erases what somebody wrote as
a reason.
"""

from joinedup.log.acts import record_act
from joinedup.log.erasing import erase_words
from joinedup.log.guarding import unguarded
from joinedup.log.heads import (
    SignedHead,
    export_heads,
    heads_as_text,
    read_heads,
    sign_ended_days,
    sign_if_possible,
)
from joinedup.log.query import AboutData, acts, latest_disclosure
from joinedup.log.row_security import is_bypassed, seeing
from joinedup.log.verifying import Flaw, Verdict, VerifiedChain, verify

__all__ = [
    "AboutData",
    "Flaw",
    "SignedHead",
    "Verdict",
    "VerifiedChain",
    "acts",
    "erase_words",
    "export_heads",
    "heads_as_text",
    "is_bypassed",
    "latest_disclosure",
    "read_heads",
    "record_act",
    "seeing",
    "sign_ended_days",
    "sign_if_possible",
    "unguarded",
    "verify",
]
