"""Looking one person up: whoever is like, in the order of likeness, and nobody of another age."""

from __future__ import annotations

import datetime as dt
import uuid

import pyarrow as pa
import pytest

from joinedup.people import looking_up
from joinedup.people.looking_up import Birth, BornAgrees, PeopleIndex

ANN, BOB, OLD = (str(uuid.UUID(int=number)) for number in (1, 2, 3))
ROWS = [
    ("calls", 11, ANN, dt.date(1990, 5, 2), "Ann Other"),
    ("calls", 12, ANN, None, "Annie Other"),
    ("victims", 13, ANN, dt.date(1991, 5, 2), "Anne Others"),
    ("victims", 14, BOB, None, "Robert O'Dell"),
    ("calls", 15, OLD, dt.date(1940, 5, 2), "Ann Other"),
]


@pytest.fixture(scope="module")
def index():
    return PeopleIndex(
        pa.table(
            {
                "feed": [row[0] for row in ROWS],
                "record_key": [str(uuid.UUID(int=row[1])) for row in ROWS],
                "role": ["caller"] * len(ROWS),
                "ordinal": pa.array([1] * len(ROWS), pa.int32()),
                "best": [row[2] for row in ROWS],
                "birth": pa.array([row[3] for row in ROWS], pa.date32()),
                "name": [row[4] for row in ROWS],
                "revised": [False] * len(ROWS),
            }
        )
    )


def found(index, name, born=None, most=5):
    return {str(one.key): one for one in index.like(name, born=born and Birth(*born), most=most)}


def test_each_person_is_found_once_with_all_their_mentions(index):
    told = found(index, "ann other", born=(1990,))
    assert set(told) == {ANN}
    assert (told[ANN].likeness, told[ANN].mentions, told[ANN].feeds) == (1, 3, ("calls", "victims"))
    assert told[ANN].mention.record_key == uuid.UUID(int=11)


def test_it_is_told_how_the_birth_agrees_and_whether_another_record_says_otherwise(index):
    def told(*born):
        one = found(index, "Ann Other", born=born)[ANN]
        return one.born, one.born_otherwise

    assert told(1991, dt.date(1991, 5, 2)) == (BornAgrees.DAY, False)
    assert told(1991, dt.date(1991, 5, 3)) == (BornAgrees.YEAR, False)
    assert told(1990, None, 0) == (BornAgrees.YEAR, True)
    assert told(1992) == (BornAgrees.NEAR, False)
    assert found(index, "Robert ODell", born=(1950,))[BOB].born is BornAgrees.UNKNOWN
    assert found(index, "Robert ODell")[BOB].born is BornAgrees.NOT_ASKED


def test_of_names_as_like_whose_birth_agrees_best_comes_first(index):
    told = index.like("Ann Other", born=Birth(1940, None, 60), most=5)
    assert [(str(one.key), one.born) for one in told] == [(OLD, BornAgrees.YEAR), (ANN, BornAgrees.NEAR)]


def test_a_name_that_is_written_in_two_ways_is_one_mention(index):
    rows = index._named
    twice = PeopleIndex(pa.concat_tables([rows, rows]).append_column("name", [[row[4] for row in ROWS] * 2]))
    (one,) = [one for one in twice.like("Ann Other", born=None, most=5) if str(one.key) == ANN]
    assert (one.mentions, one.records) == (3, {"calls": 2, "victims": 1})


def test_without_an_age_people_of_every_age_are_found(index):
    assert set(found(index, "Ann Other")) == {ANN, OLD}
    assert len(found(index, "Ann Other", most=1)) == 1


def test_a_nickname_and_a_slip_find_whoever_wrote_the_whole_name(index):
    assert set(found(index, "Bob Odell", born=(1970,))) == {BOB}  # whose birth is not known


def test_who_shares_one_word_of_a_name_only_is_not_found(index):
    assert found(index, "Ann Ottersley") == {} and found(index, "Robert Jagger") == {}
    assert index.records == 5


def test_a_strange_name_finds_nobody(index):
    assert found(index, "Xavier Quint") == {}
    assert found(index, "") == {}


def test_only_the_indexes_asked_latest_are_kept(index, monkeypatch):
    kept = {}
    monkeypatch.setattr(looking_up, "_kept", kept)
    for feeds in ("a", "b", "c", "d", "e"):
        looking_up._keep(("town", 1, (feeds,)), index)
    assert [feeds for _, _, (feeds,) in kept] == ["b", "c", "d", "e"]
    looking_up._keep(("town", 2, ("a",)), index)
    assert list(kept) == [("town", 2, ("a",))]
