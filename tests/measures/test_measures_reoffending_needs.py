"""Needs of those who reoffend beside the others: a naive count, exact ratios by another way, a workspace."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_repeats import on_from
from scipy import optimize, special, stats
from test_measures_reoffending import court, partnership

from joinedup.cli import main
from joinedup.measures.linked import LinkedQuery
from joinedup.measures.reoffending import needs
from joinedup.measures.reoffending.needs import Assessed, cells_of
from joinedup.terms import Flag, Period
from repeating_town import ALL, Repeating

FIRST = dt.date(2023, 1, 1)
days = st.integers(-500, 200).map(lambda number: FIRST + dt.timedelta(number))
people_ = st.dictionaries(st.sampled_from("abcdef"), st.tuples(days, st.booleans()), min_size=1)
sections = st.lists(
    st.tuples(st.sampled_from("abcdefg"), days, st.sampled_from(["drugs", "home"]), st.booleans()),
    max_size=25,
)


def frame(entered):
    """People as the counting takes them."""
    return pd.DataFrame(
        {
            "day": pd.to_datetime([day for day, _ in entered.values()]),
            "again": [again for _, again in entered.values()],
        },
        index=list(entered),
    )


def arrays(told):
    return Assessed(
        np.array([one[0] for one in told], dtype=object),
        np.array([one[1] for one in told], dtype="datetime64[D]"),
        np.array([one[2] for one in told], dtype=object),
        np.array([one[3] for one in told], dtype=bool),
    )


def naive(entered, told):
    """By need the four counts, and how many have no assessment; one person at a time."""
    tables, without = {}, 0
    for unit, (day, again) in entered.items():
        own = {one[1] for one in told if one[0] == unit}
        before = [one for one in own if on_from(day, -12) < one <= day]
        after = [one for one in own if day < one <= on_from(day, 3)]
        if not before and not after:
            without += 1
            continue
        chosen = max(before) if before else min(after)
        for need in {one[2] for one in told if one[0] == unit and one[1] == chosen}:
            has = any(one[3] for one in told if one[:3] == (unit, chosen, need))
            place = (0 if again else 1) + (0 if has else 2)
            tables.setdefault(need, [0, 0, 0, 0])[place] += 1
    return tables, without


@settings(deadline=None)
@given(people_, sections)
def test_equal_to_a_naive_count(entered, told):
    found = {(one.of, one.group): one for one in cells_of(frame(entered), arrays(told))}
    tables, without = naive(entered, told)
    assert found["not-assessed", "all"].numerator == without
    assert {group for of, group in found if of == "odds-ratio"} == set(tables)
    for need, (a, b, c, d) in tables.items():
        of, beside = found["need-of-those-who-reoffended", need], found["need-of-the-others", need]
        assert (of.numerator, of.denominator) == (a, a + c)
        assert (beside.numerator, beside.denominator) == (b, b + d)


def test_an_odds_ratio_is_exact_by_another_way():
    """Of 20 with the need 12 reoffended, of 30 without 9. The likelihood of Fisher's noncentral
    hypergeometric distribution is maximised, and its tails are brought to 2.5 %, by hand."""
    entered, told = {}, []
    for number in range(50):
        has = number < 20
        again = number < 12 or 20 <= number < 29
        entered[f"p{number}"] = (FIRST, again)
        told.append((f"p{number}", FIRST, "drugs", has))
    found = {(one.of, one.group): one for one in cells_of(frame(entered), arrays(told))}
    ratio = found["odds-ratio", "drugs"]
    counts = np.arange(0, 21)
    log_chosen = (
        special.gammaln(21) - special.gammaln(counts + 1) - special.gammaln(21 - counts)
        + special.gammaln(31) - special.gammaln(22 - counts) - special.gammaln(10 + counts)
    )  # fmt: skip

    def chances(odds):
        weights = np.exp(log_chosen + counts * math.log(odds))
        return weights / weights.sum()

    best = optimize.minimize_scalar(
        lambda x: -math.log(chances(math.exp(x))[12]), bounds=(-3, 4), method="bounded"
    )
    assert ratio.value == pytest.approx(math.exp(best.x), rel=1e-4)
    low = optimize.brentq(lambda x: chances(math.exp(x))[12:].sum() - 0.025, -3, 4)
    high = optimize.brentq(lambda x: chances(math.exp(x))[:13].sum() - 0.025, -3, 4)
    assert (ratio.lower, ratio.upper) == (
        pytest.approx(math.exp(low), rel=1e-4),
        pytest.approx(math.exp(high), rel=1e-4),
    )
    assert stats.fisher_exact([[12, 8], [9, 21]])[1] < 0.05


def test_where_everybody_or_nobody_has_the_need_there_is_no_ratio():
    entered = {"a": (FIRST, True), "b": (FIRST, False)}
    found = {
        (one.of, one.group): one for one in cells_of(frame(entered), arrays([("a", FIRST, "home", True)]))
    }
    assert found["odds-ratio", "home"].value is None
    assert (found["not-assessed", "all"].numerator, found["not-assessed", "all"].denominator) == (1, 2)


@pytest.fixture
def assessed(people: Repeating) -> Repeating:
    """Ann and Bob are sentenced, Ann again; both are assessed, Ann before with another answer; Cat never."""
    heard = [
        ("Ann", "2022-05-10", "2022-01-01", "fine"),
        ("Ann", "2022-09-10", "2022-08-01", "fine"),
        ("Bob", "2022-05-20", "2022-01-01", "fine"),
        ("Cat", "2022-06-20", "2022-01-01", "fine"),
    ]
    said = [
        ("Ann", "2021-03-01", "drug_misuse", "9"),  # too old
        ("Ann", "2022-05-01", "drug_misuse", "2"),
        ("Ann", "2022-04-01", "drug_misuse", "0"),
        ("Ann", "2022-05-01", "accommodation", "4"),
        ("Bob", "2022-07-01", "drug_misuse", "1"),
        ("Bob", "2022-05-01", "accommodation", None),
    ]
    rows = [
        {
            "id": f"{who}-{day}-{domain}",
            "day": day,
            "client": who,
            "domain": domain,
            "score": score,
            "threshold": "2",
            "assessment_ref": f"{who}-{day}",
        }
        for who, day, domain, score in said
    ]
    people.told("probation-needs", "2021-01..2025-12", rows)
    partnership(people, court(*heard))
    return people


def asked(months):
    return LinkedQuery("proven-reoffending", ALL, Period.parse(months))


def test_needs_are_told_of_those_who_reoffended_and_of_the_others(assessed: Repeating) -> None:
    figure = needs(assessed.workspace, asked("2022-05..2022-06"))
    found = {(row.of, row.group): row for row in figure.rows}
    mark = {key: (row.numerator, row.denominator) for key, row in found.items()}
    assert mark["need-of-those-who-reoffended", "drug_misuse"] == (1, 1)  # Ann, by the latest before
    assert mark["need-of-the-others", "drug_misuse"] == (0, 1)  # Bob, within three months after
    assert mark["need-of-the-others", "accommodation"] == (0, 0)  # Bob's has no score
    assert mark["not-assessed", "all"] == (1, 3)  # Cat
    assert any("one in twenty stands out by chance" in note for note in figure.notes)
    assert Flag.SMALL_NUMBER in found["odds-ratio", "drug_misuse"].flags


def test_until_the_clock_has_run_there_is_nothing(assessed: Repeating) -> None:
    figure = needs(assessed.workspace, asked("2025-01..2025-06"))
    assert [row.of for row in figure.rows] == [Flag.NO_DATA.value]
    assert any("Not yet mature" in note for note in figure.notes)


def test_the_command_logs_it_and_needs_every_source(assessed: Repeating) -> None:
    from joinedup.accounts import add_agency, add_user
    from joinedup.log.models import Act
    from joinedup.terms import Role

    add_user("ada", name="Ada", role=Role.ANALYST, agency=add_agency("council", "Council"))
    folder = str(assessed.workspace.folder)
    words = ("reoffending", "needs", "proven-reoffending", "--from", "2022-05", "--to", "2022-06")
    result = CliRunner().invoke(main, ["-C", folder, *words])
    assert result.exit_code == 0 and "drug_misuse" in result.stdout, result.stderr
    logged = Act.objects.order_by("-number").first()
    assert "by need" in logged.what and logged.purpose == "offender-management"
    assert CliRunner().invoke(main, ["-C", folder, "reoffending", "needs", "nothing"]).exit_code == 2
