"""What the SQL of an own measure may do with each field of a closed source.

Whoever writes a filter can single somebody out. So what points at one record only joins, a number about a
person is only compared with written numbers (a band of ages, be it of one year, which comes out as true or
false), and a text or date about a person is not read at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from sqlglot import exp


class Use(StrEnum):
    """What may be done with a field."""

    FREE = "free"
    COMPARED = "compared"  # with <, <=, >, >= or BETWEEN, and looked whether it is there
    JOINING = "joining"  # set equal to its like, grouped by, looked whether it is there
    SHUT = "shut"


ENVELOPE: Mapping[str, Use] = {
    **dict.fromkeys(
        (
            *("month", "status", "precision", "stated_area", "feed", "source", "owner"),
            *("occurred_from", "occurred_to", "occurred_date", "occurred_to_date", "occurred_time"),
        ),
        Use.FREE,
    ),
    **dict.fromkeys(("ref", "record_key", "point"), Use.JOINING),
    **dict.fromkeys(
        ("content_hash", "known_from", "delivery", "row_number", "longitude", "latitude"), Use.SHUT
    ),
}
"""What every record has, and what may be done with it. The columns of ``points`` are areas: free."""

_LOOKED_AT = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between)
_SAYS = {
    Use.COMPARED: "{name} is a number about a person: compare it with <, <=, >, >= or BETWEEN, as for a band",
    Use.JOINING: "{name} points at single records or places: only set it equal to its like, or group by it",
    Use.SHUT: "{name} is a text, a date or a detail of single records: no measure of closed data reads it",
}


def misuses(select: exp.Select, uses: Mapping[str, Use], limited: bool) -> Iterator[str]:
    """Sentences on fields that are not there and, where it is ``limited``, on what may not be done with them.

    ``select`` has passed ``plain_sql``; ``uses`` has every name that the views of the measure have.
    """
    made = {alias.alias.lower() for alias in select.find_all(exp.Alias)}
    told: set[str] = set()
    for name, node in _read(select):
        if name not in uses:
            if name not in made:
                told.add(f"No feed of the source has the field {name}")
        elif limited and not _may(uses[name], node, name, uses):
            told.add(_SAYS[uses[name]].format(name=name))
    if limited:
        told |= {_SAYS[uses[name]].format(name=name) for name in _renamed(select, uses)}
    yield from sorted(told)


def _read(select: exp.Select) -> Iterator[tuple[str, exp.Expression]]:
    for column in select.find_all(exp.Column):
        yield column.name.lower(), column
    for join in select.find_all(exp.Join):
        for name in join.args.get("using") or ():
            yield name.name.lower(), join


def _renamed(select: exp.Select, uses: Mapping[str, Use]) -> Iterator[str]:
    """Names of limited fields that are given to something else."""
    for alias in select.find_all(exp.Alias):
        name = alias.alias.lower()
        limited = uses.get(name, Use.FREE) is not Use.FREE
        if limited and not (isinstance(alias.this, exp.Column) and alias.this.name.lower() == name):
            yield name


def _may(use: Use, node: exp.Expression, name: str, uses: Mapping[str, Use]) -> bool:
    if use in {Use.FREE, Use.SHUT}:
        return use is Use.FREE
    if isinstance(node, exp.Join):  # USING
        return use is Use.JOINING
    if isinstance(node.parent, exp.Is):
        return True
    if isinstance(node.parent, exp.Alias | exp.Select):
        return _is_selected(node, name, uses)
    return _joins(node, uses) if use is Use.JOINING else _is_compared(node)


def _is_selected(node: exp.Expression, name: str, uses: Mapping[str, Use]) -> bool:
    """Whether it is handed on, under its own name."""
    parent = node.parent
    if isinstance(parent, exp.Alias):
        return parent.alias.lower() == name and _handed_on(parent, uses)
    return node.arg_key == "expressions" and _handed_on(node, uses)


def _handed_on(projection: exp.Expression, uses: Mapping[str, Use]) -> bool:
    """Whether the SELECT that gives it is the whole, a table that others read, or asked IN or EXISTS: not a
    single value that could be compared with anything."""
    query: exp.Expression | None = projection.parent
    above = query.parent if query is not None else None
    while isinstance(above, exp.Subquery | exp.SetOperation):
        if isinstance(above, exp.Subquery) and isinstance(above.parent, exp.From | exp.Join):
            return True
        above = above.parent
    if isinstance(above, exp.In):
        return isinstance(above.this, exp.Column) and uses.get(above.this.name.lower()) is Use.JOINING
    return above is None or isinstance(above, exp.CTE | exp.Exists)


def _is_compared(node: exp.Expression) -> bool:
    """Whether it is compared, and with written numbers only."""
    if isinstance(node.parent, exp.Cast) and node.parent.to.is_type("int", "bigint"):
        node = node.parent
    parent = node.parent
    return isinstance(parent, _LOOKED_AT) and all(
        part is node or isinstance(part, exp.Literal) for part in parent.iter_expressions()
    )


def _joins(node: exp.Expression, uses: Mapping[str, Use]) -> bool:
    parent = node.parent
    if isinstance(parent, exp.EQ):
        other = parent.expression if parent.this is node else parent.this
        return isinstance(other, exp.Column) and uses.get(other.name.lower()) is Use.JOINING
    if isinstance(parent, exp.In):
        asked = parent.args.get("query")
        given = asked.this.named_selects if isinstance(asked, exp.Subquery) else ()
        return bool(given) and all(uses.get(one.lower()) is Use.JOINING for one in given)
    if isinstance(parent, exp.Window):
        return node.arg_key == "partition_by"
    return isinstance(parent, exp.Group | exp.Distinct)
