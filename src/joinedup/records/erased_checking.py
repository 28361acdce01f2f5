"""Whether what was erased is gone: from every segment, from the folders, and as the log attests it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from joinedup.errors import Damaged
from joinedup.log import acts
from joinedup.records import engine, erasing, kept_pairs, ledger, linkages, placed, tombstones
from joinedup.records.definitions import Finding
from joinedup.records.engine import wrapped
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.records.models import Erasure, Segment

_FINISH = "Run: joinedup erase --finish"


def findings(workspace: Workspace) -> Iterator[Finding]:
    """Erasures that are not finished, differ from the log, or whose records are in a segment."""
    from joinedup.records.models import Erasure

    erasures = list(Erasure.objects.order_by("number"))
    attested = {act.what: act.detail for act in acts(kind="erasure")}
    for one in erasures:
        where = f"erasure {one.number}"
        if one.finished_at is None:
            yield Finding("What it erased is still in old files or free pages", where, _FINISH)
        if attested.pop(f"erasure {one.number} of records of {one.feed}", None) != erasing.facts_of(one):
            yield Finding("The log attests another erasure than the ledger", where)
    for what in attested:
        yield Finding("The ledger does not know what the log attests", what)
    yield from kept_pairs.findings(workspace.records_folder)
    if erasures:
        yield from _places(workspace)
    for feed in sorted({one.feed for one in erasures}):
        yield from _of_feed(workspace, feed, [one for one in erasures if one.feed == feed])


def _places(workspace: Workspace) -> Iterator[Finding]:
    try:
        for file, count in placed.strays(workspace):
            yield Finding(f"{count} places are kept that no record has", file, _FINISH)
    except Damaged as error:
        yield Finding("It cannot be told whether places of erased records are kept", error.where)


def still_to_go() -> list[str]:
    """Files that an erasure replaced and that are still to be deleted."""
    from joinedup.records.models import RetiredFile

    return list(RetiredFile.objects.values_list("file", flat=True))


def _of_feed(workspace: Workspace, feed: str, erasures: Sequence[Erasure]) -> Iterator[Finding]:
    segments = ledger.segments_of(feed, every_kind=True)
    if sum(one.erased for one in segments) != sum(one.rows for one in erasures):
        yield Finding("Other numbers of rows were erased than its segments lack", f"feed {feed}")
    there = [one for one in segments if (workspace.records_folder / one.file).is_file()]
    yield from _there_all_the_same(workspace, feed, there)


def _there_all_the_same(workspace: Workspace, feed: str, segments: Sequence[Segment]) -> Iterator[Finding]:
    try:
        known = tombstones.secret_of_feed(workspace.secrets_folder, feed)
    except Damaged as error:
        yield Finding(error.what, error.where, error.next_step)
        return
    if known is None:
        yield Finding("The tombstones of its erased records are gone", f"feed {feed}")
        return
    files = [workspace.records_folder / one.file for one in segments]
    versions = [file for file, one in zip(files, segments, strict=True) if one.kind == "pos"]
    linked = [workspace.records_folder / one.file for one in linkages.segments_of(feed)]
    files += [file for file in linked if file.is_file()]
    connection = engine.apart(workspace)
    try:
        with wrapped("looking for erased records"):
            for file, rows in tombstones.still_there(connection, known, feed, files, versions):
                name = file.relative_to(workspace.records_folder).as_posix()
                yield Finding(f"{rows} rows of erased records are there all the same", name)
    except Damaged:
        yield Finding("A segment cannot be searched for erased records", f"feed {feed}")
    finally:
        connection.close()
