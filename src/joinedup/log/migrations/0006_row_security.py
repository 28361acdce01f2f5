"""Row-level security over the log, on PostgreSQL (``log.row_security``)."""

from typing import Any

from django.db import migrations

_SIGHT = """
CREATE FUNCTION joinedup_sight() RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('joinedup.sight', true), ''), '{"everything": true}')::jsonb
$$
"""
# Each part in (SELECT ...) is worked out once for a question, not for each row.
_TOLD = "(SELECT joinedup_sight()->>'{name}')"
_LIST = "(SELECT ARRAY(SELECT jsonb_array_elements_text(joinedup_sight()->'{name}')))::text[]"
_SEES = f"""
    (SELECT (joinedup_sight()->>'everything')::boolean)
    OR lower(username) = lower({_TOLD.format(name="username")})
    OR ({_TOLD.format(name="owner")} <> '' AND (
        detail->'owners' ? {_TOLD.format(name="owner")}
        OR detail->>'measure' = ANY ({_LIST.format(name="measures")})
        OR detail->'feeds' ?| {_LIST.format(name="feeds")}
        OR what LIKE ANY ({_LIST.format(name="patterns")})))
"""
_MADE = [
    _SIGHT,
    "ALTER TABLE log_act ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE log_act FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY sees ON log_act USING ({_SEES}) WITH CHECK (true)",
    "ALTER TABLE log_words ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE log_words FORCE ROW LEVEL SECURITY",
    "CREATE POLICY sees ON log_words USING ((SELECT (joinedup_sight()->>'everything')::boolean) "
    "OR EXISTS (SELECT FROM log_act WHERE log_act.id = log_words.act_id)) WITH CHECK (true)",
]


def secure(apps: Any, schema_editor: Any) -> None:
    """Make the policies, where the database has such."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in _MADE:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("log", "0005_chains")]

    operations = [migrations.RunPython(secure)]
