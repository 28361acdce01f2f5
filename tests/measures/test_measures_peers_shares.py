"""Shares among their peers: hand-worked, against naive distributions, what chance does, what is told."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from test_measures_peers import naive_limit, rows

from joinedup.cli import main
from joinedup.measures.peers import Verdict, compare, shares
from joinedup.measures.peers.statistics import WINSORISED, left_of_normal
from joinedup.terms import Form, RecordType, Role
from tiny_town import at

AREAS = st.lists(
    st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))),
    min_size=10,
    max_size=20,
)


def naive_quantile(distribution, probability, total):
    """As of rates, but nobody has more than all."""
    return float(total) if distribution.ppf(probability) >= total else naive_limit(distribution, probability)


def naive_family(counts, totals):
    """The family's share and the variance between areas, written out."""
    share = sum(counts) / sum(totals)
    if share in {0.0, 1.0} or shares.chance_of_so_much(counts, totals) >= 0.05:
        return share, 0.0
    z = [(c / n - share) / math.sqrt(share * (1 - share) / n) for c, n in zip(counts, totals, strict=True)]
    squares = sum(one * one for one in z)
    if np.median([n * min(share, 1 - share) for n in totals]) >= 5:
        low, high = np.quantile(z, WINSORISED), np.quantile(z, 1 - WINSORISED)
        squares = sum(min(max(one, low), high) ** 2 for one in z) / left_of_normal(WINSORISED)
    weights = [n / (share * (1 - share)) for n in totals]
    scale = sum(weights) - sum(one * one for one in weights) / sum(weights)
    return share, min(max(0.0, (squares - (len(z) - 1)) / scale), 0.99 * share * (1 - share))


@given(AREAS)
def test_spread_limits_and_shrunken_shares_equal_naive_ones(areas):
    counts, totals = zip(*areas, strict=True)
    family = shares.family_of(counts, totals)
    share, variance = naive_family(counts, totals)
    assert family.rate == pytest.approx(share)
    assert family.variance == pytest.approx(variance, rel=1e-9, abs=1e-15)
    mean, lower, upper = shares.shrunken(family, counts, totals)
    alone = shares.limits(family, totals, 0.95, chance_alone=True)
    wide = shares.limits(family, totals, 0.95, chance_alone=False)
    for place, (count, total) in enumerate(areas[:4]):
        if 0 < share < 1:
            binomial = stats.binom(total, share)
            for side, probability in enumerate((0.025, 0.975)):
                assert alone[side][place] == pytest.approx(
                    naive_quantile(binomial, probability, total), abs=1e-6
                )
        if variance:
            whole = share * (1 - share) / variance - 1
            a, b = share * whole, (1 - share) * whole
            spread = stats.betabinom(total, a, b)
            for side, probability in enumerate((0.025, 0.975)):
                assert wide[side][place] == pytest.approx(
                    naive_quantile(spread, probability, total), abs=1e-5
                )
            own = stats.beta(count + a, total - count + b)
            assert mean[place] == pytest.approx(own.mean())
            assert (lower[place], upper[place]) == pytest.approx(own.interval(0.95), rel=1e-6, abs=1e-9)
            low, high = min(count / total, share), max(count / total, share)
            assert low - 1e-12 <= mean[place] <= high + 1e-12


def test_limits_by_hand():
    """Ten of a half: at most 1 has the chance 11/1024 = .0107, at most 2 has 56/1024 = .0547.

    Of 2.5 % the limit lies at 2 - (.0547 - .025) / (.0547 - .0107) = 1.325; of 97.5 % at 8 - (1013/1024 -
    .975) / (45/1024) = 7.675.
    """
    family = shares.family_of([5, 5, 5], [10, 10, 10])
    low, high = shares.limits(family, [10], 0.95, chance_alone=True)
    assert low[0] == pytest.approx(2 - (56 - 25.6) / 45) == pytest.approx(1.32444, abs=1e-5)
    assert high[0] == pytest.approx(8 - (1013 - 998.4) / 45) == pytest.approx(7.67556, abs=1e-5)


