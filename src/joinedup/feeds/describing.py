"""A contract told to a person: plain values for a listing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from joinedup.feeds.columns import Column, Derived, IfWrong, Personal
from joinedup.feeds.contract import Contract, Restricting
from joinedup.feeds.rules import IfUnplaceable, PlaceRule, TimeFormat, TimeRule, ValidationRule
from joinedup.feeds.versions import Version


def about(contract: Contract) -> dict[str, Any]:
    """Everything but the columns."""
    publishing = contract.publishing
    return {
        "feed": contract.name,
        "version": contract.version,
        "in_force": _days(contract),
        "title": contract.title,
        "owner": f"{contract.owner_name} ({contract.owner_code})",
        "source": f"{contract.source_title} ({contract.source})",
        "holds": contract.record_type,
        "mode": contract.mode,
        **_shape(contract),
        **_meaning(contract),
        "expected_every": publishing.expected_every,
        "late_after_days": publishing.late_after_days,
        "may_be_empty": publishing.may_be_empty,
        "ended": f"{publishing.ended.on}: {publishing.ended.reason}" if publishing.ended else None,
        "purposes": publishing.purposes,
        "retention_years": publishing.retention_years,
        "sensitivity": publishing.sensitivity,
        "licence": publishing.licence,
        "attribution": publishing.attribution,
        "caveats": publishing.caveats,
        "breaks": [f"{one.date} ({one.kind}): {one.what}" for one in contract.breaks],
        "restricts": [_restricting(one) for one in contract.restricting],
    }


def _restricting(rule: Restricting) -> str:
    if rule.role:
        return f"{rule.kind}: a {rule.role} younger than {rule.under}"
    return f"{rule.kind}: {rule.field} is {' or '.join(rule.values)}"


def _days(contract: Contract) -> str:
    """For which days this version is."""
    if contract.valid_from is None and contract.valid_to is None:
        return "always"
    first = f"from {contract.valid_from}" if contract.valid_from else "from the beginning"
    return f"{first} to {contract.valid_to}" if contract.valid_to else first


def _shape(contract: Contract) -> dict[str, Any]:
    """How its files look, and what makes a row of them a record."""
    file, rule = contract.file, contract.set_aside
    aside = [name for name in ("exact_repeats", "repeated_headers", "empty_rows") if getattr(rule, name)]
    aside += ["totals"] * bool(rule.totals) + ["footers"] * bool(rule.footers)
    within = f"in the first {file.header_within} rows" if file.header_within > 1 else "in the first row"
    return {
        "formats": file.formats,
        "sheet": file.sheet,
        "header": within,
        "period": _period(contract),
        "key": " + ".join(contract.key) or "none",
        "rows_without_key": "content and ordinal" if contract.keyless else "refused",
        "set_aside": [name.replace("_", "-") for name in aside],
    }


def _period(contract: Contract) -> str:
    ways = ["from the file's name"] * bool(contract.period.file_name)
    ways += ["from the rows"] * contract.period.from_column
    return ", else ".join(ways) or "said with --period"


def _meaning(contract: Contract) -> dict[str, Any]:
    """When and where, in which state, and whom the rows name."""
    status, validation = contract.status, contract.validation
    words = []
    if status:
        words = [f"cancelled: {word}" for word in status.cancelled]
        words += [f"reclassified: {word}" for word in status.reclassified]
    provisional = None
    if validation:
        by_column = f"{validation.column} is {_either(validation.provisional)}"
        provisional = by_column if validation.column else "the file's name says so"
    return {
        "when": _when(contract.time),
        "where": _where(contract.place),
        "status": words,
        "provisional_where": provisional,
        "names": _persons(contract),
        "private_fields": contract.private_fields(),
    }


def _either(words: Sequence[str]) -> str:
    return " or ".join(f"'{word}'" for word in words)


def _when(rule: TimeRule) -> str:
    written = {
        TimeFormat.MONTH: "a month",
        TimeFormat.DATE: f"a date ({rule.pattern})",
        TimeFormat.LOCAL: f"London time ({rule.pattern})",
        TimeFormat.UTC: "an instant with its offset",
    }[rule.format]
    if rule.clock:
        written = f"a date ({rule.pattern}), its time in {rule.clock} ({rule.clock_pattern})"
    until = f", until {rule.until}" if rule.until else ""
    clock = f" with {rule.until_clock}" if rule.until_clock else ""
    midnight = "; midnight means that no time is known" if rule.midnight_means_day else ""
    return f"{rule.column}: {written}{until}{clock}{midnight}"


def _where(rule: PlaceRule | None) -> str | None:
    if rule is None:
        return None
    written = {
        "wgs84": "degrees",
        "british-national-grid": "metres of the National Grid",
        "grid-reference": "a grid reference",
    }[rule.grid]
    kept = rule.if_wrong is IfUnplaceable.UNLOCATED
    wrong = "kept without a point" if kept else "refused"
    return f"{', '.join(rule.columns)}: {written}; a row whose place is wrong is {wrong}"


def _persons(contract: Contract) -> list[str]:
    """Whom a row names: role and attributes."""
    told = []
    for role, ordinal, person in contract.mentions():
        attributes = dict.fromkeys(attribute for attribute, _ in person.used())
        number = f" {ordinal}" if ordinal > 1 else ""
        told.append(f"{role}{number}: {', '.join(name.replace('_', ' ') for name in attributes)}")
    return told


def columns(contract: Contract) -> list[dict[str, Any]]:
    """One row for each column of the file, in its order; derived fields last."""
    rows = [_column(contract, column) for column in contract.columns]
    for derived in contract.derived:
        source = f"always {derived.value}" if derived.value is not None else _derivation(derived)
        rows.append({"column": None, "field": derived.field, "kind": source})
    return rows


def _derivation(derived: Derived) -> str:
    if derived.state_of is not None:
        return f"state of {derived.state_of}"
    return f"{derived.attribute} of {derived.of}" if derived.of else "constant"


def _column(contract: Contract, column: Column) -> dict[str, Any]:
    roles = [role for role, used in contract.roles().items() if column.name in used]
    return {
        "column": column.name,
        "also_called": column.also_called,
        "field": column.field,
        "kind": f"code: {column.codes.name}" if column.codes else column.kind.value,
        "used_for": roles,
        "required": column.required or column.name == contract.time.column,
        "may_be_absent": column.optional,
        "unknown": column.unknown,
        "refused": column.refused,
        "if_wrong": "dropped" if column.if_wrong is IfWrong.BLANK else None,
        "personal": column.personal,
    }


def versions(found: Sequence[Version]) -> list[str]:
    """Every version of a contract and the days it is for."""
    return [f"version {one.contract.version}: {_days(one.contract)}" for one in found]


def fields(contract: Contract) -> list[dict[str, str]]:
    """Everything that is kept of a feed: what it is called, where it comes from, what it holds, whether each
    row needs it, how sensitive it is, and where it stands (with the record, or apart from it)."""
    rows = [_envelope(contract, rule, used) for rule, used in _dimensions(contract)]
    for column in contract.columns:
        if column.field:
            kept = _KEPT_APART if column.private else _WITH_THE_RECORD
            rows.append(
                _kept(column.field, column.name, _holds(column), column.required, column.personal, kept)
            )
    for derived in contract.derived:
        source = _derivation(derived)
        named = {derived.of, derived.state_of} - {None}
        of = [column.personal for column in contract.columns if column.field in named]
        rows.append(_kept(derived.field, "–", source, False, _most(of), _WITH_THE_RECORD))
    if contract.validation:
        column_name = contract.validation.column or "the file's name"
        rows.append(_kept(ValidationRule.FIELD, column_name, "boolean", False, Personal.NO, _WITH_THE_RECORD))
    for role, ordinal, person in contract.mentions():
        whose = role if ordinal == 1 else f"{role} {ordinal}"
        for attribute, name in person.used():
            column = contract.column(name)
            told = f"{whose}.{attribute}"
            rows.append(_kept(told, name, "text", column.required, column.personal, _KEPT_APART))
    return rows


_WITH_THE_RECORD, _KEPT_APART = "with the record", "apart"


def _dimensions(contract: Contract) -> list[tuple[str, tuple[str, ...]]]:
    """The parts of the record's envelope that columns give."""
    names = {"ref": "ref", "time": "time", "place": "place", "stated_area": "stated area", "status": "status"}
    roles = contract.roles()
    return [(named, roles[rule]) for rule, named in names.items() if roles[rule]]


def _envelope(contract: Contract, rule: str, used: Sequence[str]) -> dict[str, str]:
    personal = _most([contract.column(name).personal for name in used])
    return _kept(rule, ", ".join(used), "envelope", rule == "time", personal, _WITH_THE_RECORD)


def _most(personal: Sequence[Personal]) -> Personal:
    """The most sensitive of these."""
    return max(personal, key=list(Personal).index, default=Personal.NO)


def _holds(column: Column) -> str:
    return f"code: {column.codes.name}" if column.codes else column.kind.value


def _kept(
    field: str, column: str, holds: str, required: bool, personal: Personal, kept: str
) -> dict[str, str]:
    return {
        "field": field,
        "column": column,
        "holds": holds,
        "required": "yes" if required else "no",
        "sensitivity": personal.value,
        "kept": kept,
    }
