"""Names for what is drafted: feeds, fields and codes, made from file names, columns and words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from joinedup.feeds.columns import RESERVED_FIELDS
from joinedup.feeds.drafting.definitions import Profile
from joinedup.feeds.rules import ValidationRule

_LONGEST = 60


def _plain(text: str, between: str) -> str:
    """Small letters and digits of ASCII, with ``between`` in place of all else."""
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", between, flat).strip(between)[:_LONGEST].strip(between)


def feed_name(file_name: str) -> str:
    """The file's name without its endings and dates."""
    stem = re.sub(r"(?:19|20)\d{2}(?:[-_]?\d{2}){0,2}", " ", file_name.split(".", 1)[0])
    return _plain(stem, "-") or "new-feed"


def field_names(columns: Sequence[Profile]) -> dict[str, str]:
    """Column to field: no two alike, none that belongs to the record book."""
    taken = {*RESERVED_FIELDS, ValidationRule.FIELD}
    found = {}
    for column in columns:
        name = _plain(column.name, "_") or f"column_{column.index + 1}"
        name = name if name[0].isalpha() else f"column_{name}"
        candidates = [name, f"{name}_given", *(f"{name}_{number}" for number in range(2, len(columns) + 3))]
        found[column.name] = next(candidate for candidate in candidates if candidate not in taken)
        taken.add(found[column.name])
    return found


def code_name(word: str) -> str:
    """A code for a word of the owner's."""
    return _plain(word, "-")
