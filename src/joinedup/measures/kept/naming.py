"""The key of kept counts: all that they rest on. Equal keys are equal counts; the key is the file's name."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

import joinedup
from joinedup import places
from joinedup.measures.definition import Measure
from joinedup.measures.kept.scope import LEVELS, hangs_on_its_month
from joinedup.records import Ground, Reader, kept_counts
from joinedup.workspace import Workspace

FORMAT = 1
"""Of the files; another number makes all of them be made again."""

UNDATED = ""
"""The part of records without a month."""


@dataclass(frozen=True)
class Key:
    """What the counts of a measure rest on at one generation.

    ``base`` is a digest of all that is the same for every month; ``parts`` has a digest for each month (ISO
    date of its first day, or ``UNDATED``). ``rows``: versions that would have to be read to count directly;
    ``of_one_type``: whether each field that is read has one type throughout.
    """

    measure: str
    base: str
    parts: Mapping[str, str]
    ending: str
    rows: int
    of_one_type: bool

    def may_be_kept(self, least: int) -> bool:
        """Whether there are so many versions that counts are kept (0: never), and they can be."""
        return 0 < least <= self.rows and self.of_one_type

    @cached_property
    def digest(self) -> str:
        """Of all of it."""
        return _digest([self.base, dict(sorted(self.parts.items()))])

    def path(self, records: Path) -> Path:
        """Where the counts are, if they are kept."""
        return kept_counts.path(records, self.measure, self.ending, self.digest)


def key_of(workspace: Workspace, reader: Reader, measure: Measure) -> Key:
    """The key of a measure's counts as the reader sees the book, by the boundaries in use."""
    grounds = [reader.ground(kind, measure.sources) for kind in measure.record_types]
    return Key(
        measure.name,
        _base(workspace, measure),
        _parts(measure, grounds),
        grounds[0].ending,
        rows_of(reader, measure),
        all(
            ground.is_of_one_type(measure.fields_read.get(kind, frozenset()))
            for kind, ground in zip(measure.record_types, grounds, strict=True)
        ),
    )


def rows_of(reader: Reader, measure: Measure) -> int:
    """How many versions would have to be read to count the measure directly."""
    return sum(reader.ground(kind, measure.sources).rows for kind in measure.record_types)


def months_of(parts: Mapping[str, str]) -> list[dt.date]:
    """The months that parts are of, in order."""
    return [dt.date.fromisoformat(part) for part in sorted(parts) if part != UNDATED]


def _base(workspace: Workspace, measure: Measure) -> str:
    placed = places.placed_by(workspace)
    definition = (
        measure.name,
        measure.version,
        measure.sql,
        measure.sources,
        [kind.value for kind in measure.record_types],
        list(measure.breakdowns),
    )
    engines = (FORMAT, joinedup.__version__, duckdb.__version__)
    return _digest([engines, definition, [placed.get(level, "") for level in LEVELS]])


def _parts(measure: Measure, grounds: list[Ground]) -> dict[str, str]:
    months = sorted({month for ground in grounds for month in ground.months})
    everything = _digest([ground.all for ground in grounds])
    if not hangs_on_its_month(measure):
        return {**{month.isoformat(): everything for month in months}, UNDATED: everything}
    return {**{month.isoformat(): grounds[0].months[month] for month in months}, UNDATED: everything}


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
