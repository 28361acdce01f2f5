"""The triggers that keep the log as it was written, for either database.

SQLite drops a table's triggers when Django remakes the table: a later migration that alters one of these
tables drops and makes them again (a test fails otherwise). Words can be deleted only where they are marked as
erased; the end of a chain only goes on by one. ``INSERT OR REPLACE`` of SQLite deletes rows without asking the
triggers on deletion, so what would be in the way is looked for first.
"""

from __future__ import annotations

from typing import Any

_NO = "the log cannot be changed"
_WRITTEN_ONCE = {  # table to what makes a row be in the way of a new one, on SQLite
    "log_act": "id = NEW.id OR rowid = NEW.rowid OR (agency = NEW.agency AND number = NEW.number)",
    "log_words": "act_id = NEW.act_id OR rowid = NEW.rowid",
    "log_erasedwords": "act_id = NEW.act_id OR rowid = NEW.rowid",
    "log_head": "id = NEW.id OR (agency = NEW.agency AND day = NEW.day)",
    "log_chain": "agency = NEW.agency OR rowid = NEW.rowid",
}
_STEP = "NEW.agency = OLD.agency AND NEW.number = OLD.number + 1"
_MARKED = "EXISTS (SELECT 1 FROM log_erasedwords WHERE act_id = OLD.act_id)"
_ALLOWED = {("log_chain", "update"): _STEP, ("log_words", "delete"): _MARKED}


def _sqlite() -> list[str]:
    made = []
    for table, in_the_way in _WRITTEN_ONCE.items():
        for event in ("update", "delete"):
            allowed = _ALLOWED.get((table, event))
            when = f"WHEN NOT ({allowed})" if allowed else ""
            made.append(_refusal(f"{table}_no_{event}", f"{event.upper()} ON {table} {when}"))
        there = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {in_the_way})"
        made.append(_refusal(f"{table}_no_replace", f"INSERT ON {table} {there}"))
    return made


def _refusal(name: str, before: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {before} BEGIN SELECT RAISE(ABORT, '{_NO}'); END"


def _postgresql() -> list[str]:
    made = [_function("log_refuse", f"RAISE EXCEPTION '{_NO}';")]
    for table in _WRITTEN_ONCE:
        for event in ("update", "delete"):
            allowed = _ALLOWED.get((table, event))
            function = "log_refuse"
            if allowed:
                function = f"{table}_refuse_{event}"
                row = "NEW" if event == "update" else "OLD"
                made.append(
                    _function(function, f"IF {allowed} THEN RETURN {row}; END IF; RAISE EXCEPTION '{_NO}';")
                )
            made.append(
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {function}()"
            )
        made.append(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION log_refuse()"
        )
    return made


def _function(name: str, body: str) -> str:
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


_FIRST = {
    "sqlite": [f"DROP TRIGGER IF EXISTS log_act_no_{event}" for event in ("update", "delete", "replace")],
    "postgresql": [
        "DROP TRIGGER IF EXISTS log_act_no_truncate ON log_act",
        "DROP TRIGGER IF EXISTS log_act_no_change ON log_act",
        "DROP FUNCTION IF EXISTS log_act_refuse()",
    ],
}


def drop_first(schema_editor: Any) -> None:
    """Drop the triggers of the log as it was before it had chains."""
    for statement in _FIRST[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def make(schema_editor: Any) -> None:
    """Make every trigger."""
    for statement in {"sqlite": _sqlite, "postgresql": _postgresql}[schema_editor.connection.vendor]():
        schema_editor.execute(statement)
