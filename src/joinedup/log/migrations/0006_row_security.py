"""Row-level security over the log, on PostgreSQL (``log.row_security``)."""

from typing import Any

from django.db import migrations

_SEES = """
CREATE FUNCTION joinedup_sees(username text, what text, detail jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (sight->>'everything')::boolean
        OR lower(username) = lower(sight->>'username')
        OR (sight->>'owner' <> '' AND (
            coalesce(detail->'owners' ? (sight->>'owner'), false)
            OR coalesce(sight->'measures' ? (detail->>'measure'), false)
            OR right(what, 14) = ' in every feed'
            OR EXISTS (
                SELECT FROM jsonb_array_elements_text(sight->'feeds') AS feed
                WHERE right(what, length(feed) + 1) = ' ' || feed OR strpos(what, ' ' || feed || ':') > 0)))
    FROM (SELECT coalesce(nullif(current_setting('joinedup.sight', true), ''), '{"everything": true}')::jsonb)
        AS told (sight)
$$
"""
_MADE = [
    _SEES,
    "ALTER TABLE log_act ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE log_act FORCE ROW LEVEL SECURITY",
    "CREATE POLICY sees ON log_act USING (joinedup_sees(username, what, detail)) WITH CHECK (true)",
    "ALTER TABLE log_words ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE log_words FORCE ROW LEVEL SECURITY",
    "CREATE POLICY sees ON log_words USING (coalesce(current_setting('joinedup.sight', true), '') = '' "
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
