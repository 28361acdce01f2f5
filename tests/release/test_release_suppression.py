"""Suppression over linked tables: an attacker written apart finds nothing, and little is hidden for it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from attacker import Attacker, cells_of, side_by_side, small_sums
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.errors import BadInput
from joinedup.release.suppression.auditing import certify
from joinedup.release.suppression.cells import build, margin
from joinedup.release.suppression.joining import latent
from joinedup.release.suppression.levels import Level, numbered
from joinedup.release.suppression.rules import NHS, Threshold, dominated
from joinedup.release.suppression.suppressing import Suppression, suppress
from sampling import FULL, examples

RULE = Threshold(5)
SHAPE = (4, 4, 4)
LEVELS = [  # each axis: atoms, pairs, everything; and on the first two a level that crosses the pairs
    [numbered(range(4)), numbered([0, 0, 1, 1]), numbered([0] * 4), numbered([0, 1, 1, 2])],
    [numbered(range(4)), numbered([0, 0, 1, 1]), numbered([0] * 4), numbered([0, 0, 0, None])],
    [numbered(range(4)), numbered([0, 1, 1, 1]), numbered([0] * 4)],
]


@st.composite
def catalogues(draw, most_tables=3):
    """Small counts and zeros often; one to three tables, each with some of its margins."""
    size = int(np.prod(SHAPE))
    counts = draw(st.lists(st.one_of(st.integers(0, 3), st.integers(0, 40)), min_size=size, max_size=size))
    tables = draw(
        st.sets(st.tuples(*(st.sampled_from(one) for one in LEVELS)), min_size=1, max_size=most_tables)
    )
    return np.array(counts).reshape(SHAPE), sorted(tables, key=str)


def published(counts, tables, hidden_of=None):
    """The cells as the attacker sees them, and which are hidden (by the product, or by ``hidden_of``)."""
    cells = cells_of([[level.of for level in cut] for cut in tables], counts.shape)
    if hidden_of is None:
        system, blocks = build(counts, tables)
        result = suppress(system, RULE)
        assert not result.unprotected
        assert certify(system, result, RULE).holds
        flat = {
            (number, *place): bool(result.hidden[block.places].reshape(block.shape)[place])
            for number, block in enumerate(blocks)
            for place in np.ndindex(block.shape)
        }
        return cells, flat
    return cells, {key: hidden_of(int(counts.ravel()[members].sum())) for key, members in cells.items()}


def attack(counts, cells, hidden, *, at_least=1):
    attacker = Attacker(counts.size)
    attacker.reads(cells, counts, hidden, range(counts.size), hidden_means_at_least=at_least)
    return attacker


def secrets(cells, hidden):
    return [cells[key] for key in cells if hidden[key]]


@settings(max_examples=examples(40, 3), deadline=None)
@given(catalogues())
def test_no_hidden_cell_and_no_small_sum_is_bounded_more_closely_than_the_width(case):
    counts, tables = case
    cells, hidden = published(counts, tables)
    for members in cells.values():
        count = counts.ravel()[members].sum()
        assert not 0 < count < 5 or hidden[next(k for k, v in cells.items() if v is members)]
    attacker = attack(counts, cells, hidden)
    goals = secrets(cells, hidden)
    goals += small_sums(cells, counts, hidden, 4, siblings=side_by_side)[:60]
    assert attacker.finds(goals, RULE.span) == []


@settings(max_examples=examples(25, 3), deadline=None)
@given(catalogues())
def test_not_even_with_whole_numbers_is_a_hidden_cell_found_exactly(case):
    counts, tables = case
    cells, hidden = published(counts, tables)
    attacker = attack(counts, cells, hidden)
    assert attacker.finds(secrets(cells, hidden), 1, whole=True) == []


@settings(max_examples=examples(25, 3), deadline=None)
@given(catalogues())
def test_nor_by_somebody_who_does_not_know_that_hidden_means_not_zero(case):
    counts, tables = case
    cells, hidden = published(counts, tables)
    assert attack(counts, cells, hidden, at_least=0).finds(secrets(cells, hidden), RULE.span) == []


@settings(max_examples=examples(40, 3), deadline=None)
@given(catalogues(), st.integers(0, 10**6))
def test_bounds_over_the_linked_cells_are_the_bounds_over_all_atoms(case, seed):
    """The cells that the system adds to those published are enough, and no more than the truth."""
    from scipy.optimize import linprog

    counts, tables = case
    random = np.random.default_rng(seed)
    system, blocks = build(counts, tables)
    cells = cells_of([[level.of for level in cut] for cut in tables], counts.shape)
    hidden = {key: bool(random.random() < 0.5) for key in cells}
    flat = np.concatenate(
        [
            [hidden[(number, *place)] for place in np.ndindex(block.shape)]
            for number, block in enumerate(blocks)
        ]
    )
    if not flat.any():
        return
    attacker = attack(counts, cells, hidden, at_least=0)
    cell = int(random.choice(np.flatnonzero(flat)))
    aim = np.zeros(system.size)
    aim[cell] = 1
    low = np.zeros(system.size)
    high = np.full(system.size, np.inf)
    low[: flat.size] = np.where(flat, 0, system.values[: flat.size])
    high[: flat.size] = np.where(flat, 1e5, system.values[: flat.size])
    options = {"A_eq": system.sums, "b_eq": np.zeros(system.sums.shape[0])} if system.sums.shape[0] else {}
    least = linprog(aim, bounds=np.column_stack([low, high]), method="highs", **options)
    key = list(cells)[cell]
    assert least.fun == pytest.approx(attacker.bounds(cells[key])[0], abs=1e-6)
    most = linprog(-aim, bounds=np.column_stack([low, high]), method="highs", **options)
    if -most.fun < 1e4:
        assert -most.fun == pytest.approx(attacker.bounds(cells[key])[1], abs=1e-6)


def town(seed, areas=12, types=6, periods=8):
    random = np.random.default_rng(seed)
    rates = np.einsum(
        "a,p,t->apt", random.gamma(2, 1, areas), np.full(periods, 1.0), random.gamma(1, 1, types)
    )
    return random.poisson(rates * 3)


def town_tables(areas=12, types=6, periods=8):
    """Ward × type × year and district × type × quarter, with margins."""
    ward, district, everywhere = (
        numbered(range(areas)),
        numbered([i // 4 for i in range(areas)]),
        numbered([0] * areas),
    )
    quarter, year = numbered(range(periods)), numbered([i // 4 for i in range(periods)])
    kind, total = numbered(range(types)), numbered([0] * types)
    return [
        *itertools.product([ward, district, everywhere], [year], [kind, total]),
        *itertools.product([district, everywhere], [quarter], [kind, total]),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_the_attacker_finds_what_hiding_small_cells_only_gives_away(seed):
    counts = town(seed)
    cells, hidden = published(counts, town_tables(), lambda count: 0 < count < 5)
    attacker = attack(counts, cells, hidden)
    assert len(attacker.finds(secrets(cells, hidden), 1)) > 0.2 * sum(hidden.values())


@pytest.mark.parametrize("seed", range(3))
def test_the_attacker_finds_nothing_of_a_town_and_most_is_shown(seed):
    counts = town(seed)
    cells, hidden = published(counts, town_tables())
    assert attack(counts, cells, hidden).finds(secrets(cells, hidden), RULE.span) == []
    shown = sum(counts.ravel()[members].sum() for key, members in cells.items() if not hidden[key])
    assert shown > 0.95 * counts.sum() * len({key[0] for key in cells})


def test_a_gate_that_forgets_one_partner_is_caught_by_the_attacker_and_by_the_audit():
    counts = town(1)
    tables = town_tables()
    system, _ = build(counts, tables)
    result = suppress(system, RULE)
    partners = np.flatnonzero(result.hidden & ~RULE.primary(system.values))
    assert partners.size
    caught = 0
    for partner in partners[:8]:
        hidden = result.hidden.copy()
        hidden[partner] = False
        broken = certify(system, Suppression(hidden, result.witnesses), RULE)
        assert not broken.holds
        cells = cells_of([[level.of for level in cut] for cut in tables], counts.shape)
        flat = dict(zip(cells, hidden[system.published].tolist(), strict=True))
        caught += bool(attack(counts, cells, flat).finds(secrets(cells, flat), RULE.span))
    assert caught >= 4


def test_the_audit_believes_no_witness_that_breaks_a_sum_moves_what_is_shown_or_goes_below_one():
    counts = town(2)
    system, _ = build(counts, town_tables())
    result = suppress(system, RULE)
    assert certify(system, result, RULE).holds
    hidden_cell = int(np.flatnonzero(result.hidden)[0])
    shown_cell = int(np.flatnonzero(~result.hidden & system.published)[0])
    for cell, amount in ((hidden_cell, 4.0), (shown_cell, 4.0), (hidden_cell, -1e3)):
        forged = result.witnesses.copy()
        forged[:, cell] += amount
        assert not certify(system, Suppression(result.hidden, forged), RULE).holds


def test_the_same_counts_are_always_hidden_in_the_same_way():
    system, _ = build(town(3), town_tables())
    assert (suppress(system, RULE).hidden == suppress(system, RULE).hidden).all()


def test_what_is_worth_more_to_the_reader_is_hidden_later():
    counts = np.array([[3, 20, 20, 20]]).reshape(4, 1, 1)
    tables = [(level, numbered([0]), numbered([0])) for level in (numbered(range(4)), numbered([0] * 4))]
    system, _ = build(counts, tables)
    for cheap in (1, 2, 3):
        costs = np.full(system.size, 9.0)
        costs[cheap] = 1
        assert np.flatnonzero(suppress(system, RULE, costs).hidden).tolist() == [0, cheap]


def test_nothing_is_hidden_where_nothing_is_small():
    counts = town(4)
    counts = np.where(counts > 0, counts + 5, 0)
    system, _ = build(counts, town_tables())
    assert not suppress(system, RULE).hidden.any()


def test_the_overlap_of_two_areas_is_protected_although_nobody_publishes_it():
    """A ward of two census areas and a sliver of a third: the sliver is the ward less the two."""
    census = numbered([0, 1, 2, 2])  # atoms: whole, whole, a sliver inside the ward, the rest outside
    ward = numbered([0, 0, 0, 1])
    counts = np.array([20, 30, 2, 40]).reshape(4, 1, 1)
    one = numbered([0])
    tables = [(census, one, one), (ward, one, one)]
    system, _ = build(counts, tables)
    result = suppress(system, RULE)
    assert certify(system, result, RULE).holds
    cells = cells_of([[level.of for level in cut] for cut in tables], counts.shape)
    hidden = dict(zip(cells, result.hidden[system.published].tolist(), strict=True))
    assert attack(counts, cells, hidden).finds([[2]], RULE.span) == []
    assert attack(counts, cells, dict.fromkeys(cells, False)).finds([[2]], 1) == [0]


def test_tables_that_share_only_what_both_publish_need_no_other_cells():
    ward, district = numbered(range(4)), numbered([0, 0, 1, 1])
    quarter, year = numbered(range(4)), numbered([0] * 4)
    kind, total = numbered(range(3)), numbered([0] * 3)
    by_ward, by_quarter = (ward, year, total), (district, quarter, kind)
    assert latent([by_ward, by_quarter, (district, year, total)]) == []
    assert latent([by_ward, by_quarter]) == [(district, year, total)]
    assert latent([(ward, quarter, total), (ward, year, kind), (district, quarter, kind)]) != []


def test_what_was_shown_before_stays_shown_and_what_was_hidden_stays_hidden():
    from dataclasses import replace

    counts = np.array([3, 20, 30, 40]).reshape(4, 1, 1)
    one = numbered([0])
    system, _ = build(counts, [(numbered(range(4)), one, one), (numbered([0] * 4), one, one)])
    before = replace(
        system,
        frozen=np.array([False, True, False, False, True]),
        hidden=np.array([True, False, False, True, False]),
    )
    result = suppress(before, RULE)
    assert result.hidden.tolist() == [True, False, False, True, False]
    lost = suppress(
        replace(
            before, frozen=np.array([False, True, True, True, True]), hidden=np.array([True] + [False] * 4)
        ),
        RULE,
    )
    assert lost.unprotected == ((0,),)
    assert not certify(
        replace(before, frozen=np.array([False] + [True] * 4), hidden=np.zeros(5, dtype=bool)), lost, RULE
    ).holds


@pytest.mark.parametrize(
    ("count", "hidden", "written"),
    [(0, False, 0), (1, True, None), (7, True, None), (8, False, 10), (12, False, 10), (13, False, 15)],
)
def test_the_nhs_rule_hides_one_to_seven_and_rounds_the_rest_to_five(count, hidden, written):
    assert NHS.primary(np.array([count]))[0] == hidden
    if not hidden:
        assert NHS.display(count) == written


def test_zeros_are_hidden_where_a_rule_says_so():
    rule = Threshold(5, hides_zeros=True)
    assert rule.primary(np.array([0, 1, 4, 5])).tolist() == [True, True, True, False]


def test_a_threshold_that_hides_nothing_is_refused():
    with pytest.raises(BadInput, match="below 3"):
        Threshold(2)


def test_one_payer_who_is_nearly_all_of_a_sum_is_found_by_the_p_percent_rule():
    total, largest, second = np.array([100.0, 100, 50]), np.array([80.0, 40, 50]), np.array([15.0, 30, 0])
    assert dominated(total, largest, second, 10).tolist() == [True, False, True]


def test_a_level_is_numbered_in_order():
    with pytest.raises(BadInput):
        Level((1, 0))


def test_margins_leave_out_what_belongs_to_no_group():
    counts = np.arange(4).reshape(4, 1, 1)
    one = numbered([0])
    assert margin(counts, (numbered([0, 0, None, 1]), one, one)).ravel().tolist() == [1, 3]


@pytest.mark.slow
def test_coarse_tables_of_years_show_97_percent_and_withstand_the_attacker_as_one_system():
    """Twenty wards, fourteen types, the quarters of three years (of two in a sample), some 10,000 records a
    year; about ten for each leaf."""
    quarters = 12 if FULL else 8
    random = np.random.default_rng(11)
    area, kind = random.gamma(4, 1, 20), random.gamma(1.2, 1, 14)
    mean = np.einsum("a,t,q->atq", area / area.sum(), kind / kind.sum(), np.full(quarters, 2_500))
    counts = random.poisson(mean)
    ward, district, whole = numbered(range(20)), numbered([i // 5 for i in range(20)]), numbered([0] * 20)
    every, group, total = (
        numbered(range(14)),
        numbered([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3]),
        numbered([0] * 14),
    )
    quarter, year = numbered(range(quarters)), numbered([i // 4 for i in range(quarters)])
    tables = [
        *itertools.product([ward, district, whole], [group, total], [year]),
        *itertools.product([district, whole], [every], [quarter, year]),
        *itertools.product([district, whole], [group, total], [quarter]),
        *itertools.product([ward], [total], [quarter]),
    ]
    cells, hidden = published(counts, tables)
    goals = secrets(cells, hidden)
    assert goals
    assert attack(counts, cells, hidden).finds(goals, RULE.span) == []
    sums = {key: int(counts.ravel()[members].sum()) for key, members in cells.items()}
    assert sum(n for key, n in sums.items() if not hidden[key]) > 0.97 * sum(sums.values())
    naive = {key: 0 < n < 5 for key, n in sums.items()}
    assert attack(counts, cells, naive).finds(secrets(cells, naive), 1)
