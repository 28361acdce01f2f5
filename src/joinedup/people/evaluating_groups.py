"""Of which group each mention's person is, by a truth and, where that says nothing, by the records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from django.utils.translation import gettext
from numpy.typing import NDArray

from joinedup.people.groups import (
    AGE_BAND,
    ALL,
    ETHNIC_GROUP,
    SEX,
    Dimension,
    age_band_sql,
    ethnic_group_sql,
    numbered,
    of_each,
    sex_sql,
)
from joinedup.people.measuring_groups import GroupQuality, per_group

SAID = {SEX.name: ("sex", "VARCHAR"), ETHNIC_GROUP.name: ("ethnic_group", "VARCHAR"),
        AGE_BAND.name: ("birth_date", "DATE")}  # fmt: skip
"""The column of a truth's people that says a group; each may be absent."""

Groups = Mapping[str, NDArray[np.int64]]
"""For each dimension the place of each mention's group."""


LEAST = 100
"""Mentions that a group has to have by itself: under its name a truth might else tell of a few people."""


@dataclass(frozen=True)
class OfGroup:
    """How good a linkage is for the mentions of people of one group, or of several that are small."""

    dimension: Dimension
    codes: tuple[str, ...]
    quality: GroupQuality

    @property
    def words(self) -> str:
        """The groups, in the reader's language."""
        return gettext(" or ").join(str(self.dimension.groups[code]) for code in self.codes)


def said_sql(mention: str, on: dt.date) -> str:
    """SQL: the three groups that a mention says, under the names of the dimensions; ages are those ``on`` a
    day."""
    told = {
        SEX.name: sex_sql(f"{mention}.sex"),
        ETHNIC_GROUP.name: ethnic_group_sql(f"{mention}.ethnicity"),
        AGE_BAND.name: age_band_sql(f"{mention}.birth_date", f"{mention}.birth_date_given", on),
    }
    return ", ".join(f'{sql} AS "{name}"' for name, sql in told.items())


def of_mentions(known: pa.Table, people: pa.Table | None, on: dt.date) -> Groups:
    """The groups of all mentions of ``known`` (``person_id``, and what each says, as by ``said_sql``).

    ``people``, where there is one, has ``person_id`` and any of the columns ``SAID``.
    """
    ids, owner = np.unique(known["person_id"].to_numpy(), return_inverse=True)
    by_truth = _by_truth(people, ids, on)
    told = {}
    for one in ALL:
        records = of_each(one, owner, numbered(one, known[one.name].to_pylist()), len(ids))
        truth = by_truth.get(one.name)
        told[one.name] = (records if truth is None else np.where(truth < one.telling, truth, records))[owner]
    return told


def qualities(found: NDArray[np.int64], persons: NDArray[np.int64], groups: Groups) -> tuple[OfGroup, ...]:
    """The quality of a clustering for every group that has a mention, small ones put together."""
    told = []
    for one in ALL:
        sets = _large_enough(np.bincount(groups[one.name], minlength=len(one.groups)))
        place = np.zeros(len(one.groups), dtype=np.int64)
        for number, several in enumerate(sets):
            place[several] = number
        measured = per_group(found, persons, place[groups[one.name]], len(sets))
        told += [
            OfGroup(one, tuple(one.codes[each] for each in several), quality)
            for several, quality in zip(sets, measured, strict=True)
        ]
    return tuple(told)


def _large_enough(mentions: NDArray[np.int64]) -> list[list[int]]:
    """Sets of groups, each of enough mentions: the small ones together, with the next where they still are
    too few. So the others and the whole do not tell of them either."""
    there = [int(one) for one in np.argsort(mentions, kind="stable") if mentions[one]]
    few = [one for one in there if mentions[one] < LEAST]
    if few and mentions[few].sum() < LEAST:
        few = there[: len(few) + 1]
    return sorted([[one] for one in there if one not in few] + ([sorted(few)] if few else []))


def _by_truth(people: pa.Table | None, ids: NDArray[np.int64], on: dt.date) -> Groups:
    """For each dimension of which a truth's people say something, the group of each of these persons."""
    if people is None:
        return {}
    there = {name: column for name, (column, _kind) in SAID.items() if column in people.column_names}
    if not there:
        return {}
    coded = {
        SEX.name: sex_sql,
        ETHNIC_GROUP.name: ethnic_group_sql,
        AGE_BAND.name: lambda born: age_band_sql(born, "NULL", on),
    }
    listed = ", ".join(
        f'{coded[name](f"CAST(one.{column} AS {SAID[name][1]})")} AS "{name}"'
        for name, column in there.items()
    )
    with duckdb.connect() as connection:
        connection.register("people", people)
        connection.register("wanted", pa.table({"person_id": ids}))
        rows = connection.sql(
            f"""SELECT {listed} FROM wanted LEFT JOIN (FROM people QUALIFY row_number() OVER
                (PARTITION BY person_id) = 1) AS one USING (person_id) ORDER BY person_id"""
        ).to_arrow_table()
    dimensions = {one.name: one for one in ALL}
    return {name: numbered(dimensions[name], rows[name].to_pylist()) for name in there}
