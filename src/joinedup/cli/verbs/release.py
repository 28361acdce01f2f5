"""Publish fixed tables of closed measures, by two people, or show closed measures in rounded numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.cubes import cube
from joinedup.cli.numbers import NUMBER
from joinedup.cli.output import format_option, say, show

if TYPE_CHECKING:
    from joinedup.release.models import Publication


@click.group(name="release", help=__doc__)
def command() -> None:
    """The group itself does nothing."""


command.add_command(cube)


@command.command(name="catalogue")
@format_option
@click.pass_context
def catalogue(ctx: click.Context, output_format: str) -> None:
    """List the tables that can be published, with the rule of each."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.catalogue import offered

    rows = [
        {
            "name": name,
            "title": tables.measure.title,
            "tables": [table.name for table in tables.tables],
            "breakdown": tables.breakdown,
            "least_shown": tables.rule.least_shown,
            "rounded_to": tables.rule.rounded_to,
        }
        for name, tables in offered(workspace, by).items()
    ]
    show(rows, output_format, empty="No closed measure has tables that add up.")


@command.command(name="prepare")
@click.argument("name", metavar="TABLE")
@click.option(
    "--to", "recipients", type=click.Choice(["public", "councillors"]), required=True, help="For whom."
)
@click.pass_context
def prepare_tables(ctx: click.Context, name: str, recipients: str) -> None:
    """Protect the tables of TABLE as known now, attack them, and enter them for another to approve."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.catalogue import prepare

    made, passed = prepare(workspace, by, name, recipients)
    say(
        f"Publication {made.number} is prepared: {passed.kept_cells:,} of {passed.all_cells:,} cells are "
        f"shown, {passed.kept_share:.1%} of what is counted."
    )
    say(f"Another person looks at it and approves it: joinedup release approve {made.number}")


@command.command(name="approve")
@click.argument("number", type=NUMBER)
@click.pass_context
def approve_tables(ctx: click.Context, number: int) -> None:
    """Publish what another person prepared."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.catalogue import approve

    made = approve(workspace, by, number)
    say(f"Publication {number} is published for {_whom(made)}.")


@command.command(name="list")
@format_option
@click.pass_context
def list_publications(ctx: click.Context, output_format: str) -> None:
    """List what was prepared, published and withdrawn."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.catalogue import visible

    rows = [_row(made) for made in visible(workspace, by)]
    show(rows, output_format, empty="Nothing was prepared yet. Begin with: joinedup release catalogue")


@command.command(name="withdraw")
@click.argument("number", type=NUMBER)
@click.option("--why", required=True, help="Why; it is written to the log.")
@click.pass_context
def withdraw_tables(ctx: click.Context, number: int, why: str) -> None:
    """Mark a publication as withdrawn. Who has it keeps it, so later attacks still reckon with it."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.catalogue import withdraw

    made = withdraw(workspace, by, number, why)
    say(f"Publication {number} is {made.state}.")


@command.command(name="export")
@click.argument("number", type=NUMBER)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="A new file: .csv (its metadata is written beside it) or .xlsx.",
)
@click.pass_context
def export_tables(ctx: click.Context, number: int, out: Path) -> None:
    """Write a publication to a file. It is logged as a disclosure."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.catalogue.files import export

    for path in export(workspace, by, number, out):
        say(f"Wrote {path}")


def _whom(made: Publication) -> str:
    return "the public" if made.recipients == "public" else "councillors"


def _row(made: Publication) -> dict[str, Any]:
    return {
        "number": made.number,
        "measure": made.measure,
        "for": made.recipients,
        "state": made.state,
        "known_on": made.known_on,
        "prepared_by": made.prepared_by,
        "approved_by": made.approved_by,
        "gate": made.gate[:12],
    }
