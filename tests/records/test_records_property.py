"""Any few acts against a naive replay of them: hypothesis looks for the shortest that differ."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from naive_book import APRIL, BOTH, JULY, MAY, Deliver
from two_books import Act, Again, LetIn, TakeBack, TwoBooks, Withdraw

from joinedup.records import RecordBook
from joinedup.terms import DeliveryMode
from joinedup.workspace import Workspace
from sampling import examples

KEYS = "abcd"


@st.composite
def deliveries(draw: st.DrawFn) -> Deliver:
    mode = draw(st.sampled_from([DeliveryMode.SNAPSHOT] * 3 + [DeliveryMode.CHANGES, DeliveryMode.APPEND]))
    # a stray month, outside the declared period, is among what partners send
    months = st.sampled_from([APRIL.start, MAY.start, JULY])
    rows = draw(st.dictionaries(st.sampled_from(KEYS), st.tuples(st.sampled_from("xyz"), months), max_size=4))
    said = {key: (f"{word} {month:%m}", month) for key, (word, month) in rows.items()}
    return Deliver(mode, draw(st.sampled_from([APRIL, MAY, BOTH])), said)


def acts() -> st.SearchStrategy[Act]:
    return (
        deliveries()
        | deliveries()
        | st.builds(Withdraw, st.integers(0, 1))
        | st.builds(TakeBack, st.sampled_from(KEYS).map(lambda key: (key,)))
        | st.builds(LetIn, st.just(0))
        | st.builds(Again, st.integers(0, 3))
    )


def snapshot(period=MAY, **rows: str) -> Deliver:
    return Deliver(DeliveryMode.SNAPSHOT, period, _of(period.start, rows))


def _of(month: dt.date, rows: dict[str, str]) -> dict[str, tuple[str, dt.date]]:
    return {key: (said, month) for key, said in rows.items()}


@settings(
    max_examples=examples(100, 6),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(history=st.lists(acts(), min_size=1, max_size=8))
@example(  # a key that stands in two periods, then comes once in a snapshot of both
    history=[
        snapshot(APRIL, a="x 04"),
        snapshot(MAY, a="x 05"),
        snapshot(BOTH, a="x 04"),
        Withdraw(),
        snapshot(APRIL),
    ]
)
@example(  # of a key in two periods, the version that came back last is not the one that was delivered last
    history=[
        snapshot(APRIL, a="x"),
        snapshot(MAY, a="y"),
        snapshot(APRIL),
        Withdraw(),
        Deliver(DeliveryMode.CHANGES, MAY, _of(MAY.start, {"a": "z"})),
    ]
)
@example(  # a key that stands in two periods for which only mended rows came
    history=[
        Deliver(DeliveryMode.CHANGES, APRIL, _of(APRIL.start, {"a": "x"}), adds=True),
        Deliver(DeliveryMode.CHANGES, MAY, _of(MAY.start, {"a": "y"}), adds=True),
        snapshot(BOTH, a="z"),
    ]
)
@example(  # a key that stands twice for one period, after rows that were added revised one of the two
    history=[
        Deliver(DeliveryMode.SNAPSHOT, BOTH, _of(MAY.start, {"a": "x"})),
        Deliver(DeliveryMode.SNAPSHOT, APRIL, _of(JULY, {"a": "y"})),
        Deliver(DeliveryMode.CHANGES, BOTH, _of(MAY.start, {"a": "x"}), adds=True),
        snapshot(MAY, a="x"),
    ]
)
@example(  # a record that is let in while a file stands that had it set aside, which is then withdrawn
    history=[snapshot(a="x"), TakeBack(("a",)), snapshot(a="x", b="y"), LetIn(0), Withdraw(), Again(0)]
)
def test_as_known_on_any_date_equals_a_replay_up_to_it(empty_workspace: Path, history: list[Act]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(shutil.copytree(empty_workspace, Path(folder) / "workspace"))
        book = RecordBook(workspace)
        with book.writing() as writer:
            both = TwoBooks(book, writer)
            for act in history:
                both.do(act)
        both.compare_all_dates()
        workspace.close()
