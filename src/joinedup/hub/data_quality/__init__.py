"""Bringing measures of quality, deliveries and the partnership's registers together."""

from joinedup.hub.data_quality.registers import (
    latest_quarters,
    latest_with_any,
    readings_of,
    review_gaps,
    section_17a,
)

__all__ = ["latest_quarters", "latest_with_any", "readings_of", "review_gaps", "section_17a"]
