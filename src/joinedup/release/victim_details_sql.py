"""Which victims of which crimes lack a detail: the question to the record book behind ``victim_details``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from joinedup.terms import Period, RecordType

if TYPE_CHECKING:
    from joinedup.feeds.contract import Contract
    from joinedup.workspace import Workspace

NOT_TOLD_APART = "not told apart"  # delivered before the contract kept missing, unknown and refused apart
_AGE = "age or date of birth"
_DETAILS = {"ethnicity": "ethnicity", "age": _AGE, "sex": "sex"}


def lacking(
    workspace: Workspace, contract: Contract, codes: Mapping[str, frozenset[str]], period: Period | None
) -> list[dict[str, Any]]:
    """The values of ``VictimGap`` of one feed of crimes, for each victim who lacks a detail, and for each
    crime without a victim. Cancelled crimes and cancelled victims are left out.

    A victim is a standing row of an ``involvement`` feed of the same source with the role ``victim`` whose
    ``incident_ref`` is the crime's reference. Somebody whose date of birth is kept lacks no age.
    """
    from joinedup import places
    from joinedup.records import RecordBook

    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT, RecordType.INVOLVEMENT], [contract.source])
        reader.mentions(cursor, [row.feed for row in reader.deliveries([contract.source])])
        places.define_points_view(workspace, cursor)
        cursor.execute(f"CREATE OR REPLACE TEMP VIEW victim AS {_victims(cursor)}")
        query = _crimes(cursor, list(codes), period)
        listed = [code for field in codes for code in [sorted(codes[field])]]
        parameters: list[Any] = [contract.name, *listed]
        if period is not None:
            parameters += [period.start, period.end]
        rows = cursor.execute(query, parameters).fetchall()
    return [_gap(row, contract) for row in rows]


def _crimes(cursor: Any, fields: Sequence[str], period: Period | None) -> str:
    columns = _columns(cursor, "incident")
    recorded = "recorded_on" if "recorded_on" in columns else "NULL"
    officer = "officer_dealing" if "officer_dealing" in columns else "NULL"
    offence = "offence" if "offence" in columns else fields[0]
    serious = " OR ".join(
        f'list_contains(?::VARCHAR[], "{field}")' if field in columns else "?::VARCHAR[] IS NULL"
        for field in fields
    )
    within = "AND occurred_date >= ? AND occurred_date < ?" if period is not None else ""
    return f"""
        SELECT crime.record_key, crime.ref, {recorded}, district, coalesce({offence}, {fields[0]}), {officer},
               victim.incident_ref IS NOT NULL, victim.number, victim.ethnicity, victim.age, victim.sex
        FROM incident AS crime
        LEFT JOIN points USING (point)
        LEFT JOIN victim ON victim.incident_ref = crime.ref
        WHERE crime.feed = ? AND crime.status <> 'cancelled' AND ({serious}) {within}
          AND (victim.incident_ref IS NULL
               OR 'given' <> ANY (SELECT unnest([victim.ethnicity, victim.age, victim.sex])))"""


def _victims(cursor: Any) -> str:
    """A SELECT of each standing victim: the crime's reference, their number, the state of each detail."""
    columns = _columns(cursor, "involvement")
    if not {"role", "incident_ref"} <= columns:
        nothing = ", ".join(f"NULL::VARCHAR AS {name}" for name in ("incident_ref", *_DETAILS))
        return f"SELECT {nothing}, NULL::BIGINT AS number WHERE false"
    states = {name: _state(name, columns) for name in _DETAILS}
    states["age"] = f"CASE WHEN born.record_key IS NOT NULL THEN 'given' ELSE {states['age']} END"
    listed = ", ".join(f"{state} AS {name}" for name, state in states.items())
    number = "row.ordinal" if "ordinal" in columns else "NULL::BIGINT"
    return f"""
        SELECT row.incident_ref, {number} AS number, {listed}
        FROM involvement AS row
        LEFT JOIN (SELECT DISTINCT feed, record_key FROM mention
                   WHERE role = 'victim' AND birth_date IS NOT NULL) AS born
               ON born.feed = row.feed AND born.record_key = row.record_key
        WHERE row.role = 'victim' AND row.status <> 'cancelled'"""


def _state(name: str, columns: frozenset[str]) -> str:
    """Whether one detail was given, or how it is lacking; a row from before the state was kept has none."""
    given = f"row.{name} IS NOT NULL" if name in columns else "false"
    kept = f"row.{name}_state" if f"{name}_state" in columns else "NULL::VARCHAR"
    return f"CASE WHEN {given} THEN 'given' ELSE coalesce({kept}, '{NOT_TOLD_APART}') END"


def _columns(cursor: Any, view: str) -> frozenset[str]:
    return frozenset(row[0] for row in cursor.execute(f"DESCRIBE {view}").fetchall())


def _gap(row: Sequence[Any], contract: Contract) -> dict[str, Any]:
    key, reference, recorded_on, district, offence, officer, there, number, *states = row
    missing = {name: state for name, state in zip(_DETAILS.values(), states, strict=True) if state != "given"}
    return {
        "record_key": key,
        "reference": reference,
        "recorded_on": recorded_on,
        "district": district,
        "offence": offence,
        "victim": number,
        "missing": missing if there else {"victim": "missing"},
        "officer_dealing": officer,
        "feed": contract.name,
        "owner": contract.owner_code,
    }
