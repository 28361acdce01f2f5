"""Whose words stand in the footer: the attributions that the licences of the data in use ask for."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import lru_cache

from django.utils.translation import gettext as _

from joinedup import places
from joinedup.hub import served
from joinedup.records import RecordBook
from joinedup.terms import Sensitivity

_KEPT_SECONDS = 60


def attributions() -> list[str]:
    """One sentence or more for each open feed delivered, then for the boundaries and tables loaded."""
    return list(_attributions(str(served.workspace().folder), int(time.monotonic() // _KEPT_SECONDS)))


@lru_cache(maxsize=4)
def _attributions(_folder: str, _minute: int) -> tuple[str, ...]:
    from joinedup.feeds import contracts

    workspace = served.workspace()
    delivered = {row.feed for row in RecordBook(workspace).deliveries()}
    known = contracts(workspace)
    said = [
        known[feed].publishing.attribution
        for feed in sorted(delivered & set(known))
        if known[feed].publishing.sensitivity is Sensitivity.OPEN
    ]
    return tuple(dict.fromkeys([*said, *_of_places(places.catalogue(workspace))]))


def _of_places(entries: Iterable[places.CatalogueEntry]) -> list[str]:
    """One sentence for everything loaded, parted by semicolons: each source once, and its licence in brackets
    where it does not name it."""
    sources = dict.fromkeys((entry.source.strip(" ."), entry.licence.strip(" .")) for entry in entries)
    fullest = [
        source if licence in source else f"{source} ({licence})"
        for source, licence in sources
        if not any(other != source and other.startswith(source) for other, _ in sources)
    ]
    if not fullest:
        return []
    return [_("Places, residents and deprivation: %(sources)s.") % {"sources": "; ".join(fullest)}]
