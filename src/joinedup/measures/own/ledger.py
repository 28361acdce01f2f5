"""The versions of own measures as they were added: what each meant, what changed, by whose hand and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from joinedup.errors import BadInput
from joinedup.measures.own.lines import at, line_of
from joinedup.measures.own.reading import OwnMeasure


@dataclass(frozen=True)
class Added:
    """One version, as it was added."""

    name: str
    version: int
    fingerprint: str
    sources: tuple[str, ...]
    text: str
    says: str
    by: str
    at: dt.datetime


def versions(name: str | None = None) -> list[Added]:
    """Every version that was added, or those of one measure, in order."""
    from joinedup.measures.models import OwnMeasureVersion

    rows = OwnMeasureVersion.objects.all()
    return [
        Added(
            row.name,
            row.version,
            row.fingerprint,
            tuple(row.sources),
            row.text,
            row.says,
            row.added_by,
            row.added_at,
        )
        for row in (rows.filter(name=name) if name is not None else rows)
    ]


def latest() -> dict[str, Added]:
    """The newest version of each measure."""
    return {one.name: one for one in versions()}


def enter(own: OwnMeasure, by: str, moment: dt.datetime) -> None:
    """Enter a version, in the caller's transaction."""
    from joinedup.measures.models import OwnMeasureVersion

    OwnMeasureVersion.objects.create(
        name=own.measure.name,
        version=own.measure.version,
        fingerprint=own.fingerprint,
        sources=list(own.measure.sources),
        text=own.text,
        says=own.says,
        added_by=by,
        added_at=moment,
    )


def refusal(own: OwnMeasure, last: Added | None) -> BadInput | None:
    """Why this version cannot be in force as things stand; None where it is the one that was added last."""
    version = own.measure.version
    line = line_of(own.text, "version")
    if last is None or version == last.version + 1:
        step = f"Check it and add it: joinedup measures add {own.file}"
        return at(own.file, line, f"Version {version} was not added yet", step)
    if version != last.version:
        step = f"Write version = {last.version + 1} and say in change what changed"
        return at(own.file, line, f"Its newest version is {last.version}, not {version}", step)
    if own.fingerprint != last.fingerprint:
        what = f"What it counts is not what version {version} counted when it was added on {last.at:%d %B %Y}"
        step = f"Write version = {version + 1} and say in change what changed; or take the change back"
        return at(own.file, line, what, step)
    return None


def require_next(own: OwnMeasure, last: Added | None) -> None:
    """Raise BadInput where this is not a version that can follow the one that was added last."""
    version, expected = own.measure.version, 1 if last is None else last.version + 1
    if version == expected and (last is None or own.fingerprint != last.fingerprint):
        return
    line = line_of(own.text, "version")
    if version == expected:
        step = f"Keep version = {version - 1}: words that only explain may be changed at any time"
        raise at(own.file, line, f"It counts what version {version - 1} counts", step)
    if last is None:
        raise at(own.file, line, "The first version of a measure is 1", "Write version = 1")
    found = refusal(own, last)
    if found is not None:
        raise found
