"""A value of the ledger that somebody changed by hand is found: it is said in more places than one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tiny_feed import ANALYST, MAY, NOON, Deliver, draft, stage

from joinedup.log import acts
from joinedup.records import FieldState, RecordBook
from joinedup.terms import Period

LATER = NOON + dt.timedelta(hours=1)
JUNE = dt.date(2024, 6, 1)


@pytest.fixture
def stocked(book: RecordBook, deliver: Deliver) -> RecordBook:
    """A delivery, another that revised one row and withdrew one, and a third that was withdrawn."""
    deliver({"a": "x", "b": "y", "c": "z"})
    deliver({"a": "changed", "b": "y"})
    third = deliver({"d": "new"}, period=Period.parse("2024-07"))
    fourth = deliver({"d": "newer"}, period=Period.parse("2024-07"))
    book.withdraw(fourth.number, by=ANALYST, reason="a wrong file")
    assert third.number == 3
    assert book.check() == []
    return book


DELIVERY: dict[str, Any] = {
    "number": 12,
    "generation": 90,
    "feed": "another-feed",
    "source": "another-source",
    "period_from": dt.date(2024, 4, 1),
    "period_to": dt.date(2024, 7, 1),
    "file_sha256": "0" * 64,
    "known_from": LATER,
    "rows_in": 9,
    "accepted": 9,
    "unchanged": 9,
    "revised": 9,
    "withdrawn": 9,
    "quarantined": 9,
    "set_aside": {"a rule": 9},
    "state": "withdrawn",
    "withdrawn_at": LATER,
    "delivered_by": "nobody",
}


@pytest.mark.parametrize("name", DELIVERY)
@pytest.mark.parametrize("number", [1, 2])
def test_one_changed_value_of_a_delivery_is_found(stocked: RecordBook, name: str, number: int) -> None:
    from joinedup.records.models import Delivery

    Delivery.objects.filter(number=number).update(**{name: DELIVERY[name]})
    assert stocked.check()


@pytest.mark.parametrize(
    ("name", "value"), [("state", "standing"), ("withdrawn_at", None), ("withdrawn_at", LATER)]
)
def test_a_withdrawal_undone_by_hand_is_found(stocked: RecordBook, name: str, value: Any) -> None:
    from joinedup.records.models import Delivery

    Delivery.objects.filter(number=4).update(**{name: value})
    assert "delivery 4" in [finding.where for finding in stocked.check()]


SEGMENT: dict[str, Any] = {
    "generation": 90,
    "sha256": "0" * 64,
    "rows": 90,
    "bytes": 90,
    "fields": [["record_key", "UUID"]],
    "month_from": JUNE,
    "month_to": JUNE,
    "known_from": LATER,
}


@pytest.mark.parametrize(
    ("kind", "name"), [*(("pos", name) for name in SEGMENT), *(("neg", name) for name in SEGMENT)]
)
def test_one_changed_value_of_a_segment_is_found(stocked: RecordBook, kind: str, name: str) -> None:
    from joinedup.records.models import Segment

    changed = Segment.objects.filter(delivery__number=2, kind=kind).update(**{name: SEGMENT[name]})
    assert changed == 1
    assert stocked.check()


def test_another_list_of_deliveries_that_a_segment_supersedes_is_found(stocked: RecordBook) -> None:
    from joinedup.records.models import Segment

    Segment.objects.filter(delivery__number=2, kind="neg").update(touches=[1, 2])
    found, sealed = stocked.check()
    assert found.what == "A segment's rows have versions of the deliveries [1], the ledger says [1, 2]"
    assert sealed.where == "delivery 2"


COVERED: dict[str, Any] = {
    "feed": "another-feed",
    "source": "another-source",
    "period_from": dt.date(2024, 4, 1),
    "period_to": dt.date(2024, 7, 1),
    "known_from": LATER,
    "ended_at": LATER,
}


@pytest.mark.parametrize("name", COVERED)
def test_one_changed_value_of_a_covered_period_is_found(stocked: RecordBook, name: str) -> None:
    from joinedup.records.models import CoveredPeriod

    CoveredPeriod.objects.filter(delivery__number=1).update(**{name: COVERED[name]})
    assert [finding.where for finding in stocked.check()] == ["delivery 1"]


def test_a_covered_period_that_is_gone_or_there_twice_is_found(stocked: RecordBook) -> None:
    from joinedup.records.models import CoveredPeriod

    one = CoveredPeriod.objects.get(delivery__number=1)
    CoveredPeriod.objects.filter(pk=one.pk).delete()
    (found,) = stocked.check()
    assert (found.where, found.what) == ("delivery 1", "It should cover 1 periods, the ledger has 0")
    for _ in range(2):
        one.pk = None
        one.save(force_insert=True)
    assert [found.what for found in stocked.check()] == ["It should cover 1 periods, the ledger has 2"]


def test_a_period_changed_wherever_the_ledger_has_it_differs_from_the_log(stocked: RecordBook) -> None:
    from joinedup.records.models import CoveredPeriod, Delivery

    april = dt.date(2024, 4, 1)
    Delivery.objects.filter(number=1).update(period_from=april)
    CoveredPeriod.objects.filter(delivery__number=1).update(period_from=april)
    (found,) = stocked.check()
    assert found.what == "The ledger's period is 2024-04..2024-05, the log says 2024-05"


def test_field_states_counted_over_different_rows_are_found(book: RecordBook) -> None:
    from joinedup.records.models import DeliveryField

    rows = [("a", "x"), ("b", "y")]
    states = (FieldState("category", 2, 0, 0), FieldState("note", 0, 2, 0))
    with book.writing() as writer:
        staged = stage(writer, rows, MAY.start)
        writer.add(draft(rows, field_states=states), staged, None, by=ANALYST)
    assert book.check() == []
    DeliveryField.objects.filter(field="note").update(unknown=1)
    assert [found.where for found in book.check()] == ["delivery 1"]


def test_a_second_caller_of_whom_only_the_name_is_known_is_no_damage(book: RecordBook) -> None:
    rows = [("a", "x"), ("b", "y")]
    states = (
        FieldState("category", 2, 0, 0),
        FieldState("caller.name", 3, 0, 0),
        FieldState("caller.birth_date", 1, 1, 0),
    )
    with book.writing() as writer:
        staged = stage(writer, rows, MAY.start)
        writer.add(draft(rows, field_states=states), staged, None, by=ANALYST)
    assert book.check() == []


def test_what_differs_is_said_with_both_values(stocked: RecordBook) -> None:
    from joinedup.records.models import Delivery

    Delivery.objects.filter(number=2).update(file_sha256="0" * 64)
    act = next(act for act in acts(kind="collection") if act.what == "delivery 2 of test-feed")
    (found,) = stocked.check()
    assert found.what == f"The ledger's sha256 is {'0' * 64}, the log says {act.detail['sha256']}"
    assert found.where == "delivery 2"
