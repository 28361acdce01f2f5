"""Comparing areas with their peers. Its door: ``compare``, and the shapes of its answer."""

from joinedup.measures.peers.comparing import compare, question
from joinedup.measures.peers.result import Comparison, PeerRow, Verdict

__all__ = ["Comparison", "PeerRow", "Verdict", "compare", "question"]
