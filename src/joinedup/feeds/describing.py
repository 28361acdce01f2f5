"""A contract told to a person: plain values for a listing."""

from __future__ import annotations

from typing import Any

from joinedup.feeds.contract import Column, Contract


def about(contract: Contract) -> dict[str, Any]:
    """Everything but the columns."""
    rule, publishing = contract.set_aside, contract.publishing
    aside = [name for name in ("exact_repeats", "repeated_headers", "empty_rows") if getattr(rule, name)]
    aside += ["totals"] * bool(rule.totals) + ["footers"] * bool(rule.footers)
    without = "content and ordinal" if contract.keyless else "refused"
    return {
        "feed": contract.name,
        "version": contract.version,
        "title": contract.title,
        "owner": f"{contract.owner_name} ({contract.owner_code})",
        "source": f"{contract.source_title} ({contract.source})",
        "holds": contract.record_type,
        "mode": contract.mode,
        "key": " + ".join(contract.key) or "none",
        "rows_without_key": without,
        "set_aside": [name.replace("_", "-") for name in aside],
        "expected_every": publishing.expected_every,
        "late_after_days": publishing.late_after_days,
        "ended": f"{publishing.ended.on}: {publishing.ended.reason}" if publishing.ended else None,
        "purposes": publishing.purposes,
        "retention_years": publishing.retention_years,
        "sensitivity": publishing.sensitivity,
        "licence": publishing.licence,
        "attribution": publishing.attribution,
        "caveats": publishing.caveats,
    }


def columns(contract: Contract) -> list[dict[str, Any]]:
    """One row for each column of the file, in its order; derived fields last."""
    rows = [_column(contract, column) for column in contract.columns]
    for derived in contract.derived:
        source = f"always {derived.value}" if derived.of is None else f"{derived.attribute} of {derived.of}"
        rows.append({"column": None, "field": derived.field, "kind": source})
    return rows


def _column(contract: Contract, column: Column) -> dict[str, Any]:
    roles = [role for role, used in contract.roles().items() if column.name in used]
    return {
        "column": column.name,
        "field": column.field,
        "kind": f"code: {column.codes.name}" if column.codes else column.kind.value,
        "used_for": roles,
        "required": column.required or column.name == contract.time.column,
        "personal": column.personal,
    }
