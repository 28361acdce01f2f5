"""Restricted records: for those outside they do not exist, for whatever date; lifted, they are as before."""

from __future__ import annotations

import random
import uuid
from collections import Counter

import duckdb
import pytest
from history_trials import history
from tiny_feed import (
    ANALYST,
    MAY,
    deliver_named,
    draft,
    key_of,
    known,
    named_in,
    stage,
    stage_named,
    stage_refused,
)
from two_books import TwoBooks, said_by, said_by_files

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import AboutData, acts
from joinedup.records import RecordBook, Restricted, Restricting, restricting
from joinedup.terms import DeliveryMode, Restriction, Role, Viewer
from joinedup.workspace import Workspace
from sampling import sampled
from seconding import THE_AUDITOR, THE_SECOND, approved_for, by_two

WHY = "a court's order"
WITNESS = Restriction.WITNESS_PROTECTION


def restrict(book: RecordBook, *references: str, kind: Restriction = WITNESS) -> Restricted:
    return book.restrict("test-feed", references=references, kind=kind, by=ANALYST, reason=WHY)


def lift(book: RecordBook, number: int) -> Restricted:
    return by_two(book.lift, number, by=ANALYST, second=THE_AUDITOR, reason="it ended")


def test_a_restricted_record_is_in_no_view_for_any_date_and_the_log_has_it(book, deliver):
    first = deliver({"a": "x", "b": "y"})
    row = restrict(book, "a")
    assert (row.number, row.records, row.kind, row.stands) == (1, 1, WITNESS, True)
    assert known(book) == {"b": "y"} == known(book, first.known_from)
    (act,) = acts(kind="alteration")
    assert act.what == "restriction 1 of records of test-feed"
    assert (act.subjects, act.reason, act.detail["owners"]) == ([key_of("a")], WHY, ["police"])
    assert book.check() == []


def test_later_files_do_not_bring_it_back_and_its_versions_are_kept(book, deliver):
    deliver({"a": "x", "b": "y"})
    restrict(book, "a")
    again = deliver({"a": "changed", "b": "y"})
    assert (again.revised, again.unchanged) == (1, 1)
    assert known(book) == {"b": "y"}
    lifted = lift(book, 1)
    assert (lifted.stands, lifted.lifted_by) == (False, "ada")
    assert known(book) == {"a": "changed", "b": "y"}
    assert book.check() == []


def test_two_restrictions_are_both_lifted_before_it_is_there_again(book, deliver):
    deliver({"a": "x", "b": "y"})
    restrict(book, "a")
    with pytest.raises(NotFound, match="No record of that feed"):
        restrict(book, "a", kind=Restriction.MARAC)  # for whoever asks it is not there
    restrict(book, "b", kind=Restriction.MARAC)
    lift(book, 1)
    assert known(book) == {"a": "x"}
    with pytest.raises(NotFound, match="No such restriction stands"):
        book.lift(1, by=ANALYST, reason="once more")


def test_nobody_whom_it_names_is_mentioned_and_only_who_is_inside_is_told(book):
    deliver_named(
        book, {"a": "x", "b": "y"}, [("a", "victim", "Mary Example"), ("b", "victim", "Iqbal Sample")]
    )
    row = restrict(book, "a")
    assert named_in(book) == [("victim", "Iqbal Sample")]
    keys = book.restricted_keys(row.number)
    assert book.restricted("test-feed", [key_of("a"), key_of("b")]) == {keys[0]: {WITNESS}}
    with book.reading() as reader:
        assert reader.identifying("test-feed", [key_of("a")]) == []
        (told,) = reader.identifying("test-feed", [key_of("a")], inside=keys)
        assert told.attributes["full_name"] == "Mary Example"


def test_its_rows_in_quarantine_are_not_there(book, deliver):
    deliver({"a": "x", "b": "y", "c": "z"})
    with book.writing() as writer:
        refused = ["a", "b"]
        staged = stage(writer, [("c", "changed")], MAY.start)
        told = draft(["c", *refused])
        second = writer.add(told, staged, stage_refused(writer, refused), by=ANALYST).number
    restrict(book, "a")
    with book.reading() as reader:
        assert [raw for _, raw, _ in reader.quarantined(second)] == ["b,unreadable"]
        assert reader.reasons_for_quarantine(second) == {"the date cannot be": 1}
        assert list(reader.refused_rows(second)) == [1001]
    assert known(book) == {"b": "y", "c": "changed"}


