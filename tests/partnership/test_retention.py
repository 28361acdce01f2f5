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
from seconding import by_two

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
        patrols, SIX, Period.parse("2018-03"), day("2025-04-15"), "an inquiry", by=analyst, on=on
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
        patrols, SIX, Period.parse("2018-03"), day("2026-01-01"), "still", by=analyst, on=day("2025-05-01")
    )
    waits = [one for one in of_hub.look(patrols, analyst, day("2025-05-01")).reviews if one.decision]
    assert [one.due for one in waits] == [day("2026-01-01")]  # the longest of them holds


def test_erasing_is_real_and_the_next_delivery_does_not_undo_it(patrols, analyst, tmp_path):
    book = RecordBook(patrols)
    row = by_two(
        retention.erase,
        patrols,
        SIX,
        Period.parse("2018-03"),
        "time ran out",
        by=ADMINISTRATOR,
        on=day("2024-04-15"),
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
        by_two(
            retention.erase,
            patrols,
            SIX,
            Period.parse("2018-03"),
            "again",
            by=ADMINISTRATOR,
            on=day("2024-04-15"),
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
    by_two(retention.erase, patrols, SIX, march, "over", by=ADMINISTRATOR, on=day("2024-04-15"))
    with book.reading() as reader:
        assert list(reader.quarantined(number)) == []
    assert book.check() == []
    files = list(patrols.records_folder.rglob("*quarantine*.parquet"))
    assert files and sum(pq.read_metadata(file).num_rows for file in files) == 0


LATER = day("2024-06-15")  # the time of 2018-02 to 2018-05 has run out
MARCH, MAY = Period.parse("2018-03"), Period.parse("2018-05")


def hold(patrols, analyst, up_to=MARCH, until="2028-01-01", on=LATER):
    return retention.keep(patrols, SIX, up_to, day(until), "legal hold", by=analyst, on=on)


def erase(patrols, up_to=MAY, why="time ran out", on=LATER, **more):
    return by_two(retention.erase, patrols, SIX, up_to, why, by=ADMINISTRATOR, on=on, **more)


def told():
    """Everything that stays for good beside the records."""
    from joinedup.log import acts
    from joinedup.partnership.models import RetentionDecision

    return [f"{one.what} {one.reason}" for one in acts()] + [
        str(one) for one in RetentionDecision.objects.values()
    ]


def test_what_a_decision_keeps_cannot_be_erased_until_somebody_ends_it(patrols, analyst):
    from joinedup.log import acts

    kept = hold(patrols, analyst)
    before = RecordBook(patrols).months_held(FEED), told()
    for since in (None, Period.parse("2018-02"), MARCH):
        with pytest.raises(
            NotPermitted,
            match=rf"Decision {kept.pk} keeps records up to 2018-03 until 2028-01-01.*{FEED}.*end {kept.pk}",
        ):
            erase(patrols, since=since)
    assert (RecordBook(patrols).months_held(FEED), told()) == before
    retention.end(patrols, kept.pk, "the trial is over", by=analyst, on=LATER)
    assert next((one.what, one.reason) for one in acts()) == (
        f"ended decision {kept.pk} about the retention of patrols",
        "the trial is over",
    )
    assert up_for_review(patrols, analyst, "2024-06-15") == [("2018-02..2018-05", 4)]
    assert erase(patrols).records == 4


def test_months_after_those_that_are_kept_are_erased_from_where_they_begin(patrols, analyst, tmp_path):
    file = tmp_path / "bad.csv"
    file.write_text("Number,Day\nP-000008,2018-02-05\nP-000009,the first\n")
    deliver(patrols, FEED, file, by=analyst, period=Period.parse("2018-02"))
    hold(patrols, analyst)
    kept, due = sorted(of_hub.look(patrols, analyst, LATER).reviews, key=lambda one: one.is_due(LATER))
    assert (str(due.period), due.behind_kept, kept.behind_kept) == ("2018-04..2018-05", True, False)
    row = erase(patrols, since=Period.parse("2018-04"))
    book = RecordBook(patrols)
    assert (row.records, book.months_held(FEED)) == (2, {day("2018-02-01"): 2, day("2018-03-01"): 1})
    with book.reading() as reader:
        assert len(list(reader.quarantined(book.deliveries(FEED)[-1].number))) == 1
    assert book.check() == []
    [_, decision] = retention.decisions(FEED)
    assert (decision.since, decision.up_to, decision.state) == (
        day("2018-04-01"),
        day("2018-06-01"),
        "erased",
    )


def test_a_shorter_decision_does_not_undo_a_longer_one_and_an_expired_one_keeps_nothing(patrols, analyst):
    longer = hold(patrols, analyst)
    shorter = hold(patrols, analyst, up_to=MAY, until="2024-07-01")
    with pytest.raises(NotPermitted):
        erase(patrols, since=Period.parse("2018-04"))
    after = day("2024-08-01")
    waits = {one.decision: one for one in of_hub.look(patrols, analyst, after).reviews}
    assert not waits[longer].is_due(after) and waits[shorter].is_due(after)
    assert str(waits[shorter].period) == "2018-04..2018-05"
    with pytest.raises(NotPermitted, match=f"Decision {longer.pk} "):
        erase(patrols, on=after)
    assert erase(patrols, since=Period.parse("2018-04"), on=after).records == 2
    with pytest.raises(BadInput, match="holds no longer"):
        retention.end(patrols, shorter.pk, "x", by=analyst, on=after)


def test_a_decision_is_ended_once_by_whoever_decides_and_with_a_reason(patrols, analyst):
    kept = hold(patrols, analyst)
    with pytest.raises(BadInput, match="needs its reason"):
        retention.end(patrols, kept.pk, " ", by=analyst, on=LATER)
    with pytest.raises(NotPermitted):
        retention.end(patrols, kept.pk, "x", by=Viewer("cllr", "", Role.COUNCILLOR, "council"), on=LATER)
    with pytest.raises(NotFound, match="no decision"):
        retention.end(patrols, kept.pk + 1, "x", by=analyst, on=LATER)
    retention.end(patrols, kept.pk, "over", by=analyst, on=LATER)
    with pytest.raises(BadInput, match="holds no longer"):
        retention.end(patrols, kept.pk, "over", by=analyst, on=LATER)
    [decision] = retention.decisions()
    assert (decision.state, decision.ended_by, decision.ended_why) == ("kept: ended", "ann", "over")


def test_a_reason_that_names_a_record_is_refused_before_anything_is_written(patrols, analyst):
    kept = hold(patrols, analyst)
    for refused in (
        lambda why: retention.keep(patrols, SIX, MARCH, day("2025-01-01"), why, by=analyst, on=LATER),
        lambda why: retention.end(patrols, kept.pk, why, by=analyst, on=LATER),
        lambda why: erase(patrols, since=Period.parse("2018-05"), why=why),
    ):
        with pytest.raises(BadInput, match="says who"):
            refused("P-000004, and P 000001 too")
    assert [one for one in told() if "00000" in one] == []
    assert len(retention.decisions()) == 1 and len(RecordBook(patrols).months_held(FEED)) == 4


@pytest.mark.parametrize("killed", ["before", "after"])
def test_an_erasure_that_was_decided_and_not_done_stays_up_for_review(patrols, analyst, monkeypatch, killed):
    from joinedup.records.writing import Writer

    real = Writer.erase

    def dies(*args, **named):
        if killed == "after":
            real(*args, **named)
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "erase", dies)
        with pytest.raises(OSError):
            erase(patrols, up_to=MARCH)
    [decision] = retention.decisions(FEED)
    assert (decision.erasure, decision.state) == (None, "to be erased: not yet done")
    assert not [
        one for one in told() if "erased" in one and "to be erased" not in one and "erasure 1" not in one
    ]
    found = of_hub.look(patrols, analyst, LATER).reviews
    unfinished = [str(one.period) for one in found if one.unfinished == decision]
    assert unfinished == (["2018-02..2018-03"] if killed == "before" else [])
    with pytest.raises(NotPermitted):
        retention.finish(patrols, by=analyst, on=LATER)
    retention.finish(patrols, by=ADMINISTRATOR, on=LATER)
    [decision] = retention.decisions(FEED)
    assert (decision.erasure, decision.state) == (1, "erased")
    assert RecordBook(patrols).months_held(FEED) == {day("2018-04-01"): 1, day("2018-05-01"): 1}
    assert len(RecordBook(patrols).erasures()) == 1 and retention.finish(patrols, by=ADMINISTRATOR) == []


def unfinished(patrols, monkeypatch, why="time ran out"):
    """A decision to erase that was not done."""
    from joinedup.records.writing import Writer

    def dies(*_args, **_named):
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "erase", dies)
        with pytest.raises(OSError):
            erase(patrols, up_to=MARCH, why=why)
    return retention.decisions(FEED)[-1]


