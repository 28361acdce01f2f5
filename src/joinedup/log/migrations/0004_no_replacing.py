"""A trigger that refuses an act in the place of another, on SQLite.

``INSERT OR REPLACE`` deletes the row that is in the way without asking the triggers on deletion (unless
``recursive_triggers`` is on). The row in the way may have the same key or the same ``rowid``. PostgreSQL has
nothing of the kind: its ``ON CONFLICT DO UPDATE`` is an update, and is refused as one.
"""

from typing import Any

from django.db import migrations

_REFUSE = """
    CREATE TRIGGER log_act_no_replace BEFORE INSERT ON log_act
    WHEN EXISTS (SELECT 1 FROM log_act WHERE id = NEW.id OR rowid = NEW.rowid)
    BEGIN SELECT RAISE(ABORT, 'the log cannot be changed'); END
"""


def refuse_replacing(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(_REFUSE)


def allow_replacing(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER IF EXISTS log_act_no_replace")


class Migration(migrations.Migration):
    dependencies = [("log", "0003_index_by_kind")]

    operations = [migrations.RunPython(refuse_replacing, allow_replacing)]
