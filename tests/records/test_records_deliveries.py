"""Deliveries into the record book: what is stored, counted, and known on any date."""

from __future__ import annotations

import datetime as dt

from tiny_feed import Deliver, known

from joinedup.records import RecordBook

MICROSECOND = dt.timedelta(microseconds=1)


def test_a_changed_copy_stores_only_the_changes_and_the_past_stays(
    book: RecordBook, deliver: Deliver
) -> None:
    first = deliver({"a": "x", "b": "y", "c": "z"})
    second = deliver({"a": "x", "b": "changed", "d": "new"})
    assert (first.accepted, first.unchanged, first.revised, first.withdrawn) == (3, 0, 0, 0)
    assert (second.accepted, second.unchanged, second.revised, second.withdrawn) == (1, 1, 1, 1)
    assert known(book) == {"a": "x", "b": "changed", "d": "new"}
    assert known(book, first.known_from) == {"a": "x", "b": "y", "c": "z"}
    assert known(book, first.known_from - MICROSECOND) == {}
    assert book.check() == []
