"""What the registers of interventions, services and funding share on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.area_names import COARSE_TO_FINE, area_codes
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.nearest import Choice
from joinedup.cli.output import Figures, cautions, counted, format_option, show, show_one
from joinedup.errors import BadInput
from joinedup.terms import AreaLevel, Viewer

if TYPE_CHECKING:
    from joinedup.measures.placed_change import ReadRow
    from joinedup.workspace import Workspace

PERS = ["month", "quarter", "year", "all"]
_PER = {"month": " a month", "quarter": " a quarter", "year": " a year", "all": " in all"}


_closed_option = click.option("--closed", is_flag=True, help="Those that were closed, too.")


def register_group(
    name: str,
    doc: str | None,
    lines: str,
    rows: Callable[[Workspace, Viewer, bool], list[dict[str, Any]]],
) -> click.Group:
    """The group of a register's verbs. Alone, or as ``list``, it lists the lines that stand; ``rows`` gives
    them to somebody, with those that were closed if asked."""

    def show_lines(ctx: click.Context, closed: bool, output_format: str) -> None:
        found = rows(open_workspace(ctx), viewer(ctx), closed)
        show(found, output_format, empty=f"None is in the register. Add one with: joinedup {name} add")

    @click.group(name=name, help=doc, invoke_without_command=True)
    @_closed_option
    @format_option
    @click.pass_context
    def group(ctx: click.Context, closed: bool, output_format: str) -> None:
        if ctx.invoked_subcommand is None:
            show_lines(ctx, closed, output_format)

    @group.command(name="list", help=f"List the {lines}.")
    @_closed_option
    @format_option
    @click.pass_context
    def listed(ctx: click.Context, closed: bool, output_format: str) -> None:
        show_lines(ctx, closed, output_format)

    return group


def area_level_option(usual: AreaLevel) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``--area-level`` of a line's area."""
    return click.option(
        "--area-level",
        type=Choice([each.value for each in COARSE_TO_FINE]),
        default=usual.value,
        show_default=True,
        help="Of which level the area is.",
    )


def pounds(pence: float) -> str:
    """An amount as people read it: ``£1,234.50``."""
    return f"£{pence / 100:,.2f}"


def money(pence: float | None) -> Figures:
    """The same, or a dash where it is not known."""
    return Figures("–" if pence is None else pounds(pence))


def per_words(per: str) -> str:
    """For how long an amount is, behind the amount."""
    return _PER[per]


def place_words(row: Any) -> str:
    """Where a line that may be everywhere is."""
    return f"{row.level} {row.area}" if row.area else "everywhere"


def show_line(
    summary: dict[str, Any], row: Any, output_format: str, **more: Sequence[dict[str, Any]]
) -> None:
    """Show a line of a register: its summary, ``more`` tables, and its history."""
    history = [
        {"moment": one.moment, "what": one.kind, "by": one.by, "text": one.text} for one in row.history.all()
    ]
    if output_format != "table":
        show_one({**summary, **more, "history": history}, output_format)
        return
    show_one(summary)
    for rows in filter(None, (*more.values(), history)):
        click.echo()
        show(rows)


def change_row(one: ReadRow) -> dict[str, Any]:
    """A row of a count before and after."""
    upper = "no limit" if one.upper is None else f"{one.upper:.2f}"
    return {
        "Of": one.title,
        "Earlier still": counted(one.earlier),
        "Before": counted(one.before),
        "After": counted(one.after),
        "Ratio": Figures("–" if one.value is None else f"{one.value:.2f}"),
        "95% interval": Figures("–" if one.lower is None else f"{one.lower:.2f} to {upper}"),
        "Cautions": cautions(one.flags),
    }


def where_words(measure: str, where: Iterable[Iterable[str]]) -> str:
    """A measure with the values it is narrowed to."""
    told = ", ".join("=".join(pair) for pair in where)
    return f"{measure} ({told})" if told else measure


def one_area(workspace: Workspace, written: str | None, level: AreaLevel) -> tuple[str, str]:
    """Level and code of one area, both empty where none was given."""
    if not written:
        return "", ""
    codes = area_codes(workspace, [written], level)
    if len(codes) != 1:
        raise BadInput("A line of the register has one area", where=written, next_step="Enter one for each")
    return level.value, codes[0]