def test_it_cannot_be_taken_back_nor_told_from_what_is_not_there(book, deliver):
    deliver({"a": "x", "b": "y"})
    restrict(book, "a")
    said = []
    for reference in ("a", "nowhere"):
        with pytest.raises(NotFound) as error:
            book.take_back("test-feed", references=[reference], by=ANALYST, reason="entered twice")
        said.append(error.value.sentence())
    for key in (key_of("a"), key_of("nowhere")):
        with pytest.raises(NotFound) as error:
            book.take_back("test-feed", [key], by=ANALYST, reason="entered twice")
        said.append(error.value.sentence())
    assert said[0] == said[1] and said[2] == said[3]
    assert known(book) == {"b": "y"}


@pytest.mark.parametrize("spoiling", ["reason", "absent", "some absent", "telling"])
def test_what_is_wrong_with_a_restriction_changes_nothing(book, spoiling):
    deliver_named(book, {"a": "x"}, [("a", "victim", "Mary Example")])
    asked = {"reason": WHY, "record_keys": [key_of("a")], "kind": WITNESS, "by": ANALYST}
    wrong = {
        "reason": ({"reason": " "}, BadInput),
        "absent": ({"record_keys": [key_of("z")]}, NotFound),
        "some absent": ({"record_keys": [key_of("a"), key_of("z")]}, BadInput),
        "telling": ({"reason": "protects Mary Example"}, BadInput),
    }
    changes, error = wrong[spoiling]
    with pytest.raises(error) as raised:
        book.restrict("test-feed", **(asked | changes))
    assert "Mary" not in raised.value.sentence()
    assert known(book) == {"a": "x"} and book.restrictions() == [] and book.check() == []


def test_a_contracts_rule_restricts_what_arrives_and_once_lifted_leaves_it(book, deliver):
    rule = Restricting(WITNESS, field="category", values=("protected",))
    deliver({"a": "protected", "b": "y"}, restricting=(rule,))
    assert known(book) == {"b": "y"}
    (row,) = book.restrictions()
    assert (row.delivery, row.records, row.by) == (1, 1, "ada")
    deliver({"a": "protected", "b": "protected"}, restricting=(rule,))
    assert known(book) == {} and [one.records for one in book.restrictions()] == [1, 1]
    lift(book, 1)
    deliver({"a": "protected", "b": "z", "c": "y"}, restricting=(rule,))
    assert known(book) == {"a": "protected", "c": "y"}  # b stays restricted, whatever the file says now
    assert book.check() == []


def test_a_rule_of_age_restricts_whoever_was_younger_and_whose_birth_is_known(book):
    def born(year: int) -> Restricting:
        return Restricting(Restriction.JUVENILE, role="victim", under=2024 - year)

    named = [("a", "victim", "Mary Example"), ("b", "caller", "Iqbal Sample")]
    with book.writing() as writer:
        staged = stage(writer, [("a", "x"), ("b", "y")], MAY.start)
        writer.connection.execute(
            f"""COPY (SELECT * REPLACE (DATE '2024-05-03' AS occurred_date) FROM '{staged}')
                TO '{staged}.dated' (FORMAT parquet)"""
        )
        staged = (staged.parent / f"{staged.name}.dated").rename(staged)
        told = draft(["a", "b"], restricting=(born(1984), born(1990)))
        writer.add(told, staged, None, by=ANALYST, named=stage_named(writer, named))
    assert known(book) == {"b": "y"}  # everybody is born on 1990-01-01: under 40, not under 34
    assert [row.records for row in book.restrictions()] == [1]


def test_an_erased_record_leaves_its_restriction_too(book, deliver):
    deliver({"a": "x", "b": "y"})
    restrict(book, "a", "b")
    boss = Viewer("boss", "Boss", Role.ADMINISTRATOR, "council")
    by_two(book.erase, "test-feed", references=["a"], by=boss, reason="a court's order")
    (row,) = book.restrictions()
    assert row.records == 1 and [str(key) for key in book.restricted_keys(1)] == [key_of("b")]
    assert known(book) == {} and book.check() == []


def test_a_changes_file_of_a_restricted_record_is_taken_in_unseen(book, deliver):
    deliver({"a": "x", "b": "y"})
    restrict(book, "a")
    changed = deliver({"a": "changed"}, mode=DeliveryMode.CHANGES, period=None)
    assert changed.revised == 1 and known(book) == {"b": "y"}


