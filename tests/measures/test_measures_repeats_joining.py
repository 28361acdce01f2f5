"""The same incident told to several agencies counts once: by hand, and against a naive grouping."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_repeats import joined

from joinedup.measures.repeats.counting import NOBODY, Mentions
from joinedup.measures.repeats.definitions import SameIncident
from joinedup.measures.repeats.joining import NOTHING, Events, told_once
from sampling import examples

RULE = SameIncident(minutes=60, metres=200, day_is_enough=True)
HOME = (-1.31, 54.57)
EAST = 111_195 * np.cos(np.radians(HOME[1]))  # metres of a degree of longitude
EPOCH, NOON, LATE = (
    dt.datetime.fromisoformat(text) for text in ("1970-01-01", "2024-05-01T12:00", "2024-05-01T23:50")
)
Event = tuple[str, dt.datetime | dt.date, tuple[float, float] | None]


def arrays(told: list[Event], references: list[tuple[str, str]] | None = None) -> Events:
    """Source, moment (or day) and metres east and north of home of each; its own and a carried reference."""
    names = ["", *sorted({one for pair in references or [] for one in pair} - {""})]
    pairs = references or [("", "")] * len(told)
    whens = [when for _, when, _ in told]
    places = [where or (np.nan, np.nan) for *_, where in told]
    return Events(
        source=np.array(
            [sorted({one[0] for one in told}).index(source) for source, *_ in told], dtype=np.int64
        ),
        day=np.array(
            [when.date() if isinstance(when, dt.datetime) else when for when in whens], "datetime64[D]"
        ),
        minute=np.array(
            [
                int((when - EPOCH).total_seconds() // 60) if isinstance(when, dt.datetime) else NOTHING
                for when in whens
            ]
        ),
        longitude=np.array([HOME[0] + east / EAST for east, _ in places]),
        latitude=np.array([HOME[1] + north / 111_195 for _, north in places]),
        reference=np.array([names.index(own) - 1 for own, _ in pairs]),
        carried=np.array([names.index(carried) - 1 for _, carried in pairs]),
        may_repeat=np.zeros(len(told), dtype=np.bool_),
    )


def of(events: Events, units: list[set[int]]) -> Mentions:
    """A row for each event and unit, or nobody."""
    rows = [(event, unit) for event, each in enumerate(units) for unit in sorted(each or {NOBODY})]
    event = np.array([event for event, _ in rows], dtype=np.int64)
    unit = np.array([unit for _, unit in rows], dtype=np.int64)
    return Mentions(event, unit, events.day[event], events.may_repeat[event])


def kept(told: list[Event], units: list[set[int]], rule: SameIncident = RULE, **more: object) -> list[int]:
    """The events that are left."""
    events = arrays(told, **more)  # type: ignore[arg-type]
    return sorted(set(told_once(events, of(events, units), rule).event.tolist()))


def after(minutes: int) -> dt.datetime:
    return NOON + dt.timedelta(minutes=minutes)


def test_one_caller_who_tells_two_agencies_within_an_hour_tells_of_one_incident() -> None:
    told: list[Event] = [("police", NOON, (0, 0)), ("council", after(60), (199, 0))]
    assert kept(told, [{1}, {1}]) == [0]
    assert kept([told[0], ("council", after(61), (0, 0))], [{1}, {1}]) == [0, 1]
    assert kept([told[0], ("council", after(1), (201, 0))], [{1}, {1}]) == [0, 1]
    assert kept(told, [{1}, {2}]) == [0, 1]  # another caller
    assert kept(told, [set(), set()]) == [0, 1]  # anonymous ones are never merged
    assert kept([told[0], ("police", after(5), (0, 0))], [{1}, {1}]) == [0, 1]  # one agency, two calls
    assert kept([told[0], ("council", after(5), None)], [{1}, {1}]) == [0, 1]  # a place is not known


def test_across_midnight_minutes_count_and_not_days() -> None:
    told: list[Event] = [("police", LATE, (0, 0)), ("council", LATE + dt.timedelta(minutes=20), (0, 0))]
    assert kept(told, [{1}, {1}]) == [0]
    events = arrays(told[::-1])
    assert told_once(events, of(events, [{1}, {1}]), RULE).day.tolist() == [LATE.date()]


def test_without_a_time_of_day_the_same_day_does_only_where_the_rule_says_so() -> None:
    told: list[Event] = [("police", NOON, (0, 0)), ("landlord", NOON.date(), (10, 0))]
    assert kept(told, [{1}, {1}]) == [0]
    assert kept(told, [{1}, {1}], SameIncident(60, 200, day_is_enough=False)) == [0, 1]


def test_an_incident_takes_one_event_of_each_agency_the_nearest_in_time() -> None:
    told: list[Event] = [
        ("police", NOON, (0, 0)),
        ("council", after(30), (0, 0)),
        ("police", after(40), (0, 0)),
        ("landlord", after(45), (0, 0)),
    ]
    events = arrays(told)
    left = told_once(events, of(events, [{1}] * 4), RULE)
    assert sorted(left.event.tolist()) == [0, 1]  # 1, 2 and 3 are one; 0 stays, though near to 1


def test_a_common_reference_joins_whoever_told_and_the_named_caller_stays() -> None:
    told: list[Event] = [("police", NOON, None), ("health", dt.date(2024, 5, 3), None)]
    references = [("P1", ""), ("H9", "P1")]
    events = arrays(told, references)
    left = told_once(events, of(events, [set(), {7}]), RULE)
    assert (left.event.tolist(), left.unit.tolist()) == ([0], [7])
    assert left.day.tolist() == [NOON.date()]
    assert kept(told, [{1}, {1}], references=[("P1", ""), ("P1", "")]) == [0, 1]  # numbers may coincide


_WHEN = st.one_of(
    st.integers(0, 3000).map(lambda minute: NOON + dt.timedelta(minutes=minute)),
    st.integers(0, 2).map(lambda day: NOON.date() + dt.timedelta(days=day)),
)
_WHERE = st.one_of(
    st.none(), st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda at: (at[0] * 120.0, at[1] * 120.0))
)
_TOLD = st.tuples(
    st.sampled_from(["council", "landlord", "police"]), _WHEN, _WHERE, st.sets(st.integers(0, 2), max_size=2)
)


@settings(max_examples=examples(1500, 3))
@given(st.lists(_TOLD, max_size=9), st.booleans())
def test_equal_to_a_naive_grouping(rows: list[tuple], day_is_enough: bool) -> None:
    told = [(source, when, where) for source, when, where, _ in rows]
    units = [each for *_, each in rows]
    rule = SameIncident(60, 200, day_is_enough)
    events = arrays(told)
    left = told_once(events, of(events, units), rule)
    groups = joined(dict(enumerate(told)), dict(enumerate(units)), 60, 200, day_is_enough)
    expected = {
        (min(group), unit)
        for group in groups
        for unit in set().union(*(units[event] for event in group)) or {NOBODY}
    }
    assert set(zip(left.event.tolist(), left.unit.tolist(), strict=True)) == expected
    assert len(left.event) == len(expected)
    for event, day in zip(left.event.tolist(), left.day, strict=True):
        group = next(group for group in groups if event in group)
        assert day == min(events.day[one] for one in group)
