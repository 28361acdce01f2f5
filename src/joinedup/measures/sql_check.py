"""What a measure's SQL may be: one SELECT over declared record views, checked on its syntax tree.

The same check serves the product's own measures and those a workspace brings. Everything not known to be
harmless is refused: functions come from a list, tables from the definition.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from joinedup.errors import BadInput

_LOGIC = {"and", "or", "xor", "case", "if", "coalesce", "nullif", "exists", "cast", "try_cast"}
_ADDING_UP = {"count", "count_if", "sum", "min", "max", "avg", "logical_or", "logical_and"}
_CHOOSING = {"arg_max", "arg_min", "first", "last", "any_value"}
_WINDOWS = {"row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value"}
_NUMBERS = {"abs", "round", "floor", "ceil", "greatest", "least"}
_TEXTS = {
    "lower",
    "upper",
    "trim",
    "length",
    "left",
    "right",
    "substring",
    "concat",
    "replace",
    "starts_with",
}
_DATES = {
    *("timestamp_trunc", "date_trunc", "ts_or_ds_to_date", "extract"),
    *("date_diff", "datediff", "date_add", "date_sub"),  # sqlglot calls date_diff so
}
_DATE_PARTS = {"date", "year", "month", "quarter", "day", "day_of_week", "hour"}
FUNCTIONS = frozenset(_LOGIC | _ADDING_UP | _CHOOSING | _WINDOWS | _NUMBERS | _TEXTS | _DATES | _DATE_PARTS)
"""Functions a measure may call, by sqlglot's name. None reads a file, a setting, a clock or chance."""

POINTS = "points"
"""The view of points and their areas; the one view that a measure may leave unread."""

FORBIDDEN: tuple[type[exp.Expression], ...] = (
    exp.Command,
    exp.DDL,
    exp.DML,
    exp.Into,
    exp.Lateral,
    exp.Lock,
    exp.Parameter,
    exp.Pivot,
    exp.Placeholder,
    exp.TableSample,
    exp.Unnest,
    exp.Limit,
    exp.Fetch,
)
"""Kinds of expression a measure may not hold: writing, outside values, chance, and answers cut short."""


def checked_select(sql: str, *, views: Iterable[str], columns: Iterable[str], where: str) -> exp.Select:
    """Parse ``sql`` (DuckDB's dialect) and return it, or refuse it.

    ``views`` are the tables it may read, ``columns`` the ones it must give. Raises ``BadInput`` with a
    sentence that names the rule; ``where`` says whose SQL it is.
    """
    allowed = frozenset(views)
    try:
        tree = _one_select(sql, where)
        _refuse_forbidden(tree, where)
        _refuse_functions(tree, where)
        _refuse_tables(tree, allowed, where)
        _require_columns(tree, list(columns), where)
        _require_spark(tree, where)
    except RecursionError:
        raise _refused("The SQL cannot be read: it is nested too deeply", where, "Write it flatter") from None
    return tree


def columns_read(select: exp.Select) -> dict[str, frozenset[str]]:
    """{view: the columns the SELECT reads of it}, for columns whose view can be told from the syntax."""
    found: dict[str, set[str]] = {}
    for scope in traverse_scope(select):
        for column in scope.columns:
            if not column.table and column.find_ancestor(exp.Select) is not scope.expression:
                continue  # it stands in a SELECT within, which is looked at by itself
            name = column.table or (next(iter(scope.sources)) if len(scope.sources) == 1 else "")
            source = scope.sources.get(name)
            if isinstance(source, exp.Table):
                found.setdefault(source.name.lower(), set()).add(column.name.lower())
    return {view: frozenset(columns) for view, columns in found.items()}


def _refused(what: str, where: str, next_step: str = "") -> BadInput:
    return BadInput(what, where=f"SQL of measure {where}", next_step=next_step)


def _one_select(sql: str, where: str) -> exp.Select:
    try:
        statements = sqlglot.parse(sql, read="duckdb")
    except SqlglotError as error:
        raise _refused("The SQL cannot be read", where, "Write one SELECT in DuckDB's dialect") from error
    if len(statements) != 1:
        raise _refused("The SQL is not exactly one statement", where, "Write one SELECT")
    tree = statements[0]
    if not isinstance(tree, exp.Select):
        raise _refused("The SQL is not a SELECT", where, "Write one SELECT")
    return tree


def _refuse_forbidden(tree: exp.Select, where: str) -> None:
    for node in tree.walk():
        if isinstance(node, FORBIDDEN):
            raise _refused(f"The SQL may not use {node.key.upper()}", where)
        if isinstance(node, exp.With) and node.recursive:
            raise _refused("The SQL may not use a recursive WITH", where)
        if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
            raise _refused("The SQL may not use *", where, "Name each column")


def _refuse_functions(tree: exp.Select, where: str) -> None:
    for node in tree.find_all(exp.Func):
        named = isinstance(node, exp.Anonymous)
        name = str(node.name if named else node.sql_name()).lower()
        if name not in FUNCTIONS:
            raise _refused(
                f"The SQL calls {name}, which a measure may not",
                where,
                f"Allowed: {', '.join(sorted(FUNCTIONS))}",
            )


def _refuse_tables(tree: exp.Select, allowed: frozenset[str], where: str) -> None:
    for cte in tree.find_all(exp.CTE):
        if cte.alias.lower() in allowed:
            raise _refused(f"A WITH may not hide the view {cte.alias}", where, "Choose another name")
    seen: set[int] = set()
    for scope in traverse_scope(tree):
        for source in scope.sources.values():
            if isinstance(source, Scope):
                continue
            seen.add(id(source))
            _check_table(source, allowed, where)
    names = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    read = {table.name.lower() for table in tree.find_all(exp.Table)}
    if unread := allowed - read - {POINTS}:
        raise _refused(f"The SQL reads nothing of {', '.join(sorted(unread))}", where)
    for table in tree.find_all(exp.Table):
        if id(table) not in seen and table.name.lower() not in names:
            _check_table(table, allowed, where)


def _check_table(table: exp.Expression, allowed: frozenset[str], where: str) -> None:
    plain = isinstance(table, exp.Table) and isinstance(table.this, exp.Identifier)
    if not plain or table.args.get("db") or table.args.get("catalog"):
        raise _refused("The SQL reads something that is not a declared view", where)
    if table.name.lower() not in allowed:
        raise _refused(
            "The SQL reads a table that is not a declared view",
            where,
            f"Read only: {', '.join(sorted(allowed))}",
        )


def _require_columns(tree: exp.Select, columns: list[str], where: str) -> None:
    given = [name.lower() for name in tree.named_selects]
    missing = [name for name in columns if name.lower() not in given]
    if missing:
        raise _refused(f"The SQL does not give the column {', '.join(missing)}", where, "Add it, with AS")
    if len(set(given)) != len(given):
        raise _refused("The SQL gives two columns of the same name", where)


def _require_spark(tree: exp.Select, where: str) -> None:
    try:
        tree.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    except SqlglotError as error:
        raise _refused("The SQL has no equal in Spark's dialect", where, "Use plainer SQL") from error
