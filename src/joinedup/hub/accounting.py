"""What became of a delivery's rows, and of a field's cells: parts that always add up to the whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from joinedup.records import DeliveryRow, FieldState


@dataclass(frozen=True)
class Part:
    """One part of a whole, and where it lies on a divided bar (``start`` and ``width`` in per cent)."""

    name: str
    label: str
    meaning: str
    count: int
    start: str
    width: str

    @property
    def per_cent(self) -> float:
        """The part's share of the whole, 0 to 100."""
        return float(self.width.rstrip("%"))


def _divided(named: Iterable[tuple[str, str, str, int]]) -> list[Part]:
    entries = list(named)
    whole = sum(entry[3] for entry in entries) or 1
    parts, before = [], 0
    for name, label, meaning, count in entries:
        start, width = 100 * before / whole, 100 * count / whole
        parts.append(Part(name, label, meaning, count, f"{start:.3f}%", f"{width:.3f}%"))
        before += count
    return parts


def rows_accounted(deliveries: Iterable[DeliveryRow]) -> list[Part]:
    """Rows in = accepted + unchanged + revised + quarantined + set aside, for one or more deliveries."""
    rows = list(deliveries)
    return _divided(
        [
            ("accepted", _("Accepted"), _("new records"), sum(row.accepted for row in rows)),
            ("unchanged", _("Unchanged"), _("the same as before"), sum(row.unchanged for row in rows)),
            ("revised", _("Revised"), _("a newer version of a record"), sum(row.revised for row in rows)),
            (
                "quarantined",
                _("Quarantined"),
                _("refused, held with a reason"),
                sum(row.quarantined for row in rows),
            ),
            (
                "set_aside",
                _("Set aside"),
                _("left out by a named rule"),
                sum(sum(row.set_aside.values()) for row in rows),
            ),
        ]
    )


def field_accounted(state: FieldState) -> list[Part]:
    """How often a field was given, said to be unknown, or left empty."""
    return _divided(
        [
            ("given", _("Given"), _("a value"), state.given),
            ("unknown", _("Unknown"), _("the owner says it is not known"), state.unknown),
            ("missing", _("Missing"), _("left empty"), state.missing),
        ]
    )
