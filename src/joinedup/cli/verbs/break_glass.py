"""Break the glass in an emergency: open it for a person, see where it was, close and review it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.numbers import NUMBER
from joinedup.cli.output import format_option, say, show

if TYPE_CHECKING:
    from joinedup.accounts.models import Grant

COLUMNS = (
    "number", "person", "owner", "feeds", "reason", "opened_by", "opened_at", "ends_at", "state", "review_by",
    "reviewed_by", "finding",
)  # fmt: skip


@click.group(name="break-glass", help=__doc__, invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_grants, output_format=output_format)


@command.command(name="list")
@format_option
@click.pass_context
def list_grants(ctx: click.Context, output_format: str) -> None:
    """List the grants that concern you, the latest first."""
    workspace = open_workspace(ctx)
    who = viewer(ctx)
    from joinedup.release import glass_alerts, glass_seen

    rows = [_row(one) for one in glass_seen(workspace, who)]
    show(rows, output_format, columns=COLUMNS, empty="The glass was broken nowhere that concerns you.")
    if alerts := glass_alerts(workspace, who):
        numbers = ", ".join(str(one.pk) for one in alerts)
        say(f"To be reviewed: {numbers}. With: joinedup break-glass review NUMBER --finding FINDING")


@command.command(name="open")
@click.argument("user", metavar="USER")
@click.option("--feed", "feeds", metavar="FEED", multiple=True, required=True, help="What they may see.")
@click.option("--reason", required=True, help="Which emergency it is; the owner reads it.")
@click.option("--hours", type=int, default=4, show_default=True, help="For how long, at most 24.")
@click.pass_context
def open_grant(ctx: click.Context, user: str, feeds: tuple[str, ...], reason: str, hours: int) -> None:
    """Let USER see feeds that are refused to them, for some hours (administrators, never for themselves)."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.accounts import require_administrator
    from joinedup.release import open_glass

    require_administrator(by)
    known_feeds(workspace, by, feeds)
    made = open_glass(workspace, user, feeds, reason=reason, by=by, hours=hours)
    say(f"Grant {made.pk}: {made.username} sees {', '.join(made.feeds)} until {made.ends_at:%H:%M} UTC.")
    say(f"{made.owner} is alerted, and reviews it by {made.review_on}.")
    say(f"To end it earlier: joinedup break-glass close {made.pk}")


@command.command(name="close")
@click.argument("number", type=NUMBER, metavar="NUMBER")
@click.pass_context
def close(ctx: click.Context, number: int) -> None:
    """End a grant now (the owner's data owners, auditors, administrators)."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.release import close_glass

    close_glass(workspace, by, number)
    say(f"Grant {number} is closed.")


@command.command(name="review")
@click.argument("number", type=NUMBER, metavar="NUMBER")
@click.option("--finding", required=True, help="What the review found, without naming anybody; logged.")
@click.pass_context
def review(ctx: click.Context, number: int, finding: str) -> None:
    """Review a grant that has ended, as the owner's data owner; where there is none, as an auditor."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.release import review_glass

    review_glass(workspace, by, number, finding)
    say(f"Grant {number} is reviewed.")


def _row(one: Grant) -> dict[str, Any]:
    return {
        "number": one.pk,
        "person": one.username,
        "owner": one.owner,
        "feeds": ", ".join(one.feeds),
        "reason": one.reason,
        "opened_by": one.opened_by,
        "opened_at": one.opened_at,
        "ends_at": one.closed_at or one.ends_at,
        "state": _state(one),
        "review_by": one.review_on,
        "reviewed_by": one.reviewed_by or None,
        "finding": one.finding or None,
    }


def _state(one: Grant) -> str:
    from joinedup.accounts import is_open, is_overdue

    if one.reviewed_at is not None:
        return "reviewed"
    if is_open(one):
        return "open"
    return "review overdue" if is_overdue(one) else "ended, to be reviewed"
