"""The agreements of the demonstration: invented, signed by invented people, read like real ones."""

from __future__ import annotations

from pathlib import Path

from joinedup.accounts import agreements
from joinedup.release import record_sharing
from joinedup.terms import Viewer

FILES = tuple(sorted(Path(__file__).parent.glob("*.toml")))


def record_all(by: Viewer) -> int:
    """Record those agreements that are not there yet; how many."""
    known = {one.code for one in agreements()}
    new = [file for file in FILES if file.stem not in known]
    for file in new:
        record_sharing(file.read_text(encoding="utf-8"), where=file.name, by=by)
    return len(new)
