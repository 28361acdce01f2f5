"""Make a workspace for a partnership, and its first user."""

from __future__ import annotations

import getpass
import os
import re
from pathlib import Path

import click

from joinedup.cli.context import session
from joinedup.cli.output import say
from joinedup.errors import BadInput
from joinedup.terms import Role


@click.command(name="init", help=__doc__)
@click.argument("workspace", type=click.Path(path_type=Path, file_okay=False))
@click.option("--partnership", metavar="NAME", required=True, help="The partnership's name.")
@click.option(
    "--district", "districts", metavar="CODE", multiple=True, help="A district's code (repeatable)."
)
@click.option(
    "--database-url", metavar="URL", default="sqlite", show_default=True, help="Or a postgresql:// URL."
)
@click.option("--user", metavar="NAME", help="Your user name (default: your name on this computer).")
@click.option("--name", metavar="FULL NAME", help="Your full name.")
@click.option("--agency", metavar="NAME", help="Your organisation (default: the partnership).")
@click.pass_context
def command(
    ctx: click.Context,
    workspace: Path,
    partnership: str,
    districts: tuple[str, ...],
    database_url: str,
    user: str | None,
    name: str | None,
    agency: str | None,
) -> None:
    from joinedup.workspace import Workspace

    username = user or _own_name()
    if slug(username) != username.lower().replace("_", "-") or not slug(agency or partnership):
        raise BadInput(
            "A user name has letters, digits, - and _ only, and an organisation has a name of letters",
            where=f"{username}, {agency or partnership}",
            next_step="Give --user NAME and --agency NAME",
        )
    made = Workspace.create(
        workspace, partnership=partnership, districts=districts, database_url=database_url
    )
    session(ctx).adopt(made)
    _first_user(username, name or username, agency or partnership)
    say(f"Made the workspace {made.folder} for {partnership}; {username} is its first user, an analyst.")
    say(f"Next: joinedup -C {workspace} places load …, then deliver …, and serve (see --help of each).")


def _own_name() -> str:
    name = os.environ.get("JOINEDUP_USER") or getpass.getuser()
    return slug(name) or "analyst"


def slug(text: str) -> str:
    """A short code of letters, digits and hyphens for a name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60]


def _first_user(username: str, name: str, agency: str) -> None:
    from django.db import transaction

    from joinedup.accounts import add_agency, add_user
    from joinedup.log import record_act

    with transaction.atomic():
        first = add_user(username, name=name, role=Role.ANALYST, agency=add_agency(slug(agency), agency))
        record_act("administration", by=first.viewer(), purpose=None, what="made the workspace, first user")
