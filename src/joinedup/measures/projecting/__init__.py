"""Where a year is going, and how likely it meets a target. Its door: ``project`` and ``questions``."""

from joinedup.measures.projecting.projection import Projection, Status, Target, not_judged, project, questions

__all__ = ["Projection", "Status", "Target", "not_judged", "project", "questions"]
