"""Rounded cubes: sources that are shown in numbers rounded to 5, from which any table is a sum."""

from __future__ import annotations

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.output import format_option, say, show


@click.group(name="cube", help=__doc__)
def cube() -> None:
    """The group itself does nothing."""


@cube.command(name="list")
@format_option
@click.pass_context
def list_cubes(ctx: click.Context, output_format: str) -> None:
    """List the cubes, with what can be asked of each and as known on which day."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.cubes import listed

    rows = [
        {
            "measure": one.measure.name,
            "title": one.measure.title,
            "breakdowns": list(one.breakdowns),
            "edition": one.edition or None,
            "quarters": str(one.span) if one.span else None,
            "known_on": one.known_on,
            "greatest_error": one.greatest_error,
        }
        for one in listed(workspace, by)
    ]
    show(rows, output_format, empty="No source has a rounded cube. See docs/public-tables.md.")


@cube.command(name="refresh")
@click.argument("name", metavar="MEASURE")
@click.pass_context
def refresh_cube(ctx: click.Context, name: str) -> None:
    """Show the cube of MEASURE as known now. The first time begins it: its sources go this way for good."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.cubes import refresh

    made, new = refresh(workspace, by, name)
    if not new:
        say(f"Nothing has changed: edition {made.number} stays what is shown.")
        return
    say(f"Edition {made.number} of the rounded cube of {name} is what people with protected tables see.")
    say(f"No total of its tables is off by more than {made.greatest_error}.")
    if made.number == 1:
        say("Its sources are shown in rounded numbers from now on; no exact table of them can be published.")
