"""What the record book tells the rooms above, within its own transaction: all of it is done, or none."""

from __future__ import annotations

from django.dispatch import Signal

references_erased = Signal()
"""References and keys (``references``, ``record_keys``: frozensets) of a feed (``feed``) were erased: whoever
keeps one lets it go."""
