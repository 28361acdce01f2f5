"""A measure's file to begin with: an example that can be checked and added as it is."""

from __future__ import annotations

EXAMPLE = '''\
# A measure of our own. The file's name is the measure's: {name}.toml
# Check it with: joinedup measures check FILE    Add it with: joinedup measures add FILE

title = "Burglary and bicycle theft"
noun = "burglaries and bicycle thefts"          # as in: the count of ... by ward
meaning = "Burglaries and thefts of bicycles that the police recorded, as police.uk publishes them."
unit = "crimes"
version = 1
# change = "What changed"                       # from version 2 on

source = "published-police-data"                # one of: joinedup feeds (the column source)
records = ["incident"]
sensitivity = "open"                            # as closed as its source, or more
forms = ["count", "rate", "share", "change", "year-to-date", "rolling-12-months"]
adds_up_over_areas = true
adds_up_over_time = true
classified_by = ["type"]                        # a change of it makes a record another kind of thing
caveats = [
    "Points are moved to the nearest of a list of snap points, so small areas can be one street out.",
]

# One row for each thing counted: month, point, and a column for each breakdown. Nothing is added up here.
# Columns: joinedup feeds show FEED (joinedup feeds lists them)
sql = """
SELECT month, point, crime_type AS type
FROM incident
WHERE kind = 'crime' AND status <> 'cancelled'
    AND crime_type IN ('burglary', 'bicycle-theft')
"""

[carries]                                       # a field that the feeds have which tell of it
incident = "crime_type"

[breakdowns.type]                               # each value and what people call it
burglary = "Burglary"
bicycle-theft = "Bicycle theft"

# [[break]]                                     # a day from which it is counted otherwise
# date = 2013-05-01
# says = "Police.uk went from 11 to 14 crime types in May 2013."
# breakdown = "type"
'''


def draft(name: str) -> str:
    """The text of a file to begin with."""
    return EXAMPLE.replace("{name}", name)
