"""What the measures of partners' own records share: their SQL, and a yes or no as a breakdown."""

from __future__ import annotations

from joinedup.measures.translating import marked as _

YES_NO = {"yes": _("Yes"), "no": _("No")}


def yes_no(field: str) -> str:
    """The SQL of a yes or no as a breakdown."""
    said = f"CAST({field} AS BOOLEAN)"
    return f"CASE WHEN {said} THEN 'yes' WHEN NOT {said} THEN 'no' END AS {field}"


def incidents(columns: str, kind: str = "") -> str:
    """The SQL of one row for each incident that is not cancelled, of a kind where a source has several."""
    of_kind = f"kind = '{kind}' AND " if kind else ""
    return f"SELECT month, point, {columns} FROM incident WHERE {of_kind}status <> 'cancelled'"
