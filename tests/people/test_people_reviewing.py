"""Review: a pair is decided by a named person, changed only with a reason, and forgotten with its records."""

from __future__ import annotations

import threading
import uuid

import pytest

from joinedup.errors import BadInput, NotFound
from joinedup.log import acts
from joinedup.people.reviewing import (
    Bound,
    DecidedMeanwhile,
    Drawn,
    Mentioned,
    bound,
    decide,
    draw,
    forget,
    pair,
    reviewed,
    waiting,
)
from joinedup.terms import Role, Viewer

ANN = Viewer("ann", "Ann Analyst", Role.ANALYST, "council")
FEEDS = ["calls", "victims"]


def mention(number, feed="calls"):
    return Mentioned(feed, uuid.UUID(int=number), "caller", 1)


def drawn(left, right, feed="calls"):
    return Drawn(mention(left), mention(right, feed), 3.5, True, 2, 40, 10)


@pytest.fixture
def queue(workspace):
    draw(1, [drawn(1, 2), drawn(3, 4, "victims"), drawn(5, 6, "secret")], by=ANN)
    return [one.number for one in waiting(FEEDS)]


def test_who_may_not_know_a_feed_has_no_pair_of_it(queue):
    assert len(queue) == 2
    assert len(waiting(["calls"])) == 1
    (hidden,) = {one.number for one in waiting([*FEEDS, "secret"])} - set(queue)
    for act in (lambda: pair(hidden, FEEDS), lambda: decide(hidden, "same", feeds=FEEDS, by=ANN)):
        with pytest.raises(NotFound, match="no such pair"):
            act()


def test_a_decision_is_kept_with_who_and_when_and_is_in_the_log(queue):
    made = decide(queue[0], "same", feeds=FEEDS, by=ANN)
    assert (made.verdict, made.decisions[0].by) == ("same", "ann")
    assert [one.number for one in waiting(FEEDS)] == queue[1:]
    (act,) = acts(kind="combination", text="review of pair")
    assert act.what == f"review of pair {queue[0]}: same"
    assert act.subjects == [str(uuid.UUID(int=1)), str(uuid.UUID(int=2))]


def test_a_decision_is_changed_with_a_reason_and_the_earlier_one_stays(queue):
    decide(queue[0], "same", feeds=FEEDS, by=ANN)
    with pytest.raises(BadInput, match="needs its reason"):
        decide(queue[0], "different", feeds=FEEDS, by=ANN)
    made = decide(queue[0], "different", feeds=FEEDS, by=ANN, why="born in other years")
    assert [one.verdict for one in made.decisions] == ["same", "different"]
    assert bound(FEEDS) == Bound([], [(mention(1), mention(2))])
    with pytest.raises(BadInput, match="no such verdict"):
        decide(queue[0], "perhaps", feeds=FEEDS, by=ANN)


def test_who_decides_of_what_they_did_not_see_is_told_and_nothing_is_kept(queue):
    assert decide(queue[0], "same", feeds=FEEDS, by=ANN, seen=0).verdict == "same"
    for why in ("", "born in other years"):
        with pytest.raises(DecidedMeanwhile, match="Somebody else decided"):
            decide(queue[0], "different", feeds=FEEDS, by=ANN, why=why, seen=0)
    assert [one.verdict for one in pair(queue[0], FEEDS).decisions] == ["same"]
    assert len(acts(kind="combination", text="review of pair")) == 1
    changed = decide(queue[0], "different", feeds=FEEDS, by=ANN, why="born in other years", seen=1)
    assert changed.verdict == "different"


def test_of_two_who_decide_at_the_same_moment_one_is_told(queue):
    from django.db import connection

    both, ended = threading.Barrier(2), []

    def one(verdict):
        both.wait()
        try:
            decide(queue[0], verdict, feeds=FEEDS, by=ANN, seen=0)
            ended.append("kept")
        except DecidedMeanwhile:
            ended.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(verdict,)) for verdict in ("same", "different")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["kept", "told"]
    assert len(pair(queue[0], FEEDS).decisions) == 1


def test_a_later_linkage_takes_the_place_of_what_waits_and_of_no_decision(queue):
    decide(queue[1], "unsure", feeds=FEEDS, by=ANN)
    draw(2, [drawn(3, 4, "victims"), drawn(7, 8)], by=ANN)
    assert [one.drawn.left for one in waiting(FEEDS)] == [mention(7)]
    assert [one.drawn.left for one in reviewed(FEEDS)] == [mention(3)]
    assert bound(FEEDS) == Bound([], [])  # who cannot tell binds nothing


def test_a_pair_that_is_drawn_again_keeps_its_decision_and_counts_in_its_new_stratum(queue):
    decide(queue[0], "same", feeds=FEEDS, by=ANN)
    again = Drawn(mention(2), mention(1), 9.0, True, 7, 5, 5, [("birth.same", 14.0)])
    draw(2, [again], by=ANN)
    (found,) = reviewed(FEEDS)
    assert (found.number, found.linkage, found.verdict) == (queue[0], 2, "same")
    assert (found.drawn.stratum, found.drawn.stratum_pairs, found.drawn.evidence) == (7, 5, again.evidence)
    assert waiting(FEEDS) == []


def test_with_an_erased_record_its_pairs_go(queue):
    decide(queue[0], "same", feeds=FEEDS, by=ANN)
    forget(None, "victims", frozenset({uuid.UUID(int=1), uuid.UUID(int=4)}))
    assert [one.drawn.left for one in reviewed(FEEDS)] == [mention(1)]  # of another feed
    assert waiting(FEEDS) == []
    forget(None, "calls", frozenset({uuid.UUID(int=2)}))
    assert reviewed(FEEDS) == []
