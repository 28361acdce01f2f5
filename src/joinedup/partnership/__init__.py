"""Partnership: what people run. Now: the registers of data gaps, of section 17A, of retention and of
requests for information.

Groups, meetings, problems, actions, plan and reviews come later.
"""

from joinedup.partnership.clock import DAYS, Clock, due_on
from joinedup.partnership.gaps import (
    add_gap,
    change_gap,
    close_gap,
    gap_named,
    gaps,
    prove_by,
    review,
    set_standard,
    standards,
)
from joinedup.partnership.judging import RUN, Reading, held, meets, missed
from joinedup.partnership.reviewing import Review, Rule
from joinedup.partnership.section17a import KINDS, Line, assign, due, holdings, register, unassign

__all__ = [
    "DAYS",
    "KINDS",
    "RUN",
    "Clock",
    "Line",
    "Reading",
    "Review",
    "Rule",
    "add_gap",
    "assign",
    "change_gap",
    "close_gap",
    "due",
    "due_on",
    "gap_named",
    "gaps",
    "held",
    "holdings",
    "meets",
    "missed",
    "prove_by",
    "register",
    "review",
    "set_standard",
    "standards",
    "unassign",
]