def test_areas_of_one_share_are_said_to_be_no_different_and_a_different_one_is_found():
    random = np.random.default_rng(31)
    totals = random.integers(40, 900, size=40)
    false_alarms, differing = 0, 0
    for _ in range(60):
        counts = random.binomial(totals, 0.12)
        found = compare(rows(counts.tolist(), totals.tolist()), ranked=False, form=Form.SHARE)
        differing += bool(found.differs)
        false_alarms += sum(one.verdict in {Verdict.HIGHER, Verdict.LOWER} for one in found.rows)
    assert differing <= 8 and false_alarms <= 60 * 40 * 0.005
    counts = random.binomial(totals, 0.12)
    counts[3] = round(totals[3] * 0.12 + 8 * math.sqrt(totals[3] * 0.12))
    assert compare(rows(counts.tolist(), totals.tolist()), form=Form.SHARE).rows[3].verdict is Verdict.HIGHER


def test_the_spread_that_was_put_in_is_found():
    random = np.random.default_rng(5)
    totals = random.integers(300, 900, size=200)
    counts = random.binomial(totals, random.beta(8, 32, size=200))
    family = shares.family_of(counts, totals)
    assert family.rate == pytest.approx(0.2, abs=0.015)
    assert math.sqrt(family.variance) == pytest.approx(math.sqrt(0.2 * 0.8 / 41), rel=0.15)
    low, high = shares.spread(family)
    assert low == pytest.approx(stats.beta(8, 32).ppf(0.025), abs=0.03) and 0.3 < high < 0.37
    found = shares.ranks(family, counts, totals)
    assert (found.lower <= found.middle).all() and (found.middle <= found.upper).all()


@pytest.mark.parametrize("counts", [[0] * 12, [30] * 12])
def test_nobody_and_everybody_differ_from_nothing(counts):
    found = compare(rows(counts, [30] * 12), form=Form.SHARE)
    assert found.differs is False and {one.verdict for one in found.rows} == {Verdict.NO_DIFFERENT}
    assert found.rate == counts[0] / 30


def test_shares_of_wards_are_compared_by_the_command_and_what_lies_outside_is_not(town):
    """Of ten crimes each: six, one and two have a positive outcome; one outside every area."""
    from joinedup.accounts import add_agency, add_user

    add_user("ada", name="Ada", role=Role.ANALYST, agency=add_agency("council", "Council"))
    town.crimes("2023-04", {"W1": 10, "W2": 10, "W3": 10, "sea": 10})
    charged = {"W1": 6, "W2": 1, "W3": 2, "sea": 5}
    town.deliver(
        "2023-04",
        [
            {"id": f"o-{place}-{n}", "incident_ref": f"2023-04-{place}-{n}", "outcome_type": "charged"}
            for place, number in charged.items()
            for n in range(number)
        ],
        received=at(2025, 6),
        feed="outcomes",
        record_type=RecordType.OUTCOME,
        fields={"incident_ref": "VARCHAR", "outcome_type": "VARCHAR"},
    )

    def run(*words):
        folder = str(town.workspace.folder)
        result = CliRunner().invoke(main, ["-C", folder, "compare", "positive-outcomes", *words])
        return result.exit_code, result.stdout, result.stderr

    status, out, said = run("--period", "2023-04")
    assert status == 0, said
    assert "All 3 areas together: 9 of 30, 30.0%" in said and "Per cent" in out and "60.0" in out
    assert "5 more were counted outside every area: they belong to no area here." in said
    found = {one["area_code"]: one for one in json.loads(run("--period", "2023-04", "--format", "json")[1])}
    assert found["outside"]["verdict"] == "not-judged" and found["outside"]["numerator"] == 5
    assert (found["W1"]["numerator"], found["W1"]["denominator"], found["W1"]["form"]) == (6, 10, "share")
    assert found["W1"]["rank"] == 1 and found["W1"]["peers_rate"] == pytest.approx(0.3)
