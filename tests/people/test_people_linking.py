"""The whole way on invented persons: what is learnt, who is put together, and why."""

import functools

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from historical_people import COLUMNS, historical_people

from joinedup.errors import BadInput
from joinedup.people import scoring
from joinedup.people.blocking import blocks, pairs_to_compare
from joinedup.people.descriptions import present_columns
from joinedup.people.evidence import BIRTHS, RULES
from joinedup.people.explaining import explain, predicted_pairs
from joinedup.people.linking import Known, link_table
from joinedup.people.measuring_quality import b_cubed, pairwise
from joinedup.people.model import read_model


@pytest.fixture(scope="module")
def historical():
    connection = duckdb.connect()
    table = historical_people(150, seed=7)
    return connection, table, link_table(table.drop(["person"]), COLUMNS, connection=connection)


def test_persons_of_the_past_are_put_together(historical):
    _, table, linked = historical
    truth = table["person"].to_numpy()
    assert pairwise(linked.best, truth).f1 > 0.85
    assert b_cubed(linked.best, truth).f1 > 0.85
    assert pairwise(linked.strict, truth).precision >= pairwise(linked.loose, truth).precision
    assert pairwise(linked.strict, truth).recall <= pairwise(linked.loose, truth).recall


def test_the_clusterings_are_nested(historical):
    _, _, linked = historical
    for finer, coarser in ((linked.strict, linked.best), (linked.best, linked.loose)):
        both = set(zip(finer.tolist(), coarser.tolist(), strict=True))
        assert len(both) == len(set(finer.tolist()))


def test_weights_are_rounded_and_sum_up_to_what_is_explained(historical):
    connection, _, linked = historical
    assert np.array_equal(linked.pairs.weight, np.round(linked.pairs.weight, 6))
    for at in np.linspace(0, len(linked.pairs.weight) - 1, 3).astype(int):
        one, other = int(linked.pairs.left[at]), int(linked.pairs.right[at])
        why = explain(connection, "described", linked.model, other, one)
        assert why.weight == linked.pairs.weight[at]
        assert why.prior + sum(piece.weight for piece in why.evidence) == pytest.approx(why.weight, abs=1e-5)
        assert (why.apart_because is None) == (linked.contradicting[at] <= 0)


def test_all_weights_are_those_that_splink_adds_up(historical):
    connection, _, linked = historical
    pairs = linked.pairs
    asked = pa.table(
        {"match_key": ["x"] * len(pairs.left), "join_key_l": pairs.left, "join_key_r": pairs.right}
    )
    connection.register("asked_of_splink", asked)
    connection.execute("CREATE OR REPLACE TEMP TABLE all_pairs AS FROM asked_of_splink")
    answer = predicted_pairs(connection, "described", linked.model, "all_pairs")
    rows = connection.execute(
        f"""SELECT match_weight FROM {answer}
            ORDER BY least(description_l, description_r), greatest(description_l, description_r)"""
    ).fetchnumpy()
    order = np.lexsort((pairs.right, pairs.left))
    assert len(pairs.left) > 1000
    assert np.abs(rows["match_weight"] - pairs.weight[order]).max() <= 1e-6


def test_every_pair_that_shares_a_block_is_compared_once():
    rows = [PERSON | HOME, PERSON | HOME | {"postcode": None}, {**PERSON, "given": "Marsh", "family": "Ella"}]
    connection = duckdb.connect()
    link_table(town(rows, repeats=40), MAPPED, connection=connection, model=learnt())
    shared = blocks(connection, "described", present_columns(connection, "described"))
    table = {
        row[0]: row[1:]
        for row in connection.execute(
            "SELECT description, given, family, COLUMNS(described.*) FROM described"
        ).fetchall()
    }
    names = [column[0] for column in connection.execute("SELECT * FROM described").description]
    people = {key: dict(zip(names, row[2:], strict=True)) for key, row in table.items()}

    def share(one, other):
        equal = any(
            all(one[name] is not None and one[name] == other[name] for name in block)
            for block in shared.equal
        )
        return equal or (one["given"] == other["family"] and one["family"] == other["given"] is not None)

    expected = {(a, b) for a in people for b in people if a < b and share(people[a], people[b])}
    for fresh in ("", "fresh"):
        connection.execute("CREATE OR REPLACE TEMP TABLE fresh AS FROM described WHERE description % 3 = 1")
        found = []
        for portion in pairs_to_compare(connection, "described", shared, "asked", fresh):
            found += connection.execute(f"SELECT l, r FROM {portion}").fetchall()
        assert len(found) == len(set(found)) > 10
        assert set(found) == {(a, b) for a, b in expected if not fresh or 1 in (a % 3, b % 3)}


