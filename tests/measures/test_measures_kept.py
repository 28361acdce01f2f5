"""Kept counts: never stale, only what was touched is counted again, nothing of what is erased or hidden."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup import places
from joinedup.errors import NotFound, NotPermitted
from joinedup.measures import FigureQuery, catalogue, kept, measure_named, occurring
from joinedup.measures.comparing_kept import compared, without
from joinedup.measures.definition import Measure
from joinedup.measures.kept import counting, is_kept, keeping
from joinedup.records import RecordBook, kept_counts
from joinedup.terms import (
    AreaLevel,
    DeliveryMode,
    Every,
    Form,
    Period,
    RecordType,
    Restriction,
    Role,
    Viewer,
    add_months,
)
from joinedup.workspace import Workspace
from sampling import examples
from seconding import THE_AUDITOR, by_two
from tiny_town import ANALYST, Town, _load_wards, _ward_file, spot

CHIEF = Viewer("cass", "Cass Chief", Role.ADMINISTRATOR, "council")
YEAR = Period.parse("2024")
WARDS_BY_MONTH = FigureQuery("recorded-crime", level=AreaLevel.WARD, period=YEAR, every=Every.MONTH)
RECEIVED = dt.datetime(2025, 1, 1, 12, tzinfo=dt.UTC)


def keeping_from(town: Town, records: int) -> Town:
    """The same town, which keeps counts of measures of so many records."""
    there = town.workspace
    return Town(replace(there, settings=replace(there.settings, keep_counts_from=records)))


@pytest.fixture
def keeper(town: Town) -> Town:
    """The tiny town, which keeps all the counts that can be kept."""
    return keeping_from(town, 1)


def files(town: Town) -> list[Path]:
    return kept_counts.files(town.workspace.records_folder)


def crime(number: int, place: str | None = "W1", kind: str = "crime", crime_type: str | None = "burglary"):
    return {"id": f"r{number}", "place": place, "kind": kind, "crime_type": crime_type}


def both(town: Town, query: FigureQuery, measure: Measure | None = None):
    """The figure with kept counts, after it was compared with what the records say."""
    occurring._kept.clear()  # which values occur is remembered, wherever it was read
    ready = town.figure(query, measure)
    occurring._kept.clear()
    direct = Town(without(town.workspace)).figure(query, measure)
    told = [
        (one.rows, one.notes, one.sql, one.unit, one.known_on, one.as_at, one.deliveries, one.query)
        for one in (ready, direct)
    ]
    assert told[0] == told[1]
    return ready


def wards(town: Town, query: FigureQuery = WARDS_BY_MONTH) -> dict[tuple[str, str], int]:
    """Counts that are not zero, by ward and month."""
    return {
        (row.area_code, str(row.period)): row.numerator for row in both(town, query).rows if row.numerator
    }


def test_the_first_question_keeps_the_counts_and_the_next_reads_no_record(keeper, monkeypatch):
    keeper.crimes("2024-01", {"W1": 3, "W3": 1, "sea": 2, None: 4})
    keeper.crimes("2024-02", {"W1": 5})
    assert files(keeper) == []
    expected = {
        ("W1", "2024-01"): 3,
        ("W3", "2024-01"): 1,
        ("outside", "2024-01"): 2,
        ("unlocated", "2024-01"): 4,
        ("W1", "2024-02"): 5,
    }
    assert wards(keeper) == expected
    assert len(files(keeper)) == 1
    monkeypatch.setattr("joinedup.measures.answering.opened", _no_record)
    for query in (
        WARDS_BY_MONTH,
        replace(WARDS_BY_MONTH, level=AreaLevel.DISTRICT, by=("type",)),
        replace(WARDS_BY_MONTH, level=AreaLevel.PARTNERSHIP, where=(("type", "burglary"),)),
        replace(WARDS_BY_MONTH, level=AreaLevel.ALL, every=Every.WHOLE, form=Form.CHANGE),
    ):
        assert keeper.figure(query).rows


def _no_record(*given, **named):
    raise AssertionError("a record was read")


@pytest.mark.parametrize(
    "asked",
    [
        {"by": ("type", "outcome")},
        {"by": ("type",), "where": (("outcome", "charged"),)},
        {"as_at": RECEIVED},
        {"level": AreaLevel.SQUARE},
        {"vintage": "2025"},
    ],
)
def test_what_is_not_kept_is_counted(keeper, asked):
    keeper.crimes("2024-01", {"W1": 3})
    assert both(keeper, replace(WARDS_BY_MONTH, **asked)).rows
    assert files(keeper) == []


def test_few_records_are_counted_and_none_are_kept_where_that_is_switched_off(town):
    town.crimes("2024-01", {"W1": 9})
    for records in (0, 10):
        assert wards(keeping_from(town, records)) == {("W1", "2024-01"): 9}
        assert files(town) == []
    assert wards(keeping_from(town, 9)) == {("W1", "2024-01"): 9}
    assert len(files(town)) == 1


def test_only_the_months_that_a_delivery_touches_are_counted_again(keeper, monkeypatch):
    for month in ("2024-01", "2024-02", "2024-03"):
        keeper.crimes(month, {"W1": 2})
    wards(keeper)
    (before,) = files(keeper)
    passes = []
    monkeypatch.setattr(
        keeping, "counted", lambda *given: passes.append(given[3]) or counting.counted(*given)
    )
    keeper.crimes("2024-02", {"W1": 1, "W2": 1}, received=RECEIVED)
    assert wards(keeper) == {
        ("W1", "2024-01"): 2,
        ("W1", "2024-02"): 1,
        ("W2", "2024-02"): 1,
        ("W1", "2024-03"): 2,
    }
    assert [sorted(parts) for parts in passes] == [["", "2024-02-01"]]
    (after,) = files(keeper)
    assert after != before


def test_what_only_ends_records_touches_their_month_too(keeper):
    keeper.deliver("2024-01", [crime(1), crime(2), crime(3)], received=RECEIVED)
    keeper.crimes("2024-02", {"W1": 1}, received=RECEIVED + dt.timedelta(days=1))
    assert wards(keeper) == {("W1", "2024-01"): 3, ("W1", "2024-02"): 1}
    book = RecordBook(keeper.workspace)
    taken = book.take_back("street", references=["r1"], by=ANALYST, reason="sent by mistake")
    assert wards(keeper) == {("W1", "2024-01"): 2, ("W1", "2024-02"): 1}
    later = RECEIVED + dt.timedelta(days=2)
    keeper.deliver("2024-01", [crime(1), crime(2)], received=later)
    assert wards(keeper) == {("W1", "2024-01"): 1, ("W1", "2024-02"): 1}
    book.withdraw(taken.number, by=ANALYST, reason="it was right")
    assert wards(keeper) == {("W1", "2024-01"): 2, ("W1", "2024-02"): 1}
    book.withdraw(2, by=ANALYST, reason="a wrong file")
    assert wards(keeper) == {("W1", "2024-01"): 2}


def test_a_delivery_of_another_source_touches_nothing(keeper):
    keeper.crimes("2024-01", {"W1": 2})
    wards(keeper)
    before = files(keeper)
    keeper.deliver("2024-01", [crime(1)], received=RECEIVED, feed="other", source="other-source")
    assert wards(keeper) == {("W1", "2024-01"): 2}
    assert files(keeper) == before


def test_new_boundaries_move_the_counts(keeper, tmp_path):
    keeper.crimes("2024-01", {"W2 by the old border": 4})
    assert wards(keeper) == {("W2", "2024-01"): 4}
    (tmp_path / "moved").mkdir()
    _load_wards(keeper.workspace, _ward_file(tmp_path / "moved", (0, 1.6, 2, 3, 4)), "2025")
    assert wards(keeper) == {("W1", "2024-01"): 4}


def test_another_definition_of_the_same_name_has_counts_of_its_own(keeper):
    keeper.deliver("2024-01", [crime(1), crime(2, kind="anti-social-behaviour")], received=RECEIVED)
    assert wards(keeper) == {("W1", "2024-01"): 1}
    measure = measure_named("recorded-crime")
    other = replace(measure, version=2, sql=measure.sql.replace("kind = 'crime' AND", ""))
    assert [row.numerator for row in both(keeper, WARDS_BY_MONTH, other).rows if row.numerator] == [2]
    assert wards(keeper) == {("W1", "2024-01"): 1}


def test_a_restricted_record_is_out_of_the_counts_and_of_their_files_at_once(keeper):
    keeper.deliver("2024-01", [crime(1), crime(2)], received=RECEIVED)
    wards(keeper)
    book = RecordBook(keeper.workspace)
    kind = Restriction.WITNESS_PROTECTION
    row = book.restrict("street", references=["r1"], kind=kind, by=ANALYST, reason="an order")
    assert files(keeper) == []
    assert wards(keeper) == {("W1", "2024-01"): 1}
    by_two(book.lift, row.number, by=ANALYST, second=THE_AUDITOR, reason="it ended")
    assert wards(keeper) == {("W1", "2024-01"): 2}


def test_nothing_of_an_erased_record_is_left(keeper):
    keeper.deliver("2024-01", [crime(1), crime(2, "W4")], received=RECEIVED)
    wards(keeper)
    (old,) = files(keeper)
    stale = old.read_bytes()
    book = RecordBook(keeper.workspace)
    row = by_two(book.erase, "street", references=["r2"], by=CHIEF, reason="asked")
    assert row.finished
    assert files(keeper) == []
    assert wards(keeper) == {("W1", "2024-01"): 1}
    assert book.check() == []
    old.write_bytes(stale)  # as a process would leave it that was killed just before it looked again
    (finding,) = book.check()
    assert (finding.where, finding.next_step) == (f"counts/{old.name}", "Run: joinedup counts drop")
    assert wards(keeper) == {("W1", "2024-01"): 1}
    with book.writing():
        pass
    assert book.check() == []


def test_counts_that_were_made_while_somebody_restricted_are_not_kept(keeper, monkeypatch):
    keeper.deliver("2024-01", [crime(1), crime(2)], received=RECEIVED)
    book = RecordBook(keeper.workspace)

    def restricted_meanwhile(*given):
        found = counting.counted(*given)
        monkeypatch.undo()
        kind = Restriction.WITNESS_PROTECTION
        book.restrict("street", references=["r1"], kind=kind, by=ANALYST, reason="an order")
        return found

    monkeypatch.setattr(keeping, "counted", restricted_meanwhile)
    keeper.figure(WARDS_BY_MONTH)
    assert files(keeper) == []
    assert wards(keeper) == {("W1", "2024-01"): 1}


def test_counts_that_were_made_while_boundaries_came_are_not_kept(keeper, monkeypatch, tmp_path):
    keeper.crimes("2024-01", {"W2 by the old border": 4})
    old, new = _ward_file(_made(tmp_path / "old")), _ward_file(_made(tmp_path / "new"), (0, 1.6, 2, 3, 4))

    def loaded_meanwhile(*given):
        monkeypatch.undo()
        _load_wards(keeper.workspace, new, "2025")
        return counting.counted(*given)

    monkeypatch.setattr(keeping, "counted", loaded_meanwhile)
    keeper.figure(WARDS_BY_MONTH)
    assert files(keeper) == []
    _load_wards(keeper.workspace, old, "2025")
    assert wards(keeper) == {("W2", "2024-01"): 4}


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_who_finds_somebody_else_making_counts_counts_directly(keeper):
    keeper.crimes("2024-01", {"W1": 2})
    with kept_counts.making(keeper.workspace.records_folder) as alone:
        assert alone
        assert wards(keeper) == {("W1", "2024-01"): 2}
        assert files(keeper) == []


def test_a_half_written_file_is_never_read_and_is_swept(keeper):
    keeper.crimes("2024-01", {"W1": 2})
    wards(keeper)
    (whole,) = files(keeper)
    half = whole.with_name(f".{whole.name}.{os.getpid()}.part")
    half.write_bytes(whole.read_bytes()[:100])
    whole.unlink()
    assert wards(keeper) == {("W1", "2024-01"): 2}
    half.write_bytes(b"")
    keeper.crimes("2024-02", {"W1": 1})
    assert not half.exists()


def test_a_disk_that_fails_costs_nothing_but_time(keeper, monkeypatch):
    keeper.crimes("2024-01", {"W1": 2})

    def full(*given):
        raise OSError("No space left on device")

    monkeypatch.setattr(keeping, "_write", full)
    assert wards(keeper) == {("W1", "2024-01"): 2}


def test_a_flipped_bit_is_noticed_and_the_records_are_counted(keeper):
    keeper.crimes("2024-01", {"W1": 2})
    wards(keeper)
    (file,) = files(keeper)
    with pq.ParquetFile(file) as opened:
        group = keeping.about(opened).groups["ward"]
        start = opened.metadata.row_group(group).column(5).data_page_offset
    damaged = bytearray(file.read_bytes())
    damaged[start + 40] ^= 1
    file.write_bytes(damaged)
    assert wards(keeper) == {("W1", "2024-01"): 2}


def test_only_their_owner_can_enter_the_folder_and_the_doctor_says_so(keeper):
    keeper.crimes("2024-01", {"W1": 2})
    wards(keeper)
    folder = keeper.workspace.records_folder / "counts"
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    (folder / "stranger.txt").write_text("?")
    found = {finding.where: finding.what for finding in RecordBook(keeper.workspace).check()}
    assert found == {
        "counts": "Others can read counts that nobody protected",
        "counts/stranger.txt": "The ledger does not know this file",
    }


def test_nothing_in_them_is_finer_than_a_count_of_an_area(keeper):
    keeper.deliver("2024-01", [crime(1), crime(2)], received=RECEIVED)
    wards(keeper)
    (file,) = files(keeper)
    names = [row[0] for row in duckdb.sql(f"DESCRIBE FROM '{file}'").fetchall()]
    assert names == ["month", "level", "breakdown", "value", "area", "total"]
    content = file.read_bytes()
    point = places.encode_points(*(np.array([part]) for part in spot("W1")))[0]
    assert b"r1" not in content and str(point).encode() not in content


def test_the_doctor_finds_counts_that_are_not_what_the_records_say(keeper):
    keeper.crimes("2024-01", {"W1": 2, "W2": 1})
    wards(keeper)
    assert all(one.equal for one in compared(keeper.workspace, 12))
    (file,) = files(keeper)
    with pq.ParquetFile(file) as opened:
        table, about = opened.read(), opened.schema_arrow.metadata
    wrong = table.set_column(5, "total", pa.array([7] * len(table)))
    with pq.ParquetWriter(file, wrong.schema.with_metadata(about)) as writer:
        for _, block in keeping._blocks(wrong):
            writer.write_table(block.replace_schema_metadata(about))
    assert not all(one.equal for one in compared(keeper.workspace, 12))


def test_make_and_drop(keeper):
    keeper.crimes("2024-01", {"W1": 2})
    measure = measure_named("recorded-crime")
    made = kept.make(keeper.workspace, measure)
    assert made is not None and (made.measure, made.months, made.current) == ("recorded-crime", 1, True)
    assert kept.make(keeper.workspace, measure, anew=True) == made
    assert [one.path for one in kept.listed(keeper.workspace, [measure])] == files(keeper)
    assert kept.drop(keeper.workspace) == 1
    assert files(keeper) == [] and kept.make(without(keeper.workspace), measure) is None


def test_of_which_measures_counts_are_kept():
    names = {name for name, measure in catalogue().items() if is_kept(measure)}
    assert {"recorded-crime", "positive-outcomes", "crime-in-police-records", "hate-crime"} <= names
    assert names.isdisjoint({"street-problem-reports", "assault-attendances", "crime-against-nhs-staff"})


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT month, point FROM incident WHERE ref IN (SELECT ref FROM incident WHERE kind = 'crime')",
        "SELECT month, point FROM incident GROUP BY month, point",
        "SELECT DISTINCT month, point FROM incident",
        "SELECT month, point FROM incident QUALIFY row_number() OVER (PARTITION BY ref ORDER BY month) = 1",
        "SELECT month, point FROM incident JOIN points USING (point)",
        "WITH one AS (SELECT month, point FROM incident) SELECT month, point FROM one",
    ],
)
def test_a_month_that_may_hang_on_other_records_is_not_kept(sql):
    assert not is_kept(replace(measure_named("anti-social-behaviour"), sql=sql, name="another"))


def test_a_measure_that_looks_records_up_is_kept_and_counted_whole(keeper, monkeypatch):
    keeper.deliver("2024-01", [crime(1), crime(2)], received=RECEIVED)
    outcome = {"incident_ref": "VARCHAR", "outcome_type": "VARCHAR"}
    told = [{"id": "o1", "incident_ref": "r1", "outcome_type": "charged"}]
    query = replace(WARDS_BY_MONTH, measure="positive-outcomes", form=Form.SHARE)
    for rows, hits in ((told, 1), ([*told, told[0] | {"id": "o2", "incident_ref": "r2"}], 2)):
        keeper.deliver(
            "2024-01",
            rows,
            received=RECEIVED + dt.timedelta(days=hits),
            feed="outcomes",
            record_type=RecordType.OUTCOME,
            fields=outcome,
        )
        assert wards(keeper, query) == {("W1", "2024-01"): hits}
    assert len(files(keeper)) == 1


PLACES = ["W1", "W2", "W3", "W4", "sea", None]
MONTHS = [add_months(dt.date(2024, 1, 1), index) for index in range(4)]
ROWS = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.sampled_from(PLACES),
        st.sampled_from(["crime", "crime", "anti-social-behaviour"]),
        st.sampled_from(["burglary", "robbery", None]),
        st.sampled_from(MONTHS),
    ),
    max_size=7,
    unique_by=lambda row: row[0],
)
ACTS = st.one_of(
    *[st.tuples(st.just("snapshot"), st.integers(0, 3), ROWS)] * 3,
    st.tuples(st.just("changes"), st.integers(0, 2), ROWS),
    st.tuples(st.sampled_from(["withdraw", "let in", "lift"]), st.integers(0, 1), st.none()),
    st.tuples(st.sampled_from(["take back", "restrict", "erase"]), st.integers(1, 9), st.none()),
    st.tuples(st.just("boundaries"), st.sampled_from([0.6, 1.4]), st.none()),
)
QUESTIONS = st.builds(
    lambda form, level, every, cut, start, length: FigureQuery(
        "recorded-crime",
        form=form,
        level=level,
        every=every,
        by=("type",) if cut == "by" or form is Form.SHARE else (),
        where=(("type", "robbery"),) if cut == "where" and form is not Form.SHARE else (),
        period=Period(add_months(MONTHS[0], start), add_months(MONTHS[0], start + length)),
    ),
    st.sampled_from([Form.COUNT, Form.RATE, Form.SHARE, Form.CHANGE, Form.ROLLING_12]),
    st.sampled_from([AreaLevel.ALL, AreaLevel.PARTNERSHIP, AreaLevel.DISTRICT, AreaLevel.WARD]),
    st.sampled_from(Every),
    st.sampled_from(["", "by", "where"]),
    st.integers(0, 3),
    st.integers(1, 4),
)


EVERYTHING = FigureQuery(
    "recorded-crime",
    level=AreaLevel.WARD,
    every=Every.MONTH,
    by=("type",),
    period=Period(add_months(MONTHS[0], -1), add_months(MONTHS[-1], 2)),
)


class History:
    """Does acts to the record book, and says nothing where one cannot be done."""

    def __init__(self, town: Town, folder: Path) -> None:
        self.town, self.folder, self.day = town, folder, 0
        self.book = RecordBook(town.workspace)

    def do(self, act: tuple) -> None:
        kind, which, rows = act
        self.day += 1
        try:
            if rows is not None:
                self.deliver(kind, which, rows)
            else:
                getattr(self, kind.replace(" ", "_"))(which)
        except (NotFound, NotPermitted):
            return

    def deliver(self, kind: str, which: int, rows: list) -> None:
        first = MONTHS[which]
        months = [first] if kind == "snapshot" else MONTHS[which : which + 2]
        self.town.deliver(
            str(Period(first, add_months(first, len(months)))),
            [
                {**crime(number, place, kind_, type_), "month": month if month in months else first}
                for number, place, kind_, type_, month in rows
            ],
            received=RECEIVED + dt.timedelta(days=self.day),
            mode=DeliveryMode.SNAPSHOT if kind == "snapshot" else DeliveryMode.CHANGES,
        )

    def standing(self, *, files: bool) -> list[int]:
        rows = [row for row in self.book.deliveries() if row.state == "standing"]
        return [row.number for row in rows if (row.mode is not DeliveryMode.WITHDRAWAL) == files]

    def withdraw(self, back: int, *, files: bool = True) -> None:
        there = self.standing(files=files)
        if len(there) > back:
            self.book.withdraw(there[-1 - back], by=ANALYST, reason="a wrong file")

    def let_in(self, back: int) -> None:
        self.withdraw(back, files=False)

    def take_back(self, number: int) -> None:
        self.book.take_back("street", references=[f"r{number}"], by=ANALYST, reason="sent by mistake")

    def restrict(self, number: int) -> None:
        kind = Restriction.WITNESS_PROTECTION
        self.book.restrict("street", references=[f"r{number}"], kind=kind, by=ANALYST, reason="an order")

    def lift(self, back: int) -> None:
        there = [row.number for row in self.book.restrictions() if row.stands]
        if len(there) > back:
            by_two(self.book.lift, there[-1 - back], by=ANALYST, second=THE_AUDITOR, reason="it ended")

    def erase(self, number: int) -> None:
        by_two(self.book.erase, "street", references=[f"r{number}"], by=CHIEF, reason="asked")

    def boundaries(self, edge: float) -> None:
        _load_wards(self.town.workspace, _ward_file(self.folder, (0, edge, 2, 3, 4)), "2025")


@settings(
    max_examples=examples(200, 40),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(st.tuples(ACTS, QUESTIONS), min_size=2, max_size=8))
def test_after_any_acts_each_figure_is_what_the_records_say(town_template, steps):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = Workspace.open(shutil.copytree(town_template, folder / "workspace"))
        town = keeping_from(Town(workspace), 1)
        town.crimes("2023-12", {"W1": 1})
        history = History(town, folder)
        for act, question in steps:
            history.do(act)
            both(town, question)
            both(town, EVERYTHING)
        assert [finding.where for finding in history.book.check()] == []
        workspace.close()
