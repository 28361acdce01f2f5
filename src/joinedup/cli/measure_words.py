"""What the command line says of a measure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.measures.history import Change


def summary(measure: Measure) -> dict[str, Any]:
    """One line of the list."""
    return {
        "measure": measure.name,
        "title": measure.title,
        "unit": measure.unit,
        "forms": list(measure.forms),
        "breakdowns": list(measure.breakdowns),
        "own": measure.own,
    }


def details(measure: Measure, changes: Sequence[Change], output_format: str) -> dict[str, Any]:
    """Everything about one measure."""
    labels: Any = {name: dict(values) for name, values in measure.breakdowns.items()}
    if output_format == "table":
        labels = "; ".join(
            f"{name} ({', '.join(values) or 'as delivered'})" for name, values in labels.items()
        )
    return {
        "measure": measure.name,
        "definition_version": measure.version,
        "own": measure.own,
        "title": measure.title,
        "meaning": measure.meaning,
        "unit": measure.unit,
        "sources": list(measure.sources),
        "record_types": list(measure.record_types),
        "forms": list(measure.forms),
        "breakdowns": labels,
        "positive_values": list(measure.positive_values),
        "adds_up_over_areas": measure.additive_over_areas,
        "adds_up_over_time": measure.additive_over_time,
        "sensitivity": measure.sensitivity,
        "breaks": [f"{broken.date:%Y-%m-%d}: {broken.sentence}" for broken in measure.breaks],
        "caveats": list(measure.caveats),
        "changes": [one.words for one in changes],
        "sql": textwrap.dedent(measure.sql).strip(),
    }
