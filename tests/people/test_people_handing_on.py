"""What a linkage writes down: new and changed keys, none that stays, and nothing for who is no more."""

from __future__ import annotations

import uuid

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from joinedup.people.handing_on import Standing
from joinedup.terms import Strictness

RECORDS = [str(uuid.UUID(int=number)) for number in range(1, 5)]
ANN, BOB = (str(uuid.UUID(int=number)) for number in (101, 102))


def mentions(*numbers):
    return pa.table(
        {
            "feed": ["calls"] * len(numbers),
            "record_key": [RECORDS[number] for number in numbers],
            "role": ["caller"] * len(numbers),
            "ordinal": pa.array([1] * len(numbers), pa.int32()),
        }
    )


def before(**keys):
    """Keys that stand, by number of the record ("r0"): the same of every strictness."""
    table = mentions(*(int(name[1:]) for name in keys))
    for level in Strictness:
        table = table.append_column(level.value, pa.array(list(keys.values()), pa.string()))
    return table.append_column("home", pa.nulls(table.num_rows, pa.string()))


def written(tmp_path, table, standing, clusters, enough=None, leading_to=None):
    """Record number to its new keys (strict, best, loose), as the file has them."""
    enough = np.ones(table.num_rows, dtype=bool) if enough is None else np.array(enough)
    state = Standing(duckdb.connect(), table, standing, leading_to)
    handed = {level: state.hand_on(level, enough, np.array(clusters)) for level in Strictness}
    count = state.write_changes(tmp_path / "keys.parquet")
    rows = parquet.read_table(tmp_path / "keys.parquet").to_pylist()
    assert len(rows) == count
    keys = [level.value for level in Strictness]
    number = {bytes(uuid.UUID(key).bytes): place for place, key in enumerate(RECORDS)}
    return {
        number[_bytes(row["record_key"])]: [
            row[key] and str(uuid.UUID(bytes=_bytes(row[key]))) for key in keys
        ]
        for row in rows
    }, handed


def _bytes(value):
    return value.bytes if isinstance(value, uuid.UUID) else bytes(value)


def test_the_first_linkage_gives_everybody_a_key_and_who_is_told_too_little_of_none(tmp_path):
    told, handed = written(tmp_path, mentions(0, 1, 2), before(), [0, 0], [True, True, False])
    assert set(told) == {0, 1}
    assert told[0] == told[1] == [str(handed[level].keys[0]) for level in Strictness]


def test_what_stays_is_not_written_again(tmp_path):
    told, _ = written(tmp_path, mentions(0, 1, 2), before(r0=ANN, r1=ANN, r2=BOB), [0, 0, 1])
    assert told == {}


def test_a_new_mention_gets_the_key_of_whom_it_is(tmp_path):
    told, _ = written(tmp_path, mentions(0, 1, 3), before(r0=ANN, r1=BOB), [0, 1, 1])
    assert told == {3: [BOB] * 3}


def test_who_is_no_more_and_who_is_told_too_little_of_now_lose_their_keys(tmp_path):
    standing = before(r0=ANN, r1=ANN, r2=BOB)
    told, _ = written(tmp_path, mentions(0, 1), standing, [0], [True, False])
    assert told == {1: [None] * 3, 2: [None] * 3}


def test_a_key_that_was_merged_is_nobodys_again(tmp_path):
    leads = {level: {ANN: BOB} for level in Strictness}
    told, handed = written(tmp_path, mentions(0, 1), before(r0=ANN, r1=BOB), [0, 1], leading_to=leads)
    assert [str(key) for key in handed[Strictness.BEST].keys].count(BOB) == 1
    assert ANN not in {str(key) for key in handed[Strictness.BEST].keys}
    assert set(told) in ({0}, {0, 1})


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0]])
def test_the_order_of_mentions_changes_nothing(tmp_path, order):
    standing = before(r2=BOB, r0=ANN, r1=ANN)
    clusters = [[0, 0, 0][place] for place in order]
    told, handed = written(tmp_path, mentions(*order), standing, clusters)
    assert told == {2: [ANN] * 3}
    assert handed[Strictness.BEST].merged == [(uuid.UUID(BOB), uuid.UUID(ANN))]


def test_a_home_keeps_its_key_and_who_tells_none_has_none(tmp_path):
    def homes_of(table, standing, told, homes):
        state = Standing(duckdb.connect(), table, standing)
        for level in Strictness:
            state.hand_on(level, np.ones(table.num_rows, dtype=bool), np.arange(table.num_rows))
        state.hand_on_homes(np.array(told), np.array(homes)[np.array(told)])
        state.write_changes(tmp_path / "homes.parquet")
        rows = parquet.read_table(tmp_path / "homes.parquet").to_pylist()
        rows.sort(key=lambda row: _bytes(row["record_key"]))
        return [row["home"] and str(uuid.UUID(bytes=_bytes(row["home"]))) for row in rows]

    first, same, none = homes_of(mentions(0, 1, 2), before(), [True, True, False], [7, 7, -1])
    assert first == same and none is None
    standing = before(r0=ANN).set_column(7, "home", pa.array([first], pa.string()))
    assert homes_of(mentions(0, 1), standing, [True, True], [3, 3])[-1:] == [first], (
        "who is new there gets the key that the home has"
    )