def test_erasing_the_same_months_finishes_what_was_not_done(patrols, analyst, monkeypatch):
    unfinished(patrols, monkeypatch)
    erase(patrols, why="now")
    assert [(one.why, one.erasure) for one in retention.decisions()] == [("time ran out", 1), ("now", 1)]


def test_what_is_kept_since_is_not_finished_and_an_unfinished_decision_can_be_ended(
    patrols, analyst, monkeypatch
):
    decided = unfinished(patrols, monkeypatch)
    kept = hold(patrols, analyst)
    with pytest.raises(NotPermitted, match=f"Decision {kept.pk} "):
        retention.finish(patrols, by=ADMINISTRATOR, on=LATER)
    retention.end(patrols, decided.pk, "it is on hold now", by=analyst, on=LATER)
    assert retention.finish(patrols, by=ADMINISTRATOR, on=LATER) == []
    assert [one.state for one in retention.decisions()] == ["to be erased: ended", "kept"]


def test_an_unfinished_decision_of_which_nothing_is_left_is_ended(patrols, analyst, monkeypatch):
    unfinished(patrols, monkeypatch)
    book = RecordBook(patrols)
    references = ["P-000001", "P-000002"]
    by_two(book.erase, FEED, references=references, by=ADMINISTRATOR, reason="asked for")
    [decision] = retention.finish(patrols, by=ADMINISTRATOR, on=LATER)
    [decision] = retention.decisions()
    assert (decision.state, decision.ended_why) == ("to be erased: ended", "nothing of it was left to erase")


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
        retention.keep(patrols, SIX, Period.parse(up_to), day(until), why, by=analyst, on=day("2024-04-15"))
    assert retention.decisions() == []


def test_who_may_decide(patrols, analyst):
    councillor = Viewer("cllr", "Cllr", Role.COUNCILLOR, "council")
    with pytest.raises(NotPermitted):
        of_hub.look(patrols, councillor, day("2024-04-15"))
    with pytest.raises(NotPermitted):
        retention.keep(
            patrols,
            SIX,
            Period.parse("2018-03"),
            day("2025-01-01"),
            "x",
            by=councillor,
            on=day("2024-04-15"),
        )
    with pytest.raises(NotPermitted, match="administrator only"):
        by_two(retention.erase, patrols, SIX, Period.parse("2018-03"), "x", by=analyst, on=day("2024-04-15"))
    assert retention.decisions() == []
