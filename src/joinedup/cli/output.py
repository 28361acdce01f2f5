"""Results on standard output: an aligned table, JSON or CSV. Messages go to standard error."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

import click

from joinedup.cli.nearest import Choice
from joinedup.spreadsheet import safe_cell
from joinedup.terms import LONDON, Engine, Flag, Purpose


class Figures(str):
    """A number already in words, such as ``12%``: it stands to the right, like any number."""

    __slots__ = ()


def counted(number: int | None) -> Figures:
    """A count as people read it; a dash where it is not known."""
    return Figures("–" if number is None else f"{number:,}")


def rounded(number: float | None, digits: int) -> Figures:
    """A number with so many decimals; a dash where it is not known."""
    return Figures("–" if number is None else f"{number:,.{digits}f}")


def between(lower: float | None, upper: float | None, digits: int) -> Figures:
    """An interval with so many decimals, which may have no upper end; a dash where it is not known."""
    if lower is None or upper is None:
        return Figures("–")
    if math.isinf(upper):
        return Figures(f"{lower:,.{digits}f} or more")
    return Figures(f"{lower:,.{digits}f} to {upper:,.{digits}f}")


def cautions(flags: Iterable[Flag]) -> str:
    """A row's flags in words."""
    from joinedup.hub.intelligence.presentation import flag_words

    return "; ".join(flag_words(tuple(flag.value for flag in flags)))


Row = Mapping[str, Any]
Decorated = TypeVar("Decorated", bound=Callable[..., Any])
FORMATS = ["table", "json", "csv"]
NOTHING = "There is nothing to list."
_NAMING = frozenset(
    {
        "decision",
        "deliveries",
        "delivery",
        "edition",
        "erasure",
        "id",
        "linkage",
        "number",
        "overtaken_by",
        "pair",
        "proposal",
        "row",
        "version",
        "year",
    }
)
"""Keys whose whole numbers name something and count nothing: printed plainly, so that they can be typed."""


def purpose_option(function: Decorated) -> Decorated:
    """Give a verb ``--purpose``, passed to it as ``purpose``: crime and disorder, unless another is named."""
    return purpose_option_of(Purpose.CRIME_AND_DISORDER)(function)


def purpose_option_of(usual: Purpose) -> Callable[[Decorated], Decorated]:
    """The same with another purpose where none is named."""
    return click.option(
        "--purpose",
        type=Choice([purpose.value for purpose in Purpose]),
        default=usual.value,
        show_default=True,
        help="What for: it decides what may be seen, and is written to the log.",
    )


def engine_option(said: str) -> Callable[[Decorated], Decorated]:
    """Give a verb ``--engine``, passed to it as an ``Engine``; ``said`` is its help."""
    return click.option(
        "--engine",
        type=Choice([each.value for each in Engine]),
        default=Engine.DUCKDB.value,
        show_default=True,
        callback=lambda _ctx, _option, value: Engine(value),
        help=said,
    )


def counting_engine_option(function: Decorated) -> Decorated:
    """Give a verb whose answer rests on counts of records ``--engine``, passed to it as an ``Engine``."""
    return engine_option("What counts the records; the answer is the same.")(function)


def format_option(function: Decorated) -> Decorated:
    """Give a verb ``--format table|json|csv``, passed to it as ``output_format``."""
    option = click.option(
        "--format",
        "output_format",
        type=Choice(FORMATS),
        default="table",
        show_default=True,
        help="How to print the result.",
    )
    return option(function)


def say(message: str) -> None:
    """Tell the person something that is not the result (standard error)."""
    click.echo(message, err=True)


def show(
    rows: Iterable[Row], output_format: str = "table", *, columns: Sequence[str] = (), empty: str = NOTHING
) -> None:
    """Print rows of plain values under their keys.

    ``columns`` chooses and orders the columns of a table or CSV (default: the keys of all rows, as they
    come); JSON always has every key. In a table, None is a dash and numbers stand to the right; ``empty`` is
    what stands in place of one without a row.
    """
    listed = [dict(row) for row in rows]
    names = list(columns) or list(dict.fromkeys(key for row in listed for key in row))
    if output_format == "json":
        click.echo(json.dumps([_plain(row) for row in listed], ensure_ascii=False, indent=2))
    elif output_format == "csv":
        click.echo(_csv(listed, names), nl=False)
    elif sys.stdout.isatty():
        _rich_table(listed, names, empty)
    else:
        click.echo(aligned(listed, names, empty), nl=False)


