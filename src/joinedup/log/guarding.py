"""Whether the database still refuses to change the log: each way is tried, and undone."""

from __future__ import annotations

_TABLES = ("log_act", "log_words", "log_head", "log_erasedwords")
_COLUMNS = {"log_act": "what", "log_words": "text", "log_head": "digest", "log_erasedwords": "erased_by"}
_KEYS = {"log_act": "id", "log_words": "act_id", "log_head": "id", "log_erasedwords": "act_id"}


def unguarded() -> list[str]:
    """What can be done to the log that the database should refuse, such as ``log_act: deleted``.

    Each way is tried in a transaction that is rolled back. An empty table refuses nothing and is passed over.
    """
    return [f"{table}: {way}" for table in _TABLES if _is_filled(table) for way in _ways_through(table)]


def _ways_through(table: str) -> list[str]:
    from django.db import connection

    column, first = _COLUMNS[table], f"SELECT * FROM {table} LIMIT 1"
    replaced = {
        "sqlite": f"INSERT OR REPLACE INTO {table} {first}",
        "postgresql": f"INSERT INTO {table} {first} "
        f"ON CONFLICT ({_KEYS[table]}) DO UPDATE SET {column} = excluded.{column}",
    }
    ways = {
        "changed": f"UPDATE {table} SET {column} = {column}",
        "deleted": f"DELETE FROM {table}",
        "replaced": replaced[connection.vendor],
    }
    return [way for way, sql in ways.items() if _goes_through(sql)]


def _is_filled(table: str) -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
        return cursor.fetchone() is not None


def _goes_through(sql: str) -> bool:
    from django.db import DatabaseError, connection, transaction

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True
