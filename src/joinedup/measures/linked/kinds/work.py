"""What every counting needs: what is asked, and reading whom the records that count are of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from joinedup import places
from joinedup.measures.linked.definitions import Definition, Records
from joinedup.measures.linked.ground import Ground
from joinedup.measures.linked.reading import read_people, read_records
from joinedup.measures.linked.result import Cell, LinkedQuery
from joinedup.measures.repeats.definitions import Unit
from joinedup.records import Reader
from joinedup.terms import Period, Sensitivity, Strictness
from joinedup.workspace import Workspace


@dataclass(frozen=True)
class Work:
    """What a counting needs: where to read, what is asked, and what counts."""

    workspace: Workspace
    reader: Reader
    definition: Definition
    query: LinkedQuery
    ground: Ground


@dataclass(frozen=True)
class Done:
    """The cells of each strictness, and sentences for the reader."""

    cells: Mapping[Strictness, list[Cell]]
    notes: Sequence[str] = ()


def read(
    work: Work,
    records: Sequence[Records],
    fields: Sequence[str] = (),
    span: Period | None = None,
    *,
    circumstances: bool = False,
    as_written: Collection[str] = (),
) -> pd.DataFrame:
    """The records that count with whom they are of (see ``reading``)."""
    cursor = work.reader.connection()
    read_records(work.reader, cursor, records, work.ground.feeds, span, fields, as_written)
    directory = places.postcodes(work.workspace) if circumstances else None
    return read_people(
        work.reader,
        cursor,
        records,
        work.ground.feeds,
        directory.path if directory else None,
        circumstances=circumstances,
        by_home=work.definition.unit is Unit.HOUSEHOLD,
        alone=work.definition.sensitivity is Sensitivity.RESTRICTED,
    )


def known_by(frame: pd.DataFrame, level: Strictness) -> tuple[pd.DataFrame, NDArray[np.int64], list[str]]:
    """The rows of somebody by one linkage, the number of each row's person, and the persons' keys."""
    known = frame[frame[level.value].notna()]
    number, names = pd.factorize(known[level.value], sort=True)
    return known, number.astype(np.int64), [str(name) for name in names]


def of_nobody(frame: pd.DataFrame, unit: Unit = Unit.PERSON) -> list[str]:
    """How many records name nobody who is known, or of whom no home is."""
    without = frame[frame["best"].isna()]
    events = len(without[["feed", "record_key"]].drop_duplicates())
    if not events:
        return []
    said = _("{number} records name nobody who is known, and are not counted.")
    if unit is Unit.HOUSEHOLD:
        said = _("{number} records name nobody whose home is known, and are not counted.")
    return [said.format(number=f"{events:,}")]
