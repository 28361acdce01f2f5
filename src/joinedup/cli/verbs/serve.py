"""Serve the hub to browsers, on this machine unless told otherwise."""

from __future__ import annotations

import click

from joinedup.cli.context import open_workspace
from joinedup.cli.output import say
from joinedup.cli.progress import console_progress


@click.command(name="serve", help=__doc__)
@click.option("--host", metavar="NAME", help="The name or address to listen on (default: the setting's).")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="The port to listen on; 0 takes a free one (default: the setting's).",
)
@click.pass_context
def command(ctx: click.Context, host: str | None, port: int | None) -> None:
    from joinedup import hub

    workspace = open_workspace(ctx)
    hub.serve(workspace, host, port, progress=console_progress(), ready=tell_address)


def tell_address(address: str) -> None:
    """Say where the hub is, once it listens."""
    say(f"The hub is at {address} (stop it with Ctrl-C).")
