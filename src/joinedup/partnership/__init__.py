"""Partnership: what people run. Now: the register of data gaps and the register of section 17A.

Groups, meetings, problems, actions, plan and reviews come later.
"""

from joinedup.partnership.gaps import (
    add_gap,
    change_gap,
    close_gap,
    gap_named,
    gaps,
    review,
    set_standard,
    standards,
)
from joinedup.partnership.judging import RUN, Reading, held, meets, missed
from joinedup.partnership.section17a import KINDS, Line, assign, due, holdings, register

__all__ = [
    "KINDS",
    "RUN",
    "Line",
    "Reading",
    "add_gap",
    "assign",
    "change_gap",
    "close_gap",
    "due",
    "gap_named",
    "gaps",
    "held",
    "holdings",
    "meets",
    "missed",
    "register",
    "review",
    "set_standard",
    "standards",
]
