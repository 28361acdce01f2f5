"""Lines that stand are known by their digests: what is told of a file is the same as if each were cut."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from staging_by_hand import small_contract

from joinedup.feeds.intake import fetching, same_lines
from joinedup.feeds.intake.digests import Digests
from joinedup.feeds.intake.job import Job
from joinedup.feeds.intake.staging import stage
from joinedup.feeds.intake.typing_sql import Composer
from joinedup.feeds.reading_contracts import read_contract
from joinedup.terms import Period
from sampling import examples

HEADER = "id,month,note\n"
MAY = Period.parse("2024-05")
UNKNOWN = ('field = "note"', 'field = "note"\nunknown = ["n/k"]\nrefused = ["not said"]')
KEPT = ('field = "note"', 'field = "note"\nunknown = ["n/k"]\nkeep_unknown = true')
LAST_IN_KEY = ('columns = ["id"]', 'columns = ["note", "month"]')
ID_KEPT = ('name = "id"\n', 'name = "id"\nfield = "own_id"\n')
NOTE_NEEDED = (UNKNOWN[0], f"{UNKNOWN[0]}\nrequired = true")
REPEATS = "exact_repeats = true"


class Feed:
    """A feed whose files are staged in this process, one after another."""

    def __init__(self, folder: Path, changes: Sequence[tuple[str, str]] = (UNKNOWN,)) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.contract_file = small_contract(folder, set_aside=REPEATS, instead=changes)
        self.contract = read_contract(self.contract_file, (folder,))
        self.folder = folder

    def stage(self, name: str, content: bytes, after: str = "") -> dict[str, Any]:
        """Stage a file, ``after`` another; what is told of it, and the rows of each file that came of it."""
        folder = self.folder / name
        folder.mkdir()
        file = folder / "file.csv"
        file.write_bytes(content)
        stands = self._standing(after, folder) if after else None
        told = stage(Job(file, self.contract_file, (folder,), folder, MAY, threads=1, stands=stands))
        found: dict[str, Any] = dataclasses.asdict(told) | {"seconds": None}
        with duckdb.connect() as connection:
            for path in sorted(folder.glob("*.parquet")):
                if path != stands:
                    found[path.name] = connection.execute(f"FROM '{path}' ORDER BY ALL").fetchall()
        return found

    def _standing(self, name: str, folder: Path) -> Path:
        """What stands after a file, as the record book would tell it."""
        target = folder / "stands.parquet"
        more = Digests(Composer(self.contract, None)).told()
        columns = ", ".join(f"{sql} AS {column}" for column, sql in more.items())
        with duckdb.connect() as connection:
            connection.execute(
                f"""COPY (SELECT record_key, content_hash, point, stated_area, {columns}
                          FROM '{self.folder / name / "staged.parquet"}') TO '{target}'"""
            )
        return target


@pytest.fixture
def known(monkeypatch):
    """Whether each file that was told what stands was known by its lines."""
    seen = []
    usual = same_lines.load

    def spy(*asked):
        seen.append(usual(*asked))
        return seen[-1]

    monkeypatch.setattr(same_lines, "load", spy)
    return seen


def _file(rows: Sequence[str], end: str = "\n") -> bytes:
    return HEADER.replace("\n", end).encode() + "".join(f"{row}{end}" for row in rows).encode()


def _both(feed: Feed, first: bytes, then: bytes) -> dict[str, Any]:
    """Stage a file after another, and again as if no line were known; both must tell the same."""
    feed.stage("first", first)
    told = feed.stage("then", then, "first")
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(same_lines, "load", lambda *_: None)
        assert feed.stage("cut", then, "first") == told
    return told


ROWS = [
    "1,2024-05,x",
    "2,2024-05,",
    "3,2024-05,z",
    "4,2024-05,n/k",
    ",2024-05,y",
    ",2024-05,y",
    "5,2024-05,w",
]
ROWS += ["7,2024-05,v", "8,2024-05,u", "9,2024-05,t"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_that_stand_are_known(tmp_path, known, end):
    then = _file(["1,2024-05,other", *ROWS[1:6], *ROWS[7:], "6,2024-05,new"], end)
    told = _both(Feed(tmp_path), _file(ROWS, end), then.removesuffix(end.encode()))
    assert known[0] is not None
    assert (told["unchanged"], told["accepted"], len(told["absent.parquet"])) == (8, 10, 2)
    assert told["field_states"] == {"note": (8, 1, 1, 0, 0)}


def test_a_mark_at_the_very_start_is_no_part_of_a_line(tmp_path, known):
    told = _both(Feed(tmp_path), _file(ROWS), b"\xef\xbb\xbf" + _file([*ROWS, "6,2024-05,new"]))
    assert known[0] is not None
    assert (told["unchanged"], told["accepted"]) == (10, 11)


def test_of_equal_lines_without_a_key_each_is_a_record(tmp_path, known):
    told = _both(Feed(tmp_path), _file(ROWS), _file([*ROWS, ",2024-05,y"]))
    assert known[0] is not None
    assert (told["unchanged"], told["accepted"], told["absent.parquet"]) == (10, 11, [])


def test_a_line_with_a_key_that_comes_twice_is_set_aside_once(tmp_path, known):
    told = _both(Feed(tmp_path), _file(ROWS), _file([*ROWS, ROWS[0]]))
    assert known[0] is not None
    assert (told["unchanged"], told["accepted"], told["set_aside"]) == (9, 10, {"exact-repeats": 1})


def test_a_key_that_an_unchanged_line_has_too_has_the_file_read_as_any_other(tmp_path, known):
    told = _both(Feed(tmp_path), _file(ROWS), _file([*ROWS, "1,2024-05,other"]))
    assert known == [None]
    assert told["reasons"] == {"key-repeated: id": 2}


def test_lines_of_other_widths_have_the_file_read_as_any_other(tmp_path, known):
    told = _both(Feed(tmp_path), _file(ROWS), _file([*ROWS[:5], "5,2024-05", "6,2024-05,a,b"]))
    assert known == [None]
    assert (told["unchanged"], told["quarantined"]) == (5, 2)


def test_quotes_and_blanks_have_the_file_read_as_any_other(tmp_path, known):
    for number, row in enumerate(['10,2024-05,"q"', "10,2024-05,q ", "10,2024-05,\t"]):
        told = _both(Feed(tmp_path / str(number)), _file(ROWS), _file([*ROWS, row]))
        assert (told["unchanged"], told["accepted"]) == (10, 11)
    assert known == [None, None, None]


def test_a_word_that_is_kept_is_counted_as_one(tmp_path, known):
    told = _both(Feed(tmp_path, [KEPT]), _file(ROWS), _file(ROWS[1:]))
    assert known[0] is not None
    assert told["field_states"] == {"note": (7, 1, 1, 0, 0)}


def test_a_key_in_the_last_columns_tells_rows_without_one(tmp_path, known):
    told = _both(
        Feed(tmp_path, [LAST_IN_KEY, ID_KEPT]),
        _file(["1,2024-05,a", "1,2024-05,", "1,2024-05,"]),
        _file(["1,2024-05,a", "1,2024-05,", "1,2024-05,b"]),
    )
    assert known[0] is not None
    assert (told["unchanged"], told["accepted"], len(told["absent.parquet"])) == (2, 3, 1)


LINES = st.lists(
    st.builds(
        "{},{},{}".format,
        st.sampled_from(["", "", *"123456789"]),
        st.sampled_from(["2024-05", "2024-05", "2024-05", "2024-06", ""]),
        st.sampled_from(["", "x", "y", "z", "n/k", "not said", "\u00e9", "#N/A"]),
    ),
    min_size=4,
    max_size=14,
)


@settings(max_examples=examples(20, 4), deadline=None)
@given(
    LINES,
    LINES,
    st.integers(0, 14),
    st.sampled_from([[UNKNOWN], [KEPT], [LAST_IN_KEY, ID_KEPT], [LAST_IN_KEY, ID_KEPT, NOTE_NEEDED]]),
)
def test_known_or_cut_the_same_is_told(first, other, kept, changes):
    with tempfile.TemporaryDirectory() as folder:
        _both(Feed(Path(folder), changes), _file(first), _file([*first[:kept], *other]))


@settings(
    max_examples=examples(40, 3), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.text("ab\u00e9", max_size=9), min_size=1), st.integers(1, 12), st.booleans(), st.data())
def test_lines_are_fetched_by_their_numbers(tmp_path, lines, chunk, ends, data):
    file = tmp_path / "lines.txt"
    file.write_text("\n".join(lines) + "\n" * ends, encoding="utf-8")
    there = lines if ends or lines[-1] else lines[:-1]
    numbers = sorted(data.draw(st.sets(st.integers(0, max(0, len(there) - 1))))) if there else []
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(fetching, "_CHUNK", chunk)
        changed.setattr(fetching, "_MOST_BYTES", 5)
        found = list(fetching.fetch(file, np.array(numbers, dtype=np.int64)))
    assert [line for _, some in found for line in some] == [there[number] for number in numbers]
    assert [number for some, _ in found for number in some.tolist()] == numbers
