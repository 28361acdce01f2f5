"""Two measures of different sources, side by side. Its doors: ``require_unlike``, ``side_by_side``."""

from joinedup.measures.two_sources.computing import question, require_unlike, side_by_side
from joinedup.measures.two_sources.result import SideBySide, SideRow

__all__ = ["SideBySide", "SideRow", "question", "require_unlike", "side_by_side"]
