"""A contract that uses the whole language, to be changed word by word by tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

FULL_CONTRACT = """
name = "wardens"
version = 2
valid_from = 2023-10-01
title = "Wardens' reports"
record_type = "incident"
mode = "changes"
ref = "Ref"
[owner]
code = "council"
name = "The council"
[source]
code = "warden-reports"
title = "Wardens' reports"
[file]
formats = ["csv", "xlsx"]
sheet = "Export"
header_within = 20
[key]
columns = ["Ref"]
[status]
column = "Status"
cancelled = ["No crime"]
reclassified = ["Reclassified"]
[validation]
column = "Validated"
provisional = ["N"]
[time]
column = "Date"
format = "local"
pattern = "%d/%m/%Y"
clock = "Time"
until = "Date to"
until_clock = "Time to"
[place]
grid_reference = "Grid ref"
if_wrong = "unlocated"
[publishing]
expected_every = "month"
late_after_days = 30
purposes = ["crime-and-disorder"]
retention_years = 6
sensitivity = "official"
licence = "none"
attribution = "The council"
[[column]]
name = "Ref"
required = true
[[column]]
name = "Status"
[[column]]
name = "Validated"
[[column]]
name = "Date"
[[column]]
name = "Time"
unknown = ["N/K"]
[[column]]
name = "Date to"
[[column]]
name = "Time to"
[[column]]
name = "Grid ref"
[[column]]
name = "Calls"
field = "calls"
kind = "integer"
if_wrong = "blank"
also_called = ["No of calls"]
optional = true
[[column]]
name = "Narrative"
field = "narrative"
personal = "identifying"
[[column]]
name = "Caller"
personal = "identifying"
[[column]]
name = "House"
personal = "identifying"
[[column]]
name = "Street"
personal = "identifying"
[[column]]
name = "DOB"
personal = "identifying"
[[column]]
name = "Sex"
field = "sex"
personal = "personal"
refused = ["Refused"]
[[column]]
name = "Suspect 1"
personal = "identifying"
[[column]]
name = "Suspect 2"
personal = "identifying"
[[column]]
name = "PNC"
personal = "identifying"
[[person]]
role = "caller"
full_name = "Caller"
birth_date = "DOB"
birth_date_pattern = "%d/%m/%Y"
sex = "Sex"
address = ["House", "Street"]
unknown = ["Anonymous"]
refused = ["Refused"]
[[person]]
role = "suspect"
full_name = "Suspect 1"
identifiers = { pnc = "PNC" }
[[person]]
role = "suspect"
full_name = "Suspect 2"
[[break]]
date = 2011-04-01
kind = "recording-practice"
what = "The National Standard for Incident Recording began."
"""


def full_contract(
    folder: Path, *instead: tuple[str, str], stem: str = "wardens", also: Sequence[str] = ()
) -> Path:
    """Write the contract with these changes and return its file. ``also`` is added at its end."""
    text = FULL_CONTRACT
    for old, new in instead:
        assert old in text, old
        text = text.replace(old, new)
    path = folder / f"{stem}.toml"
    path.write_text("\n".join([text, *also]), encoding="utf-8")
    return path
