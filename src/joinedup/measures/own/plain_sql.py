"""What the SQL of an own measure may not do, beyond the rules of every measure (``sql_check``).

Each column is read under its own name, and no name is given to another thing: so that what is read can be
told by names, and ``fields`` can say what of it may not be. Joins are by what points at single records or
places: so that no join multiplies everything with everything. The month is the record's own: the months that
are asked decide which records are read, so another month would hang on what else is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

_POINTS_AT = re.compile(r"(.+_)?ref|record_key|point")

LONGEST = 20_000
"""Characters of SQL that a person can still check by reading."""


def wrongs(select: exp.Select) -> Iterator[str]:
    """Sentences on what the SQL does that it may not."""
    if any(select.find_all(exp.PositionalColumn)):
        yield "The SQL names a column by its number: name it"
    if any(alias.args.get("columns") for alias in select.find_all(exp.TableAlias)):
        yield "The SQL names columns in brackets after a table: name each with AS where it is selected"
    columns = {column.name.lower() for column in select.find_all(exp.Column)}
    columns |= {alias.alias.lower() for alias in select.find_all(exp.Alias)}
    tables = {alias.name.lower() for alias in select.find_all(exp.TableAlias)}
    tables |= {table.name.lower() for table in select.find_all(exp.Table)}
    for name in sorted(columns & tables):
        yield f"The SQL calls a table and a column by one name ({name}): choose two"
    for union in select.find_all(exp.SetOperation):
        if [name.lower() for name in union.left.named_selects] != [
            name.lower() for name in union.right.named_selects
        ]:
            yield "The parts of a UNION select the same columns, under the same names, in the same order"
    if not all(_by_a_reference(join) for join in select.find_all(exp.Join)):
        yield (
            "A table is joined by what points at single records or places (ref, another ..._ref, record_key, "
            "point): write JOIN ... ON one.ref = other.ref, with what else is to be equal"
        )
    if not all(_is_own_month(alias) for alias in select.find_all(exp.Alias)):
        yield "The month is that of the record: select month as it is"


def _is_own_month(alias: exp.Alias) -> bool:
    if alias.alias.lower() != "month":
        return True
    return isinstance(alias.this, exp.Column) and alias.this.name.lower() == "month"


def _by_a_reference(join: exp.Join) -> bool:
    if join.args.get("method"):
        return False
    if join.args.get("using"):
        return any(_POINTS_AT.fullmatch(name.name.lower()) for name in join.args["using"])
    condition = join.args.get("on")
    if condition is None:
        return False
    parts = condition.flatten() if isinstance(condition, exp.And) else [condition]
    return any(
        isinstance(part, exp.EQ)
        and isinstance(part.this, exp.Column)
        and isinstance(part.expression, exp.Column)
        and part.this.table != part.expression.table
        and all(_POINTS_AT.fullmatch(side.name.lower()) for side in (part.this, part.expression))
        for part in parts
    )
