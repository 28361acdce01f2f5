"""Drafting one file, within the limited process: read, look, propose."""

from __future__ import annotations

from pathlib import Path

import duckdb

from joinedup.feeds.drafting.definitions import Draft, Profile
from joinedup.feeds.drafting.keys import find_key
from joinedup.feeds.drafting.naming import feed_name
from joinedup.feeds.drafting.profiling import profiles
from joinedup.feeds.drafting.proposing import Seen, propose
from joinedup.feeds.drafting.roles import named_period, stated_area, when, where
from joinedup.feeds.drafting.sampling import read_sample

_MEMORY = "1GB"


def draft_file(file: Path, folder: Path, name: str | None) -> Draft:
    """Propose a contract. ``folder`` is for what is unpacked; BadInput where the file cannot be a table."""
    with duckdb.connect(":memory:") as connection:
        for setting, value in {
            "memory_limit": f"'{_MEMORY}'",
            "threads": "2",
            "enable_external_access": "false",
            "TimeZone": "'UTC'",
        }.items():
            connection.execute(f"SET {setting} = {value}")
        sample = read_sample(file, folder, connection)
        columns = profiles(connection, sample)
        found_when, found_where, area = when(columns), where(columns), stated_area(columns)
        seen = Seen(
            sample=sample,
            columns=columns,
            keys=find_key(connection, sample, columns),
            when=found_when,
            where=found_where,
            area=area,
            area_prefix=_prefix(connection, area),
            period=named_period(file.name, found_when.column if found_when else None),
        )
    return propose(name or feed_name(file.name), seen)


def _prefix(connection: duckdb.DuckDBPyConnection, area: Profile | None) -> str:
    """How most of the area codes begin."""
    if area is None:
        return ""
    rows = connection.execute(
        f"""SELECT left(c{area.index}, 3) FROM raw WHERE c{area.index} IS NOT NULL
            GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"""
    ).fetchall()
    return str(rows[0][0])
