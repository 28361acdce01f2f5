"""What a contract declares beside its rows is kept with the delivery, and known as on any date."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from tiny_feed import ANALYST, MAY, Deliver, draft, stage

from joinedup.errors import BadInput
from joinedup.records import FieldState, RecordBook, SeriesBreak
from joinedup.terms import Every
from joinedup.workspace import Workspace

RULES = SeriesBreak(dt.date(2023, 4, 1), "recording-practice", "Harassment is counted apart.")
WORDS = SeriesBreak(dt.date(2024, 1, 1), "code-list", "A new list of crime types.")


def told(book: RecordBook, as_at: dt.datetime | None = None) -> list[tuple[str, str, int]]:
    with book.reading(as_at) as reader:
        assert reader.breaks(["another-source"]) == []
        return [(one.kind, one.what, one.delivery) for one in reader.breaks(["test-source"])]


def test_breaks_are_known_from_the_delivery_that_first_told_them(book: RecordBook, deliver: Deliver) -> None:
    first = deliver({"a": "x"}, breaks=(RULES,))
    second = deliver({"a": "y"}, breaks=(RULES, WORDS))
    assert told(book, first.known_from) == [("recording-practice", RULES.what, 1)]
    assert told(book) == [("recording-practice", RULES.what, 1), ("code-list", WORDS.what, 2)]
    with book.reading() as reader:
        found = reader.breaks(["test-source"])
    assert [(one.feed, one.source, one.date) for one in found][1] == (
        "test-feed",
        "test-source",
        dt.date(2024, 1, 1),
    )
    assert [one.known_from for one in found] == [first.known_from, second.known_from]
    assert book.check() == []


def test_a_break_told_in_error_goes_and_one_of_an_older_contract_stays(
    book: RecordBook, deliver: Deliver
) -> None:
    deliver({"a": "x"}, breaks=(RULES,), contract_version="1")
    wrong = deliver({"a": "y"}, breaks=(WORDS,), contract_version="2")
    mended = SeriesBreak(WORDS.date, WORDS.kind, "Another new list.")
    deliver({"a": "z"}, breaks=(mended,), contract_version="2")
    assert told(book) == [("recording-practice", RULES.what, 1), ("code-list", "Another new list.", 2)]
    deliver({"a": "u"}, contract_version="2")
    assert told(book) == [("recording-practice", RULES.what, 1)]
    assert len(told(book, wrong.known_from)) == 2


def test_what_a_withdrawn_delivery_told_is_no_longer_told(book: RecordBook, deliver: Deliver) -> None:
    deliver({"a": "x"}, breaks=(RULES,))
    second = deliver({"a": "y"}, breaks=(RULES, WORDS))
    book.withdraw(2, by=ANALYST, reason="a wrong file")
    assert [kind for kind, _, _ in told(book)] == ["recording-practice"]
    assert len(told(book, second.known_from)) == 2
    assert book.check() == []


def test_a_promise_is_kept_once_until_another_is_made(book: RecordBook, deliver: Deliver) -> None:
    from joinedup.records.models import Promise

    monthly = {"expected_every": Every.MONTH, "late_after_days": 30}
    first = deliver({"a": "x"}, **monthly)
    deliver({"a": "y"}, **monthly)
    third = deliver({"a": "z"}, expected_every=Every.QUARTER, late_after_days=45)
    deliver({"a": "u"})
    deliver({"a": "v"}, feed="other-feed", **monthly)
    assert Promise.objects.count() == 3
    with book.reading() as now, book.reading(first.known_from) as then:
        assert set(now.promises()) == {"test-feed", "other-feed"}
        kept = now.promises(["test-feed"])["test-feed"]
        assert (kept.expected_every, kept.late_after_days, kept.owner) == (Every.QUARTER, 45, "police")
        assert kept.known_from == third.known_from
        assert then.promises(["test-feed"])["test-feed"].late_after_days == 30
        assert now.promises(["no-feed"]) == {}
    assert book.check() == []
    with pytest.raises(BadInput, match="how often and after how many days"):
        deliver({"a": "w"}, late_after_days=3)


def test_a_delivery_keeps_what_was_said_at_intake_and_whether_it_is_provisional(
    book: RecordBook, deliver: Deliver
) -> None:
    said = ("The columns came in another order.",)
    assert deliver({"a": "x"}, notes=said, provisional=True).provisional is True
    assert deliver({"a": "y"}).provisional is None
    assert [(row.notes, row.provisional) for row in book.deliveries()] == [(said, True), ((), None)]


def test_refused_and_invalid_are_counted_beside_missing_and_unknown(
    tmp_path: Path, database_url: str
) -> None:
    workspace = Workspace.create(tmp_path / "w", partnership="Testshire", database_url=database_url)
    book = RecordBook(workspace)
    rows = [("a", "x"), ("b", "y"), ("c", "z")]
    states = (
        FieldState("category", 3, 0, 0),
        FieldState("ethnicity", given=0, missing=1, unknown=0, refused=1, invalid=1),
        FieldState("victim.age", 1, 0, 0, 1),
        FieldState("victim.sex", 2, 0, 0),
    )
    with book.writing() as writer:
        told_so = draft(
            rows, field_states=states, breaks=(RULES,), expected_every=Every.MONTH, late_after_days=9
        )
        writer.add(told_so, stage(writer, rows, MAY.start), None, by=ANALYST)
    with book.reading() as reader:
        kept = {state.field: (state.refused, state.invalid) for state in reader.field_states(["test-feed"])}
        assert (len(reader.breaks(["test-source"])), len(reader.promises())) == (1, 1)
    assert kept == {"category": (0, 0), "ethnicity": (1, 1), "victim.age": (1, 0), "victim.sex": (0, 0)}
    assert book.check() == []
    workspace.close()


@pytest.mark.parametrize("name", ["feed", "source", "known_from"])
def test_a_break_or_promise_changed_by_hand_is_found(book: RecordBook, deliver: Deliver, name: str) -> None:
    from joinedup.records.models import Promise
    from joinedup.records.models import SeriesBreak as Row

    deliver({"a": "x"}, breaks=(RULES,), expected_every=Every.MONTH, late_after_days=30)
    other = dt.datetime(2020, 1, 1, tzinfo=dt.UTC) if name == "known_from" else "another"
    for model in (Row, Promise):
        model.objects.update(**{name: other})
        found = book.check()
        assert found and {finding.where for finding in found} == {"delivery 1"}
