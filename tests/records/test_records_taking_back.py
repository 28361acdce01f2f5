"""Taking single records back: they stay out whatever is delivered, until they are let in again."""

from __future__ import annotations

import pytest
from searching import found_in
from tiny_feed import (
    ANALYST,
    MAY,
    deliver_named,
    draft,
    key_of,
    known,
    named_in,
    stage,
    stage_refused,
)

from joinedup.errors import BadInput, NotFound
from joinedup.records import DeliveryRow, RecordBook
from joinedup.records.identity import ordinal_key_sql
from joinedup.terms import DeliveryMode, Period, Role, Viewer
from seconding import by_two

WHY = "entered twice"
APRIL = Period.parse("2024-04")


def take_back(book: RecordBook, *references: str) -> DeliveryRow:
    return book.take_back("test-feed", references=references, by=ANALYST, reason=WHY)


def let_in(book: RecordBook, number: int) -> None:
    book.withdraw(number, by=ANALYST, reason="it was right")


def test_a_record_that_was_taken_back_stays_out_and_the_past_stays(book, deliver):
    first = deliver({"a": "x", "b": "y"})
    taken = take_back(book, "a")
    assert (taken.number, taken.rows_in, taken.withdrawn, taken.mode) == (2, 0, 1, "withdrawal")
    assert known(book) == {"b": "y"} and known(book, first.known_from) == {"a": "x", "b": "y"}
    assert book.taken_back("test-feed") == {"a": 2}
    again = deliver({"a": "x", "b": "y"}, file_sha256="B" * 64)
    assert (again.unchanged, again.accepted, again.set_aside) == (1, 0, {"withdrawn": 1})
    revised = deliver({"a": "changed", "b": "y"})
    assert revised.set_aside == {"withdrawn": 1} and revised.adds_up
    assert known(book) == {"b": "y"}
    assert book.check() == []


def test_the_same_file_again_is_a_repeat_while_it_is_taken_back_and_when_it_is_let_in(book, deliver):
    deliver({"a": "x"}, file_sha256="A" * 64)
    take_back(book, "a")
    assert book.standing("test-feed", MAY, "A" * 64).number == 1
    deliver({"a": "x"}, file_sha256="B" * 64)
    assert book.standing("test-feed", MAY, "B" * 64).number == 3  # nothing of it is wanted yet
    let_in(book, 2)
    assert known(book) == {"a": "x"}
    assert book.standing("test-feed", MAY, "B" * 64).number == 3  # nothing of it is lacking


def test_a_record_is_let_in_as_the_last_file_has_it(book, deliver):
    deliver({"a": "x", "b": "y"})
    take_back(book, "a")
    later = deliver({"a": "changed", "b": "y"})
    assert known(book) == {"b": "y"}
    let_in(book, 2)
    assert known(book) == {"a": "changed", "b": "y"}
    assert known(book, later.known_from) == {"b": "y"}
    assert book.check() == []


def test_a_record_that_the_last_whole_file_has_no_longer_is_not_let_in(book, deliver):
    deliver({"a": "x", "b": "y"})
    take_back(book, "a")
    deliver({"b": "y"})
    let_in(book, 2)
    assert known(book) == {"b": "y"}
    book.withdraw(3, by=ANALYST, reason="half a file")
    assert known(book) == {"a": "x", "b": "y"}
    assert book.check() == []


def test_a_file_that_says_nothing_of_a_record_changes_nothing_of_it(book, deliver):
    deliver({"a": "x", "b": "y"})
    take_back(book, "a")
    deliver({"c": "z"}, mode=DeliveryMode.CHANGES)
    deliver({"d": "z"}, period=APRIL)
    let_in(book, 2)
    assert known(book) == {"a": "x", "b": "y", "c": "z", "d": "z"}


def test_a_record_whose_new_row_was_refused_is_let_in_as_it_stood(book, deliver):
    deliver({"a": "x", "b": "y"})
    take_back(book, "a")
    with book.writing() as writer:
        staged = stage(writer, [("b", "y")], MAY.start)
        writer.add(draft(["a", "b"]), staged, stage_refused(writer, ["a"]), by=ANALYST)
    let_in(book, 2)
    assert known(book) == {"a": "x", "b": "y"}
    assert book.check() == []


def test_a_record_is_not_lost_when_the_file_that_had_it_set_aside_is_withdrawn(book, deliver):
    deliver({"a": "x", "b": "y"}, file_sha256="A" * 64)
    take_back(book, "a")
    deliver({"a": "x", "b": "y", "c": "new"})
    let_in(book, 2)
    assert known(book) == {"a": "x", "b": "y", "c": "new"}
    book.withdraw(3, by=ANALYST, reason="the wrong file")
    assert known(book) == {"a": "x", "b": "y"}
    assert book.standing("test-feed", MAY, "A" * 64).number == 1
    assert book.check() == []


def test_what_a_withdrawn_file_had_ended_comes_back_but_for_what_is_taken_back(book, deliver):
    deliver({"a": "x", "b": "y"})
    deliver({"a": "changed", "b": "changed"})
    take_back(book, "a")
    book.withdraw(2, by=ANALYST, reason="the wrong file")
    assert known(book) == {"b": "y"}
    let_in(book, 3)
    assert known(book) == {"a": "x", "b": "y"}
    assert book.check() == []


