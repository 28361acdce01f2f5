"""Letting go of what this process keeps in its memory of records, once some were erased by whatever process.

Every reader asks the ledger how many erasures there were; where that moved, all that is kept is let go, and
what a reader from before the erasure still reads is kept by nobody. A process that reads nothing keeps what
it has until its next question, or its end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

_Forget = Callable[[], None]
_guard = threading.Lock()
_known: dict[Path, int] = {}  # by the records' folder, how many erasures this process knows of
_forgets: list[_Forget] = []


def when_erased(forget: _Forget) -> _Forget:
    """Have this called whenever records were erased: it lets go of all that its module keeps."""
    _forgets.append(forget)
    return forget


def seen(records: Path, erasures: int) -> None:
    """There were so many erasures of the records in a folder: where that is news, everything is let go."""
    if is_latest(records, erasures):
        return
    with _guard:
        known = _known.get(records)
        if known == erasures:
            return
        # Fewer than known: somebody asked before an erasure, or the workspace was made anew in its place.
        _known[records] = erasures if known is None or known < erasures else _asked()
        for forget in _forgets:
            forget()


def is_latest(records: Path, erasures: int) -> bool:
    """Whether this process knows of no other erasure. Whoever adds to what it keeps asks while holding the
    lock under which it is let go; so nothing is added after that."""
    return _known.get(records) == erasures


def _asked() -> int:
    from joinedup.records import ledger

    return ledger.state()[1]