def show_one(row: Row, output_format: str = "table") -> None:
    """Print one thing: its keys and values below each other (JSON: one object)."""
    if output_format == "json":
        click.echo(json.dumps(_plain(dict(row)), ensure_ascii=False, indent=2))
    elif output_format == "csv":
        show([row], "csv")
    else:
        width = max((len(_heading(key)) for key in row), default=0)
        for key, value in row.items():
            click.echo(f"{_heading(key):<{width}}  {_under(key, value)}")


def aligned(rows: Sequence[Row], names: Sequence[str], empty: str = NOTHING) -> str:
    """A table as plain text: headings, a rule, two spaces between columns, numbers to the right."""
    if not rows:
        return f"{empty}\n"
    body = [[_under(name, row.get(name)) for name in names] for row in rows]
    right = [_is_numeric(rows, name) for name in names]
    heads = [_heading(name) for name in names]
    widths = [max(len(line[index]) for line in [heads, *body]) for index in range(len(names))]
    rule = ["-" * width for width in widths]
    lines = [_line(cells, widths, right) for cells in [heads, rule, *body]]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = [
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(padded).rstrip()


def _rich_table(rows: Sequence[Row], names: Sequence[str], empty: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        click.echo(empty)
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in names:
        table.add_column(_heading(name), justify="right" if _is_numeric(rows, name) else "left")
    for row in rows:
        table.add_row(*[Text(_under(name, row.get(name))) for name in names])
    Console().print(table)


def _csv(rows: Sequence[Row], names: Sequence[str]) -> str:
    out = io.StringIO()
    plain = csv.writer(out, lineterminator="\n")
    quoted = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    plain.writerow(names)
    for row in rows:
        cells = [safe_cell(_cell(row.get(name))) for name in names]
        # The writer leaves a lone carriage return bare, and readers would take it for the end of a line.
        lone_return = any(isinstance(cell, str) and "\r" in cell for cell in cells)
        (quoted if lone_return else plain).writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> Any:
    plain = _plain(value)
    if isinstance(plain, list):
        return " ".join(str(item) for item in plain)
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, dict) else plain


def _plain(value: Any) -> Any:
    """The value as JSON knows it: times in ISO 8601, definitions by their names."""
    plain: Any = str(value)
    if isinstance(value, Enum):
        plain = value.value
    elif value is None or isinstance(value, (str, int, float, bool)):
        plain = value
    elif isinstance(value, Mapping):
        plain = {str(_plain(key)): _plain(item) for key, item in value.items()}
    elif isinstance(value, (list, tuple, set, frozenset)):
        plain = [_plain(item) for item in value]
    elif isinstance(value, (dt.datetime, dt.date, dt.time)):
        plain = value.isoformat()
    elif hasattr(value, "item"):  # a number of NumPy's
        plain = value.item()
    return plain


def _under(key: Any, value: Any) -> str:
    """A value in words under its key: a number that names something has no commas."""
    if key in _NAMING and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if key in _NAMING and isinstance(value, (list, tuple)):
        return ", ".join(_under(key, item) for item in value)
    return in_words(value)


def in_words(value: Any) -> str:
    """A value as a person reads it in a table."""
    words = str(_plain(value))
    if value is None:
        words = "–"
    elif isinstance(value, bool):
        words = "yes" if value else "no"
    elif isinstance(value, int):
        words = f"{value:,}"
    elif isinstance(value, float):
        words = _number(value)
    elif isinstance(value, dt.datetime):
        words = f"{value.astimezone(LONDON) if value.tzinfo else value:%Y-%m-%d %H:%M}"
    elif isinstance(value, Mapping):
        words = ", ".join(f"{in_words(key)}: {_under(key, item)}" for key, item in value.items())
    elif isinstance(value, (list, tuple, set, frozenset)):
        words = ", ".join(in_words(item) for item in value)
    return words


def _number(value: float) -> str:
    decimals = 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{decimals}f}"


def _is_numeric(rows: Sequence[Row], name: str) -> bool:
    values = [row.get(name) for row in rows if row.get(name) is not None]
    return bool(values) and all(
        isinstance(value, (int, float, Figures)) and not isinstance(value, bool) for value in values
    )


def _heading(name: str) -> str:
    return name.replace("_", " ")
