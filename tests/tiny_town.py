"""A tiny town for tests of figures: two districts of two wards each, and feeds of a few rows.

Wards W1 and W2 make district D1, W3 and W4 make D2; each is a square of 0.01 degrees, side by side, west to
east. ``spot("W1")`` is a point in the middle of a ward; ``spot("sea")`` lies in none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from joinedup import places
from joinedup.measures import FigureQuery, compute, figure
from joinedup.measures.definition import Measure
from joinedup.measures.result import Figure
from joinedup.records import STAGED_ENVELOPE, DeliveryDraft, FieldState, RecordBook
from joinedup.terms import DeliveryMode, Period, RecordType, Role, Viewer
from joinedup.workspace import Workspace

ANALYST = Viewer("ada", "Ada Analyst", Role.ANALYST, "council")
WEST, SOUTH, SIDE = -1.30, 54.50, 0.01
WARDS = {"W1": "D1", "W2": "D1", "W3": "D2", "W4": "D2"}
BY_THE_BORDER = {"W2 by the border": -0.00005, "W3 by the border": 0.00005, "W2 by the old border": -0.007}
"""In degrees east of the border of the two districts: three metres on either side, and in W2 near to W1."""
RESIDENTS = {"W1": 1000, "W2": 2000, "W3": 4000}


def spot(place: str | None) -> tuple[float, float] | None:
    """Longitude and latitude of the middle of a ward; by the border; of the sea; None for no place."""
    if place is None:
        return None
    if place in BY_THE_BORDER:
        return WEST + 2 * SIDE + BY_THE_BORDER[place], SOUTH + SIDE / 2
    column = list(WARDS).index(place) if place in WARDS else 40
    return WEST + (column + 0.5) * SIDE, SOUTH + SIDE / 2


def at(year: int, month: int, day: int = 15) -> dt.datetime:
    """A moment of knowledge: noon of a day, UTC."""
    return dt.datetime(year, month, day, 12, tzinfo=dt.UTC)


def _ward_file(folder: Path, edges: Sequence[float] = (0, 1, 2, 3, 4)) -> Path:
    """The wards side by side; ``edges`` are where they meet, in sides of a ward from the west."""
    features = []
    for (ward, district), west, east in zip(WARDS.items(), edges, edges[1:], strict=False):
        corners = [(west, 0), (east, 0), (east, 1), (west, 1), (west, 0)]
        ring = [[WEST + x * SIDE, SOUTH + y * SIDE] for x, y in corners]
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "code": ward,
                    "name": f"Ward {ward}",
                    "district": district,
                    "of": f"District {district}",
                },
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    path = folder / "wards.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def _load_wards(workspace: Workspace, file: Path, vintage: str) -> None:
    named = {"code": "code", "name": "name", "parent": "district", "parent_name": "of"}
    places.load_boundaries(workspace, file, level="ward", vintage=vintage, **named)


@dataclass
class Town:
    """The tiny town's workspace, with verbs that a test reads like a table."""

    workspace: Workspace
    _copies: itertools.count = field(default_factory=itertools.count)

    def deliver(
        self,
        month: str,
        rows: Sequence[Mapping[str, object]],
        *,
        received: dt.datetime,
        feed: str = "street",
        record_type: RecordType = RecordType.INCIDENT,
        source: str = "published-police-data",
        fields: Mapping[str, str] | None = None,
        states: Sequence[FieldState] | None = None,
        mode: DeliveryMode = DeliveryMode.SNAPSHOT,
        **declared: Any,
    ) -> None:
        """Deliver a snapshot of a month. Rows name ``place`` and ``id`` and the feed's fields.

        ``states`` are the field states it is said to have; without them every field is given throughout.
        ``declared`` is more of the draft: what its contract says of breaks and of when it is due.
        """
        fields = fields or {"crime_type": "VARCHAR", "last_outcome": "VARCHAR", "kind": "VARCHAR"}
        draft = DeliveryDraft(
            feed=feed,
            contract_version="1",
            source=source,
            record_type=record_type,
            owner="police",
            mode=mode,
            period=Period.parse(month),
            file_name=f"{month}-{feed}.csv",
            file_sha256=f"{next(self._copies):064d}",
            file_bytes=1,
            received_at=received,
            rows_in=len(rows),
            field_states=tuple(
                states if states is not None else (FieldState(name, len(rows), 0, 0) for name in fields)
            ),
            **declared,
        )
        with RecordBook(self.workspace).writing() as writer:
            staged = writer.folder / "staged.parquet"
            listed = " UNION ALL ".join(
                _select(row, fields, Period.parse(month).start, number) for number, row in enumerate(rows, 1)
            )
            empty = _select({"id": "none"}, fields, Period.parse(month).start, 0) + " WHERE false"
            writer.connection.execute(f"COPY ({listed or empty}) TO '{staged}' (FORMAT parquet)")
            writer.add(draft, staged, None, by=ANALYST)

    def crimes(
        self, month: str, counts: Mapping[str | None, int], *, received: dt.datetime | None = None
    ) -> None:
        """Deliver a month with so many burglaries at each place."""
        rows = [
            {"id": f"{month}-{place}-{number}", "place": place, "crime_type": "burglary", "kind": "crime"}
            for place, count in counts.items()
            for number in range(count)
        ]
        start = Period.parse(month).start
        self.deliver(
            month, rows, received=received or at(start.year + start.month // 12, start.month % 12 + 1)
        )

    def load_older_wards(self, folder: Path) -> None:
        """The wards of 2019: W1 was more than half as wide again, at the expense of W2."""
        _load_wards(self.workspace, _ward_file(folder, (0, 1.6, 2, 3, 4)), "2019")

    def figure(self, query: FigureQuery, measure: Measure | None = None) -> Figure:
        """Ask the catalogue's measure, or one of the test's own."""
        return figure(self.workspace, query) if measure is None else compute(self.workspace, measure, query)


def _digest(row: Mapping[str, object]) -> uuid.UUID:
    return uuid.UUID(hashlib.md5(repr(sorted(row.items(), key=str)).encode()).hexdigest())


def _select(row: Mapping[str, object], fields: Mapping[str, str], month: dt.date, number: int) -> str:
    place = spot(row.get("place"))  # type: ignore[arg-type]
    own = row.get("month", month)
    values = {
        "record_key": f"md5('{row['id']}')::UUID",
        "content_hash": f"'{_digest(row)}'",
        "row_number": str(number),
        "ref": f"'{row['id']}'",
        "status": f"'{row.get('status', 'recorded')}'",
        "occurred_date": f"DATE '{own}'",
        "precision": "'month'",
        "month": f"DATE '{own}'",
    }
    if place is not None:
        values["longitude"], values["latitude"] = map(str, place)
        values["point"] = str(places.encode_points(np.array([place[0]]), np.array([place[1]]))[0])
    values |= row.get("envelope", {})  # type: ignore[call-overload]
    if row.get("stated_area"):
        values["stated_area"] = f"'{row['stated_area']}'"
    columns = [
        f"CAST({values.get(name, 'NULL')} AS {kind}) AS {name}" for name, kind in STAGED_ENVELOPE.items()
    ]
    for name, kind in fields.items():
        value = row.get(name)
        literal = "NULL" if value is None else f"'{value}'"
        columns.append(f"CAST({literal} AS {kind}) AS {name}")
    return f"SELECT {', '.join(columns)}"


def build_town(folder: Path) -> Path:
    """Make the town's workspace in a folder, with boundaries and residents (W4 has no count of them)."""
    made = Workspace.create(folder / "workspace", partnership="Testshire")
    _load_wards(made, _ward_file(folder), "2025")
    places.dissolve(made, level="district", vintage="2025", child_level="ward", child_vintage="2025")
    table = folder / "residents.csv"
    table.write_text("code,people\n" + "".join(f"{code},{people}\n" for code, people in RESIDENTS.items()))
    places.load_residents(
        made, table, level="ward", vintage="2025", year=2021, code="code", total="people", title="Census"
    )
    made.close()
    return made.folder
