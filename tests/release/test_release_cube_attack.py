"""What is left of every leaf to somebody who has all editions of a cube, and knows how counts moved.

What holds: a leaf that reads 5k may be anything within 4 of it (a 0: none to 4), after any number of
editions, also for somebody who knows for each leaf and step in which direction its count went. Where the same
count had to be rounded twice (its ward has a new code, records were erased), at least four values are left.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from attacker import Attacker
from closed_town import WARDS
from cube_attacker import anything, between, grew, possible, shrank
from cube_town import ANALYST, COUNCILLOR, HALVES, KINDS, QUARTERS, first_counts, sent
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.measures import FigureQuery
from joinedup.records import RecordBook
from joinedup.release import release
from joinedup.release.cubes import refresh
from joinedup.release.rounding import round_cube
from joinedup.release.suppression.levels import numbered
from joinedup.terms import AreaLevel, Every, Form, Period, Role, Viewer
from sampling import examples
from seconding import by_two

SHAPE = (3, 2, 2)
TABLES = [
    (numbered(range(3)), numbered(range(2)), numbered(range(2))),
    (numbered([0] * 3), numbered(range(2)), numbered([0] * 2)),
    (numbered([0] * 3), numbered([0] * 2), numbered([0] * 2)),
]


def editions(counts, seed):
    """The rounded leaves of one release after another."""
    shown, before = [], None
    for number, now in enumerate(counts):
        leaves = round_cube(now, TABLES, seed + number, before=before).leaves
        shown.append(leaves)
        before = (now, leaves)
    return shown


def leaves_of(shown):
    return zip(*(one.ravel().tolist() for one in shown), strict=True)


@settings(max_examples=examples(60, 3), deadline=None)
@given(
    st.lists(st.integers(0, 14), min_size=12, max_size=12),
    st.lists(st.lists(st.integers(0, 3), min_size=12, max_size=12), min_size=1, max_size=8),
    st.integers(0, 2**40),
)
def test_counts_that_only_grow_keep_all_their_values_in_every_edition(first, more, seed):
    counts = [np.array(first).reshape(SHAPE)]
    for late in more:
        counts.append(counts[-1] + np.array(late).reshape(SHAPE))
    for seen in leaves_of(editions(counts, seed)):
        assert list(seen) == sorted(seen)  # what grows is never shown to fall
        for one, left in zip(seen, possible(seen, [grew] * len(more)), strict=True):
            assert left == between(one)


@settings(max_examples=examples(60, 3), deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 14), min_size=12, max_size=12), min_size=2, max_size=8),
    st.integers(0, 2**40),
)
def test_whoever_knows_in_which_direction_each_count_went_learns_nothing_from_it(listed, seed):
    counts = [np.array(one).reshape(SHAPE) for one in listed]
    shown = editions(counts, seed)
    ways = zip(*(one.ravel().tolist() for one in counts), strict=True)
    for seen, true in zip(leaves_of(shown), ways, strict=True):
        known = [grew if now >= before else shrank for before, now in itertools.pairwise(true)]
        assert all(number in left for number, left in zip(true, possible(seen, known), strict=True))
        for one, left in zip(seen, possible(seen, known), strict=True):
            assert left == between(one)


def test_rounding_a_changed_leaf_afresh_would_tell_it_after_a_few_times():
    """Why a leaf never moves against its count: this one only grew, and was shown 5, 0, 5, 0."""
    assert possible([5, 0, 5, 0], [grew] * 3) == [{1}, {2}, {3}, {4}]


@settings(max_examples=examples(40, 2), deadline=None)
@given(st.lists(st.integers(0, 14), min_size=12, max_size=12), st.integers(0, 2**40), st.integers(2, 6))
def test_a_count_that_is_rounded_several_times_keeps_four_values(first, seed, times):
    """Its ward has a new code, or the ledger was lost: each time without the edition before."""
    counts = np.array(first).reshape(SHAPE)
    same = [round_cube(counts, TABLES, seed + number).leaves for number in range(times)]
    for seen in leaves_of(same):
        left = possible(seen, [lambda before, now: before == now] * (times - 1), keeps=False)
        assert min(map(len, left)) >= 4


@settings(max_examples=examples(40, 2), deadline=None)
@given(
    st.lists(st.integers(0, 14), min_size=12, max_size=12),
    st.lists(st.integers(0, 14), min_size=12, max_size=12),
    st.lists(st.integers(0, 3), min_size=12, max_size=12),
    st.integers(0, 2**40),
)
def test_an_edition_beside_one_that_can_no_longer_be_counted_leaves_four_values(first, erased, late, seed):
    """After an erasure the edition before counts less than it did. Everybody may know of it."""
    counts = np.array(first).reshape(SHAPE)
    left_over = np.maximum(counts - np.array(erased).reshape(SHAPE), 0)
    now = left_over + np.array(late).reshape(SHAPE)
    before = round_cube(counts, TABLES, seed).leaves
    after = round_cube(now, TABLES, seed + 1, before=(left_over, before), unsure=True).leaves
    ways = zip(counts.ravel().tolist(), now.ravel().tolist(), strict=True)
    for seen, (was, is_now) in zip(leaves_of([before, after]), ways, strict=True):
        way = grew if is_now >= was else shrank
        for true, left in zip((was, is_now), possible(seen, [way]), strict=True):
            assert true in left
            assert len(left) >= 4


LEVELS = (AreaLevel.ALL, AreaLevel.PARTNERSHIP, AreaLevel.DISTRICT, AreaLevel.WARD)


def all_that_a_councillor_gets(town):
    """{(areas, periods, kinds, halves): number} of every count of every table, and of rows of changes."""
    told = {}
    for level in LEVELS:
        for every in (Every.QUARTER, Every.YEAR, Every.WHOLE):
            for by in ((), ("kind",), ("half",), ("kind", "half")):
                for form in (Form.COUNT, Form.CHANGE):
                    query = FigureQuery("patrols", form=form, level=level, every=every, by=by)
                    for row in release(town, COUNCILLOR, query).rows:
                        values = tuple(row.breakdowns.get(name, "") for name in ("kind", "half"))
                        key = (row.area_code, row.period, *values)
                        assert row.numerator is not None
                        assert told.setdefault(key, row.numerator) == row.numerator
    return told


def wards_in(code):
    return [ward for ward in WARDS if code in {ward, WARDS[ward], "partnership", "all"}]


def test_all_tables_of_several_editions_leave_each_leaf_its_values(cube_town, tmp_path):
    """Late records, then some withdrawn, then late ones again: linear programs over all that was told."""
    rng = np.random.default_rng(5)
    truth = [first_counts(seed) for seed in range(len(QUARTERS))]
    attacker_of = {}
    for edition in range(4):
        if edition:
            for place, quarter in enumerate(QUARTERS):
                change = -1 if edition == 2 else 1
                truth[place] = {
                    leaf: max(0, count + change * int(rng.poisson(0.4))) if count else count
                    for leaf, count in truth[place].items()
                }
                folder = tmp_path / f"edition-{edition}"
                sent(cube_town, folder, quarter, truth[place], f"2025-0{edition + 1}-10")
        refresh(cube_town, ANALYST, "patrols")
        attacker_of[edition] = (all_that_a_councillor_gets(cube_town), [dict(one) for one in truth])
    atoms = [
        (ward, quarter, kind, half)
        for ward in WARDS
        for quarter in QUARTERS
        for kind in KINDS
        for half in HALVES
    ]
    attacker = Attacker(len(atoms) * len(attacker_of))
    for edition, (told, true) in attacker_of.items():
        start = edition * len(atoms)
        for (code, period, kind, half), number in told.items():
            members = [
                start + place
                for place, (ward, quarter, one_kind, one_half) in enumerate(atoms)
                if ward in wards_in(code)
                and period.start <= quarter.start < period.end
                and kind in {"", one_kind}
                and half in {"", one_half}
            ]
            attacker.knows(members, max(0, number - 4 * len(members)), number + 4 * len(members))
        for place, (ward, quarter, kind, half) in enumerate(atoms):
            seen = told[ward, quarter, kind, half]
            now = true[QUARTERS.index(quarter)][ward, kind, half]
            assert now in between(seen)
            if edition:  # it knows which way each leaf went
                before = attacker_of[edition - 1][1][QUARTERS.index(quarter)][ward, kind, half]
                more, less = (start + place, start + place - len(atoms))[:: 1 if now >= before else -1]
                attacker.knows([more], 0, less=[less])
    leaves = [[place] for place in range(attacker.atoms)]
    assert attacker.finds(leaves, 4) == []  # 0 to 4 at least, and 9 values elsewhere
    wide = [
        [edition * len(atoms) + place]
        for edition, (told, _true) in attacker_of.items()
        for place, atom in enumerate(atoms)
        if told[atom] > 0
    ]
    assert attacker.finds(wide, 8) == []


def test_a_leaf_that_did_not_change_is_shown_as_before(cube_town, tmp_path):
    refresh(cube_town, ANALYST, "patrols")
    before = all_that_a_councillor_gets(cube_town)
    late = first_counts(0)
    late["W1", "foot", "early"] += 1
    sent(cube_town, tmp_path / "late", QUARTERS[0], late, "2025-02-10")
    assert all_that_a_councillor_gets(cube_town) == before  # until somebody makes the next edition
    made, _ = refresh(cube_town, ANALYST, "patrols")
    after = all_that_a_councillor_gets(cube_town)
    assert made.number == 2
    finest = [key for key in before if key[0] in WARDS and key[1] in QUARTERS and all(key[2:])]
    assert {key for key in finest if after[key] != before[key]} <= {("W1", QUARTERS[0], "foot", "early")}


def test_after_an_erasure_the_kept_editions_stay_and_the_next_is_within_four(cube_town):
    refresh(cube_town, ANALYST, "patrols")
    before = all_that_a_councillor_gets(cube_town)
    administrator = Viewer("admin", "Admin", Role.ADMINISTRATOR, "council")
    book = RecordBook(cube_town)
    with book.reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, ("incident",), ("wardens",))
        keys = [row[0] for row in cursor.execute("SELECT record_key FROM incident LIMIT 3").fetchall()]
    by_two(book.erase, "warden-patrols", keys, by=administrator, reason="They asked for it")
    assert all_that_a_councillor_gets(cube_town) == before
    refresh(cube_town, ANALYST, "patrols")
    true = release(
        cube_town,
        ANALYST,
        FigureQuery("patrols", level=AreaLevel.WARD, every=Every.QUARTER, by=("kind", "half")),
    )
    after = all_that_a_councillor_gets(cube_town)
    for row in true.rows:
        if row.area_code in WARDS:
            seen = after[row.area_code, row.period, row.breakdowns["kind"], row.breakdowns["half"]]
            assert row.numerator in between(seen)


@pytest.mark.parametrize("lost", [False, True])
def test_counts_that_can_no_longer_be_counted_as_they_were_are_noticed(cube_town, monkeypatch, lost):
    from joinedup.release.cubes import ledger
    from joinedup.release.cubes.seals import KEY_FILE

    refresh(cube_town, ANALYST, "patrols")
    told, real = [], ledger.round_cube

    def watched(*what, **how):
        told.append(how["unsure"])
        return real(*what, **how)

    monkeypatch.setattr(ledger, "round_cube", watched)
    refresh(cube_town, ANALYST, "patrols")
    if lost:
        (cube_town.secrets_folder / KEY_FILE).unlink()
    else:
        with RecordBook(cube_town).reading() as reader:
            cursor = reader.connection()
            reader.define_views(cursor, ("incident",), ("wardens",))
            keys = [row[0] for row in cursor.execute("SELECT record_key FROM incident LIMIT 1").fetchall()]
        administrator = Viewer("admin", "Admin", Role.ADMINISTRATOR, "council")
        by_two(
            RecordBook(cube_town).erase, "warden-patrols", keys, by=administrator, reason="They asked for it"
        )
    refresh(cube_town, ANALYST, "patrols")
    assert told == [False, True]


def test_what_is_kept_of_a_cube_holds_no_count(cube_town):
    made, _ = refresh(cube_town, ANALYST, "patrols")
    assert set(vars(made)) >= {"axes", "leaves"}
    assert set(made.leaves) == {"at", "fives"}
    assert (
        sum(made.leaves["fives"]) * 5
        == all_that_a_councillor_gets(cube_town)["all", Period(QUARTERS[0].start, QUARTERS[-1].end), "", ""]
    )


@pytest.mark.parametrize("direction", [anything, grew])
def test_the_attacker_itself_finds_what_can_be_found(direction):
    assert possible([0, 0], [direction]) == [set(range(5)), set(range(5))]
    assert possible([0, 5], [lambda before, now: now == before], keeps=False) == [{1, 2, 3, 4}] * 2
