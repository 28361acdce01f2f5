"""The agreements of the demonstration: invented, signed by invented people, read like real ones."""

from __future__ import annotations

from pathlib import Path

from joinedup.accounts import agreements, read_agreement
from joinedup.release import record_sharing
from joinedup.terms import Viewer

FILES = tuple(sorted(Path(__file__).parent.glob("*.toml")))


def record_all(by: Viewer) -> int:
    """Record those agreements that are not there yet in this version; how many."""
    known = {one.code: one.version for one in agreements()}
    texts = {file: file.read_text(encoding="utf-8") for file in FILES}
    new = {
        file: text
        for file, text in texts.items()
        if known.get(file.stem, 0) < read_agreement(text, where=file.name).version
    }
    for file, text in new.items():
        record_sharing(text, where=file.name, by=by)
    return len(new)
