"""Retention: when records come up for review, what is decided, and that erasing them is real."""

from __future__ import annotations

import datetime as dt

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.feeds import deliver
from joinedup.hub import retention as of_hub
from joinedup.partnership import Rule, retention
from joinedup.records import RecordBook
from joinedup.terms import Period, Role, Viewer, add_months

FEED = "patrols"
SIX = Rule(FEED, "Patrols", "Wardens", 6)
ADMINISTRATOR = Viewer("cass", "Cass", Role.ADMINISTRATOR, "council")
CONTRACT = """
name = "patrols"
version = 1
title = "Patrols"
record_type = "incident"
mode = "changes"
ref = "Number"
[owner]
code = "wardens"
name = "Wardens"
[source]
code = "wardens"
title = "Wardens"
[period]
one_month = false
[key]
columns = ["Number"]
[time]
column = "Day"
format = "date"
[publishing]
expected_every = "month"
late_after_days = 30
purposes = ["crime-and-disorder"]
retention_years = 6
sensitivity = "official"
licence = "Closed"
attribution = "Wardens"
[[column]]
name = "Number"
required = true
[[column]]
name = "Day"
required = true
"""


def day(text):
    return dt.date.fromisoformat(text)


def months(**held):
    return {FEED: {day(f"{name[1:5]}-{name[5:]}-01"): records for name, records in held.items()}}


def test_time_runs_from_the_end_of_the_month_and_leap_days_do_not_matter():
    assert SIX.runs_out(day("2018-03-01")) == day("2024-04-01")
    assert Rule(FEED, "", "", 1).runs_out(day("2024-02-01")) == day("2025-03-01")
    held = months(m201802=5, m201803=7, m201804=9)
    assert retention.reviews([SIX], held, [], day("2024-02-29")) == []
    [review] = retention.reviews([SIX], held, [], day("2024-04-01"))
    assert (str(review.period), review.records, review.due) == ("2018-02..2018-03", 12, day("2024-03-01"))
    assert retention.next_review([SIX], held, day("2024-04-01")) == day("2024-05-01")
    assert retention.reviews([SIX], {}, [], day("2024-04-01")) == []


@given(years=st.integers(1, 30), month=st.dates(day("1990-01-01"), day("2030-12-31")))
def test_no_record_comes_up_before_its_years_are_over(years, month):
    first = month.replace(day=1)
    due = Rule(FEED, "", "", years).runs_out(first)
    last = add_months(first, 1) - dt.timedelta(days=1)
    assert due > last and (due.year - last.year) * 12 + due.month - last.month == years * 12 + 1


@pytest.fixture
def patrols(workspace, analyst, tmp_path):
    """Records of three months; one of 2018-04 was first said to be of 2018-03."""
    (workspace.contracts_folder / "patrols.toml").write_text(CONTRACT)
    for name, rows in {
        "first": "P-000001,2018-02-28\nP-000002,2018-03-31\nP-000003,2018-03-30\n",
        "then": "P-000003,2018-04-01\nP-000004,2018-05-01\n",
    }.items():
        file = tmp_path / f"{name}.csv"
        file.write_text(f"Number,Day\n{rows}")
        deliver(workspace, FEED, file, by=analyst, period=Period.parse("2018-02..2018-05"))
    return workspace


def up_for_review(workspace, viewer, on):
    return [(str(one.period), one.records) for one in of_hub.look(workspace, viewer, day(on)).reviews]


def test_a_record_is_of_the_month_of_its_latest_version(patrols, analyst):
    held = RecordBook(patrols).months_held(FEED)
    assert held == {day("2018-02-01"): 1, day("2018-03-01"): 1, day("2018-04-01"): 1, day("2018-05-01"): 1}
    assert up_for_review(patrols, analyst, "2024-04-15") == [("2018-02..2018-03", 2)]


def test_what_is_kept_comes_up_again_on_its_day(patrols, analyst):
    from joinedup.log import acts

    on = day("2024-04-15")
    kept = retention.keep(
        SIX, Period.parse("2018-03"), day("2025-04-15"), "an inquiry", records=2, by=analyst, on=on
    )
    assert (kept.kind, kept.records, kept.by) == ("keep", 2, "ann")
    [act] = [one for one in acts(kind="administration") if one.what.startswith("retention of patrols")]
    assert act.reason == "an inquiry"
    [review] = of_hub.look(patrols, analyst, on).reviews
    assert not review.is_due(on) and review.decision == kept
    [later, newer] = of_hub.look(patrols, analyst, day("2025-04-15")).reviews
    assert (str(later.period), later.due) == ("2018-04..2018-05", day("2024-05-01"))
    assert newer.is_due(day("2025-04-15")) and newer.due == day("2025-04-15")
    retention.keep(
        SIX, Period.parse("2018-03"), day("2026-01-01"), "still", records=2, by=analyst, on=day("2025-05-01")
    )
    waits = [one for one in of_hub.look(patrols, analyst, day("2025-05-01")).reviews if one.decision]
    assert [one.due for one in waits] == [day("2026-01-01")]  # the latest decision holds


