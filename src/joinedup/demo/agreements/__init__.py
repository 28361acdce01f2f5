"""The agreements of the demonstration: invented, signed by invented people, read like real ones."""

from __future__ import annotations

from pathlib import Path

from joinedup.accounts import agreements, record_agreement
from joinedup.log import record_act
from joinedup.terms import Viewer

FILES = tuple(sorted(Path(__file__).parent.glob("*.toml")))


def record_all(by: Viewer) -> int:
    """Record those agreements that are not there yet; how many."""
    from django.db import transaction

    known = {one.code for one in agreements()}
    new = [file for file in FILES if file.stem not in known]
    for file in new:
        with transaction.atomic():
            made = record_agreement(file.read_text(encoding="utf-8"), where=file.name, by=by)
            record_act(
                "administration",
                by=by,
                purpose=None,
                what=f"recorded the agreement {made.code}, version {made.version}",
                detail={"agreement": made.code, "owners": sorted(one.owner for one in made.shares)},
            )
    return len(new)
