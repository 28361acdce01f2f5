"""Whether the database still refuses to change the log: each way is tried, and undone."""

from __future__ import annotations

_WAYS = {
    "changed": "UPDATE log_act SET what = what",
    "deleted": "DELETE FROM log_act",
}
_FIRST = "SELECT * FROM log_act LIMIT 1"
_REPLACED = {
    "sqlite": f"INSERT OR REPLACE INTO log_act {_FIRST}",
    "postgresql": f"INSERT INTO log_act {_FIRST} ON CONFLICT (id) DO UPDATE SET what = excluded.what",
}


def unguarded() -> list[str]:
    """What can be done to an act that the database should refuse: ``changed``, ``deleted``, ``replaced``.

    Each is tried in a transaction that is rolled back. An empty log refuses nothing: ask only where there are
    acts.
    """
    from django.db import connection

    ways = {**_WAYS, "replaced": _REPLACED[connection.vendor]}
    return [way for way, sql in ways.items() if _goes_through(sql)]


def _goes_through(sql: str) -> bool:
    from django.db import DatabaseError, connection, transaction

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True
