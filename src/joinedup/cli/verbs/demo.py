"""Build the demonstration partnership, real open data and invented people, and serve it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from joinedup.cli.context import session
from joinedup.cli.output import say
from joinedup.cli.progress import console_progress
from joinedup.cli.verbs.serve import tell_address


@click.command(name="demo", help=__doc__)
@click.argument("workspace", type=click.Path(path_type=Path, file_okay=False))
@click.option("--no-serve", is_flag=True, help="Stop when it is built.")
@click.option(
    "--people",
    type=click.IntRange(min=0),
    default=None,
    help="How many people to invent (default 40,000; 0: the real open data alone).",
)
@click.option("--host", metavar="NAME", help="The name or address to listen on (default: localhost).")
@click.option("--port", type=click.IntRange(0, 65535), help="The port to listen on; 0 takes a free one.")
@click.pass_context
def command(
    ctx: click.Context,
    workspace: Path,
    no_serve: bool,
    people: int | None,
    host: str | None,
    port: int | None,
) -> None:
    from joinedup import demo
    from joinedup.demo import partners

    session(ctx).named_folder = workspace
    wanted = partners.PEOPLE if people is None else people
    built = demo.build(workspace, progress=console_progress(), people=wanted)
    session(ctx).adopt(built)
    say(f"\nThe demonstration partnership is in {workspace}.")
    _tell_sign_in(demo.sign_in_lines(built))
    if no_serve:
        say(f"Serve it with: {_as_called()} -C {workspace} serve")
        return
    from joinedup import hub

    hub.serve(built, host, port, ready=tell_address)


def _as_called() -> str:
    """The command as a person can type it here: with its folder where it is not on the path."""
    called = Path(sys.argv[0])
    if called.name != "joinedup" or shutil.which("joinedup"):
        return "joinedup"
    return os.path.relpath(called)


def _tell_sign_in(lines: list[str]) -> None:
    say("Sign in as one of these invented people (user name, then password):\n")
    for line in lines:
        say(f"  {line}")
    say("")
