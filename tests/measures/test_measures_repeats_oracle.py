"""Repeats through a workspace, on random files of three agencies, equal to a naive count of the same rows."""

from __future__ import annotations

import datetime as dt
import math
import random

import pytest
from naive_repeats import Seen, count, joined

from joinedup.measures.repeats import REPEATS, Answer
from joinedup.terms import Period, Strictness
from repeating_town import Repeating
from tiny_town import Town, spot

HALF = Period.parse("2024-01..2024-06")
UNTIL = dt.date(2024, 9, 1)
FEEDS = {"police-incidents": "police", "council-asb-callers": "council", "housing-asb": "landlord"}
MARKS = {Strictness.STRICT: "", Strictness.BEST: "~", Strictness.LOOSE: "~?"}
DEFINITIONS = ["repeat-caller", "repeat-caller-unrequested", "repeat-caller-jag", "repeat-caller-case-review"]


def files(draw: random.Random) -> dict[str, list[dict[str, object]]]:
    """Some calls to each agency, close enough in time and place for one incident to reach several."""
    told: dict[str, list[dict[str, object]]] = {feed: [] for feed in FEEDS}
    for number in range(draw.randint(30, 60)):
        feed = draw.choice(list(FEEDS))
        moment = dt.datetime.fromisoformat("2023-12-20T12:00") + dt.timedelta(
            days=draw.choice([0, 1, 15, 30, 31, 45, 62, 91, 120, 200]), minutes=draw.randrange(0, 200, 20)
        )
        row: dict[str, object] = {
            "id": f"{feed} {number}",
            "day": moment if feed == "police-incidents" and draw.random() < 0.7 else moment.date(),
            "requested": draw.choice([True, False, False, None]),
        }
        if draw.random() < 0.8:
            row["caller"] = draw.choice(["Ann", "Bob", "Cat", "Dan"]) + draw.choice(["", "", "~", "?"])
        if draw.random() < 0.8:
            row["place"] = draw.choice(["W1", "W2", "W3 by the border", "W2 by the border"])
        told[feed].append(row)
    return told


def naive(told: dict[str, list[dict[str, object]]], name: str, strictness: Strictness) -> dict[str, object]:
    """The same question answered row by row."""
    definition = REPEATS[name]
    rows = [
        (FEEDS[feed], row)
        for feed, each in told.items()
        for row in each
        if definition.requested or not row["requested"]
    ]
    people: dict[str, int] = {}
    events, units, days = {}, {}, {}
    for number, (source, row) in enumerate(rows):
        day = row["day"]
        events[number] = (source, day, metres(row.get("place")))
        days[number] = day.date() if isinstance(day, dt.datetime) else day
        who = str(row.get("caller", ""))
        sure = who[-1:] not in {"~", "?"} or who[-1] in MARKS[strictness]
        key = who.rstrip("~?") if sure else f"only in {row['id']}"
        units[number] = {people.setdefault(key, len(people))} if who else set()
    rule = definition.same_incident
    assert rule is not None
    seen = []
    for group in joined(events, units, rule.minutes, rule.metres, rule.day_is_enough):
        day = min(days[event] for event in group)
        for unit in set().union(*(units[event] for event in group)) or {None}:
            seen.append(Seen(min(group), unit, day))
    return count(seen, definition.window, definition.threshold, HALF, UNTIL)


def metres(place: object) -> tuple[float, float] | None:
    """Metres east and north, on a plane."""
    at = spot(place)  # type: ignore[arg-type]
    if at is None:
        return None
    return at[0] * 111_195 * math.cos(math.radians(at[1])), at[1] * 111_195


def numbers(answer: Answer) -> tuple[object, ...]:
    return (
        answer.units,
        answer.repeat_units,
        answer.events,
        answer.repeat_events,
        answer.without_unit,
        answer.distribution,
    )


@pytest.mark.parametrize("seed", range(6))
def test_equal_to_a_naive_count_of_the_same_rows(town: Town, seed: int) -> None:
    told = files(random.Random(seed))
    people = Repeating(town.workspace)
    for feed, rows in told.items():
        people.told(feed, "2023-12..2024-08", rows)
    people.link()
    for name in DEFINITIONS:
        (answers,) = people.repeats(name, "2024-01..2024-06").answers.values()
        for strictness, answer in answers.items():
            expected = naive(told, name, strictness)
            sizes = list(expected["units"].values())  # type: ignore[attr-defined]
            assert numbers(answer) == (
                len(sizes),
                len(expected["repeating"]),  # type: ignore[arg-type]
                expected["events"],
                expected["repeat_events"],
                expected["without_unit"],
                {size: sizes.count(size) for size in set(sizes)},
            )


def test_the_random_files_have_something_to_find(town: Town) -> None:
    """So that the test above cannot pass on nothing: incidents told twice, repeats, doubtful people."""
    told = files(random.Random(0))
    strict, loose = (naive(told, "repeat-caller", one) for one in (Strictness.STRICT, Strictness.LOOSE))
    rows = [row for each in told.values() for row in each]
    assert loose["repeating"]
    assert strict["units"] != loose["units"]
    inside = [
        row
        for row in rows
        if HALF.start <= (row["day"].date() if isinstance(row["day"], dt.datetime) else row["day"]) < HALF.end
    ]  # type: ignore[attr-defined,operator]
    assert loose["events"] < len(inside)  # type: ignore[operator]
