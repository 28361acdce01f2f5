"""A workspace of an older version opens, is brought up to date, and gives the figures that it gave then."""

from __future__ import annotations

import json
import sqlite3
import uuid
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from joinedup import durable
from joinedup.terms import AreaLevel, Period, Role, parse_knowledge_date
from joinedup.workspace import Workspace
from own_measures import OPEN, put

DATA = Path(__file__).parent / "data"
VERSIONS = ["0.1.0-first"]


def _restore(version: str, kind: str, folder: Path) -> dict:
    with zipfile.ZipFile(DATA / f"workspace-{version}-{kind}.zip") as archive:
        archive.extractall(folder)
    durable.write_secret(folder / "secrets" / "django.key", "a new key, as after a restored backup" * 2)
    (folder / "tmp").mkdir()
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def _load_dump(folder: Path, url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((folder / "dump.sql").read_text(encoding="utf-8"))


_LAST = uuid.UUID(int=2**128 - 1)
_ONE_MORE_ACT = """
    INSERT INTO log_act (id, moment, kind, username, agency, role, purpose, what, reason, subjects,
                         recipients, detail)
    SELECT '{key}', moment, kind, username, agency, role, purpose, 'one more', 'a reason in words', subjects,
           recipients, detail FROM log_act LIMIT 1"""


def _add_act_with_reason(folder: Path, url: str) -> None:
    """As the version of that workspace would have written it."""
    if url == "sqlite":
        with closing(sqlite3.connect(folder / "joinedup.sqlite3")) as connection:
            connection.execute(_ONE_MORE_ACT.format(key=_LAST.hex))
            connection.commit()
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_ONE_MORE_ACT.format(key=_LAST))


@pytest.mark.parametrize("version", VERSIONS)
def test_an_older_workspace_keeps_its_figures_and_goes_on(version, tmp_path, database_url, monkeypatch):
    folder = tmp_path / "workspace"
    expected = _restore(version, "sqlite" if database_url == "sqlite" else "postgresql", folder)
    if database_url != "sqlite":
        _load_dump(folder, database_url)
        monkeypatch.setenv("JOINEDUP_DATABASE_URL", database_url)
    _add_act_with_reason(folder, database_url)
    opened = Workspace.open(folder)

    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from joinedup.accounts import acting_viewer
    from joinedup.log import acts, unguarded, verify
    from joinedup.log.models import Act
    from joinedup.measures import FigureQuery
    from joinedup.records import RecordBook
    from joinedup.release import release

    executor = MigrationExecutor(connection)
    assert not executor.migration_plan(executor.loader.graph.leaf_nodes())
    assert Act.objects.count() == expected["acts"] + 1
    assert verify(opened.secrets_folder).flaws == () and unguarded() == []
    assert [(act.what, act.reason) for act in acts() if act.commitment] == [("one more", "a reason in words")]
    assert not RecordBook(opened).check()
    for known_on in ("now", "2024-05-01"):
        query = FigureQuery(
            "recorded-crime",
            level=AreaLevel.WARD,
            period=Period.parse("2024-01..2024-03"),
            as_at=None if known_on == "now" else parse_knowledge_date(known_on),
        )
        rows = release(opened, acting_viewer("ann"), query, channel="test").rows
        assert {row.area_code: row.numerator for row in rows} == expected[known_on]
    assert expected["now"] != expected["2024-05-01"]
    _takes_a_measure_of_its_own(opened, tmp_path / "sent")
    opened.close()


def _takes_a_measure_of_its_own(opened: Workspace, folder: Path) -> None:
    """Older workspaces have neither the folder nor the table for them."""
    from joinedup.accounts import acting_viewer
    from joinedup.measures import FigureQuery
    from joinedup.release import release
    from joinedup.release.own_measures import add

    assert not opened.measures_folder.exists()
    add(opened, replace(acting_viewer("ann"), role=Role.ANALYST), put(folder, OPEN))
    types = (("type", "burglary"), ("type", "bicycle-theft"))
    query = FigureQuery("recorded-crime", level=AreaLevel.WARD, period=Period.parse("2024-01..2024-03"))
    counted = [
        [(row.area_code, row.numerator) for row in release(opened, acting_viewer("ann"), asked).rows]
        for asked in (replace(query, measure="our-own"), replace(query, where=types))
    ]
    assert counted[0] == counted[1]
