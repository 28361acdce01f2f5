"""Comparing areas with their peers. Its door: ``compare``, and the shapes of its answer."""

from joinedup.measures.peers.comparing import LEAST_COMPARED, comparable, compare, question, require_family
from joinedup.measures.peers.result import Comparison, PeerRow, Verdict

__all__ = [
    "LEAST_COMPARED",
    "Comparison",
    "PeerRow",
    "Verdict",
    "comparable",
    "compare",
    "question",
    "require_family",
]
