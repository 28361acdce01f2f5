"""What is kept from one linkage to the next: with it the answer is that of comparing everything anew."""

from __future__ import annotations

import functools
import random
import uuid

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from historical_people import COLUMNS, historical_people
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.people.keeping import Kept, read_kept
from joinedup.people.keys import NOBODY, handed_on
from joinedup.people.linking import Keeping, Known, Pairing, link_table
from joinedup.records.tombstones import Secret
from sampling import examples

SECRET = Secret(b"a key of an invented partnership")
ROWS = 260


@functools.cache
def town():
    """Rows of invented people of the past, and a model that was learnt from them."""
    table = historical_people(60, seed=3).drop(["person"]).slice(0, ROWS)
    return table, link_table(table, COLUMNS).model


def linked(rows, known=None, before=None, secret=SECRET):
    """Link these rows: those that are there by number, some with another person's words."""
    table, model = town()
    chosen = table.take(pa.array(rows, pa.int64()))
    return link_table(
        chosen, COLUMNS, model=model, known=known, pairing=Pairing(keeping=Keeping(secret, before))
    )


def assert_same(one, other):
    for level in ("strict", "best", "loose"):
        assert getattr(one, level).tolist() == getattr(other, level).tolist(), level
    for name in ("left", "right", "weight"):
        assert getattr(one.pairs, name).tolist() == getattr(other.pairs, name).tolist(), name
    assert one.contradicting.tolist() == other.contradicting.tolist()


@settings(max_examples=examples(10, 5))
@given(st.data())
def test_whatever_comes_and_goes_the_answer_is_that_of_comparing_everything(data):
    chance = random.Random(data.draw(st.integers(0, 10_000)))
    there, before = sorted(chance.sample(range(ROWS), 200)), None
    for _ in range(3):
        pairs = [tuple(sorted(chance.sample(range(len(there)), 2))) for _ in range(4)]
        known = Known((), pairs[:2], pairs[2:])
        quick, anew = linked(there, known, before), linked(there, known)
        assert_same(quick, anew)
        assert quick.keep is not None and (before is None) == (quick.keep.taken_over == 0)
        before = quick.keep.kept
        gone = set(chance.sample(there, data.draw(st.integers(0, 30))))
        come = set(chance.sample(range(ROWS), data.draw(st.integers(0, 30))))
        there = sorted((set(there) - gone) | come)


def test_what_is_new_is_compared_with_all_and_nothing_else(monkeypatch):
    before = linked(list(range(180))).keep.kept
    asked = []
    monkeypatch.setattr("joinedup.people.scoring.compare", spied(asked))
    now = linked(list(range(190)), before=before)
    new = set(now.description[180:].tolist()) - set(now.description[:180].tolist())
    assert asked and all(one in new or other in new for one, other in asked[0])
    assert now.keep.taken_over > 10 * len(asked[0]) > 0


def spied(asked):
    """``compare``, which tells of each asking which pairs it was asked for."""
    from joinedup.people.scoring import compare

    def told(among, comparisons, pairs, *more):
        asked.append(among.connection.execute(f"SELECT l, r FROM {pairs}").fetchall())
        return compare(among, comparisons, pairs, *more)

    return told


@pytest.mark.parametrize("why", ["other blocks or comparisons", "a table that shrank"])
def test_what_does_not_fit_is_not_begun_with(why):
    kept = linked(list(range(180))).keep.kept
    made = Kept(kept.digests, kept.pairs, "of something else", kept.most) if "other" in why else kept
    rows = list(range(180)) if "other" in why else list(range(60))
    now = linked(rows, before=made)
    assert now.keep.taken_over == 0
    assert now.keep.kept.most < kept.most or "other" in why
    assert_same(now, linked(rows))


def test_without_the_secret_nobody_is_known_again():
    before = linked(list(range(180))).keep.kept
    now = linked(list(range(180)), before=before, secret=Secret(b"another key"))
    assert now.keep.taken_over == 0
    assert not set(before.digests.to_pylist()) & set(now.keep.kept.digests.to_pylist())
    assert_same(now, linked(list(range(180))))


def test_the_files_name_nobody_and_are_read_as_they_were_written(tmp_path):
    kept = linked(list(range(180))).keep.kept
    pairs, descriptions = kept.written(tmp_path)
    again = read_kept(pairs, descriptions, kept.made_of, kept.most)
    assert again.digests.equals(kept.digests)
    assert again.pairs.left.tolist() == kept.pairs.left.tolist()
    assert {name: level.tolist() for name, level in again.pairs.levels.items()} == {
        name: level.tolist() for name, level in kept.pairs.levels.items()
    }
    kinds = {
        name: kind
        for file in (pairs, descriptions)
        for name, kind, *_ in duckdb.execute(f"DESCRIBE FROM '{file}'").fetchall()
    }
    words = {name for name, kind in kinds.items() if kind not in {"TINYINT", "BIGINT"}}
    assert words == {"digest"}
    assert all(len(one) == 32 and int(one, 16) >= 0 for one in again.digests.to_pylist())
    assert np.isnan(again.pairs.weight).all()


def test_a_tenth_more_changes_no_key_but_by_what_is_told_and_is_what_a_full_run_finds():
    table = historical_people(220, seed=11).drop(["person"])
    model, chance = town()[1], random.Random(4)
    new = set(chance.sample(range(table.num_rows), table.num_rows // 10))
    old = [row for row in range(table.num_rows) if row not in new]
    keeping = Pairing(keeping=Keeping(SECRET))
    first = link_table(table.take(pa.array(old)), COLUMNS, model=model, pairing=keeping)
    again = Pairing(keeping=Keeping(SECRET, first.keep.kept))
    quick = link_table(table, COLUMNS, model=model, pairing=again)
    assert quick.keep.taken_over > len(quick.pairs.left) / 2
    assert_same(quick, link_table(table, COLUMNS, model=model))
    known = [uuid.UUID(int=number + 1) for number in range(int(first.best.max()) + 1)]
    before = np.full(table.num_rows, NOBODY)
    before[old] = first.best
    handed = handed_on(quick.best, before, known)
    changed = {
        (known[was], handed.keys[now])
        for was, now in zip(before.tolist(), quick.best.tolist(), strict=True)
        if was != NOBODY and known[was] != handed.keys[now]
    }
    assert changed == {*handed.merged, *handed.split}
    kept = sum(
        known[was] == handed.keys[now] for was, now in zip(before, quick.best, strict=True) if was >= 0
    )
    assert kept > 0.97 * len(old)
