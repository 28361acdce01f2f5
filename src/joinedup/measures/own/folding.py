"""A measure's SQL with every value of a breakdown that its definition does not name as one value.

So nothing that a field of closed data happens to hold comes out of a measure, whatever the SQL makes of it.
"""

from __future__ import annotations

from sqlglot import exp

from joinedup.measures.definition import Measure

UNDECLARED = "undeclared"
"""The value that stands for those that a definition does not name."""


def folded(measure: Measure) -> str:
    """The SQL, in which each breakdown has its declared values, ``undeclared``, or NULL (not stated)."""
    select = measure.select().copy()
    projections = []
    for one in select.expressions:
        name = one.alias_or_name
        if name.lower() not in measure.breakdowns:
            projections.append(one)
            continue
        told = one.this if isinstance(one, exp.Alias) else one
        projections.append(exp.alias_(_bounded(told, list(measure.breakdowns[name.lower()])), name))
    select.set("expressions", projections)
    return str(select.sql(dialect="duckdb", pretty=True))


def _bounded(told: exp.Expression, values: list[str]) -> exp.Expression:
    if _gives_only(told, values):
        return told
    undeclared = exp.Literal.string(UNDECLARED)
    if not values:
        return exp.Case().when(exp.Not(this=exp.Is(this=told.copy(), expression=exp.Null())), undeclared)
    known = exp.In(this=told.copy(), expressions=[exp.Literal.string(value) for value in values])
    return (
        exp.Case()
        .when(known, told.copy())
        .when(exp.Not(this=exp.Is(this=told.copy(), expression=exp.Null())), undeclared)
    )


def _gives_only(told: exp.Expression, values: list[str]) -> bool:
    """Whether it is a CASE that gives written values, all of them declared, and nothing else."""
    if not isinstance(told, exp.Case):
        return False
    given = [branch.args["true"] for branch in told.args["ifs"]]
    if told.args.get("default") is not None:
        given.append(told.args["default"])
    return all(
        isinstance(one, exp.Null) or (isinstance(one, exp.Literal) and one.is_string and one.this in values)
        for one in given
    )
