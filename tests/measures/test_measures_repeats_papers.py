"""The papers' figures of repeats and caseloads, from records made to agree with them: known-answers.md."""

from __future__ import annotations

import datetime as dt
import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.errors import BadInput
from joinedup.measures.intervals import wilson
from joinedup.measures.repeats import (
    Range,
    RepeatQuery,
    Shared,
    bounds,
    combinations,
    shared,
)
from joinedup.terms import Period, Strictness
from repeating_town import ALL, Repeating
from sampling import examples
from tiny_town import Town

HOTLINE = Period.parse("2011-04..2012-02")
CASELOADS = {"probation": 800, "drugs team": 600, "youth offending": 1200}
OFFENDERS = 3510


def hotline() -> list[dict[str, object]]:
    """4,432 calls: 215 people with 1,632 calls of which three lie within two months; 164 with 576 that never
    have three so close; 800 people with two calls and 624 anonymous calls make up the rest."""
    calls: list[tuple[str, dt.date]] = []
    first = HOTLINE.start
    for person, size in enumerate(spread(1632, 215)):
        calls += [(f"raised {person}", first + dt.timedelta(person % 100 + 20 * n)) for n in range(size)]
    for person, size in enumerate(spread(576, 164)):
        calls += [(f"slow {person}", first + dt.timedelta(person % 90 + 80 * n)) for n in range(size)]
    calls += [
        (f"twice {person}", first + dt.timedelta(person % 300 + n)) for person in range(800) for n in (0, 1)
    ]
    calls += [("", first + dt.timedelta(number % 330)) for number in range(624)]
    random.Random(1).shuffle(calls)
    return [
        {"id": f"{number}", "day": day, **({"caller": who} if who else {})}
        for number, (who, day) in enumerate(calls)
    ]


def spread(calls: int, people: int) -> list[int]:
    """So many calls, as evenly as they go, on so many people."""
    return [calls // people + (person < calls % people) for person in range(people)]


def test_the_hotline_of_paper_001(town: Town) -> None:
    """The intervals to compare with are Wilson's of the calls; a figure gives those by resampling callers."""
    people = Repeating(town.workspace)
    rows = hotline()
    assert len(rows) == 4432
    assert all(HOTLINE.start <= row["day"] < HOTLINE.end for row in rows)  # type: ignore[operator]
    people.told("police-incidents", "2011-04..2012-02", rows)
    people.link()
    told = {}
    for name in ("repeat-caller", "repeat-caller-jag"):
        figure = people.repeats(name, "2011-04..2012-02")
        assert figure.best is not None
        units, events = figure.rows
        told[name] = (units.numerator, events.numerator, events.denominator)
        assert figure.best.without_unit == 624
        ends = wilson(events.numerator or 0, events.denominator or 0)
        assert (events.lower or 1) < ends[0] < ends[1] < (events.upper or 0)  # a caller's calls are not apart
        shares = [round(100 * float(value or 0), 1) for value in (events.value, *ends)]
        assert shares == {"repeat-caller": [49.8, 48.3, 51.3], "repeat-caller-jag": [36.8, 35.4, 38.3]}[name]
    assert told == {"repeat-caller": (379, 2208, 4432), "repeat-caller-jag": (215, 1632, 4432)}
    query = RepeatQuery("repeat-caller", ALL, HOTLINE)
    both = shared(town.workspace, query, "repeat-caller-jag")
    assert both == dict.fromkeys(Strictness, Shared(both=215, only_one=164, only_other=0))
    assert round(100 * 215 / 379, 1) == 56.7


def test_the_papers_own_shares_are_not_of_4432() -> None:
    """No denominator near the paper's gives 38.1 %; those that give both shares are from 5,788 to 5,797."""
    fits = [
        calls
        for calls in range(4000, 7000)
        if round(100 * 2208 / calls, 1) == 38.1 and round(100 * 1632 / calls, 1) == 28.2
    ]
    assert (fits[0], fits[-1]) == (5788, 5797)
    assert [round(100 * float(end), 1) for end in wilson(2208, 4432)] == [48.3, 51.3]


def test_caseloads_that_nobody_may_link() -> None:
    told = bounds(CASELOADS, OFFENDERS)
    assert (told.memberships, told.people) == (2600, Range(1200, 2600))
    assert told.on_none == Range(910, 2310)
    assert bounds(CASELOADS, OFFENDERS, all_of_it=False).on_none == Range(910, 3510)
    assert told.combinations["probation", "drugs team", "youth offending"] == Range(0, 600)
    assert told.combinations["youth offending",] == Range(0, 1200)
    assert bounds(CASELOADS).on_none is None
    assert bounds(CASELOADS, 1138, all_of_it=False).on_none == Range(0, 1138)
    with pytest.raises(BadInput, match=r"1,200 cannot be of 1,138 people \(youth offending\)"):
        bounds(CASELOADS, 1138)  # "of those" cannot mean the 1,138


def test_caseloads_of_known_people() -> None:
    members = {
        "probation": range(800),
        "drugs team": range(700, 1300),
        "youth offending": [*range(50), *range(1250, 2400)],
    }
    found = combinations(members)
    assert found == {
        ("probation",): 650,
        ("drugs team",): 450,
        ("youth offending",): 1100,
        ("probation", "drugs team"): 100,
        ("probation", "youth offending"): 50,
        ("drugs team", "youth offending"): 50,
        ("probation", "drugs team", "youth offending"): 0,
    }
    assert sum(found.values()) == 2400
    told = bounds(CASELOADS, OFFENDERS)
    assert all(
        told.combinations[each].least <= number <= told.combinations[each].most
        for each, number in found.items()
    )


@settings(max_examples=examples(60, 3))
@given(st.integers(1, 4), st.data())
def test_each_bound_is_reached_and_none_is_passed(population: int, data: st.DataObject) -> None:
    """Against every way of choosing who is on three caseloads of these sizes."""
    sizes = {name: data.draw(st.integers(0, population)) for name in "abc"}
    told = bounds(sizes, population)
    ways = itertools.product(*(itertools.combinations(range(population), size) for size in sizes.values()))
    counted = [combinations(dict(zip(sizes, way, strict=True))) for way in ways]
    for chosen, limits in told.combinations.items():
        seen = [one[chosen] for one in counted]
        assert (limits.least, limits.most) == (min(seen), max(seen))
    on_any = [sum(one.values()) for one in counted]
    assert told.people == Range(min(on_any), max(on_any))
    assert told.on_none == Range(population - max(on_any), population - min(on_any))
