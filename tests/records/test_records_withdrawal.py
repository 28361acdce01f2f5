"""Withdrawing a delivery: the book is as if it had not come, from now on; the past stays."""

from __future__ import annotations

import datetime as dt

import pytest
from tiny_feed import ANALYST, MAY, Deliver, known

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.records import DeliveryRow, RecordBook
from joinedup.terms import Period

MICROSECOND = dt.timedelta(microseconds=1)
APRIL, SPRING = Period.parse("2024-04"), Period.parse("2024-04..2024-05")


def withdraw(book: RecordBook, number: int) -> DeliveryRow:
    return book.withdraw(number, by=ANALYST, reason="The wrong file was sent")


def withdrawn_at(number: int) -> dt.datetime:
    from joinedup.records.models import Delivery

    return Delivery.objects.get(number=number).withdrawn_at


def test_what_it_brought_goes_and_what_it_ended_comes_back(book: RecordBook, deliver: Deliver) -> None:
    deliver({"a": "x", "b": "y", "c": "z"})
    wrong = deliver({"a": "x", "b": "changed", "d": "new"})
    assert withdraw(book, 2).state == "withdrawn"
    assert known(book) == {"a": "x", "b": "y", "c": "z"}
    assert known(book, wrong.known_from) == {"a": "x", "b": "changed", "d": "new"}
    assert known(book, withdrawn_at(2) - MICROSECOND) == {"a": "x", "b": "changed", "d": "new"}
    assert book.check() == []


def test_the_book_goes_on_as_if_it_had_not_come(book: RecordBook, deliver: Deliver) -> None:
    deliver({"a": "x", "b": "y"})
    deliver({"a": "wrong"})
    withdraw(book, 2)
    again = deliver({"a": "x", "b": "z", "c": "new"})
    assert (again.accepted, again.unchanged, again.revised, again.withdrawn) == (1, 1, 1, 0)
    assert known(book) == {"a": "x", "b": "z", "c": "new"}
    withdraw(book, 3)
    assert known(book) == {"a": "x", "b": "y"}
    withdraw(book, 1)
    assert known(book) == {}
    assert known(book, again.known_from) == {"a": "x", "b": "z", "c": "new"}
    assert book.check() == []


def test_a_key_that_stood_in_two_periods_comes_back_in_both(book: RecordBook, deliver: Deliver) -> None:
    deliver({"a": "in april"}, period=APRIL)
    deliver({"a": "in may"}, period=MAY)
    deliver({"a": "in spring"}, period=SPRING)
    withdraw(book, 3)
    deliver({}, period=MAY)
    assert known(book) == {"a": "in april"}
    deliver({"a": "in april, revised"}, period=APRIL)
    assert known(book) == {"a": "in april, revised"}
    assert book.check() == []


def test_the_first_delivery_of_a_feed_can_go(book: RecordBook, deliver: Deliver) -> None:
    first = deliver({"a": "x"}, file_sha256="A" * 64)
    withdraw(book, 1)
    assert known(book) == {}
    assert known(book, first.known_from) == {"a": "x"}
    assert book.standing("test-feed", MAY, "A" * 64) is None
    assert deliver({"a": "x"}, file_sha256="A" * 64).accepted == 1


def test_its_coverage_ends_and_its_state_is_as_at_the_date(book: RecordBook, deliver: Deliver) -> None:
    first = deliver({"a": "x"})
    withdraw(book, 1)
    with book.reading() as now, book.reading(first.known_from) as then:
        assert now.coverage(["test-source"]) == []
        assert [covered.delivery for covered in then.coverage(["test-source"])] == [1]
        assert [row.state for row in now.deliveries(["test-source"])] == ["withdrawn"]
        assert [row.state for row in then.deliveries(["test-source"])] == ["standing"]


def test_one_that_a_later_delivery_was_compared_with_cannot_go(book: RecordBook, deliver: Deliver) -> None:
    deliver({"a": "x"}, period=APRIL)
    deliver({"b": "y"}, period=MAY)
    deliver({"a": "x", "b": "y"}, period=SPRING)
    with pytest.raises(NotPermitted, match="delivery 3"):
        withdraw(book, 1)
    withdraw(book, 3)
    withdraw(book, 1)  # April and May do not concern each other
    assert known(book) == {"b": "y"}


def test_it_needs_a_reason_and_something_to_withdraw(book: RecordBook, deliver: Deliver) -> None:
    deliver({"a": "x"})
    with pytest.raises(BadInput, match="reason"):
        book.withdraw(1, by=ANALYST, reason=" ")
    with pytest.raises(NotFound):
        withdraw(book, 7)
    withdraw(book, 1)
    with pytest.raises(BadInput, match="already"):
        withdraw(book, 1)


def test_the_act_is_in_the_log_with_its_reason(book: RecordBook, deliver: Deliver) -> None:
    from joinedup.log.models import Act

    deliver({"a": "x"})
    withdraw(book, 1)
    act = Act.objects.get(kind="alteration")
    assert (act.username, act.reason) == ("ada", "The wrong file was sent")


def test_what_comes_after_a_withdrawal_that_changed_no_record_is_known_after_it(
    book: RecordBook, deliver: Deliver
) -> None:
    deliver({})
    withdraw(book, 1)
    again = deliver({"a": "x"})
    assert again.known_from > withdrawn_at(1)
    with book.reading(again.known_from) as reader:
        assert [covered.delivery for covered in reader.coverage(["test-source"])] == [2]
