"""A workspace in which so many invented people are linked: some feeds of some deliveries each, shared by
agreement with one analyst. For the benchmark of looking somebody up."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from joinedup.accounts import acting_viewer, add_agency, add_user, record_agreement
from joinedup.records import STAGED_ENVELOPE, DeliveryDraft, NewLinkage, RecordBook
from joinedup.records.mentions import NAMED
from joinedup.terms import DeliveryMode, Period, RecordType, Role, Viewer
from joinedup.workspace import Workspace

FEEDS, DELIVERIES = 12, 12
ANALYST = "ann"
_CONTRACT = """
name = "{feed}"
version = 1
title = "Calls {feed}"
record_type = "incident"
mode = "changes"
ref = "Number"
[owner]
code = "{feed}-owner"
name = "Owner of {feed}"
[source]
code = "{feed}"
title = "Calls {feed}"
[period]
file_name = '(?P<period>\\d{{4}}-\\d{{2}})'
[key]
columns = ["Number"]
[time]
column = "Day"
format = "date"
[publishing]
expected_every = "month"
late_after_days = 30
purposes = ["crime-and-disorder"]
sensitivity = "official"
licence = "Closed"
attribution = "Owner"
[[column]]
name = "Number"
required = true
[[column]]
name = "Day"
required = true
[[column]]
name = "Name"
personal = "identifying"
[[column]]
name = "Family name"
personal = "identifying"
[[column]]
name = "Born"
personal = "identifying"
[[column]]
name = "Telephone"
personal = "identifying"
[[person]]
role = "caller"
given_name = "Name"
family_name = "Family name"
birth_date = "Born"
phone = "Telephone"
"""
_AGREEMENT = """
code = "{feed}"
version = 1
title = "The agreement of {feed}"
basis = "Crime and Disorder Act 1998, section 115"
purposes = ["crime-and-disorder", "safeguarding"]
starts = 2024-01-01
ends = 2099-12-31
review = 2099-01-01
[[shares]]
owner = "{feed}-owner"
feeds = ["{feed}"]
names = ["caller.*"]
signed_by = "Fay"
signed_as = "Manager"
signed_on = 2024-01-01
[[receives]]
agency = "team"
roles = ["analyst"]
"""


def build(folder: Path, people: pa.Table) -> tuple[Workspace, Viewer]:
    """The workspace, open, and who may look everybody up. ``people``: given, middle, family and birth; each
    has one record in one of the feeds, and the person key that is the number of their row, and one."""
    made = Workspace.create(folder / "workspace", partnership="Testshire")
    keeper = add_agency("team", "Team")
    add_user(ANALYST, name="Ann", role=Role.ANALYST, agency=keeper)
    by = acting_viewer(ANALYST)
    feeds = [f"calls-{number:02}" for number in range(FEEDS)]
    for feed in feeds:
        add_agency(f"{feed}-owner", f"Owner of {feed}")
        (made.contracts_folder / f"{feed}.toml").write_text(_CONTRACT.format(feed=feed))
        record_agreement(_AGREEMENT.format(feed=feed), where=feed, by=by)
    numbers = np.arange(people.num_rows)
    for file in range(FEEDS * DELIVERIES):
        own = numbers[file :: FEEDS * DELIVERIES]
        _deliver(made, feeds[file % FEEDS], file // FEEDS, people.take(own), own, by)
    _link(made, feeds, people.num_rows, by)
    return made, by


_KEY = "md5('C-' || number)::UUID"


def _deliver(
    made: Workspace, feed: str, file: int, people: pa.Table, numbers: np.ndarray, by: Viewer
) -> None:
    """One month's file of a feed."""
    month = dt.date(2024, 1 + file % 12, 1)
    told = {
        "record_key": _KEY,
        "content_hash": _KEY,
        "row_number": "row",
        "ref": "'C-' || number",
        "status": "'recorded'",
        "occurred_date": f"DATE '{month}'",
        "month": f"DATE '{month}'",
        "precision": "'day'",
    }
    named = {
        "record_key": _KEY,
        "row_number": "row",
        "role": "'caller'",
        "ordinal": "1",
        "given_name": "given",
        "middle_names": "middle",
        "family_name": "family",
        "birth_date": "birth",
        "phone": "'01632 9' || lpad((number % 100000)::VARCHAR, 5, '0')",
    }
    with RecordBook(made).writing() as writer:
        connection = writer.connection
        rows = people.append_column("number", [numbers]).append_column(
            "row", [np.arange(1, len(numbers) + 1)]
        )
        connection.register("given_rows", rows)
        staged, who = writer.folder / "staged.parquet", writer.folder / "who.parquet"
        _copy(connection, told, STAGED_ENVELOPE, staged)
        _copy(connection, named, {name: NAMED[name] for name in named}, who)
        connection.unregister("given_rows")
        draft = DeliveryDraft(
            feed=feed,
            contract_version="1",
            source=feed,
            record_type=RecordType.INCIDENT,
            owner=f"{feed}-owner",
            mode=DeliveryMode.CHANGES,
            period=Period.parse(f"{month:%Y-%m}"),
            file_name=f"{month:%Y-%m}.csv",
            file_sha256=hashlib.sha256(f"{feed} {file}".encode()).hexdigest(),
            file_bytes=1,
            received_at=dt.datetime(2025, 1, 1 + file, tzinfo=dt.UTC),
            rows_in=len(numbers),
        )
        writer.add(draft, staged, None, by=by, named=who)


def _copy(
    connection: duckdb.DuckDBPyConnection, values: dict[str, str], kinds: dict[str, str], path: Path
) -> None:
    listed = ", ".join(
        f"CAST({values.get(name, 'NULL')} AS {kind}) AS {name}" for name, kind in kinds.items()
    )
    connection.execute(f"COPY (SELECT {listed} FROM given_rows) TO '{path}' (FORMAT parquet)")


def _link(made: Workspace, feeds: list[str], people: int, by: Viewer) -> None:
    """A linkage by which everybody is a person of their own."""
    book = RecordBook(made)
    with book.reading() as reader:
        generation = reader.generation
    with book.writing() as writer:
        path = writer.folder / "keys.parquet"
        person = "lpad(to_hex(number + 1), 32, '0')::UUID"
        feed = f"'calls-' || lpad((number % {FEEDS})::VARCHAR, 2, '0')"
        writer.connection.execute(
            f"""COPY (SELECT {feed} AS feed, {_KEY} AS record_key, 'caller' AS role, 1::INTEGER AS ordinal,
                             {person} AS strict, {person} AS best, {person} AS loose
                      FROM range({people}) AS one (number)) TO '{path}' (FORMAT parquet)"""
        )
        writer.link(path, NewLinkage("everybody by themselves", generation, people, feeds), by=by)