def test_who_a_row_names_is_out_of_sight_until_its_record_is_let_in(book):
    deliver_named(book, {"a": "x"}, [("a", "victim", "Ann Other")])
    take_back(book, "a")
    deliver_named(book, {"a": "changed"}, [("a", "victim", "Ann Married")])
    assert named_in(book) == []
    let_in(book, 2)
    assert named_in(book) == [("victim", "Ann Married")]
    book.withdraw(3, by=ANALYST, reason="the wrong file")
    assert named_in(book) == [("victim", "Ann Other")]
    assert book.check() == []


def test_a_row_without_a_key_that_is_added_is_one_more_than_its_equal_that_is_taken_back(book):
    def add(**changes):
        with book.writing() as writer:
            staged = stage(writer, [("a", "x")], MAY.start)
            keyed = writer.folder / "keyed.parquet"
            key = ordinal_key_sql("content_hash", "1")
            writer.connection.execute(
                f"COPY (SELECT * REPLACE ({key} AS record_key) FROM '{staged}') TO '{keyed}'"
            )
            return writer.add(draft([("a", "x")], **changes), keyed, None, by=ANALYST)

    add()
    take_back(book, "a")
    added = add(mode=DeliveryMode.APPEND, adds_to_period=True)
    assert (added.accepted, added.set_aside) == (1, {})
    assert known(book) == {"a": "x"}


def test_letting_in_brings_back_what_stood_with_who_it_names(book):
    deliver_named(book, {"a": "x", "b": "y"}, [("a", "victim", "Ann"), ("b", "victim", "Bea")])
    take_back(book, "a")
    with book.reading() as reader:
        assert reader.identifying("test-feed", [key_of("a")]) == []
    let_in(book, 2)
    assert known(book) == {"a": "x", "b": "y"}
    with book.reading() as reader:
        [ann] = reader.identifying("test-feed", [key_of("a")])
    assert ann.attributes["full_name"] == "Ann"
    assert book.check() == []


def test_what_cannot_be_taken_back_is_said_and_nothing_changes(book, deliver):
    with pytest.raises(NotFound, match="No record of that feed"):
        take_back(book, "a")
    deliver({"a": "x"})
    with pytest.raises(NotFound, match="1 of the 2 records do not stand"):
        book.take_back("test-feed", [key_of("a"), key_of("z")], by=ANALYST, reason=WHY)
    with pytest.raises(BadInput, match="needs its reason"):
        book.take_back("test-feed", references=["a"], by=ANALYST, reason=" ")
    with pytest.raises(BadInput, match="by name"):
        book.take_back("test-feed", by=ANALYST, reason=WHY)
    take_back(book, "a")
    with pytest.raises(NotFound, match="do not stand"):
        take_back(book, "a")
    assert len(book.deliveries()) == 2 and book.check() == []


def test_it_stands_in_no_files_way_and_outlives_them(book, deliver):
    deliver({"a": "x"}, period=APRIL)
    deliver({"b": "y"}, period=MAY)
    take_back(book, "a")
    book.withdraw(1, by=ANALYST, reason="wrong file")
    corrected = deliver({"a": "x", "c": "z"}, period=APRIL)
    assert corrected.set_aside == {"withdrawn": 1}
    assert known(book) == {"b": "y", "c": "z"}
    book.withdraw(4, by=ANALYST, reason="wrong file")
    let_in(book, 3)
    assert known(book) == {"b": "y"}  # no file that stands has it
    assert book.check() == []


def test_it_is_in_the_log_with_its_reason(book, deliver):
    from joinedup.log import acts

    deliver({"a": "x"})
    take_back(book, "a")
    [act] = [one for one in acts(kind="alteration") if one.what == "delivery 2 of test-feed"]
    assert (act.reason, act.username, act.detail["withdrawn"]) == (WHY, "ada", 1)


def test_an_erased_record_is_no_longer_listed_as_taken_back(book, deliver):
    deliver({"a": "x", "b": "y"})
    take_back(book, "a")
    chief = Viewer("cass", "Cass", Role.ADMINISTRATOR, "council")
    by_two(book.erase, "test-feed", references=["a"], by=chief, reason="article 17")
    assert book.taken_back("test-feed") == {} and book.check() == []
    assert deliver({"a": "x", "b": "y", "c": "z"}).set_aside == {"erased": 1}


def test_an_erased_record_leaves_nothing_of_what_was_kept_out_of_sight(book, deliver, workspace):
    deliver({"a": "x", "b": "y"})
    take_back(book, "a")
    deliver({"a": "unusual words", "b": "y"})
    deliver({"b": "y"})
    chief = Viewer("cass", "Cass", Role.ADMINISTRATOR, "council")
    by_two(book.erase, "test-feed", [key_of("a")], by=chief, reason="article 17")
    assert found_in(workspace, ["unusual words", key_of("a")]) == {}
    assert book.check() == []
    let_in(book, 2)
    assert known(book) == {"b": "y"} and book.check() == []
