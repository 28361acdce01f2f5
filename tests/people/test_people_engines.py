"""Pairs compared as another engine has them compared, in batches: the same pairs, levels and weights."""

from __future__ import annotations

import functools
import random

import numpy as np
import pyarrow as pa
from historical_people import COLUMNS, historical_people
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.people.blocking import BLOCKS, Blocks, pairs_sql
from joinedup.people.comparing_batches import SHARE, Comparer
from joinedup.people.linking import Keeping, Pairing, link_table
from joinedup.people.scoring import Pairs
from joinedup.people.tokens.facets import BOND_COLUMN
from joinedup.records.tombstones import Secret
from joinedup.spark import in_dialect
from sampling import examples

SECRET = Secret(b"a key of an invented partnership")


@functools.cache
def town():
    """Invented people of the past, and a model that was learnt from them."""
    table = historical_people(60, seed=9).drop(["person"]).slice(0, 200)
    return table, link_table(table, COLUMNS).model


class InBatches:
    """What Spark does, without Spark: all pairs at once, and a comparer that is handed both sides of some."""

    def __init__(self, rows):
        self.rows = rows

    def sharing(self, among, shared, fresh, floor):
        among.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE found AS {pairs_sql(among.table, shared, fresh)}"
        )
        yield self._compared(among, "found", floor)

    def compare(self, among, pairs):
        return self._compared(among, pairs, -np.inf)

    def _compared(self, among, pairs, floor):
        asked = among.asked()
        comparer = Comparer(asked, tuple(among.shares), among.model, floor)
        told = {f"{SHARE}{name}": share for name, share in among.shares.items()}
        count = among.connection.execute(f"SELECT count(*) FROM {among.table}").fetchall()[0][0]
        among.connection.register("told", pa.table({"description": np.arange(count), **told}))
        columns = sorted({column for one in asked for column in one.columns} | set(told))
        both = ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in columns)
        described = f"(SELECT * FROM {among.table} JOIN told USING (description))"
        rows = among.connection.sql(
            f"""SELECT p.l, p.r, {both} FROM {pairs} AS p JOIN {described} AS l ON l.description = p.l
                JOIN {described} AS r ON r.description = p.r"""
        ).to_arrow_table()
        found = pa.Table.from_batches(
            comparer.compared(rows.to_batches(max_chunksize=self.rows)), comparer.schema()
        )
        levels = {one.name: found[one.name].to_numpy() for one in asked}
        left, right, weight = (found[name].to_numpy() for name in ("l", "r", "weight"))
        return Pairs(left, right, weight, levels)


def assert_same(one, other):
    for name in ("left", "right", "weight"):
        assert getattr(one.pairs, name).tolist() == getattr(other.pairs, name).tolist(), name
    for name, level in one.pairs.levels.items():
        assert level.tolist() == other.pairs.levels[name].tolist(), name
    assert one.best.tolist() == other.best.tolist()


@settings(max_examples=examples(30, 10))
@given(st.integers(0, 10_000), st.sampled_from([150, 10_000]))
def test_batches_give_the_same_pairs_levels_and_weights_also_begun_with_what_was_kept(seed, rows):
    table, model = town()
    chance = random.Random(seed)
    old = sorted(chance.sample(range(table.num_rows), table.num_rows // 2))
    some = table.take(pa.array(old))
    whole = link_table(some, COLUMNS, model=model, pairing=Pairing(InBatches(rows), Keeping(SECRET)))
    assert_same(whole, link_table(some, COLUMNS, model=model))
    begun = Pairing(InBatches(rows), Keeping(SECRET, whole.keep.kept))
    grown = link_table(table, COLUMNS, model=model, pairing=begun)
    assert grown.keep.taken_over > 0
    assert_same(grown, link_table(table, COLUMNS, model=model))


def test_nothing_to_compare_is_no_pair():
    table = pa.table({"full_name": pa.array([None, "?"], pa.string())})
    linked = link_table(table, {"full_name": "full_name"}, model=town()[1], pairing=Pairing(InBatches(5)))
    assert len(linked.pairs.left) == 0


def test_every_block_can_be_asked_of_spark():
    listed = ("identifiers", BOND_COLUMN)
    for fresh in ("", "fresh"):
        text = in_dialect(pairs_sql("described", Blocks(BLOCKS, 0, True, listed), fresh))
        assert "EXPLODE" in text and text.count("UNION ALL") == len(Blocks(BLOCKS, 0, True, ()).needed) + 2
