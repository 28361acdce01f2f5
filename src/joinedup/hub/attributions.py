"""Whose words stand in the footer: the attributions that the licences of the data in use ask for."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import lru_cache

from joinedup import places
from joinedup.errors import JoinedupError
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
    try:
        known = contracts(workspace)
    except JoinedupError:
        known = {}  # `joinedup feeds` says what is wrong with a contract; no page closes for it
    said = [
        known[feed].publishing.attribution
        for feed in sorted(delivered & set(known))
        if known[feed].publishing.sensitivity is Sensitivity.OPEN
    ]
    said += [f"{_stop(entry.source)} {_stop(entry.licence)}" for entry in places.catalogue(workspace)]
    return tuple(_without_repeats(said))


def _stop(text: str) -> str:
    text = text.strip()
    return text if not text or text.endswith(".") else f"{text}."


def _without_repeats(texts: Iterable[str]) -> list[str]:
    """Each sentence once, in the order of their first coming."""
    sentences = [part for text in texts for part in _sentences(text)]
    return list(dict.fromkeys(sentences))


def _sentences(text: str) -> list[str]:
    parts = text.replace("v3.0", "v3\0").split(". ")
    return [_stop(part.replace("\0", ".0")) for part in parts if part.strip(". ")]
