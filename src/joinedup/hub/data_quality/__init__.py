"""Bringing measures of quality, deliveries and the partnership's registers together."""

from joinedup.hub.data_quality.keeping import ask, close_gap, fields_of, name_holder
from joinedup.hub.data_quality.registers import (
    latest_quarters,
    latest_with_any,
    readings_of,
    review_gaps,
    section_17a,
)

__all__ = [
    "ask",
    "close_gap",
    "fields_of",
    "latest_quarters",
    "latest_with_any",
    "name_holder",
    "readings_of",
    "review_gaps",
    "section_17a",
]
