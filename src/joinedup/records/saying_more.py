"""Whether the file that was delivered last may say more when it comes again by other rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from joinedup.records import ledger, marks, refused

if TYPE_CHECKING:
    from joinedup.records.models import Delivery


def can(delivery: Delivery) -> bool:
    """Whether there is anything in it that other rules could take in: refused rows, or values left out."""
    return bool(delivery.quarantined) or _left_values_out(delivery)


def read_by(connection: duckdb.DuckDBPyConnection, records: Path, delivery: Delivery) -> str | None:
    """The rules by which it was judged; None where that is not told, as in an older book."""
    if delivery.quarantined:
        judged = refused.judged_by(connection, records, delivery.number)
        return judged.rules if judged else None
    own = [one for one in ledger.segments_of(delivery.feed) if one.delivery.number == delivery.number]
    pos = [records / one.file for one in own if one.kind == "pos"]
    return marks.marks_of(connection, pos).get(marks.READ_BY)


def _left_values_out(delivery: Delivery) -> bool:
    """Whether values of its records broke a rule. What is said of persons is kept as it was given."""
    from joinedup.records.models import DeliveryField

    found = DeliveryField.objects.filter(delivery=delivery, invalid__gt=0)
    return found.exclude(field__contains=".").exists()
