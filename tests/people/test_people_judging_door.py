"""Judging a linkage by a truth: by many mentions only, with a reason, logged, and no oracle for a few."""

from __future__ import annotations

import datetime as dt
import json

import pyarrow as pa
import pytest
from click.testing import CliRunner
from pyarrow import parquet

from joinedup.cli import main
from joinedup.log import acts
from joinedup.workspace import Workspace
from watched_town import build, row, send

PEOPLE = 1_100
ANALYST = "wardens-analyst"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def surname(number):
    return "".join(LETTERS[number // 26**place % 26] for place in range(3)).title()


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A town of which so many people of different names complained once each, linked."""
    made = build(tmp_path_factory.mktemp("judged"))
    rows = [row(f"C{number}", -3, f"Ann {surname(number)}ton") for number in range(PEOPLE)]
    send(made, "complaints", "".join(rows))
    yield made
    made.close()


@pytest.fixture(scope="module")
def linked(town):
    with pytest.MonkeyPatch.context() as patch:
        status, _out, messages = invoke(patch, town, ANALYST, "run")
    assert status == 0, messages
    return town


def invoke(patch, town, who, *words):
    patch.setattr(Workspace, "open", classmethod(lambda cls, folder: town))
    patch.setattr(Workspace, "close", lambda self: None)
    result = CliRunner().invoke(main, ["-C", str(town.folder), "--as", who, "link", *words])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def judge(linked, monkeypatch, tmp_path):
    """Judge by a truth: exit status, rows, messages."""

    def act(truth=None, *, who=ANALYST, reason="a trial of the linkage"):
        if truth is not None:
            parquet.write_table(truth, tmp_path / "who.parquet")
        asked = ["evaluate", "--truth", str(tmp_path), "--reason", reason, "--format", "json"]
        status, out, messages = invoke(monkeypatch, linked, who, *asked)
        return status, json.loads(out) if out else None, messages

    return act


def truth_of(people, *, first=0):
    """The truth: everybody who complained is somebody else."""
    numbers = range(first, first + people)
    return pa.table(
        {
            "feed": ["complaints"] * people,
            "reference": [f"{len(f'C{number}')}:C{number}1:1" for number in numbers],
            "role": ["client"] * people,
            "ordinal": pa.array([1] * people, pa.int32()),
            "person_id": pa.array(numbers, pa.int64()),
        }
    )


def consultations():
    return acts(kind="consultation")


def test_many_mentions_are_judged_and_the_log_says_of_which_feeds_how_many_and_why(judge):
    before = len(consultations())
    status, rows, messages = judge(truth_of(PEOPLE))
    assert status == 0, messages
    whole = [(one["linking"], one["mentions"]) for one in rows if one["of"] == "everybody"]
    assert whole == [
        ("strict", PEOPLE),
        ("best", PEOPLE),
        ("loose", PEOPLE),
    ]
    act, *earlier = consultations()
    assert len(earlier) == before
    assert (act.username, act.reason) == (ANALYST, "a trial of the linkage")
    assert (act.detail["feeds"], act.detail["mentions"]) == (["complaints"], PEOPLE)


def test_the_same_is_told_of_each_group_by_the_truth_and_of_few_only_together(judge, tmp_path):
    few = 40
    people = pa.table(
        {
            "person_id": range(PEOPLE),
            "twin_of": pa.array([None] * PEOPLE, pa.int64()),
            "sex": ["F"] * few + ["M"] * (PEOPLE - few),
            "birth_date": [dt.date(1990, 1, 1)] * 500 + [dt.date(1940, 1, 1)] * (PEOPLE - 500),
        }
    )
    parquet.write_table(people, tmp_path / "person.parquet")
    status, rows, messages = judge(truth_of(PEOPLE))
    assert status == 0, messages
    best = {(one["of"], one["group"]): one for one in rows if one["linking"] == "best" and "group" in one}
    assert {key: one["mentions"] for key, one in best.items()} == {
        ("sex", "f or m"): PEOPLE,
        ("ethnic-group", "missing"): PEOPLE,
        ("age-band", "35-49"): 500,
        ("age-band", "65+"): PEOPLE - 500,
    }
    of_all = next(one for one in rows if one["linking"] == "best" and one["of"] == "everybody")
    told = best["sex", "f or m"]
    assert told["b_cubed_precision"] == of_all["b_cubed_precision"]
    assert told["b_cubed_precision_lower"] <= told["b_cubed_precision"] <= told["b_cubed_precision_upper"]
    assert told["b_cubed_recall_of"] == PEOPLE


@pytest.mark.parametrize(
    "truth",
    [
        truth_of(2),
        truth_of(999),
        truth_of(PEOPLE, first=PEOPLE - 2),  # but for two of them these are of nobody here
    ],
    ids=["two", "one too few", "two among others"],
)
def test_a_truth_of_a_few_is_refused_and_nothing_is_told(judge, truth):
    before = len(consultations())
    status, rows, messages = judge(truth)
    assert (status, rows) == (2, None) and "too small to judge by" in messages
    assert len(consultations()) == before


def test_a_few_mentions_told_over_and_over_are_refused(judge):
    status, rows, messages = judge(pa.concat_tables([truth_of(2)] * 600))
    assert (status, rows) == (2, None) and "tells of a mention twice" in messages


def test_no_reason_and_nobody_who_may_not_know_them(judge):
    assert "needs its reason" in judge(truth_of(PEOPLE), reason=" ")[2]
    status, rows, _messages = judge(truth_of(PEOPLE), who="wardens-councillor")
    assert (status, rows) == (2, None)


def test_what_is_no_truth_is_told_in_a_sentence_without_a_value(judge, tmp_path):
    (tmp_path / "who.parquet").write_bytes(b"Robert Zeal")
    status, _rows, messages = judge()
    assert status == 2 and "no Parquet file" in messages and "docs/linking-people.md" in messages
    assert "lacks the column person_id" in judge(truth_of(PEOPLE).drop_columns(["person_id"]))[2]
    wrong = truth_of(PEOPLE).set_column(3, "ordinal", pa.array(["Robert Zeal"] * PEOPLE))
    status, _rows, messages = judge(wrong)
    assert status == 2 and "could not be compared" in messages and "Zeal" not in messages
    nobody = truth_of(PEOPLE).set_column(4, "person_id", pa.array(["Zeal"] * PEOPLE))
    status, _rows, messages = judge(nobody)
    assert status == 2 and "person_id" in messages and "Zeal" not in messages
    parquet.write_table(pa.table({"person_id": [1]}), tmp_path / "person.parquet")
    assert "lacks the column twin_of" in judge(truth_of(PEOPLE))[2]
