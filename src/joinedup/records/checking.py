"""The record book's doctor: does every segment still hold what the ledger says?"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow
from pyarrow import parquet

from joinedup import durable
from joinedup.errors import JoinedupError
from joinedup.records import (
    cross_checking,
    enveloped,
    erased_checking,
    kept_counts,
    kept_pairs,
    ledger,
    linkages,
    mentions,
    sealing,
)
from joinedup.records.definitions import Finding
from joinedup.terms import DeliveryMode
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.records.models import LinkedSegment, Segment

_STRANGER = "Move it away: joinedup did not put it there"


# What reading a value that the ledger never wrote can raise: no word of a list, no month, no list of pairs.
_UNREADABLE = (ValueError, TypeError, LookupError, JoinedupError)


def findings(workspace: Workspace) -> Iterator[Finding]:
    """Everything that is wrong; a seal that does not fit is told only where nothing says more."""
    told = set()
    for finding in _findings(workspace):
        told.add(finding.where)
        yield finding
    seals = _as_far_as_readable(sealing.findings(), "the ledger")
    yield from (finding for finding in seals if finding.where not in told)


def _findings(workspace: Workspace) -> Iterator[Finding]:
    """Damaged, missing or extra segments, a ledger that contradicts itself, what was erased and is there."""
    from joinedup.records.models import Segment

    records = workspace.records_folder
    segments = list(Segment.objects.select_related("delivery").order_by("id"))
    for segment in segments:
        yield from _as_far_as_readable(_of_segment(segment, records / segment.file), segment.file)
    linked = linkages.segments_of()
    for one in linked:
        yield from _as_far_as_readable(_of_linked(one, records / one.file), one.file)
    known = {one.file for one in (*segments, *linked)} | set(erased_checking.still_to_go())
    yield from _strangers(records, known)
    yield from kept_counts.findings(records)
    for delivery in ledger.delivery_query().prefetch_related("segments"):
        yield from _as_far_as_readable(_of_delivery(delivery), f"delivery {delivery.number}")
    yield from _as_far_as_readable(cross_checking.findings(), "the ledger")
    yield from _as_far_as_readable(erased_checking.findings(workspace), "the ledger")


def _as_far_as_readable(found: Iterator[Finding], where: str) -> Iterator[Finding]:
    try:
        yield from found
    except _UNREADABLE:
        yield Finding("The ledger holds a value that cannot be read", where)


def _of_delivery(delivery: ledger.Delivery) -> Iterator[Finding]:
    row = ledger.row_of(delivery)
    if not row.adds_up:
        yield Finding("The rows of a delivery do not add up", f"delivery {row.number}")
    yield from _of_counts(row.number, _expected(delivery), _held(delivery))


def _strangers(records: Path, known: set[str]) -> Iterator[Finding]:
    """Files that the ledger does not know, and folders of names and of person keys that others can enter."""
    apart = [records / mentions.KIND, records / linkages.FOLDER]
    within = sorted(path for folder in apart for path in folder.glob("*"))
    for path in sorted([*(one for one in records.glob("*") if one.name != kept_pairs.FOLDER), *within]):
        name = path.relative_to(records).as_posix()
        if (
            not path.name.startswith(".")
            and path not in [*apart, records / kept_counts.FOLDER]
            and name not in known
        ):
            yield Finding("The ledger does not know this file", name, _STRANGER)
    for path in [*apart, *within]:
        if os.name == "posix" and path.exists() and path.stat().st_mode & 0o077:
            yield Finding("Others can read who the records name", path.relative_to(records).as_posix())


def _of_segment(segment: Segment, path: Path) -> Iterator[Finding]:
    if not path.is_file():
        yield Finding("A segment is missing", segment.file)
        return
    if durable.sha256(path) != segment.sha256:
        yield Finding("A segment is not what was written", segment.file)
        return
    try:
        with parquet.ParquetFile(path) as file:
            contradictions = list(enveloped.contradictions(segment, file, path.stat().st_size))
    except (OSError, pyarrow.ArrowException):
        yield Finding("A segment cannot be read", segment.file)
        return
    for what in contradictions:
        yield Finding(what, segment.file)


def _of_linked(segment: LinkedSegment, path: Path) -> Iterator[Finding]:
    """A segment of person keys against its ledger row."""
    if not path.is_file():
        yield Finding("A segment is missing", segment.file)
    elif durable.sha256(path) != segment.sha256:
        yield Finding("A segment is not what was written", segment.file)
    else:
        about = parquet.read_metadata(path)
        names = about.schema.to_arrow_schema().names
        if linkages.HOME not in names:
            names.append(linkages.HOME)  # written before homes were told
        told = about.num_rows, path.stat().st_size, names
        if told != (segment.rows, segment.bytes, list(linkages.SEGMENT)):
            yield Finding("A segment of person keys has not the rows that the ledger says", segment.file)


def _expected(delivery: ledger.Delivery) -> dict[str, int]:
    return {
        "pos": delivery.accepted + delivery.revised + _kept_unseen(delivery),
        "neg": delivery.revised + delivery.withdrawn,
        "quarantine": delivery.quarantined,
        "who": delivery.mentions,
    }


def _kept_unseen(delivery: ledger.Delivery) -> int:
    """Rows of records that were taken back, which came with a delivery and were ended at once."""
    from joinedup.records.models import Segment

    ended = Segment.objects.filter(
        kind=Segment.Kind.NEG,
        generation=delivery.generation,
        delivery__mode=DeliveryMode.WITHDRAWAL.value,
    ).exclude(delivery=delivery)
    return sum(segment.rows + segment.erased for segment in ended)


def _held(delivery: ledger.Delivery) -> dict[str, int]:
    """Rows of each kind in the segments that came with a delivery (not with its withdrawal)."""
    held: dict[str, int] = defaultdict(int)
    for segment in delivery.segments.all():
        if segment.generation == delivery.generation:
            held[segment.kind] += segment.rows + segment.erased
    return held


def _of_counts(number: int, expected: dict[str, int], held: dict[str, int]) -> Iterator[Finding]:
    for kind, rows in expected.items():
        if rows != held[kind]:
            yield Finding(
                f"The ledger counts {rows} rows for {kind}, the segments hold {held[kind]}",
                f"delivery {number}",
            )
