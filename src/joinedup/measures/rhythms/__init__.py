"""Rhythms: when things happen, for each hour or day that there was of a kind; and events beside other days.

Its door: ``rhythms``, ``rhythm_named``, ``fitting`` and ``with_rhythms`` (which there are, and a measure cut
by them); ``rhythm_of`` and ``event_of`` (released rows into rates, ratios and intervals); ``events``,
``event_named`` and ``pairs`` (days that somebody named). See ``docs/rhythms.md``.
"""

from joinedup.measures.rhythms.calendars import NAME as SCHOOL
from joinedup.measures.rhythms.calendars import TermDates, term_dates
from joinedup.measures.rhythms.computing import event_of, rhythm_of, untold_notes
from joinedup.measures.rhythms.definitions import Grain, Rhythm, Unit, Untold
from joinedup.measures.rhythms.events import Event, event_named, events
from joinedup.measures.rhythms.exposure import exposures
from joinedup.measures.rhythms.extending import can_be_cut, cut_by, for_keeping
from joinedup.measures.rhythms.known import (
    faults,
    fitting,
    kept_as,
    pairs,
    rhythm_named,
    rhythms,
    state,
    usual,
    with_rhythms,
)
from joinedup.measures.rhythms.matching import breakdown as matched_breakdown
from joinedup.measures.rhythms.result import EventFigure, EventRow, RhythmFigure, RhythmRow

__all__ = [
    "SCHOOL",
    "Event",
    "EventFigure",
    "EventRow",
    "Grain",
    "Rhythm",
    "RhythmFigure",
    "RhythmRow",
    "TermDates",
    "Unit",
    "Untold",
    "can_be_cut",
    "cut_by",
    "event_named",
    "event_of",
    "events",
    "exposures",
    "faults",
    "fitting",
    "for_keeping",
    "kept_as",
    "matched_breakdown",
    "pairs",
    "rhythm_named",
    "rhythm_of",
    "rhythms",
    "state",
    "term_dates",
    "untold_notes",
    "usual",
    "with_rhythms",
]
