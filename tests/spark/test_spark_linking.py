"""Linking on Spark: the same pairs, levels, weights and people as on DuckDB, on demonstration mentions."""

from __future__ import annotations

import functools
import random
import re

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from py4j.protocol import Py4JNetworkError
from test_people_tokens import encoded, linked_by_tokens

from joinedup.cli import main
from joinedup.demo import build
from joinedup.errors import BadInput
from joinedup.people import running
from joinedup.people.attributes import IDENTIFIERS
from joinedup.people.in_spark import InSpark
from joinedup.people.linking import Keeping, Pairing, link_table
from joinedup.people.model import read_model
from joinedup.records import RecordBook
from joinedup.records.tombstones import Secret
from joinedup.spark import session
from joinedup.terms import Period
from joinedup.workspace import Workspace

MOST = 6_000  # mentions
COLUMNS = {name: name for name in (*running._ATTRIBUTES, IDENTIFIERS)}


@pytest.fixture(scope="module")
def town_folder(tmp_path_factory):
    """The demonstration partnership with few months of its agencies' files, linked once, on DuckDB."""
    folder = tmp_path_factory.mktemp("small") / "workspace"
    few = Period.parse("2024-01..2024-04")
    build(folder, documents=False, months=["2024-01"], people=40_000, partner_months=few).close()
    return folder


@pytest.fixture
def town(town_folder):
    opened = Workspace.open(town_folder)
    yield opened
    opened.close()


def mentions(workspace):
    """What records of the last linkage's feeds say of people, up to ``MOST``."""
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.mentions(cursor, reader.linkages()[-1].feeds)
        return running._mentions(cursor).slice(0, MOST)


def assert_same(in_spark, in_duckdb):
    one, other = in_spark.pairs, in_duckdb.pairs
    assert np.array_equal(one.left, other.left) and np.array_equal(one.right, other.right)
    assert np.abs(one.weight - other.weight).max(initial=0) <= 1e-6
    assert np.array_equal(one.weight, np.round(one.weight, 6))
    assert one.levels.keys() == other.levels.keys()
    assert all(np.array_equal(level, other.levels[name]) for name, level in one.levels.items())
    for clustering in ("strict", "best", "loose"):
        assert np.array_equal(getattr(in_spark, clustering), getattr(in_duckdb, clustering))


def test_demonstration_mentions_have_the_same_pairs_weights_and_people_on_both_engines(town):
    table, secret = mentions(town), Secret(b"a key of an invented partnership")
    link = functools.partial(link_table, columns=COLUMNS, model=read_model())
    in_duckdb = link(table)
    assert table.num_rows > 3_000 and len(in_duckdb.pairs.left) > 2_000
    assert len(set(in_duckdb.best.tolist())) < table.num_rows
    old = sorted(random.Random(1).sample(range(table.num_rows), table.num_rows * 9 // 10))
    before = link(table.take(pa.array(old)), pairing=Pairing(InSpark(town), Keeping(secret)))
    begun = link(table, pairing=Pairing(InSpark(town), Keeping(secret, before.keep.kept)))
    assert begun.keep.taken_over > 500, "what was kept was begun with"
    assert_same(begun, in_duckdb)
    assert_same(link(table, pairing=Pairing(InSpark(town))), in_duckdb)
    assert not [one for one in town.spark_folder.rglob("*") if one.name in {"described", "pairs", "fresh"}]


def test_linking_on_spark_changes_no_key_and_the_ledger_says_which_engine(town):
    asked = ["-C", str(town.folder), "--as", "analyst", "link", "run", "--full", "--engine", "spark"]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 0, result.stderr
    assert re.search(r"\. 0 have new keys", result.stderr), result.stderr
    again = Workspace.open(town.folder)
    duckdb, spark = RecordBook(again).linkages()[-2:]
    again.close()
    assert (duckdb.settings["engine"], spark.settings["engine"]) == ("duckdb", "spark")
    assert spark.people == duckdb.people


def test_people_of_whom_tokens_came_are_the_same_on_both_engines(town):
    """Tokens are numbers of a kind that Spark has none of."""
    chance, rows = random.Random(3), []
    for _ in range(60):
        name = f"{chance.choice(['Robert', 'Ann', 'Cy'])} {chance.choice(['Zeal', 'Abelson', 'Moss'])}"
        born = f"19{chance.randint(50, 99)}-02-0{chance.randint(1, 9)}"
        rows.append((name, born, f"{chance.randint(1, 9)} High Street", "AB1 2CD"))
        if chance.random() < 0.5:
            rows.append((name.replace("Robert", "Bob"), born, None, "AB1 2CD", "01234 567890"))
    cells = encoded(*rows)
    in_duckdb = linked_by_tokens(cells)
    assert len(in_duckdb.pairs.left) > 50
    assert_same(linked_by_tokens(cells, pairing=Pairing(InSpark(town))), in_duckdb)


def test_java_that_dies_while_people_are_compared_is_told_in_a_sentence_and_nothing_is_changed(
    town, monkeypatch
):
    def dead(*_asked):
        raise Py4JNetworkError("gone: Zeal")

    monkeypatch.setattr(session, "opened", dead)
    before = len(RecordBook(town).linkages())
    with pytest.raises(BadInput, match="--engine duckdb") as told:
        link_table(mentions(town), COLUMNS, model=read_model(), pairing=Pairing(InSpark(town)))
    assert "Zeal" not in told.value.sentence() and len(RecordBook(town).linkages()) == before
