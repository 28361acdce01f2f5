"""The register of section 17A: twelve kinds, when each is due, what came and how late."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid

import pytest

from joinedup import partnership
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.records import DeliveryRow
from joinedup.terms import DeliveryMode, Every, Period, RecordType, Role, Viewer

Q1 = Period.parse("2024-Q1")
_numbers = itertools.count(1)


def delivery(period, day, *, feed="police-incidents", state="standing", rows=10, quarantined=0):
    moment = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(12), tzinfo=dt.UTC)
    return DeliveryRow(
        number=next(_numbers), id=uuid.uuid4(), feed=feed, contract_version="1", source="incidents",
        record_type=RecordType.INCIDENT, owner="police", mode=DeliveryMode.SNAPSHOT,
        period=Period.parse(period), file_name="f", file_sha256="0" * 64, file_bytes=1,
        received_at=moment, known_from=moment, committed_at=moment, rows_in=rows,
        accepted=rows - quarantined, unchanged=0, revised=0, withdrawn=0, quarantined=quarantined,
        set_aside={}, state=state, delivered_by="ann",
    )  # fmt: skip


def line(deliveries, *, on="2024-09-30", period=Q1):
    lines = partnership.register(period, partnership.holdings(), deliveries, on=dt.date.fromisoformat(on))
    (found,) = [one for one in lines if one.feed == "police-incidents"]
    return found


@pytest.fixture
def incidents(workspace, analyst):
    """The police's incidents are named as bringing the first kind."""
    return partnership.assign(1, "police-incidents", holder="cleveland-police", by=analyst)


def test_all_twelve_kinds_stand_in_the_register_whether_or_not_anybody_brings_them(workspace, incidents):
    lines = partnership.register(Q1, partnership.holdings(), [], on=dt.date(2024, 5, 1))
    assert [one.kind.number for one in lines] == list(range(1, 13))
    assert [one.state for one in lines] == ["awaited", *["nobody"] * 11]


def test_information_for_three_months_is_due_by_the_end_of_the_next_three():
    assert partnership.due(Q1) == dt.date(2024, 6, 30)
    assert partnership.due(Period.parse("2024-Q4")) == dt.date(2025, 3, 31)


def test_it_is_received_when_the_last_of_its_months_has_come(workspace, incidents):
    months = [delivery("2024-01", "2024-02-10"), delivery("2024-02", "2024-03-10")]
    assert (line(months, on="2024-06-30").months, line(months, on="2024-06-30").state) == (2, "awaited")
    assert (line(months, on="2024-07-02").late, line(months, on="2024-07-02").state) == (2, "late")
    whole = [*months, delivery("2024-03", "2024-07-05", rows=90, quarantined=10)]
    found = line(whole)
    assert (found.state, found.received, found.late) == ("received", dt.date(2024, 7, 5), 5)
    assert (found.rows_in, found.kept) == (110, 100)
    again = [*whole, delivery("2024-03", "2024-08-01")]
    assert line(again).received == dt.date(2024, 7, 5), "a restated month does not make it late"
    assert (line(again).rows_in, line(again).kept) == (30, 30), "and its rows are told by its latest file"


def test_what_was_withdrawn_or_is_of_another_feed_or_period_did_not_come(workspace, incidents):
    strangers = [
        delivery("2024-01", "2024-02-10", state="withdrawn"),
        delivery("2024-02", "2024-02-10", feed="fire"),
        delivery("2023-12", "2024-01-10"),
    ]
    assert line(strangers).months == 0


def test_one_file_for_the_whole_quarter_will_do(workspace, incidents):
    assert line([delivery("2024-Q1", "2024-04-20")]).state == "received"


def test_a_file_of_the_quarter_tells_its_rows_anew_and_a_months_file_after_it_tells_of_part_of_it(
    workspace, incidents
):
    months = [delivery(f"2024-0{month}", f"2024-0{month + 1}-10", quarantined=4) for month in (1, 2, 3)]
    whole = [*months, delivery("2024-Q1", "2024-05-10", rows=31, quarantined=1)]
    assert (line(whole).rows_in, line(whole).kept, line(whole).uncounted) == (31, 30, ())
    part = [*whole, delivery("2024-02", "2024-06-10", rows=12, quarantined=2)]
    assert (line(part).rows_in, line(part).kept, line(part).uncounted) == (12, 10, (Q1,))


def test_a_years_file_is_received_for_each_quarter_and_its_rows_are_counted_in_none(workspace, incidents):
    year = [delivery("2024", "2025-01-10", rows=400, quarantined=100)]
    for quarter in Period.parse("2024").each(Every.QUARTER):
        found = line(year, period=quarter, on="2025-02-01")
        assert (found.state, found.months, found.rows_in, found.kept) == ("received", 3, 0, 0)
        assert found.uncounted == (Period.parse("2024"),)


def test_each_quarter_of_a_year_has_its_twelve_lines(workspace, incidents):
    lines = partnership.register(Period.parse("2024/25"), partnership.holdings(), [], on=dt.date(2025, 9, 1))
    assert len(lines) == 48
    assert [str(one.period) for one in lines[::12]] == [
        "2024-04..2024-06", "2024-07..2024-09", "2024-10..2024-12", "2025-01..2025-03",
    ]  # fmt: skip


def test_only_the_twelve_kinds_and_each_feed_once(workspace, analyst, incidents):
    with pytest.raises(BadInput, match="1 to 12"):
        partnership.assign(13, "fire", holder="fire", by=analyst)
    with pytest.raises(BadInput, match="already"):
        partnership.assign(1, "police-incidents", holder="other", by=analyst)


def states(period):
    lines = partnership.register(period, partnership.holdings(), [], on=dt.date(2025, 1, 1))
    return [one.state for one in lines if one.kind.number == 1]


def test_a_feed_named_by_mistake_is_taken_back_and_another_named(workspace, analyst, incidents):
    from joinedup.log import acts

    assert partnership.unassign(1, "police-incidents", by=analyst) is None
    assert partnership.holdings() == [] and states(Q1) == ["nobody"]
    assert acts()[0].what == "took back that police-incidents brings kind 1 of section 17A"
    partnership.assign(1, "police-incidents", holder="another-force", by=analyst)
    assert [one.holder for one in partnership.holdings()] == ["another-force"]


def test_a_feed_that_ended_stays_in_the_quarters_that_it_brought(workspace, analyst, incidents):
    partnership.unassign(1, "police-incidents", last=dt.date(2024, 4, 30), by=analyst)
    quarters = ["2024-Q1", "2024-Q2", "2024-Q3"]
    assert [states(Period.parse(one)) for one in quarters] == [["late"], ["late"], ["nobody"]]
    partnership.assign(1, "new-incidents", holder="cleveland-police", by=analyst)
    assert [states(Period.parse(one)) for one in quarters] == [["late"] * 2, ["late"] * 2, ["late"]]


def test_only_what_is_named_is_taken_back_by_whoever_keeps_the_register(workspace, analyst, incidents):
    for kind, feed, item in ((2, "police-incidents", ""), (1, "fire", ""), (1, "police-incidents", "a part")):
        with pytest.raises(NotFound, match="not named for that kind"):
            partnership.unassign(kind, feed, item=item, by=analyst)
    with pytest.raises(NotPermitted):
        partnership.unassign(1, "police-incidents", by=Viewer("cllr", "", Role.COUNCILLOR, "council"))
    assert len(partnership.holdings()) == 1
