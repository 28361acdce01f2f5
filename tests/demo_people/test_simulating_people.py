"""The machinery of the generator: repeatable, of any size, and held to its tables."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.demo.people import simulate
from joinedup.demo.people.civil import day_number, is_school_day, last_sunday, month_starts, weekday
from joinedup.demo.people.drawing import GroupDraw, by_rows, by_weights, rank_in_group
from joinedup.demo.people.rates import FILE, by_age
from joinedup.demo.people.rhythm import draw_moments
from joinedup.demo.people.streams import Streams
from joinedup.demo.people.tables import SCHEMAS, Codes
from joinedup.demo.people.truth import Truth
from joinedup.errors import BadInput, NotFound


def _hashes(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    one = _hashes(simulate(tmp_path / "one", people=600))
    again = _hashes(simulate(tmp_path / "again", people=600))
    other = _hashes(simulate(tmp_path / "other", people=600, seed=7))
    assert one == again
    assert set(one) == {f"{name}.parquet" for name in SCHEMAS} | {"summary.json"}
    assert all(one[name] != other[name] for name in ("person.parquet", "event.parquet", "residence.parquet"))


def test_an_older_processor_gives_the_same_bytes(tmp_path):
    """numpy sorts by other instructions there, and may leave equals in another order."""
    there = _hashes(simulate(tmp_path / "here", people=3000))
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    wanted = [name for name in __cpu_dispatch__ if __cpu_features__[name]]
    older = {"NPY_DISABLE_CPU_FEATURES": " ".join(wanted)} if wanted else {}  # the oldest has no more to lack
    asked = "import pathlib, sys; from joinedup.demo.people import simulate; "
    asked += "simulate(pathlib.Path(sys.argv[1]), people=3000)"
    subprocess.run(
        [sys.executable, "-W", "error::ImportWarning", "-c", asked, str(tmp_path / "older")],
        env=os.environ | {"PYTHONHASHSEED": "7"} | older,
        check=True,
    )
    assert _hashes(tmp_path / "older") == there


def test_a_truth_has_every_table_with_its_columns(truth):
    for name, schema in SCHEMAS.items():
        assert pq.read_schema(truth.folder / f"{name}.parquet").equals(schema), name
        for column in truth.read(name).select_dtypes("datetime"):
            assert str(truth.read(name)[column].dtype) == "datetime64[s]"
        assert len(getattr(truth, name)) == truth.summary["sizes"][name] > 0


def test_the_summary_repeats_the_frozen_rates(truth):
    rates = tomllib.loads(FILE.read_text(encoding="utf-8"))
    assert truth.summary["rates"] == json.loads(json.dumps(rates, default=str))
    assert truth.summary["version"] == rates["version"]
    assert truth.summary["seed"] == 20_250_331
    assert 38_000 < truth.summary["people"] < 43_000


@pytest.mark.parametrize("people", [0, 499, 6_000_001])
def test_a_size_that_cannot_be_is_refused(tmp_path, people):
    with pytest.raises(BadInput):
        simulate(tmp_path / "none", people=people)
    assert not (tmp_path / "none").exists()


def test_a_folder_without_a_finished_truth_is_refused(tmp_path):
    with pytest.raises(NotFound):
        Truth(tmp_path)


def test_streams_do_not_move_each_other():
    streams = Streams(3)
    first = streams.of("lives", 4).random(5)
    streams.of("something new").random(100)
    assert (streams.of("lives", 4).random(5) == first).all()
    assert not (streams.of("lives", 5).random(5) == first).any()
    assert not (Streams(4).of("lives", 4).random(5) == first).any()


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60))
def test_ranks_in_a_group_count_up_in_order(groups):
    seen = {}
    expected = [seen.setdefault(group, []).append(0) or len(seen[group]) - 1 for group in groups]
    assert rank_in_group(np.array(groups)).tolist() == expected


@given(
    st.lists(st.tuples(st.integers(-1, 4), st.sampled_from([0.0, 0.5, 1.0, 7.0])), min_size=1, max_size=40),
    st.lists(st.integers(-1, 4), min_size=1, max_size=40),
)
def test_a_draw_within_a_group_is_of_the_group_and_has_weight(members, asked):
    groups = np.array([group for group, _ in members])
    weights = np.array([weight for _, weight in members])
    drawn = GroupDraw(weights, groups, 5).draw(np.random.default_rng(1), np.array(asked))
    for wanted, found in zip(asked, drawn, strict=True):
        able = (groups == wanted) & (weights > 0) & (wanted >= 0)
        if able.any():
            assert able[found]
        else:
            assert found == -1


def test_draws_follow_their_weights():
    stream = np.random.default_rng(2)
    counts = np.bincount(by_weights(stream, [1, 0, 3], 40_000), minlength=3) / 40_000
    assert counts == pytest.approx([0.25, 0, 0.75], abs=0.01)
    rows = np.repeat([0, 1], 20_000)
    drawn = by_rows(stream, np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 3.0]]), rows)
    assert np.bincount(drawn[:20_000], minlength=3) / 20_000 == pytest.approx([0.5, 0.5, 0], abs=0.015)
    assert np.bincount(drawn[20_000:], minlength=3) / 20_000 == pytest.approx([0, 0.25, 0.75], abs=0.015)
    group = np.zeros(3, np.int64)
    member = GroupDraw(np.array([1.0, 2.0, 1.0]), group, 1).draw(stream, np.zeros(40_000, np.int64))
    assert np.bincount(member) / 40_000 == pytest.approx([0.25, 0.5, 0.25], abs=0.01)


def test_the_calendar_knows_its_days():
    import datetime as dt

    def day(text):
        return np.array([day_number(dt.date.fromisoformat(text))])

    assert weekday(day("2024-03-31"))[0] == 6
    assert last_sunday(day("2024-03-31"), 3)[0]
    assert not last_sunday(day("2024-03-24"), 3)[0]
    assert last_sunday(day("2022-10-30"), 10)[0]
    assert is_school_day(day("2023-03-01"))[0]
    assert not is_school_day(day("2023-05-08"))[0]  # the coronation
    assert not is_school_day(day("2022-08-10"))[0]
    assert len(month_starts("2022-04", 36)) == 37
    assert by_age([[10, 0.5], [18, 2.0]], np.array([9.9, 10, 17, 18])).tolist() == [0, 0.5, 0.5, 2]


def test_the_clock_has_its_two_odd_hours():
    """On the last Sunday of October the hour from one comes twice, on that of March not at all."""
    rhythm = {
        "hours": [1] * 24,
        "weekend_night": 1.0,
        "weekdays": [1] * 7,
        "payday": 1.0,
        "bank_holiday": 1.0,
        "school_day": 1.0,
    }
    for month, share in (("2023-03", 0), ("2023-10", 2)):
        first, after = (int(day) for day in month_starts(month, 1))
        at = draw_moments(np.random.default_rng(4), rhythm, first, after, 200_000)
        sunday = {"2023-03": "2023-03-26", "2023-10": "2023-10-29"}[month]
        start = np.datetime64(f"{sunday}T01:00").astype("datetime64[s]").astype(np.int64)
        odd = ((at >= start) & (at < start + 3600)).sum()
        assert odd == pytest.approx(share * 200_000 / (31 * 24), rel=0.2)


def test_an_empty_cell_of_a_column_of_words_is_empty():
    assert Codes(np.array([1, -1, 0]), ["a", "b"]).to_arrow().to_pylist() == ["b", None, "a"]


def test_the_documentation_names_every_table_and_column():
    text = (Path(__file__).parents[2] / "docs" / "demonstration.md").read_text(encoding="utf-8")
    for name, schema in SCHEMAS.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}` | "))
        assert row == f"| `{name}` | {', '.join(f'`{field.name}`' for field in schema)} |"


def test_every_rate_is_used():
    """A frozen rate that nothing draws from would say something about the truth that is not so."""
    rates = tomllib.loads(FILE.read_text(encoding="utf-8"))
    code = "".join(path.read_text(encoding="utf-8") for path in FILE.parent.glob("*.py"))
    rhythms = set(rates["crimes"]["rhythm"].values())
    for section, table in rates.items():
        if isinstance(table, dict) and section != "ethnic_groups":
            unused = {key for key in table if f'"{key}"' not in code}
            assert unused <= (rhythms if section == "rhythm" else set()), section
