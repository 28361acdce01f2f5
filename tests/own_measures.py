"""Files of own measures, as tests write them: one of open data and one of closed data that are right."""

from __future__ import annotations

from pathlib import Path

OPEN = '''\
title = "Burglary and bicycle theft"
noun = "burglaries and bicycle thefts"
meaning = "Burglaries and thefts of bicycles."
unit = "crimes"
version = 1
source = "published-police-data"
records = ["incident"]
sensitivity = "open"
forms = ["count", "rate", "share", "change", "year-to-date", "rolling-12-months"]
adds_up_over_areas = true
adds_up_over_time = true
sql = """
SELECT month, point, crime_type AS type
FROM incident
WHERE kind = 'crime' AND status <> 'cancelled' AND crime_type IN ('burglary', 'bicycle-theft')
"""

[carries]
incident = "crime_type"

[breakdowns.type]
burglary = "Burglary"
bicycle-theft = "Bicycle theft"
'''

CLOSED_SQL = "SELECT month, point, venue AS place FROM incident WHERE status <> 'cancelled'"
CLOSED = f'''\
title = "Crime by place"
noun = "crimes"
meaning = "Crimes that the force recorded, by kind of place."
unit = "crimes"
version = 1
source = "police-records"
records = ["incident"]
sensitivity = "official"
forms = ["count", "share"]
adds_up_over_areas = true
adds_up_over_time = true
sql = """
{CLOSED_SQL}
"""

[carries]
incident = "offence_code"

[breakdowns.place]
street = "Street"
home = "Home"
'''

INVOLVED = CLOSED.replace('records = ["incident"]', 'records = ["incident", "involvement"]').replace(
    "[carries]\n", '[carries]\ninvolvement = "incident_ref"\n'
)


def closed(sql: str, text: str = CLOSED) -> str:
    """The closed measure with another SQL."""
    return text.replace(CLOSED_SQL, sql)


def put(folder: Path, text: str | bytes, name: str = "our-own") -> Path:
    """The file of a measure of this name."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
