"""The targets of the plan: ``partnership`` keeps them, ``release`` judges them, and here both meet."""

from joinedup.hub.targets.judging import Judged, judge
from joinedup.hub.targets.keeping import change, close, keep
from joinedup.hub.targets.seeing import Told, target_seen, targets_seen, told_to

__all__ = ["Judged", "Told", "change", "close", "judge", "keep", "target_seen", "targets_seen", "told_to"]
