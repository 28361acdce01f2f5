"""Targets: where a year is going, how often the range holds, and when nothing is judged."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from joinedup.cli import main
from joinedup.errors import BadInput
from joinedup.measures.projecting import Status, Target, project, statistics
from joinedup.measures.result import FigureRow
from joinedup.terms import AreaLevel, Flag, Period, Role

YEAR = Period.parse("2024/25")
counts = st.integers(0, 80)


def row(count, *flags, month="2024-04"):
    return FigureRow(
        AreaLevel.PARTNERSHIP,
        "partnership",
        "Town",
        Period.parse(month),
        {},
        count,
        None,
        count,
        None,
        None,
        flags,
    )


def years(before, now):
    """Twenty-four months: those that are not told yet have no count."""
    later = [row(None, Flag.NO_DATA)] * (12 - len(now))
    return [*(row(one) for one in before), *(row(one) for one in now), *later]


SO_FAR = years([100] * 12, [80] * 6)


def naive(now, before):
    """Mean and variance of the rest, written out."""
    k = len(now)
    so_far, same, rest = sum(now), sum(before[:k]), sum(before[k:])
    mean = (so_far or 0.5) / (same or 0.5) * rest
    whole = so_far + same
    squares, months = 0.0, 0
    for one, other in zip(now, before[:k], strict=True):
        if one + other and so_far and same:
            months += 1
            for seen, total in ((one, so_far), (other, same)):
                expected = (one + other) * total / whole
                squares += (seen - expected) ** 2 / expected
    spread = max(1.0, squares / (months - 1)) if months > 1 else 1.0
    relative = 1 / (so_far or 0.5) + 1 / (same or 0.5) + 1 / (rest or 0.5)
    return mean, spread * (mean + mean**2 * relative)


@given(
    st.integers(3, 11).flatmap(lambda k: st.lists(counts, min_size=k, max_size=k)),
    st.lists(counts, min_size=12, max_size=12),
)
def test_equal_to_a_naive_projection_and_its_chances_are_sums(now, before):
    rest = statistics.rest_of_year(now, before)
    mean, variance = naive(now, before)
    assert rest.mean == pytest.approx(mean) and rest.variance == pytest.approx(variance)
    low, high = rest.between()
    if mean > 0:
        beyond = variance - mean
        shape = mean**2 / beyond
        chances = [
            math.exp(
                math.lgamma(shape + k) - math.lgamma(shape) - math.lgamma(k + 1)
                + shape * math.log(shape / (shape + mean)) + k * math.log(mean / (shape + mean))
            )
            for k in range(high + 1)
        ]  # fmt: skip
        assert rest.at_most(high) == pytest.approx(sum(chances), abs=1e-8)
        assert sum(chances) >= 0.975 - 1e-9 and sum(chances[:-1]) < 0.975 + 1e-9
        assert sum(chances[: low + 1]) >= 0.025 - 1e-9
    assert rest.at_most(-1) == 0


@pytest.mark.parametrize("wild", [False, True])
def test_the_range_holds_nineteen_times_in_twenty(wild):
    """Years with a season and a level of their own; wild months vary more than chance."""
    random = np.random.default_rng(17)
    season = 60 + 25 * np.sin(np.arange(12) / 2)
    held, chances = [], []
    for _ in range(600):
        level = random.uniform(0.7, 1.3)
        shape = 30 if wild else None
        draw = lambda mean: random.poisson(random.gamma(shape, mean / shape) if shape else mean)  # noqa: B023, E731
        before, now = draw(season), draw(season * level)
        rest = statistics.rest_of_year(now[:7].tolist(), before.tolist())
        low, high = rest.between()
        held.append(low <= now[7:].sum() <= high)
        chances.append((rest.at_most(now[7:].sum()) + rest.at_most(now[7:].sum() - 1)) / 2)
    assert 0.93 < np.mean(held) < 0.99
    assert stats.kstest(chances, "uniform").statistic < 0.08  # the chances are as likely as they say


def test_a_target_by_hand(workspace):
    """100 a month before; 80 a month for six months: 480 and about 480 to come, of at most 1,140."""
    found = project(Target(YEAR, change=-0.05), years([100] * 12, [80] * 6), row(480))
    assert (found.so_far, found.same_before, found.before, found.wanted) == (480, 600, 1200, 1140)
    assert found.projected == pytest.approx(960) and found.lower < 960 < found.upper
    assert found.chance > 0.99 and found.status is Status.LIKELY
    found = project(Target(YEAR, count=900), years([100] * 12, [80] * 6), row(480))
    assert found.chance < 0.15
    at_least = project(Target(YEAR, count=900, at_most=False), years([100] * 12, [80] * 6), row(480))
    assert at_least.chance == pytest.approx(
        1 - project(Target(YEAR, count=899), years([100] * 12, [80] * 6), row(480)).chance
    )


def test_a_year_that_is_over_is_met_or_missed():
    over = years([100] * 12, [95] * 12)
    assert project(Target(YEAR, change=-0.05), over, row(1140)).status is Status.MET
    assert project(Target(YEAR, change=-0.06), over, row(1140)).status is Status.MISSED
    assert project(Target(YEAR, count=1140, at_most=False), over, row(1140)).status is Status.MET
    assert project(Target(YEAR, count=1141, at_most=False), over, row(1140)).chance == 0.0


@pytest.mark.parametrize(
    ("months", "whole", "said"),
    [
        (years([100] * 12, [80] * 6), row(480, Flag.SERIES_BREAK), "recording changed"),
        (years([100] * 12, [80] * 2), row(160), "too early to judge: 3 are needed"),
        (years([100] * 11 + [None], [80] * 6), row(480), "year before were not delivered"),
        (
            [*years([100] * 12, [80] * 3)[:15], row(None), row(80), *[row(None)] * 7],
            row(320),
            "a month lacks",
        ),
        ([row(100, Flag.ROUNDED), *SO_FAR[1:]], row(480), "hidden or rounded"),
        ([row(None, Flag.SUPPRESSED), *SO_FAR[1:]], row(480), "hidden or rounded"),
        (
            [
                *years([100] * 12, [80] * 6)[:13],
                row(9, Flag.INCOMPLETE_FEED),
                *years([100] * 12, [80] * 6)[14:],
            ],
            row(480),
            "a month lacks",
        ),
    ],
)
def test_what_forbids_to_judge_is_said(workspace, months, whole, said):
    found = project(Target(YEAR, change=-0.05), months, whole)
    assert found.status is Status.NOT_JUDGED and found.chance is None and found.projected is None
    assert said in found.notes[0]


def test_targets_that_cannot_be_are_refused():
    with pytest.raises(BadInput, match="twelve months"):
        Target(Period.parse("2024-Q2"), change=-0.05)
    with pytest.raises(BadInput, match="a change of the year before, or a count"):
        Target(YEAR)
    with pytest.raises(BadInput, match="no count below 0"):
        Target(YEAR, count=-1)


@pytest.fixture
def run(town):
    """Two years of the town: ten a month, then eight, told month by month."""
    from joinedup.accounts import add_agency, add_user

    add_user("ada", name="Ada", role=Role.ANALYST, agency=add_agency("council", "Council"))
    for number in range(20):
        month = f"{2023 + (number + 3) // 12}-{(number + 3) % 12 + 1:02d}"
        town.crimes(month, {"W1": 10 if number < 12 else 8, "W3": 5})

    def act(*words):
        result = CliRunner().invoke(
            main, ["-C", str(town.workspace.folder), "target", "recorded-crime", *words]
        )
        return result.exit_code, result.stdout, result.stderr

    return act


def test_a_target_is_judged_for_each_area_as_known_on_any_day(run):
    words = ("--year", "2024/25", "--change", "-10", "--area-level", "ward", "--format", "json")
    status, out, told = run(*words)
    assert status == 0, told
    found = {one["area_code"]: one for one in json.loads(out)}
    assert (found["W1"]["so_far"], found["W1"]["months"], found["W1"]["wanted"]) == (64, 8, 108.0)
    assert found["W1"]["projected"] == 96 and found["W1"]["at_most"] is True
    assert found["W3"]["status"] == "open" and found["W1"]["chance"] > found["W3"]["chance"]
    assert found["W1"]["known_on"] and found["W1"]["deliveries"]
    assert "what changes from now on is not in it" in told
    _, out, _ = run(*words, "--as-at", "2024-08-15")
    assert {one["area_code"]: one["months"] for one in json.loads(out)}["W1"] == 4


def test_numbers_are_read_as_people_write_them_and_what_lies_in_no_area_is_not_judged(run, town):
    status, out, told = run("--year", "2024/25", "--change=-10%", "--area-level", "ward")
    assert status == 0 and "at most 10 % fewer" in told and "In all: " in told
    status, out, _ = run("--year", "2024/25", "--at-most", "1,000", "--format", "json")
    assert json.loads(out)[0]["wanted"] == 1000
    town.crimes("2024-12", {"W1": 8, "sea": 4})
    _, out, _ = run("--year", "2024/25", "--change", "-10", "--area-level", "ward", "--format", "json")
    found = {one["area_code"]: one for one in json.loads(out)}
    assert found["outside"]["status"] == "not-judged" and found["outside"]["so_far"] == 4


def test_before_the_year_has_begun_the_target_itself_is_told(run):
    _, out, _ = run("--year", "2025/26", "--at-most", "150", "--format", "json")
    (one,) = json.loads(out)
    assert (one["status"], one["wanted"], one["months"]) == ("not-judged", 150.0, 0)


def test_the_table_is_in_words_and_wrong_questions_are_answered(run):
    status, out, told = run("--year", "2024/25", "--change", "-10")
    assert status == 0 and "at most 162" in out and "open" in out
    assert "April 2024 to March 2025, against April 2023 to March 2024" in told
    for words, said in (
        (("--year", "2024/25"), "said in one way"),
        (("--year", "2024/25", "--change", "-5", "--at-most", "9"), "said in one way"),
        (("--year", "2024-Q2", "--change", "-5"), "twelve months"),
        (("--change", "-5"), "Say --year 2024/25"),
        (("--year", "2024/25", "--change", "-500"), "more than 100 per cent"),
        (("--year", "2024/25", "--change", "lots"), "That is no number"),
    ):
        status, _, told = run(*words)
        assert status == 2 and said in told