@pytest.mark.parametrize("damage", ["lifted", "record gone", "row gone"])
def test_a_restriction_that_somebody_changed_by_hand_is_found(book, deliver, damage):
    from joinedup.records.models import RestrictedRecord, RestrictionRow

    deliver({"a": "x", "b": "y"})
    restrict(book, "a")
    if damage == "lifted":
        RestrictionRow.objects.update(lifted_at=draft([]).received_at)
    else:
        RestrictedRecord.objects.all().delete()
    if damage == "row gone":
        RestrictionRow.objects.all().delete()
    assert {finding.where for finding in book.check()} >= {"restriction 1"}


@pytest.mark.parametrize("seed", sampled(range(12), 3))
def test_after_any_history_every_date_is_as_before_but_for_what_is_restricted(book, seed):
    chance = random.Random(f"restricting {seed}")
    with book.writing() as writer:
        both = TwoBooks(book, writer)
        for act in history(chance):
            both.do(act)
        there = {version.key for now in both.moments for version in both.naive.known(now)}
        there -= both.naive.erased
        hidden = set(chance.sample(sorted(there), min(2, len(there))))
        for key in hidden:
            writer.restrict("test-feed", [key_of(key)], kind=WITNESS, by=ANALYST, reason=WHY)
    for now, moment in [*both.moments.items(), (None, None)]:
        stood = both.naive.standing() if now is None else both.naive.known(now)
        expected = Counter((one.key, one.content) for one in stood if one.key not in hidden)
        assert said_by(book, moment) == expected, now
        assert said_by_files(book, moment) == expected, now
    for row in book.restrictions():
        lift(book, row.number)
    both.compare_all_dates()


def test_restricting_and_lifting_on_either_database(tmp_path, database_url):
    workspace = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=database_url)
    book = RecordBook(workspace)
    with book.writing() as writer:
        rows = [("a", "x"), ("b", "y")]
        writer.add(draft(rows), stage(writer, rows, MAY.start), None, by=ANALYST)
    restrict(book, "a")
    assert known(book) == {"b": "y"} and book.check() == []
    assert acts(unless_guarded=AboutData("nobody")) != acts()
    lift(book, 1)
    assert known(book) == {"a": "x", "b": "y"} and book.check() == []
    workspace.close()


def test_one_person_alone_lifts_nothing_nor_with_somebody_who_is_outside(book, deliver):
    deliver({"a": "x", "b": "y"})
    restrict(book, "a")
    with pytest.raises(NotPermitted, match="takes a second person"):
        book.lift(1, by=ANALYST, reason="it ended")
    with pytest.raises(NotPermitted, match="data owner of police, or auditor"):
        approved_for(book.lift, 1, by=ANALYST, second=THE_SECOND, reason="it ended")
    assert known(book) == {"b": "y"}


def test_no_answer_tells_a_restricted_record_from_one_that_is_not_there(book):
    deliver_named(book, {"a": "x", "b": "y"}, [("a", "victim", "Mary Example"), ("b", "victim", "Ann Other")])
    restrict(book, "a")
    said = []
    for key in (key_of("a"), key_of("nowhere")):
        with pytest.raises(BadInput) as error:
            book.restrict("test-feed", [key_of("b"), key], kind=WITNESS, by=ANALYST, reason=" ")
        said.append(error.value.sentence())
    assert said[0] == said[1]
    deliver_named(book, {"a": "x", "b": "y", "c": "z"}, [("c", "victim", "Iqbal Sample")])
    told = []
    for name in ("Mary Example", "Peter Nobody"):
        with pytest.raises(NotPermitted) as refused:
            book.withdraw(1, by=ANALYST, reason=f"see {name}")
        told.append(refused.value.sentence())
    assert told[0] == told[1]


def test_what_is_hidden_of_one_feed_stays_hidden_when_another_is_asked_for_in_the_same_cursor() -> None:
    first, second = uuid.UUID(int=1), uuid.UUID(int=2)
    with duckdb.connect() as cursor:
        cursor.execute("CREATE TABLE row AS SELECT unnest(?::UUID[]) AS record_key", [[first, second]])
        hidden = {"a": [first]}
        restricting.hide(cursor, hidden)
        cursor.execute(f"CREATE TEMP VIEW of_a AS SELECT * FROM row{restricting.unless_hidden('a', hidden)}")
        restricting.hide(cursor, {"b": [second]})
        assert cursor.execute("FROM of_a").fetchall() == [(second,)]
        restricting.hide(cursor, {"a": [second]})  # asked for anew, it is as it stands now
        assert cursor.execute("FROM of_a").fetchall() == [(first,)]
