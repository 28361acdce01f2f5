"""Delivering again: rows that equal what stands are counted, not typed, and nothing else differs."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from staging_by_hand import small_contract, stage_bytes

from joinedup.feeds import Request, deliver, deliver_all, storing
from joinedup.records import RecordBook
from joinedup.records.footing import Footing
from joinedup.terms import Period, RecordType, Role
from sampling import examples
from seconding import by_two

ALL_LEAVE = {"accept_unusual": True, "accept_all_quarantined": True}
MAY = Period.parse("2024-05")
HEADER = "id,month,note\n"
UNKNOWN = [('field = "note"', 'field = "note"\nunknown = ["n/k"]')]


@pytest.fixture
def small(workspace):
    """A feed of the workspace's own, some of whose rows have no key."""
    small_contract(workspace.contracts_folder, instead=UNKNOWN)
    return workspace


@pytest.fixture
def untyped(monkeypatch):
    """How many rows each stored delivery left untyped; None where it typed them all."""
    seen = []
    usual = storing._untyped

    def spy(prepared, staged):
        seen.append(staged.unchanged if prepared.footing.told is not None else None)
        return usual(prepared, staged)

    monkeypatch.setattr(storing, "_untyped", spy)
    return seen


def _file(folder: Path, rows: list[str], name: str = "may.csv") -> Path:
    path = folder / name
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def _deliver(workspace, folder, analyst, rows, name="may.csv"):
    return deliver(workspace, "small-feed", _file(folder, rows, name), by=analyst, period=MAY)


def _seen(workspace, source="small-source") -> list[tuple]:
    """What the book now says, copies included."""
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], [source])
        columns = "record_key, content_hash, row_number, ref, note, month"
        if not cursor.execute("SELECT 1 FROM (DESCRIBE incident) WHERE column_name = 'note'").fetchall():
            return []
        return cursor.execute(f"SELECT {columns} FROM incident ORDER BY ALL").fetchall()


def _states(workspace, feed="small-feed") -> list[tuple]:
    with RecordBook(workspace).reading() as reader:
        found = sorted(reader.field_states([feed]), key=lambda one: one.delivery)
    return [(one.field, one.given, one.missing, one.unknown) for one in found]


def _history(workspace, analyst, folder, feed, files) -> list:
    """Deliver files of a feed one after another; what each receipt, its field states and the book say."""
    names = [*UNKNOWN, ('"small-feed"', f'"{feed}"'), ('"small-source"', f'"{feed}"')]
    small_contract(workspace.contracts_folder, instead=names).rename(
        workspace.contracts_folder / f"{feed}.toml"
    )
    found = []
    for number, rows in enumerate(files):
        file = _file(folder, rows, f"{number}.csv")
        receipt = deliver(workspace, feed, file, by=analyst, period=MAY, **ALL_LEAVE)
        told = (receipt.state, receipt.accepted, receipt.unchanged, receipt.revised, receipt.withdrawn)
        assert receipt.adds_up and not RecordBook(workspace).check()
        found.append(
            (*told, receipt.reasons, receipt.unlocated, _states(workspace, feed)[-1:], _seen(workspace, feed))
        )
    return found


def test_only_what_changed_is_typed(small, analyst, tmp_path, untyped):
    rows = [f"{number},2024-05,x" for number in range(1, 8)]
    _deliver(small, tmp_path, analyst, rows)
    again = _deliver(small, tmp_path, analyst, [*rows[:-2], "7,2024-05,y", "8,2024-05,z"])
    assert untyped == [None, 5]
    assert (again.accepted, again.unchanged, again.revised, again.withdrawn) == (1, 5, 1, 1)
    segment = small.records_folder / "000002-small-feed-pos.parquet"
    with RecordBook(small).reading() as reader:
        stored = reader.connection().execute(f"SELECT note FROM '{segment}' ORDER BY 1").fetchall()
    assert stored == [("y",), ("z",)]
    assert not RecordBook(small).check()


def test_unchanged_rows_count_in_field_states_and_places(small, analyst, tmp_path, untyped):
    _deliver(small, tmp_path, analyst, ["1,2024-05,n/k", "2,2024-05,", "3,2024-05,x"])
    receipt = _deliver(small, tmp_path, analyst, ["1,2024-05,n/k", "2,2024-05,", "3,2024-05,n/k"])
    assert untyped == [None, 2]
    assert _states(small) == [("note", 1, 1, 1), ("note", 0, 1, 2)]
    assert receipt.unlocated == 3


def test_a_row_whose_key_comes_twice_is_refused_though_one_of_the_two_stands(small, analyst, tmp_path):
    _deliver(small, tmp_path, analyst, ["1,2024-05,x", "2,2024-05,y"])
    again = _deliver(small, tmp_path, analyst, ["1,2024-05,x", "1,2024-05,other", "2,2024-05,y"])
    assert (again.unchanged, again.quarantined, again.withdrawn) == (1, 2, 0)
    assert again.reasons == {"key-repeated: id": 2}


def test_rows_are_judged_anew_where_the_contract_changed(small, analyst, tmp_path, untyped):
    rows = ["1,2024-05,x", "2,2024-05,", "3,2024-05,z"]
    _deliver(small, tmp_path, analyst, rows)
    required = [('field = "note"', 'field = "note"\nrequired = true')]
    small_contract(small.contracts_folder, instead=required)
    again = _deliver(small, tmp_path, analyst, [*rows, "4,2024-05,z"])
    assert untyped == [None, None]
    assert (again.accepted, again.unchanged, again.quarantined) == (1, 2, 1)


