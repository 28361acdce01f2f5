"""The country of twelve small areas after three and a half years of crimes, with a line in each register.

Every command whose answer rests on the counts of figures has one to give; ``ASKED`` has a question for each.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path

import numpy as np
from click.testing import CliRunner, Result
from many_areas import CODES, boundaries, load_country, strips

from joinedup import places
from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.terms import Period, Role, add_months
from joinedup.workspace import Workspace
from tiny_town import Town, at

TYPES = ("burglary", "burglary", "robbery", "drugs")
EDGES = strips([*CODES, "sea"])
FIRST, QUARTERS = Period.parse("2022-Q2"), 14
INDEX = """
[small]
version = 1
title = "Burglary and income"
origin = "A test"
at_least = 120

[[small.part]]
name = "burglary"
title = "Burglary"
kind = "count"
measure = "recorded-crime"
where = { type = "burglary" }
per = ["residents"]

[[small.part]]
name = "income"
title = "Income deprivation"
kind = "deprivation"
domain = "income"
"""
REGISTERS = (
    "interventions add lights --title Lights --kind lighting --area W1 --from 2024-04-01 --owner Council",
    "interventions add circle --title Cameras --kind cameras --at 0.025 51.05 --radius 900 --from 2024-04-01 "
    "--owner Council",
    "commissioned add advice --title Advice --provider Charity --commissioner Council --from 2024-04-01 "
    "--to 2025-03-31 --cost £12,000 --volume 60 --unit homes --area W1 --area-level ward "
    "--delivered recorded-crime --delivered-where type=burglary --outcome recorded-crime "
    "--outcome-where type=drugs --outcome-unit seizures",
    "funding add less --title Less --partner Council --cut --from 2024-04-01 --owner Council --area W1 "
    "--area-level ward --measure recorded-crime --measure crime-in-police-records",
    "targets add T1 --measure recorded-crime --year 2025/26 --change -5 --owner Council --area-level ward "
    "--area W1 --area W2 --place Both",
    "targets add T2 --measure recorded-crime --year 2025/26 --change -5 --baseline 2023/24 --owner Council",
)
SMALL = "--area-level lsoa --period 2024/25"
ASKED = {
    "compare": f"compare recorded-crime {SMALL}",
    "compare-sources": "compare-sources recorded-crime crime-in-police-records --by type --area-level ward "
    "--period 2024/25",
    "by-deprivation": f"by-deprivation recorded-crime {SMALL}",
    "localities": f"localities --definition small {SMALL} --beside recorded-crime",
    "rare-events": "rare-events measure recorded-crime --area-level lsoa --where type=robbery",
    "rhythm": "rhythm figure recorded-crime --by season --area-level ward --period 2024/25",
    "rhythm event": "rhythm event crime-in-police-records --event bonfire-night --area-level ward",
    "harm": f"harm figure score {SMALL}",
    "target": "target recorded-crime --year 2025/26 --change -5 --area-level ward",
    "targets": "targets",
    "targets list": "targets list --state open --as-at 2025-09-01",
    "targets show": "targets show T2",
    "interventions read": "interventions read lights recorded-crime",
    "interventions read circle": "interventions read circle recorded-crime --where type=burglary",
    "commissioned read": "commissioned read advice",
    "funding read": "funding read less",
}


def build(folder: Path) -> Path:
    """Make the town in a folder; its workspace's folder. Ada is an analyst."""
    workspace = Workspace.create(folder / "workspace", partnership="Testshire")
    load_country(workspace, folder)
    whole = boundaries(folder, "district", {"D1": (0.0, 0.12)})
    places.load_boundaries(workspace, whole, level="district", vintage="2025", code="code", name="name")
    (workspace.folder / "localities.toml").write_text(INDEX)
    add_user("ada", name="Ada Analyst", role=Role.ANALYST, agency=add_agency("council", "Council"))
    _crimes(Town(workspace))
    workspace.close()
    for line in REGISTERS:
        given = ask(workspace.folder, line)
        assert given.exit_code == 0, given.stderr
    return workspace.folder


def ask(folder: Path, line: str, *more: str) -> Result:
    """What the shell answers to a line."""
    return CliRunner().invoke(main, ["-C", str(folder), *line.split(), *more])


def answered(folder: Path, line: str, *more: str) -> tuple[object, str]:
    """The rows that a line gives, and what is said beside them."""
    given = ask(folder, line, *more, "--format", "json")
    assert given.exit_code == 0, given.stderr
    return json.loads(given.stdout), given.stderr


def _crimes(town: Town) -> None:
    """What was published in each quarter, of the last but one twice; and what the force itself records."""
    chance = random.Random(7)
    for number in range(QUARTERS):
        start = add_months(FIRST.start, 3 * number)
        quarter, sent = str(Period(start, add_months(start, 3))), add_months(start, 4)
        for again in range(2 if number == QUARTERS - 2 else 1):
            town.deliver(quarter, _rows(chance, start), received=at(sent.year, sent.month, 2 + again))
        town.deliver(
            quarter,
            _rows(chance, start, dated=True),
            received=at(sent.year, sent.month, 20),
            feed="police-recorded-crime",
            source="police-records",
            fields={"crime_type": "VARCHAR", "offence_code": "VARCHAR"},
        )


def _rows(chance: random.Random, start: dt.date, *, dated: bool = False) -> list[dict[str, object]]:
    """Crimes of a quarter: of a month, or of a day."""
    return [_row(chance, f"{start}-{number}", start, dated) for number in range(chance.randint(90, 130))]


def _row(chance: random.Random, name: str, start: dt.date, dated: bool) -> dict[str, object]:
    month = add_months(start, chance.randrange(3))
    day = f"DATE '{month.replace(day=chance.randint(1, 28))}'"
    return {
        "id": name,
        "crime_type": chance.choice(TYPES),
        "kind": "crime",
        "offence_code": "28A",
        "month": month,
        "envelope": _place(chance.choice([*EDGES, None]))
        | ({"occurred_date": day, "precision": "'day'"} if dated else {}),
    }


def _place(code: str | None) -> dict[str, str]:
    """The columns that say the middle of an area; none for no place."""
    if code is None:
        return {}
    longitude, latitude = sum(EDGES[code]) / 2 + (10 if code == "sea" else 0), 51.05
    point = places.encode_points(np.array([longitude]), np.array([latitude]))[0]
    return {"longitude": str(longitude), "latitude": str(latitude), "point": str(point)}
