"""Where whom a record names lives and in which month they come of age: worked out, so that counts need not
read who anybody is.

Of an address only the point of its postcode is told, and of a birth only the month of a birthday. Of a birth
on 1 January no month is told: systems write that day where only the year is known, and linkage takes it so.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from joinedup.records.mentions import nobody_of_feed
from joinedup.records.segments import scan

ADULT = 18
COLUMNS = {
    "feed": "VARCHAR",
    "record_key": "UUID",
    "role": "VARCHAR",
    "ordinal": "INTEGER",
    "home": "VARCHAR",  # located, not-found (in the directory), not-said
    "longitude": "DOUBLE",
    "latitude": "DOUBLE",
    "adult_month": "DATE",  # the first day of the month of the eighteenth birthday; NULL for 1 January
}
_PLAIN = "nullif(regexp_replace(upper(coalesce(mention.postcode, '')), '[^A-Z0-9]', '', 'g'), '')"

_DAY_UNKNOWN = "(month(mention.birth_date) = 1 AND day(mention.birth_date) = 1)"


def query(standing_mentions: Iterable[str], directory: Path | None) -> str:
    """A SELECT with ``COLUMNS`` of these mentions; ``directory`` has ``postcode`` (without its space),
    ``longitude`` and ``latitude``. None: no home is located."""
    parts = " UNION ALL BY NAME ".join([nobody_of_feed(), *standing_mentions])
    nowhere = (
        "(SELECT NULL::VARCHAR AS postcode, NULL::DOUBLE AS longitude, NULL::DOUBLE AS latitude WHERE false)"
    )
    known = scan([directory]) if directory else nowhere
    return f"""
        SELECT mention.feed, mention.record_key, mention.role, mention.ordinal,
            CASE WHEN known.longitude IS NOT NULL THEN 'located'
                 WHEN {_PLAIN} IS NULL THEN 'not-said' ELSE 'not-found' END AS home,
            known.longitude, known.latitude,
            CASE WHEN NOT {_DAY_UNKNOWN}
                THEN CAST(date_trunc('month', mention.birth_date + INTERVAL {ADULT} YEAR) AS DATE) END
                AS adult_month
        FROM ({parts}) AS mention LEFT JOIN {known} AS known ON known.postcode = {_PLAIN}
        WHERE mention.role <> 'record'
    """
