"""What a look shows equals a naive reading, kept in plain Python, of all that happened to feed and list."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from joinedup.feeds import deliver
from joinedup.records import RecordBook
from joinedup.release.watch_lists import (
    Draw,
    Rule,
    add_to_watch_list,
    look_at_watch_list,
    make_watch_list,
    remove_from_watch_list,
    watch_list,
)
from joinedup.terms import Role
from sampling import examples
from seconding import by_two
from watched_town import HEADER, build, day, definition, row, viewer

pytestmark = pytest.mark.slow
KEEPER = ("team", Role.COORDINATOR)
NUMBERS = [f"C{number}" for number in range(6)]
SAID = st.tuples(st.integers(-12, 0), st.sampled_from(["Ann", "Bob", "Cy"]), st.booleans())
FIRST = st.fixed_dictionaries(dict.fromkeys(NUMBERS, SAID))
ENTRIES = st.fixed_dictionaries(dict.fromkeys(NUMBERS[:4], st.sampled_from([None, 0, 2, 5])))
LATER = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.dictionaries(st.sampled_from(NUMBERS), SAID, min_size=1)),
        st.tuples(st.sampled_from(["remove", "take back", "erase"]), st.sampled_from(NUMBERS)),
    ),
    max_size=3,
)


class Naive:
    """The feed and the list as a reader of the documents would keep them on paper."""

    def __init__(self) -> None:
        self.stands: dict[str, tuple[int, str, bool]] = {}
        self.barred: set[str] = set()
        self.entries: dict[str, int | None] = {}

    def is_there(self, number: str) -> bool:
        """Whether a record can be named: it stands and is not cancelled."""
        return number in self.stands and not self.stands[number][2]

    def shown(self, rule: Rule | None, on: int) -> list[str]:
        """Names and references of what the list shows so many days from today."""
        told = []
        for number, (offset, name, cancelled) in self.stands.items():
            until = self.entries.get(number, -99)
            by_hand = until is None or until >= on
            by_rule = rule is not None and on - rule.days_back <= offset <= on + rule.days_ahead
            if not cancelled and (by_hand or by_rule):
                told.append(f"{name} {number}")
        return sorted(told)


def perform(town, naive: Naive, file: Path, what: str, about) -> None:
    """One step, to the workspace and on paper."""
    keeper, owner = viewer(*KEEPER), viewer("council", Role.DATA_OWNER)
    if what == "send":
        lines = [
            row(number, offset, f"{name} {number}", state="off" if off else "")
            for number, (offset, name, off) in about.items()
        ]
        file.write_text(HEADER + "".join(lines))
        deliver(town, "complaints", file, by=owner, accept_unusual=True)
        naive.stands |= {number: said for number, said in about.items() if number not in naive.barred}
    elif what == "add" and naive.is_there(about[0]):
        number, until = about
        last = None if until is None else day(until)
        add_to_watch_list(town, keeper, "faces", references=[number], why="other", until=last)
        naive.entries[number] = until
    elif what == "remove" and about in naive.entries and naive.is_there(about):
        remove_from_watch_list(town, keeper, "faces", references=[about])
        del naive.entries[about]
    elif what in {"take back", "erase"} and about in naive.stands:
        book, administrator = RecordBook(town), viewer("stranger", Role.ADMINISTRATOR)
        if what == "erase":
            by_two(book.erase, "complaints", references=[about], by=administrator, reason="asked for")
            naive.entries.pop(about, None)
        else:
            book.take_back("complaints", references=[about], by=owner, reason="mistaken")
        naive.barred.add(about)
        del naive.stands[about]


EDGES = {number: (-offset, "Ann", number == "C5") for offset, number in enumerate(NUMBERS)}
LASTS = {"C0": None, "C1": 0, "C2": 2, "C3": 5}


@settings(max_examples=examples(10, 4))
@example(first=EDGES, entries=LASTS, later=[("take back", "C0")], rule=None, on=2)
@example(first=EDGES, entries=LASTS, later=[("erase", "C3"), ("remove", "C2")], rule=Rule(5, 0), on=0)
@given(
    first=FIRST,
    entries=ENTRIES,
    later=LATER,
    rule=st.one_of(st.none(), st.builds(Rule, st.integers(0, 9), st.integers(0, 3))),
    on=st.sampled_from([0, 2, 5]),
)
def test_a_look_equals_a_naive_reading(tmp_path_factory, first, entries, later, rule, on):
    steps = [("send", first), *(("add", one) for one in entries.items()), *later]
    town = build(tmp_path_factory.mktemp("property"))
    naive, file = Naive(), Path(town.folder).parent / f"complaints-{day(0):%Y-%m}.csv"
    try:
        make_watch_list(town, viewer(*KEEPER), definition(draws=(Draw("complaints", rule),)))
        for what, about in steps:
            perform(town, naive, file, what, about)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("joinedup.release.watch_lists.standing.today", lambda: day(on))
            shown = look_at_watch_list(town, viewer("wardens", Role.PRACTITIONER), "faces", reason="x")
        told = sorted(line.values[0] for section in shown.sections for line in section.rows)
        expected = naive.shown(rule, on)
        assert told == expected
        assert shown.records == len(expected)
        kept = watch_list(town, viewer(*KEEPER), "faces").row.entries.count()
        assert kept == len(naive.entries)
    finally:
        town.close()