def test_what_is_learnt_is_frozen_and_read_again(historical, tmp_path):
    _, table, linked = historical
    linked.model.written(tmp_path / "model.json")
    frozen = read_model(tmp_path / "model.json")
    assert frozen == linked.model
    again = link_table(table.drop(["person"]), COLUMNS, model=frozen)
    assert np.array_equal(again.best, linked.best)
    first = frozen.shares["birth"][0]
    assert first.m > 0.3 > 0.001 > first.u
    assert frozen.shares["given"][-1].weight < 0 < frozen.shares["given"][0].weight


def test_portions_of_what_is_looked_at_change_nothing(historical, monkeypatch):
    _, table, linked = historical
    monkeypatch.setattr(scoring, "_LINKS_AT_ONCE", 50)
    monkeypatch.setattr(scoring, "_WEIGHED_AT_ONCE", 700)
    assert (linked.pairs.weight >= 0).sum() > 500
    again = link_table(table.drop(["person"]), COLUMNS, model=linked.model)
    assert np.array_equal(again.pairs.left, linked.pairs.left)
    assert np.array_equal(again.pairs.right, linked.pairs.right)
    assert np.array_equal(again.pairs.weight, linked.pairs.weight)
    assert np.array_equal(again.best, linked.best)


def town(rows, repeats=150):
    """A table of some rows among many strangers, so that there is something to learn from."""
    strangers = []
    for number in range(repeats):
        letters = f"{chr(97 + number % 26)}a{chr(97 + number // 26)}o{chr(97 + number * 7 % 26)}"
        sex = "fm"[number % 2]
        given = f"{chr(97 + number * 11 % 26)}i{chr(97 + number * 3 % 26)}a"
        person = {
            "given": given,
            "family": letters + "son",
            "sex": sex,
            "postcode": f"TS{number % 20 + 1} {number % 9}AB",
        }
        person |= {"birth": f"{1940 + number % 60}-{number % 11 + 2:02d}-{number % 27 + 2:02d}", "nhs": None}
        person["address"] = f"{number} Long Street"
        strangers += [person, person | {"postcode": None}]
    return pa.Table.from_pylist([*rows, *strangers])


PERSON = {"given": "Ella", "family": "Marsh", "sex": "f", "birth": "1990-05-17", "nhs": None}
HOME = {"address": "9 Elm Road", "postcode": "TS19 1AA"}
MAPPED = {
    "given_name": "given",
    "family_name": "family",
    "sex": "sex",
    "birth_date": "birth",
    "address": "address",
    "postcode": "postcode",
    "identifier:nhs": "nhs",
}


@functools.cache
def learnt():
    """What a town of strangers and one pair of numbers teaches, learnt once."""
    numbered = PERSON | HOME | {"nhs": "9434765919"}
    return link_table(town([numbered, numbered | {"postcode": None}]), MAPPED).model


def together(*rows, **named):
    """Whether the first two of these rows are one person in the best clustering."""
    linked = link_table(town(rows), MAPPED, model=learnt(), **named)
    return bool(linked.best[0] == linked.best[1])


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"given": "Eleanor"},  # a short form
        {"given": "Elal"},
        {"given": "Marsh", "family": "Ella"},
        {"birth": "1990-01-01"},
        {"birth": "1990-05-19"},
        {"address": "70 Oak Lane", "postcode": "TS1 4XX"},
        {"family": "Marsh-Jones"},
    ],
    ids=str,
)
def test_one_person_written_in_two_ways(other):
    assert together(PERSON | HOME, PERSON | HOME | other)