def test_a_file_that_another_overtook_is_read_once_more(small, analyst, tmp_path, untyped):
    _deliver(small, tmp_path, analyst, ["1,2024-05,a", "2,2024-05,b", "3,2024-05,c"])
    files = [
        _file(tmp_path, ["1,2024-05,a", "2,2024-05,x", "3,2024-05,c"], "b.csv"),
        _file(tmp_path, ["1,2024-05,a", "2,2024-05,b", "4,2024-05,d"], "c.csv"),
    ]
    requests = [Request("small-feed", file, period=MAY) for file in files]
    first, second = deliver_all(small, requests, by=analyst)
    assert (first.accepted, first.unchanged, first.revised, first.withdrawn) == (0, 2, 1, 0)
    assert (second.accepted, second.unchanged, second.revised, second.withdrawn) == (1, 1, 1, 1)
    assert untyped == [None, 2, 1]
    assert sorted(row[4] for row in _seen(small)) == ["a", "b", "d"]


def test_what_an_older_workspace_digested_stays_unchanged(small, analyst, tmp_path, untyped, monkeypatch):
    """Content was digested with lengths, and no segment said how its rows were read."""
    rows = ["1,2024-05,x", ",2024-05,y", ",2024-05,y"]
    usual = RecordBook.footing
    with monkeypatch.context() as older:
        older.setattr(RecordBook, "footing", lambda *_: Footing(by_length=True))
        _deliver(small, tmp_path, analyst, rows)
    assert RecordBook.footing is usual
    for extra in (["2,2024-05,z"], ["3,2024-05,z"]):
        again = _deliver(small, tmp_path, analyst, [*rows, *extra])
        assert (again.accepted, again.unchanged, again.revised) == (1, 3, 0)
    assert untyped == [None, None, None]


def test_withdrawing_brings_rows_back_that_are_known_again(small, analyst, tmp_path, untyped):
    from joinedup.feeds import withdraw

    rows = ["1,2024-05,x", "2,2024-05,y", ",2024-05,z", ",2024-05,z"]
    _deliver(small, tmp_path, analyst, rows)
    second = _deliver(small, tmp_path, analyst, ["1,2024-05,x", "2,2024-05,other", ",2024-05,z"])
    withdraw(small, second.delivery, by=analyst, reason="sent by mistake")
    third = _deliver(small, tmp_path, analyst, [*rows, "3,2024-05,new"], "third.csv")
    assert (third.accepted, third.unchanged, third.revised, third.withdrawn) == (1, 4, 0, 0)
    assert untyped == [None, 2, 4]


def test_an_erasure_leaves_the_others_unchanged_and_keeps_the_erased_out(small, analyst, tmp_path, untyped):
    rows = ["1,2024-05,x", "2,2024-05,y", "3,2024-05,z"]
    _deliver(small, tmp_path, analyst, rows)
    erased = next(row[0] for row in _seen(small) if row[4] == "y")
    admin = dataclasses.replace(analyst, username="chief", role=Role.ADMINISTRATOR)
    by_two(RecordBook(small).erase, "small-feed", [erased], by=admin, reason="asked for")
    again = _deliver(small, tmp_path, analyst, [*rows, "4,2024-05,new"])
    assert untyped == [None, 2]
    assert (again.accepted, again.unchanged, again.revised) == (1, 2, 0)
    assert sorted(row[4] for row in _seen(small)) == ["new", "x", "z"]


ROWS = st.lists(
    st.builds(
        "{},{},{}".format,
        st.sampled_from(["", "", "1", "2", "3", "4", "5"]),
        st.sampled_from(["2024-05", "2024-05", "2024-05", "2024-06"]),
        st.sampled_from(["", "x", "y", "n/k", '"a, b"', '"q""q"', "\u00e9"]),
    ),
    min_size=3,
    max_size=10,
)


@settings(
    max_examples=examples(12, 4), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(ROWS, min_size=2, max_size=3), st.uuids())
def test_typed_or_left_untyped_the_book_is_the_same(workspace, analyst, tmp_path, monkeypatch, files, name):
    """A history of snapshots in two feeds: one is told what stands, the other types every row."""
    usual = RecordBook.footing

    def mute(*asked):
        footing = usual(*asked)
        return dataclasses.replace(footing, told=None)

    told = _history(workspace, analyst, tmp_path, f"told-{name}", files)
    with monkeypatch.context() as changed:
        changed.setattr(RecordBook, "footing", mute)
        typed = _history(workspace, analyst, tmp_path, f"typed-{name}", files)
    assert told == typed


def test_content_is_the_same_in_quotes_and_out_of_them(tmp_path):
    path = small_contract(tmp_path)
    plain, quoted = (
        "1,2024-05,x\n,2024-05,\n2,2024-05,y z\n",
        '"1",2024-05,"x"\n,"2024-05",\n2,2024-05,"y z"\n',
    )
    one, two = (stage_bytes((HEADER + text).encode(), path) for text in (plain, quoted))
    assert one.rows == two.rows
    third = stage_bytes((HEADER + '1,2024-05,"x,"\n,2024-05,"""x"""\n2,2024-05,"y\nz"\n').encode(), path)
    assert [row["note"] for row in third.rows] == ["x,", '"x"', "y\nz"]
    assert not {row["content_hash"] for row in third.rows} & {row["content_hash"] for row in one.rows}
