"""Acts that take two people: what waits for your approval, or that you proposed; approve or decline it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.numbers import NUMBER
from joinedup.cli.output import format_option, say, show

if TYPE_CHECKING:
    from joinedup.release.approvals import Waiting

COLUMNS = ("number", "kind", "feeds", "about", "proposed_by", "reason", "until", "state", "approved_by")


@click.group(name="approvals", help=__doc__, invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_approvals, output_format=output_format)


@command.command(name="list")
@format_option
@click.pass_context
def list_approvals(ctx: click.Context, output_format: str) -> None:
    """List what waits that you could approve, and what you proposed."""
    workspace = open_workspace(ctx)
    from joinedup.release import approvals

    found = approvals.waiting(workspace, viewer(ctx))
    show([_row(one) for one in found], output_format, columns=COLUMNS, empty="Nothing waits for you.")
    if output_format == "table" and any(one.waits_for_me for one in found):
        say("Approve with: joinedup approvals approve NUMBER, or: ... decline NUMBER --reason REASON")


@command.command(name="approve")
@click.argument("number", type=NUMBER, metavar="NUMBER")
@click.pass_context
def approve(ctx: click.Context, number: int) -> None:
    """Approve what somebody else proposed; you or they can then do it once."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.release import approvals

    made = approvals.approve(workspace, by, number)
    until = f"{made.ends_at:%d %B %Y %H:%M} UTC"
    say(f"Approved proposal {number}. Until {until} the same command does it, once:")
    say(f"run by {made.proposed_by}, or by you, where your role may do it.")


@command.command(name="decline")
@click.argument("number", type=NUMBER, metavar="NUMBER")
@click.option("--reason", required=True, help="Why, without naming anybody; it is written to the log.")
@click.pass_context
def decline(ctx: click.Context, number: int, reason: str) -> None:
    """Decline what somebody else proposed, or take back what you did."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.release import approvals

    approvals.decline(workspace, by, number, reason)
    say(f"Declined proposal {number}: nothing is done.")


def _row(one: Waiting) -> dict[str, Any]:
    made = one.proposal
    return {
        "number": made.pk,
        "kind": str(made.kind),
        "feeds": ", ".join(made.feeds),
        "about": one.about,
        "proposed_by": made.proposed_by,
        "reason": made.reason,
        "until": made.ends_at,
        "state": str(made.state),
        "approved_by": made.decided_by or None,
    }
