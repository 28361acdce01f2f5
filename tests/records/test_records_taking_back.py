"""Taking single records back: they stay out whatever is delivered, until they are let in again."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from test_records_property import APRIL, BOTH, MAY, Deliver, NaiveBook, applies, latest_moment, said_by
from tiny_feed import ANALYST, NOON, deliver_named, draft, key_of, known, stage_dated

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.records import DeliveryRow, RecordBook
from joinedup.records.writing import Writer
from joinedup.terms import DeliveryMode, Role, Viewer
from joinedup.workspace import Workspace

WHY = "entered twice"


def take_back(book: RecordBook, *references: str) -> DeliveryRow:
    return book.take_back("test-feed", references=references, by=ANALYST, reason=WHY)


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


def test_the_same_file_again_changes_nothing_until_the_record_is_let_in(book, deliver):
    deliver({"a": "x"}, file_sha256="A" * 64)
    take_back(book, "a")
    assert book.standing("test-feed", MAY, "A" * 64).number == 1  # a repeat of what was delivered last
    deliver({"a": "x"}, file_sha256="B" * 64)
    assert book.standing("test-feed", MAY, "B" * 64).number == 3  # nothing of it is wanted yet
    book.withdraw(2, by=ANALYST, reason="it was right")
    assert known(book) == {}  # a whole file came since: what it says is read from it
    assert book.standing("test-feed", MAY, "B" * 64) is None
    deliver({"a": "x"}, file_sha256="B" * 64)
    assert known(book) == {"a": "x"}
    assert book.check() == []


def test_letting_in_brings_back_what_stood_with_who_it_names(book):
    deliver_named(book, {"a": "x", "b": "y"}, [("a", "victim", "Ann"), ("b", "victim", "Bea")])
    take_back(book, "a")
    with book.reading() as reader:
        assert reader.identifying("test-feed", [key_of("a")]) == []
    book.withdraw(2, by=ANALYST, reason="it was right")
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


def test_the_delivery_that_brought_it_waits_and_others_do_not(book, deliver):
    deliver({"a": "x"}, period=APRIL)
    deliver({"b": "y"}, period=MAY)
    take_back(book, "a")
    with pytest.raises(NotPermitted, match="Withdraw delivery 3 first"):
        book.withdraw(1, by=ANALYST, reason="wrong file")
    book.withdraw(2, by=ANALYST, reason="wrong file")
    assert known(book) == {} and book.check() == []


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
    book.erase("test-feed", references=["a"], by=chief, reason="article 17")
    assert book.taken_back("test-feed") == {} and book.check() == []
    assert deliver({"a": "x", "b": "y", "c": "z"}).set_aside == {"erased": 1}


@dataclass(frozen=True)
class TakeBack:
    """Take one record back, if it stands."""

    key: str


@dataclass(frozen=True)
class LetIn:
    """Let one record in again, if it was taken back."""

    key: str


class HoldingBook(NaiveBook):
    """Every version in a list; knows which keys are held out, by which delivery, since when."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, tuple[int, int, int]] = {}  # number, moment, whole files before it
        self.whole: list[Deliver] = []

    def deliver(self, act: Deliver) -> dict[str, int]:
        kept = {key: said for key, said in act.rows.items() if key not in self.held}
        if act.mode is DeliveryMode.SNAPSHOT:
            self.whole.append(act)
        return super().deliver(Deliver(act.mode, act.period, kept)) | {"aside": len(act.rows) - len(kept)}

    def take_back(self, key: str) -> bool:
        found = [one for one in self.versions if one.key == key and one.gone is None]
        if not found:
            return False
        self.now += 1
        self.delivered += 1
        for one in found:
            one.gone = self.now
        self.held[key] = (self.delivered, self.now, len(self.whole))
        return True

    def let_in(self, key: str) -> int:
        number, when, before = self.held.pop(key)
        self.now += 1
        for one in [one for one in self.versions if one.key == key and one.gone == when]:
            if not any(applies(one, act) for act in self.whole[before:]):
                self.versions.append(replace(one, known=self.now, gone=None))
        return number


def history(chance: random.Random) -> list[Deliver | TakeBack | LetIn]:
    acts: list[Deliver | TakeBack | LetIn] = []
    for _ in range(chance.randint(3, 9)):
        if chance.random() < 0.5:
            modes = [DeliveryMode.SNAPSHOT] * 3 + [DeliveryMode.CHANGES, DeliveryMode.APPEND]
            months = [APRIL.start, MAY.start, dt.date(2024, 7, 1)]
            rows = {key: chance.choice(months) for key in chance.sample("abc", chance.randint(0, 3))}
            said = {key: (f"{chance.choice('xyz')} {month:%m}", month) for key, month in rows.items()}
            acts.append(Deliver(chance.choice(modes), chance.choice([APRIL, MAY, BOTH]), said))
        else:
            acts.append(chance.choice([TakeBack, TakeBack, LetIn])(chance.choice("abc")))
    return acts


def do(act: Deliver | TakeBack | LetIn, naive: HoldingBook, writer: Writer) -> None:
    if isinstance(act, TakeBack):
        if naive.take_back(act.key):
            writer.take_back("test-feed", [key_of(act.key)], by=ANALYST, reason=WHY)
    elif isinstance(act, LetIn):
        if act.key in naive.held:
            writer.withdraw(naive.let_in(act.key), by=ANALYST, reason="it was right")
    else:
        listed = [(key, said, month) for key, (said, month) in act.rows.items()]
        told = draft(listed, mode=act.mode, period=act.period, received_at=NOON)
        row = writer.add(told, stage_dated(writer, listed), None, by=ANALYST)
        expected = naive.deliver(act)
        aside = expected.pop("aside")
        assert {name: getattr(row, name) for name in expected} == expected
        assert row.set_aside == ({"withdrawn": aside} if aside else {}) and row.adds_up


@pytest.mark.parametrize("seed", range(30))
def test_any_history_equals_a_naive_replay_on_every_date(empty_workspace, tmp_path: Path, seed: int):
    workspace = Workspace.open(shutil.copytree(empty_workspace, tmp_path / "workspace"))
    book, naive, moments = RecordBook(workspace), HoldingBook(), {}
    acts = history(random.Random(seed))
    with book.writing() as writer:
        for act in acts:
            do(act, naive, writer)
            if naive.now:
                moments[naive.now] = latest_moment()
    for now, moment in moments.items():
        assert said_by(book, moment) == naive.known(now), acts
    assert book.check() == [], acts
    workspace.close()
