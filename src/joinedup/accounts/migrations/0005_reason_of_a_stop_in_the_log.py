"""Why a share was taken back stands in the log alone, where it can be erased.

A workspace that was made while an earlier state of this code said so at once has no such column.
"""

from typing import Any

from django.db import migrations

_TABLE, _COLUMN = "accounts_stoppedshare", "reason"


def drop(apps: Any, schema_editor: Any) -> None:
    """Drop the column, where there is one."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        columns = {one.name for one in connection.introspection.get_table_description(cursor, _TABLE)}
    if _COLUMN in columns:
        schema_editor.execute(f"ALTER TABLE {_TABLE} DROP COLUMN {_COLUMN}")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_two_people")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, migrations.RunPython.noop)],
            state_operations=[migrations.RemoveField("stoppedshare", "reason")],
        )
    ]
