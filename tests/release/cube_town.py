"""The closed town with a rounded cube: patrols by kind and by half of the month, in several quarters."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from closed_town import PATROL_MEASURE, SIDE, SOUTH, WARDS, WEST, viewer

from joinedup.feeds import deliver
from joinedup.terms import Form, Period, Role, parse_knowledge_date

ANALYST, COUNCILLOR = viewer(Role.ANALYST), viewer(Role.COUNCILLOR)
FILE = '[[cube]]\nmeasure = "patrols"\n'
KINDS, HALVES = ("foot", "car"), ("early", "late")
MEASURE = replace(
    PATROL_MEASURE,
    sql=(
        "SELECT month, point, patrol_kind AS kind, "
        "CASE WHEN day(occurred_date) < 15 THEN 'early' ELSE 'late' END AS half FROM incident"
    ),
    breakdowns={"kind": {"foot": "On foot", "car": "By car"}, "half": {"early": "Early", "late": "Late"}},
    forms=(Form.COUNT, Form.RATE, Form.SHARE, Form.CHANGE, Form.YEAR_TO_DATE),
)
QUARTERS = [Period.parse(f"2024-Q{number}") for number in (2, 3, 4)]
DAYS = {"early": 3, "late": 20}
Leaf = tuple[str, str, str]


def first_counts(seed: int) -> dict[Leaf, int]:
    """A count for each ward, kind and half, most of them small, some nothing."""
    chance = random.Random(seed)
    return {
        (ward, kind, half): chance.choice([0, 0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 18])
        for ward in WARDS
        for kind in KINDS
        for half in HALVES
    }


def sent(town, folder: Path, quarter: Period, counts: dict[Leaf, int], day: str) -> None:
    """Deliver a whole quarter, in which each leaf has so many records."""
    lines = ["Number,Day,Longitude,Latitude,Kind"]
    for (ward, kind, half), count in counts.items():
        longitude = WEST + (list(WARDS).index(ward) + 0.5) * SIDE
        for number in range(count):
            month = quarter.start.month + number % 3
            name = f"{quarter.start:%Y%m}{ward}{kind}{half}{number}"
            date = f"{quarter.start.year}-{month:02}-{DAYS[half]:02}"
            lines.append(f"{name},{date},{longitude:.4f},{SOUTH + SIDE / 2:.4f},{kind}")
    folder.mkdir(exist_ok=True)
    path = folder / f"{str(quarter).replace('..', '_')}-patrols.csv"
    path.write_text("\n".join(lines) + "\n")
    deliver(
        town, "warden-patrols", path, by=ANALYST, received_at=parse_knowledge_date(day), accept_unusual=True
    )
