"""An invented country of twelve LSOAs in strips from west to east, in two vintages, with all that an index of
localities reads of places; counts are said by the test.

In 2021 the LSOAs are L1 to L12. In 2011 L1 and L2 were one (M1, split), and L3 was two (M3 and M4, merged);
the others were as now. Wards: L1 to L6 lie in W1, the others in W2.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

from joinedup import places
from joinedup.measures import FigureQuery
from joinedup.measures.result import FigureRow
from joinedup.terms import AreaLevel, Period

YEAR = Period.parse("2024/25")
CODES = [f"L{at}" for at in range(1, 13)]
OLD_CODES = ["M1", "M3", "M4", *CODES[3:]]
CHANGES = [("M1", "L1", "S"), ("M1", "L2", "S"), ("M3", "L3", "M"), ("M4", "L3", "M")]
PEOPLE = {code: 1_000 + 100 * at for at, code in enumerate(CODES)}
SCORES = {code: 0.05 * (at + 1) for at, code in enumerate(CODES)}
YOUNG = {code: 100 + 10 * at for at, code in enumerate(OLD_CODES)}
"""Of 1,000 residents of each area of 2011."""


def boundaries(folder: Path, name: str, edges: dict[str, tuple[float, float]]) -> Path:
    """A file of these strips, each from a longitude to another."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": f"Strip {code}"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[w, 51.0], [e, 51.0], [e, 51.1], [w, 51.1], [w, 51.0]]],
            },
        }
        for code, (w, e) in edges.items()
    ]
    path = folder / f"{name}.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def strips(codes: list[str], west: float = 0.0, side: float = 0.01) -> dict[str, tuple[float, float]]:
    """Areas side by side."""
    return {code: (west + side * at, west + side * (at + 1)) for at, code in enumerate(codes)}


def table(folder: Path, name: str, *lines: str) -> Path:
    """A CSV file of these lines."""
    path = folder / f"{name}.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def load_country(workspace, folder: Path) -> None:
    """Boundaries, residents, ages of 2011, deprivation and lookups; dwellings and classes are the test's."""
    now = strips(CODES)
    old = {"M1": (0.0, 0.02), "M3": (0.02, 0.025), "M4": (0.025, 0.03)} | {c: now[c] for c in CODES[3:]}
    wards = {"W1": (0.0, 0.06), "W2": (0.06, 0.12)}
    for level, vintage, edges in (("lsoa", "2021", now), ("lsoa", "2011", old), ("ward", "2025", wards)):
        file = boundaries(folder, f"{level}-{vintage}", edges)
        places.load_boundaries(workspace, file, level=level, vintage=vintage, code="code", name="name")
    people = table(folder, "people", "code,n", *(f"{code},{n}" for code, n in PEOPLE.items()))
    places.load_residents(
        workspace, people, level="lsoa", vintage="2021", year=2021, code="code", total="n", title="Census"
    )
    load_ages(workspace, folder, [("0-14", 0), ("15-24", 1), ("25+", 0)])
    scores = table(
        folder,
        "scores",
        "code,rank,decile,score",
        *(f"{code},{12 - at},{10 - at * 9 // 11},{SCORES[code]}" for at, code in enumerate(CODES)),
    )
    columns = places.DomainColumns("rank", "decile", "score")
    places.load_deprivation(
        workspace,
        scores,
        level="lsoa",
        vintage="2021",
        year=2025,
        code="code",
        domains={"overall": columns, "income": columns},
    )
    changes = [*CHANGES, *((code, code, "U") for code in CODES[3:])]
    lookup = table(folder, "changes", "old,new,change", *(",".join(row) for row in changes))
    places.load_lookup(
        workspace,
        lookup,
        child_set=("lsoa", "2011"),
        parent_set=("lsoa", "2021"),
        child="old",
        parent="new",
        kind="change",
        change="change",
    )
    to_ward = [(code, "W1" if at < 6 else "W2") for at, code in enumerate(CODES)]
    best_fit = table(folder, "wards", "lsoa,ward", *(",".join(row) for row in to_ward))
    places.load_lookup(
        workspace,
        best_fit,
        child_set=("lsoa", "2021"),
        parent_set=("ward", "2025"),
        child="lsoa",
        parent="ward",
    )


def load_output_areas(workspace, folder: Path, people: dict[str, int]) -> None:
    """Two output areas in each LSOA, from west to east, with these residents."""
    file = boundaries(folder, "oa", strips(list(people), side=0.005))
    places.load_boundaries(workspace, file, level="oa", vintage="2021", code="code", name="name")
    counted = table(folder, "oa-people", "code,n", *(f"{code},{n}" for code, n in people.items()))
    places.load_residents(
        workspace, counted, level="oa", vintage="2021", year=2021, code="code", total="n", title="Census"
    )


def load_ages(workspace, folder: Path, bands: list[tuple[str, int]]) -> None:
    """Residents of 2011's areas by band; a band marked 1 has the young, the first of the others the rest."""
    names = [name for name, _ in bands]
    rows = []
    for code in OLD_CODES:
        young = YOUNG[code]
        left = 1_000 - young
        cells = []
        for _, marked in bands:
            cells.append(young if marked else left)
            left = left if marked else 0
        rows.append(f"{code},{','.join(map(str, cells))}")
    file = table(folder, "ages", f"code,{','.join(names)}", *rows)
    places.load_residents(
        workspace,
        file,
        level="lsoa",
        vintage="2011",
        year=2020,
        code="code",
        breakdown="age",
        columns=names,
        title="Estimates",
    )


def counts(by_area: dict[str, int | None], level=AreaLevel.LSOA, flags=()):
    """A figure of counts by area, as it would have passed the door."""
    rows = [
        FigureRow(level, code, code, YEAR, {}, number, None, number, None, None, flags)
        for code, number in by_area.items()
    ]
    query = FigureQuery("burglary-of-homes", level=level, period=YEAR)
    return SimpleNamespace(rows=rows, query=query, notes=(), known_on=None, deliveries=())
