"""Records: the record book: append-only, every version, as known on any date. Its door is ``RecordBook``.

Names are imported when they are first asked for: the intake process needs ``records.identity`` only, and
starts twice as fast without Django and the rest of the book.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.doors import when_asked

if TYPE_CHECKING:
    from joinedup.records.book import RecordBook
    from joinedup.records.counted_once import Telling, returned_name, returned_note, still_telling
    from joinedup.records.definitions import (
        Coverage,
        DeliveryDraft,
        DeliveryRow,
        ErasureRow,
        FieldState,
        Finding,
        FoundToErase,
        JudgedBy,
        KeyChanged,
        LinkageRow,
        Mention,
        Promise,
        Restricted,
        Restricting,
        SeriesBreak,
    )
    from joinedup.records.finishing import clear_database
    from joinedup.records.forgetting import when_erased
    from joinedup.records.identity import content_hash_sql, ordinal_key_sql, record_key_sql
    from joinedup.records.linkages import NewLinkage
    from joinedup.records.placed import points_kept_by
    from joinedup.records.reading import Reader
    from joinedup.records.resting import Ground
    from joinedup.records.segments import ENVELOPE, STAGED_ENVELOPE
    from joinedup.records.signals import references_erased
    from joinedup.records.version_files import VersionFiles

__all__ = [
    "ENVELOPE",
    "STAGED_ENVELOPE",
    "Coverage",
    "DeliveryDraft",
    "DeliveryRow",
    "ErasureRow",
    "FieldState",
    "Finding",
    "FoundToErase",
    "Ground",
    "JudgedBy",
    "KeyChanged",
    "LinkageRow",
    "Mention",
    "NewLinkage",
    "Promise",
    "Reader",
    "RecordBook",
    "Restricted",
    "Restricting",
    "SeriesBreak",
    "Telling",
    "VersionFiles",
    "clear_database",
    "content_hash_sql",
    "ordinal_key_sql",
    "points_kept_by",
    "record_key_sql",
    "references_erased",
    "returned_name",
    "returned_note",
    "still_telling",
    "when_erased",
]

when_asked(
    __name__,
    {
        "book": ("RecordBook",),
        "counted_once": ("Telling", "returned_name", "returned_note", "still_telling"),
        "definitions": (
            "Coverage",
            "DeliveryDraft",
            "DeliveryRow",
            "ErasureRow",
            "FieldState",
            "Finding",
            "FoundToErase",
            "JudgedBy",
            "KeyChanged",
            "LinkageRow",
            "Mention",
            "Promise",
            "Restricted",
            "Restricting",
            "SeriesBreak",
        ),
        "finishing": ("clear_database",),
        "forgetting": ("when_erased",),
        "identity": ("content_hash_sql", "ordinal_key_sql", "record_key_sql"),
        "linkages": ("NewLinkage",),
        "placed": ("points_kept_by",),
        "reading": ("Reader",),
        "resting": ("Ground",),
        "segments": ("ENVELOPE", "STAGED_ENVELOPE"),
        "signals": ("references_erased",),
        "version_files": ("VersionFiles",),
    },
)
