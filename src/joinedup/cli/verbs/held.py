"""List the files that wait because they are out of the ordinary; accept or refuse one; list those refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.numbers import NUMBER
from joinedup.cli.output import format_option, say, show

if TYPE_CHECKING:
    from joinedup.feeds.models import HeldFile
    from joinedup.records import DeliveryRow
    from joinedup.terms import Viewer
    from joinedup.workspace import Workspace

COLUMNS = (
    "number",
    "feed",
    "file",
    "period",
    "usable",
    "reasons",
    "state",
    "overtaken_by",
    "received",
    "held_since",
)


@click.group(name="held", help=__doc__, invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Those that were decided too.")
@format_option
@click.pass_context
def command(ctx: click.Context, everything: bool, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    workspace = open_workspace(ctx)
    who = viewer(ctx)
    from joinedup.feeds import desk
    from joinedup.hub.desk.waiting import of_feeds_seen

    found = of_feeds_seen(workspace, who, desk.held(state=None if everything else "waiting"))
    overtaken = desk.overtaken(workspace, found)
    rows = [_row(one, overtaken.get(one.pk)) for one in found]
    if overtaken:
        say(
            "Overtaken by a newer whole file of their period, so not to be accepted: "
            f"{', '.join(map(str, sorted(overtaken)))}. Put each away: "
            'joinedup held refuse NUMBER --why "..." (or deliver it again first, if it is the newer).'
        )
    show(rows, output_format, columns=COLUMNS if output_format == "table" else (), empty="No file waits.")


@command.command(name="accept")
@click.argument("number", type=NUMBER)
@click.option("--why", required=True, help="Who looked, and why it is right.")
@click.pass_context
def accept(ctx: click.Context, number: int, why: str) -> None:
    """Deliver the held file NUMBER after all."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.feeds import desk

    _known(workspace, by, number)
    receipt = desk.accept(workspace, number, by=by, why=why)
    say(receipt.summary())
    for note in receipt.notes:
        say(f"  {note}")


@command.command(name="refuse")
@click.argument("number", type=NUMBER)
@click.option("--why", required=True, help="Who looked, and what is wrong with it.")
@click.pass_context
def refuse(ctx: click.Context, number: int, why: str) -> None:
    """Delete the held file NUMBER; the decision is kept."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.feeds import desk

    _known(workspace, by, number)
    desk.refuse(workspace, number, by=by, why=why)
    say(f"Held file {number} is refused and deleted. Tell its owner what is wrong with it.")


@command.command(name="refused")
@click.option("--feed", metavar="FEED", help="Only of this feed.")
@format_option
@click.pass_context
def refused(ctx: click.Context, feed: str | None, output_format: str) -> None:
    """List the files that were refused whole, and why."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    known_feeds(workspace, who, [feed])
    from joinedup.feeds import desk
    from joinedup.hub.desk.waiting import of_feeds_seen

    rows = [
        {
            "feed": one.feed,
            "file": one.file_name,
            "refused": one.refused_at,
            "delivered_by": one.delivered_by,
            "why": one.sentence,
        }
        for one in of_feeds_seen(workspace, who, desk.refusals(feed))
    ]
    show(rows, output_format, empty="No file was refused.")


def _known(workspace: Workspace, who: Viewer, number: int) -> None:
    """Raise NotFound unless a held file of this number exists for this person."""
    from joinedup.errors import NotFound
    from joinedup.feeds import desk
    from joinedup.release import Decisions

    one = desk.held_file(number)
    if one.delivered_by != who.username and not Decisions(workspace, who).knows(one.feed):
        raise NotFound(
            "There is no held file of that number", where=str(number), next_step="See: joinedup held"
        )


def _row(one: HeldFile, newer: DeliveryRow | None) -> dict[str, Any]:
    from joinedup.feeds import desk

    return {
        "number": one.pk,
        "feed": one.feed,
        "file": one.file_name,
        "period": str(desk.period_of(one) or ""),
        "rows_in": one.rows_in,
        "usable": one.usable,
        "reasons": list(one.reasons),
        "state": str(one.state),
        "overtaken_by": newer.number if newer else None,
        "received": one.received_at,
        "held_since": one.held_at,
        "delivered_by": one.delivered_by,
        "decided_by": one.decided_by or None,
        "why": one.why or None,
        "delivery": one.delivery,
    }
