"""The SQL of a measure of reoffending: one row for each entry that is followed, with its reoffences.

In DuckDB's dialect, over the tables ``entry`` and ``proof`` (see ``gathering``); sqlglot turns it into
Spark's.
"""

from __future__ import annotations

from collections.abc import Sequence

from joinedup.measures.reoffending.definitions import Ages, Counts, Lives, Once, Reoffending, Taken
from joinedup.terms import Period

_YOUNGEST, _ADULT = 10, 18


def counted_sql(
    measure: Reoffending, period: Period, ways: Sequence[int], proofs: Sequence[int], earlier: int = 0
) -> str:
    """``unit``, ``way``, ``day`` and ``reoffences`` of each entry of the period that the measure follows.

    ``ways`` and ``proofs`` are the numbers of its ways in, in order, and of its kinds of proof. With
    ``earlier`` the offences are those of a clock that started so many months earlier.
    """
    each = "unit, day" if measure.once is Once.ENTRY else "unit"
    what = "proven" if measure.counts is Counts.OCCASIONS else "offence"
    clock = _plus("cohort.day", measure.starts_after - earlier)
    ends = _plus("cohort.day", measure.starts_after - earlier + measure.follow_up)
    known = _plus("cohort.day", measure.clock_months - earlier)
    conditions = "\n        AND ".join(_conditions(measure, period, ways))
    return f"""WITH entered AS (
    SELECT unit, way, day, row_number() OVER (PARTITION BY {each} ORDER BY day, way) AS nth
    FROM entry
    WHERE {conditions}
),
cohort AS (
    SELECT unit, way, day FROM entered WHERE nth = 1
),
proven AS (
    SELECT DISTINCT unit, {"" if what == "proven" else "offence, "}offended, proven FROM proof
    WHERE proof IN ({_listed(proofs)})
)
SELECT cohort.unit, cohort.way, cohort.day, count(DISTINCT proven.{what}) AS reoffences
FROM cohort LEFT JOIN proven
    ON proven.unit = cohort.unit
    AND proven.offended > {clock}
    AND proven.offended <= {ends}
    AND proven.proven <= {known}
GROUP BY cohort.unit, cohort.way, cohort.day
ORDER BY cohort.unit, cohort.day"""


def _plus(day: str, months: int) -> str:
    sign = "-" if months < 0 else "+"
    return f"CAST({day} {sign} INTERVAL {abs(months)} MONTH AS DATE)" if months else day


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(one) for one in numbers)


def _conditions(measure: Reoffending, period: Period, ways: Sequence[int]) -> list[str]:
    taken = [
        f"way IN ({_listed(ways)})",
        f"day >= DATE '{period.start}'",
        f"day < DATE '{period.end}'",
    ]
    found = list(taken)
    if measure.cohort.taken is Taken.QUARTERLY_SNAPSHOTS:
        found.append("month(day) IN (3, 6, 9, 12)")
    if measure.cohort.taken is Taken.FIRST_SNAPSHOT:
        found.append(f"day = (SELECT min(day) FROM entry WHERE {' AND '.join(taken)})")
    if measure.ages is Ages.ADULTS:
        found.append("day >= adult_month")
    if measure.ages is Ages.YOUNG:
        found += ["day < adult_month", f"day >= {_plus('adult_month', -12 * (_ADULT - _YOUNGEST))}"]
    if measure.lives is Lives.PARTNERSHIP:
        found.append("lives_here")
    return found
