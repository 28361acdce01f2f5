"""What an erasure asks a second person for: how much of which months, and exactly what, by a keyed digest.

No key of a record is kept: an erasure takes these away too.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import duckdb

from joinedup.accounts import Asked, Seconder
from joinedup.records.meant import Named
from joinedup.records.segments import scan
from joinedup.records.tombstones import Secret
from joinedup.terms import Role

KIND = "erasure"


@dataclass(frozen=True)
class ToErase:
    """What shall go of a feed of an ``owner``: the records, as they were named, and how many refused rows of
    which deliveries.

    ``refused_before``: with the refused rows of deliveries whose period ends by then.
    """

    feed: str
    owner: str
    keys: Sequence[UUID]
    named: Named
    refused_rows: Mapping[int, int]
    refused_before: dt.date | None = None

    def asked(self, secret: Secret, months: Sequence[dt.date]) -> Asked:
        """What another administrator, an analyst, or a data owner of the owner's agency seconds."""
        told: dict[str, object] = {"records": len(self.keys), "refused_rows": sum(self.refused_rows.values())}
        if months:
            told |= {"first_month": f"{min(months):%Y-%m}", "last_month": f"{max(months):%Y-%m}"}
        return Asked(
            KIND,
            [self.feed],
            [self.owner],
            {"exactly": secret.digest(self.feed, KIND, self._exactly())},
            [Seconder(Role.ADMINISTRATOR), Seconder(Role.ANALYST), Seconder(Role.DATA_OWNER, self.owner)],
            told,
        )

    def _exactly(self) -> str:
        named = self.named
        return json.dumps(
            {
                "keys": sorted(map(str, self.keys)),
                "references": sorted(named.references),
                "identifiers": sorted(map(list, named.identifiers)),
                "refused_rows": sorted(self.refused_rows.items()),
                "refused": sorted(map(list, named.refused)),
                "everyone": named.everyone,
                "people": named.people,
                "refused_before": str(self.refused_before or ""),
            },
            sort_keys=True,
        )


def months_of(connection: duckdb.DuckDBPyConnection, pos: Sequence[Path]) -> list[dt.date]:
    """The months of all versions of the records in the temporary table ``erased``."""
    if not pos:
        return []
    query = f"""SELECT DISTINCT month FROM {scan(pos, by_name=True)}
                WHERE month IS NOT NULL AND record_key IN (FROM erased)"""
    return [month for (month,) in connection.execute(query).fetchall()]
