"""Release: the only way out for data. Who may see what and why, protection, and the act in the log."""

from joinedup.release.deciding import decide
from joinedup.release.decision import Access, Decision, What
from joinedup.release.figures import ReleasedFigure, available, release

__all__ = ["Access", "Decision", "ReleasedFigure", "What", "available", "decide", "release"]
