"""List the feeds, show what a contract says, or check a contract file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.mishaps import needs_person
from joinedup.cli.output import format_option, say, show, show_one

if TYPE_CHECKING:
    from joinedup.feeds import BrokenContract, Contract


@click.group(name="feeds", help=__doc__, invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    workspace = open_workspace(ctx)
    viewer(ctx)
    from joinedup.feeds import broken_contracts, contracts

    broken = broken_contracts(workspace)
    rows = [*map(_row, contracts(workspace).values()), *map(_broken_row, broken.values())]
    show(sorted(rows, key=lambda row: row["feed"]), output_format, empty="There is no feed yet.")
    if broken:
        needs_person(
            f"{len(broken)} of {len(rows)} contracts have an error: until it is mended, the feed is "
            "refused and its source is closed."
        )


def _row(contract: Contract) -> dict[str, Any]:
    return {
        "feed": contract.name,
        "version": contract.version,
        "title": contract.title,
        "owner": contract.owner_name,
        "source": contract.source,
        "holds": contract.record_type,
        "mode": contract.mode,
        "sensitivity": contract.publishing.sensitivity,
        "expected_every": contract.publishing.expected_every,
    }


def _broken_row(broken: BrokenContract) -> dict[str, Any]:
    return {"feed": broken.feed, "error": broken.error.sentence()}


@command.command(name="show")
@click.argument("name", metavar="NAME")
@format_option
@click.pass_context
def show_feed(ctx: click.Context, name: str, output_format: str) -> None:
    """Show one contract: its columns, its key, what is set aside, what the data may be used for."""
    workspace = open_workspace(ctx)
    viewer(ctx)
    from joinedup.feeds import contract
    from joinedup.feeds.describing import about, columns

    found = contract(workspace, name)
    if output_format == "json":
        show_one({**about(found), "columns": columns(found)}, output_format)
        return
    if output_format == "table":
        show_one(about(found), output_format)
        click.echo()
    show(columns(found), output_format)


@command.command(name="check")
@click.argument("file", metavar="CONTRACT", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_context
def check(ctx: click.Context, file: Path) -> None:
    """Check a contract file; code lists are looked for beside it, in codelists/, and in the workspace."""
    from joinedup.feeds import check_contract

    workspace = open_workspace(ctx)
    found = check_contract(workspace, file)
    say(f"{file.name} is a good contract: {found.title}, version {found.version}.")