@pytest.mark.parametrize(
    "other",
    [
        {"given": "Jacob", "sex": "m"},  # a twin
        {"given": "Grace"},  # a twin sister
        {"birth": "1962-11-02"},  # a mother of the same name
        {"given": "Oscar", "birth": "1960-02-11", "sex": "m"},
        {"given": "Grace", "family": "Pemberton"},  # of the same day and home, and other names altogether
        {"given": "Grace", "birth": None, "address": None},  # a sister of whom only the postcode is told
    ],
    ids=str,
)
def test_two_people_of_one_home(other):
    assert not together(PERSON | HOME, PERSON | HOME | other)


def test_numbers_of_which_a_person_has_one():
    one, other = PERSON | HOME | {"nhs": "9434765919"}, PERSON | HOME | {"nhs": "5990128088"}
    assert not together(one, other, known=Known(["nhs"]))
    assert together(one, one | {"family": "Harrow", "birth": None}, known=Known(["nhs"]))


def test_two_numbers_of_which_a_person_has_one_stay_two_whatever_lies_between():
    one, other = PERSON | HOME | {"nhs": "9434765919"}, PERSON | HOME | {"nhs": "5990128088"}
    between = [PERSON | HOME, PERSON | HOME | {"given": "Eleanor"}, PERSON | HOME | {"postcode": None}]
    assert not together(one, other, *between, known=Known(["nhs"]))


def test_anonymous_rows_are_never_one_person():
    nobody = dict.fromkeys(PERSON | HOME) | {"family": "Anonymous", "sex": "f"}
    linked = link_table(town([nobody, nobody]), MAPPED, model=learnt())
    assert len({linked.loose[0], linked.loose[1]}) == 2
    assert linked.junk["family_name: anonymous"] == 2


def test_a_contradiction_is_told_by_its_code():
    connection = duckdb.connect()
    rows = [PERSON | HOME, PERSON | HOME | {"birth": "1962-11-02"}]
    linked = link_table(town(rows), MAPPED, connection=connection, model=learnt())
    why = explain(connection, "described", linked.model, 0, 1)
    assert why.apart_because == RULES[BIRTHS]
    assert {one.code for one in why.evidence} >= {"given.same", "family.same", "birth.far"}
    assert why.evidence[0].weight > 0 > why.evidence[-1].weight


@pytest.mark.parametrize("groups", [("White", "Black"), ("Black", "Black")])
def test_an_ethnic_group_weighs_little_whatever_a_model_learnt(groups):
    connection = duckdb.connect()
    rows = [PERSON | HOME, PERSON | HOME | {"postcode": None}]
    table = town(rows)
    group = [*groups, *[None] * (table.num_rows - 2)]
    told = table.append_column("group", pa.array(group, pa.string()))
    linked = link_table(told, MAPPED | {"ethnicity": "group"}, connection=connection, model=read_model())
    explained = explain(connection, "described", linked.model, 0, 1)
    (said,) = (one for one in explained.evidence if one.code.startswith("ethnicity."))
    assert 0 < abs(said.weight) <= 1
    assert linked.best[0] == linked.best[1]


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"given_name": "first"}, "no column first"),
        ({"shoe_size": "given"}, "No attribute"),
        ({"birth_date": "birth"}, "without names"),
    ],
)
def test_a_mapping_that_cannot_be_used(columns, says):
    with pytest.raises(BadInput, match=says):
        link_table(town([PERSON | HOME]), columns)


def test_the_frozen_model_fits_and_a_larger_table_makes_a_match_less_likely():
    frozen = read_model()
    larger = frozen.for_table_of(10 * frozen.descriptions)
    assert larger.prior == pytest.approx(frozen.prior / 10, rel=1e-3)
    assert larger.shares == frozen.shares
    assert frozen.shares["birth"][0].weight > frozen.shares["given"][0].weight > 0
    assert frozen.shares["ethnicity"][0].weight < 1  # weak evidence


@pytest.mark.parametrize("names", [[], [None], ["unknown"], [None, None]])
def test_of_whom_nothing_is_told_nobody_is_linked(names):
    table = pa.table({"full_name": pa.array(names, pa.string())})
    linked = link_table(table, {"full_name": "full_name"}, model=read_model())
    assert len(linked.best) == len(names)
    assert len(linked.pairs.left) == 0
