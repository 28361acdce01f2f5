"""Tables published again each month while late records come: whoever keeps them all learns nothing hidden."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from attacker import Attacker, cells_of

from joinedup.release.suppression.auditing import certify
from joinedup.release.suppression.cells import build
from joinedup.release.suppression.editions import Edition, in_one
from joinedup.release.suppression.levels import numbered
from joinedup.release.suppression.rules import Threshold
from joinedup.release.suppression.suppressing import suppress

RULE = Threshold(5)
AREAS, KINDS, QUARTERS = 6, 3, 4


def levels():
    ward, district = numbered(range(AREAS)), numbered([0, 0, 0, 1, 1, 1])
    kind, total = numbered(range(KINDS)), numbered([0] * KINDS)
    quarter, year = numbered(range(QUARTERS)), numbered([0] * QUARTERS)
    return [
        *itertools.product([ward, district], [kind, total], [year]),
        *itertools.product([district], [kind, total], [quarter]),
    ]


def months(seed, count=12, late=0.015):
    random = np.random.default_rng(seed)
    counts = [random.poisson(random.gamma(1.5, 2.0, size=(AREAS, KINDS, QUARTERS)))]
    for _ in range(count - 1):
        counts.append(counts[-1] + random.poisson(counts[-1] * late))
    return counts


def published_each_month(counts, *, jointly=True):
    """The editions that pass the gate, and the counts of each; one that does not pass does not leave."""
    out, true = [], []
    for now in counts:
        system, blocks = build(now, levels())
        new = Edition(system, blocks, tuple(range(size) for size in now.shape))
        whole, own = in_one(out, new) if out and jointly else (system, slice(0, system.size))
        result = suppress(whole, RULE)
        if certify(whole, result, RULE).holds:
            out.append(Edition(system, blocks, new.labels, result.hidden[own]))
            true.append(now)
    return out, true


def reader_of(editions, counts):
    """Somebody with every edition who knows that counts only grow; and the hidden cells, as sums of atoms."""
    size = AREAS * KINDS * QUARTERS
    attacker = Attacker(size * len(editions))
    cells = cells_of([[level.of for level in cut] for cut in levels()], (AREAS, KINDS, QUARTERS))
    goals = []
    for number, (edition, now) in enumerate(zip(editions, counts, strict=True)):
        hidden = dict(zip(cells, edition.hidden[edition.system.published].tolist(), strict=True))
        places = range(number * size, (number + 1) * size)
        attacker.reads(cells, now, hidden, places)
        goals += [[places[atom] for atom in cells[key]] for key in cells if hidden[key]]
        if number:
            for atom in range(size):
                attacker.knows([places[atom]], 0, less=[places[atom] - size])
    return attacker, goals


@pytest.mark.parametrize("seed", range(2))
def test_twelve_monthly_editions_with_late_records_give_nothing_away_together(seed):
    editions, counts = published_each_month(months(seed))
    assert len(editions) >= 6
    attacker, goals = reader_of(editions, counts)
    assert goals
    assert attacker.finds(goals, RULE.span) == []


def test_editions_protected_one_by_one_are_taken_apart():
    """The same attacker, and a gate that forgets what left before."""
    attacker, goals = reader_of(*published_each_month(months(0, count=6, late=0.03), jointly=False))
    assert attacker.finds(goals, RULE.span)


def test_with_the_months_of_another_source_nothing_is_found_that_those_do_not_tell_alone():
    """Police.uk's open months bound a closed count from above where each closed record is a crime in them."""
    editions, counts = published_each_month(months(0), jointly=True)
    attacker, goals = reader_of(editions, counts)
    alone = Attacker(attacker.atoms)
    size = counts[0].size
    random = np.random.default_rng(5)
    for number, now in enumerate(counts):
        for atom, count in enumerate(now.ravel().tolist()):
            most = count + 5 + int(random.poisson(5))
            attacker.knows([number * size + atom], 0, most)
            alone.knows([number * size + atom], 0, most)
    told = set(alone.finds(goals, RULE.span))
    assert set(attacker.finds(goals, 1)) <= told


def test_a_new_edition_hides_what_the_one_before_hid_and_what_fell_is_no_contradiction():
    first = months(1)[0]
    second = first.copy()
    second[0, 0, 0] = max(0, second[0, 0, 0] - 1)
    second[1:, :, :] += 6
    editions, _ = published_each_month([first, second])
    assert len(editions) == 2
    assert (editions[1].hidden >= editions[0].hidden).all()


def test_a_period_more_finds_the_cells_of_before():
    counts = months(2)[0]
    system, blocks = build(counts, levels())
    old = Edition(
        system, blocks, (range(AREAS), range(KINDS), range(QUARTERS)), suppress(system, RULE).hidden
    )
    longer = np.concatenate([counts, counts[:, :, :1] + 9], axis=2)
    ward, kind = numbered(range(AREAS)), numbered(range(KINDS))
    year = numbered([0, 0, 0, 0, None])
    more, places = build(longer, [(ward, kind, year), (ward, kind, numbered([None] * 4 + [0]))])
    whole, own = in_one([old], Edition(more, places, (range(AREAS), range(KINDS), range(QUARTERS + 1))))
    by_ward = next(block for block in blocks if block.cut[:2] == (ward, kind))
    assert (whole.hidden[own][: AREAS * KINDS] == old.hidden[by_ward.places]).all()
    assert not whole.hidden[own][AREAS * KINDS : 2 * AREAS * KINDS].any()
