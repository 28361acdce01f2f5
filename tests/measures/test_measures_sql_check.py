"""A definition that is wrong, or whose SQL could do more than count, cannot be built."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import sqlglot

from joinedup.errors import BadInput
from joinedup.measures import Break, catalogue, measure_named
from joinedup.terms import Form, RecordType

CRIME = measure_named("recorded-crime")
GOOD = "SELECT month, point, crime_type AS type, last_outcome AS outcome FROM incident"


def with_sql(sql):
    return dataclasses.replace(CRIME, sql=sql)


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_definition_says_what_it_means_and_runs_on_spark(name):
    measure = catalogue()[name]
    assert measure.title and measure.meaning.endswith(".") and measure.unit and measure.caveats
    assert sqlglot.transpile(measure.sql, read="duckdb", write="spark")
    for values in measure.breakdowns.values():
        assert len(set(values.values())) == len(values)


@pytest.mark.parametrize(
    "sql",
    [
        GOOD,
        f"{GOOD} WHERE kind = 'crime' AND coalesce(crime_type, '') <> 'x' AND month >= DATE '2020-01-01'",
        f"WITH recent AS ({GOOD}) SELECT month, point, type, outcome FROM recent",
        f"{GOOD} LEFT JOIN points ON points.point = incident.point".replace(
            "month, point", "month, incident.point"
        ),
        f"{GOOD} QUALIFY row_number() OVER (PARTITION BY ref ORDER BY month) = 1",
        f"{GOOD} WHERE point IN (SELECT point FROM points WHERE ward IS NOT NULL)",
    ],
)
def test_plain_selects_over_declared_views_are_taken(sql):
    assert with_sql(sql).sql == sql


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE incident",
        "DELETE FROM incident",
        "COPY incident TO 'out.csv'",
        "ATTACH 'other.db'",
        "PRAGMA database_list",
        "SET memory_limit = '1TB'",
        "INSTALL httpfs",
        "CALL pragma_version()",
        "",
        "this is no SQL (",
        f"{GOOD}; {GOOD}",
        f"{GOOD}; DROP TABLE incident",
        f"{GOOD} UNION ALL {GOOD}",
        GOOD.replace("incident", "spell"),
        GOOD.replace("incident", "'people.csv'"),
        GOOD.replace("incident", "'people.parquet'"),
        GOOD.replace("incident", "read_csv('people.csv')"),
        GOOD.replace("incident", "read_parquet('people.parquet')"),
        GOOD.replace("incident", "read_text('/etc/hostname')"),
        GOOD.replace("incident", "glob('*')"),
        GOOD.replace("incident", "query('SELECT 1')"),
        GOOD.replace("incident", "query_table('spell')"),
        GOOD.replace("incident", "duckdb_settings()"),
        GOOD.replace("incident", "sqlite_scan('joinedup.sqlite3', 'accounts_user')"),
        GOOD.replace("incident", "information_schema.tables"),
        GOOD.replace("incident", "main.incident"),
        GOOD.replace("incident", "other.main.incident"),
        GOOD.replace("incident", "duckdb_tables"),
        GOOD.replace("incident", "(VALUES (1)) AS t"),
        GOOD.replace("incident", "incident, spell"),
        GOOD.replace("incident", "incident, unnest([1, 2]) AS u"),
        GOOD.replace("incident", "incident, generate_series(1, 1000000000)"),
        GOOD.replace("incident", "incident TABLESAMPLE 10 PERCENT"),
        GOOD.replace("incident", "incident, LATERAL (SELECT 1)"),
        GOOD.replace("point,", "getenv('HOME') AS point,"),
        GOOD.replace("point,", "current_setting('home_directory') AS point,"),
        GOOD.replace("point,", "random() AS point,"),
        GOOD.replace("point,", "now() AS point,"),
        GOOD.replace("point,", "current_date AS point,"),
        GOOD.replace("point,", "nextval('s') AS point,"),
        GOOD.replace("point,", "$1 AS point,"),
        GOOD.replace("point,", "? AS point,"),
        GOOD.replace("point,", "(SELECT min(ref) FROM spell) AS point,"),
        GOOD.replace("point,", "(SELECT content FROM read_text('x')) AS point,"),
        f"{GOOD} LIMIT 5",
        f"{GOOD} WHERE ref IN (SELECT ref FROM spell)",
        f"{GOOD} WHERE EXISTS (SELECT 1 FROM 'people.csv')",
        "SELECT * FROM incident",
        "SELECT incident.* FROM incident",
        "SELECT COLUMNS('.*') FROM incident",
        "SELECT month, point, crime_type AS type FROM incident",
        "SELECT point, crime_type AS type, last_outcome AS outcome FROM incident",
        "SELECT month, month AS Month, point, crime_type AS type, last_outcome AS outcome FROM incident",
        f"WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) {GOOD} WHERE ref IN (FROM r)",
        f"WITH incident AS (SELECT * FROM spell) {GOOD}",
        f"WITH points AS (SELECT ref FROM incident) {GOOD}",
        f"{GOOD} WHERE ref IN (WITH spell AS (SELECT ref FROM incident) SELECT ref FROM spell) "
        "AND ref IN (SELECT ref FROM spell)",
        f"{GOOD} WHERE {'(' * 5_000}1 = 1{')' * 5_000}",
        "PIVOT incident ON crime_type USING count(*)",
        "FROM incident",
        f"{GOOD.replace('SELECT', 'SELECT 1 AS hit, 1 AS amount,')}",
        "CREATE TABLE t AS " + GOOD,
        "SELECT month, point, crime_type AS type, last_outcome AS outcome INTO t FROM incident",
        "EXPLAIN " + GOOD,
    ],
)
def test_anything_else_is_refused_and_the_sentence_never_echoes_it(sql):
    with pytest.raises(BadInput) as refusal:
        with_sql(sql)
    assert "recorded-crime" in str(refusal.value)
    assert "people" not in str(refusal.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Recorded Crime"},
        {"name": "recorded_crime"},
        {"version": 0},
        {"unit": " "},
        {"meaning": ""},
        {"sources": ()},
        {"record_types": ()},
        {"carries": {RecordType.OUTCOME: "x"}},
        {"forms": ()},
        {"forms": (Form.COUNT, Form.COUNT)},
        {"additive_over_areas": None},
        {"breakdowns": {"Type": {}}},
        {"breakdowns": {"month": {}}},
        {"breakdowns": {"gender": {}}},
        {"breakdowns": {}, "forms": (Form.SHARE,)},
        {"breaks": (Break(dt.date(2020, 1, 1), "x", "gender"),)},
        {"matures_after": -1},
    ],
)
def test_an_incomplete_definition_cannot_be_built(changes):
    with pytest.raises(BadInput):
        dataclasses.replace(CRIME, **changes)


def test_a_break_falls_on_the_first_of_a_month_and_says_what_changed():
    with pytest.raises(BadInput):
        Break(dt.date(2020, 1, 2), "It changed.")
    with pytest.raises(BadInput):
        Break(dt.date(2020, 1, 1), " ")


def test_a_definition_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        CRIME.unit = "apples"


def test_the_columns_read_of_each_view_are_known():
    assert "crime_type" in CRIME.fields_read["incident"]
    outcomes = measure_named("positive-outcomes").fields_read
    assert {"incident_ref", "outcome_type"} <= outcomes["outcome"]
    assert "outcome_type" not in outcomes["incident"]


def test_columns_of_a_select_within_are_its_own():
    within = "month < '2024-01-01' AND ref IN (SELECT incident_ref FROM outcome WHERE outcome_type = 'x')"
    measure = dataclasses.replace(
        CRIME,
        sql=f"{GOOD} WHERE {within}",
        record_types=(RecordType.INCIDENT, RecordType.OUTCOME),
        carries={RecordType.INCIDENT: "crime_type", RecordType.OUTCOME: "outcome_type"},
    )
    assert measure.fields_read == {
        "incident": {"month", "point", "crime_type", "last_outcome", "ref"},
        "outcome": {"incident_ref", "outcome_type"},
    }


def test_definitions_never_import_an_engine():
    import ast
    from pathlib import Path

    import joinedup.measures as room

    folder = Path(room.__file__).parent
    for path in [
        folder / "definition.py",
        folder / "sql_check.py",
        folder / "query.py",
        *folder.glob("catalogue/*.py"),
    ]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert not name.startswith(("duckdb", "joinedup.records", "joinedup.places", "numpy")), (
                    path,
                    name,
                )