def test_erasing_is_real_and_the_next_delivery_does_not_undo_it(patrols, analyst, tmp_path):
    book = RecordBook(patrols)
    row = retention.erase(
        patrols, SIX, Period.parse("2018-03"), "time ran out", by=ADMINISTRATOR, on=day("2024-04-15")
    )
    assert (row.records, row.finished) == (2, True)
    assert list(book.months_held(FEED)) == [day("2018-04-01"), day("2018-05-01")]
    assert up_for_review(patrols, analyst, "2024-04-15") == []
    [decision] = retention.decisions(FEED)
    assert (decision.kind, decision.erasure, decision.records) == ("erase", row.number, 2)
    again = tmp_path / "again.csv"
    again.write_text("Number,Day\nP-000001,2018-02-28\nP-000004,2018-05-02\n")
    receipt = deliver(patrols, FEED, again, by=analyst, period=Period.parse("2018-02..2018-05"))
    assert receipt.set_aside == {"erased": 1} and receipt.revised == 1
    assert book.check() == []
    with pytest.raises(NotFound, match="no such records"):
        retention.erase(
            patrols, SIX, Period.parse("2018-03"), "again", by=ADMINISTRATOR, on=day("2024-04-15")
        )


def test_refused_rows_of_those_months_go_too(patrols, analyst, tmp_path):
    file = tmp_path / "bad.csv"
    file.write_text("Number,Day\nP-000009,2018-02-01\nP-000010,the first Quxmarker\n,2018-02-02\n")
    deliver(patrols, FEED, file, by=analyst, period=Period.parse("2018-02"))
    book = RecordBook(patrols)
    number = book.deliveries(FEED)[-1].number
    with book.reading() as reader:
        assert len(list(reader.quarantined(number))) == 2
    march = Period.parse("2018-03")
    retention.erase(patrols, SIX, march, "over", by=ADMINISTRATOR, on=day("2024-04-15"))
    with book.reading() as reader:
        assert list(reader.quarantined(number)) == []
    assert book.check() == []
    files = list(patrols.records_folder.rglob("*quarantine*.parquet"))
    assert files and sum(pq.read_metadata(file).num_rows for file in files) == 0


def test_an_erasure_that_was_decided_and_not_done_stays_up_for_review(patrols, analyst, monkeypatch):
    def fails(*_args, **_named):
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(RecordBook, "erase_before", fails)
        with pytest.raises(OSError):
            retention.erase(
                patrols, SIX, Period.parse("2018-03"), "over", by=ADMINISTRATOR, on=day("2024-04-15")
            )
    [decision] = retention.decisions(FEED)
    assert decision.erasure is None
    assert up_for_review(patrols, analyst, "2024-04-15") == [("2018-02..2018-03", 2)]


@pytest.mark.parametrize(
    ("up_to", "until", "why", "sentence"),
    [
        ("2018-04", "2025-01-01", "needed", "Their time has not run out.* up to 2018-03"),
        ("2018-03", "2024-04-15", "needed", "lies after today"),
        ("2018-03", "2035-01-01", "needed", "at most 10 years"),
        ("2018-03", "2025-01-01", " ", "needs its reason"),
    ],
)
def test_a_decision_that_cannot_stand_is_refused(patrols, analyst, up_to, until, why, sentence):
    with pytest.raises(BadInput, match=sentence):
        retention.keep(SIX, Period.parse(up_to), day(until), why, records=2, by=analyst, on=day("2024-04-15"))
    assert retention.decisions() == []


def test_who_may_decide(patrols, analyst):
    councillor = Viewer("cllr", "Cllr", Role.COUNCILLOR, "council")
    with pytest.raises(NotPermitted):
        of_hub.look(patrols, councillor, day("2024-04-15"))
    with pytest.raises(NotPermitted):
        retention.keep(
            SIX,
            Period.parse("2018-03"),
            day("2025-01-01"),
            "x",
            records=2,
            by=councillor,
            on=day("2024-04-15"),
        )
    with pytest.raises(NotPermitted, match="administrator only"):
        retention.erase(patrols, SIX, Period.parse("2018-03"), "x", by=analyst, on=day("2024-04-15"))
    assert retention.decisions() == []
