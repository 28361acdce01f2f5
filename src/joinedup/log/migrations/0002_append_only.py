"""Triggers that refuse to change or delete a row of the log.

SQLite drops a table's triggers when Django remakes the table: a later migration that alters ``Act`` makes them
again (a test fails otherwise).
"""

from typing import Any

from django.db import migrations

_SQLITE = [
    """
    CREATE TRIGGER log_act_no_update BEFORE UPDATE ON log_act
    BEGIN SELECT RAISE(ABORT, 'the log cannot be changed'); END
    """,
    """
    CREATE TRIGGER log_act_no_delete BEFORE DELETE ON log_act
    BEGIN SELECT RAISE(ABORT, 'the log cannot be changed'); END
    """,
]
_SQLITE_UNDO = ["DROP TRIGGER IF EXISTS log_act_no_update", "DROP TRIGGER IF EXISTS log_act_no_delete"]

_POSTGRESQL = [
    """
    CREATE FUNCTION log_act_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the log cannot be changed'; END $$
    """,
    """
    CREATE TRIGGER log_act_no_change BEFORE UPDATE OR DELETE ON log_act
    FOR EACH ROW EXECUTE FUNCTION log_act_refuse()
    """,
    """
    CREATE TRIGGER log_act_no_truncate BEFORE TRUNCATE ON log_act
    FOR EACH STATEMENT EXECUTE FUNCTION log_act_refuse()
    """,
]
_POSTGRESQL_UNDO = [
    "DROP TRIGGER IF EXISTS log_act_no_truncate ON log_act",
    "DROP TRIGGER IF EXISTS log_act_no_change ON log_act",
    "DROP FUNCTION IF EXISTS log_act_refuse()",
]


def _run(schema_editor: Any, statements: dict[str, list[str]]) -> None:
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def refuse_changes(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, {"sqlite": _SQLITE, "postgresql": _POSTGRESQL})


def allow_changes(apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, {"sqlite": _SQLITE_UNDO, "postgresql": _POSTGRESQL_UNDO})


class Migration(migrations.Migration):
    dependencies = [("log", "0001_initial")]

    operations = [migrations.RunPython(refuse_changes, allow_changes)]
