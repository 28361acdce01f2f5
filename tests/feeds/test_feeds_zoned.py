"""Times that know their zone (Parquet) become the same instants, however a contract has times."""

from __future__ import annotations

import datetime as dt
import io
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staging_by_hand import small_contract, stage_bytes

from sampling import examples

LONDON = ZoneInfo("Europe/London")
FORMATS = {
    "local": 'format = "local"\npattern = "%d/%m/%Y %H:%M:%S"',
    "utc": 'format = "utc"',
    "date": 'format = "date"\npattern = "%d/%m/%Y"',
    "month": 'format = "month"',
}


@pytest.fixture(scope="module")
def contracts(tmp_path_factory):
    """The small feed with times in each format."""
    made = {}
    for name, time in FORMATS.items():
        changes = [('format = "month"', time), ("[key]", '[file]\nformats = ["parquet"]\n[key]')]
        made[name] = small_contract(tmp_path_factory.mktemp(name), instead=changes)
    return made


def _parquet(moments, zone):
    out = io.BytesIO()
    times = pa.array(moments, pa.timestamp("us", zone))
    ids = [str(number) for number in range(len(moments))]
    pq.write_table(pa.table({"id": ids, "month": times, "note": ids}), out)
    return out.getvalue()


_FIRST, _LAST = dt.datetime(1999, 1, 1, tzinfo=dt.UTC), dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
moments = st.integers(int(_FIRST.timestamp()), int(_LAST.timestamp())).map(
    lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC)
)


@settings(max_examples=examples(24, 4), deadline=None)
@given(moments, st.sampled_from(["UTC", "Europe/London", "America/New_York", "+05:30"]))
def test_a_time_with_a_zone_is_the_same_instant_and_its_day_is_londons(contracts, moment, zone):
    in_london = moment.astimezone(LONDON)
    if in_london.fold:
        return  # a clock of the hour that comes twice says nothing of which: it is read as the first
    for name in FORMATS:
        found = stage_bytes(_parquet([moment], zone), contracts[name], f"{in_london:%Y-%m}")
        [row] = found.rows
        assert row["month"] == in_london.date().replace(day=1)
        if name in {"local", "utc"}:
            assert row["occurred_from"] == moment.replace(tzinfo=None)
        if name != "month":
            assert row["occurred_date"] == in_london.date()
        turned = "Times with a time zone of their own were turned into London's: month."
        assert (turned in found.staged.notes) is (name != "utc")
