"""Records: the record book: append-only, every version, as known on any date. Its door is ``RecordBook``."""

from joinedup.records.book import RecordBook
from joinedup.records.definitions import Coverage, DeliveryDraft, DeliveryRow, FieldState, Finding
from joinedup.records.identity import content_hash_sql, ordinal_key_sql, record_key_sql
from joinedup.records.segments import ENVELOPE, STAGED_ENVELOPE

__all__ = [
    "ENVELOPE",
    "STAGED_ENVELOPE",
    "Coverage",
    "DeliveryDraft",
    "DeliveryRow",
    "FieldState",
    "Finding",
    "RecordBook",
    "content_hash_sql",
    "ordinal_key_sql",
    "record_key_sql",
]
