"""Take single records back, list what was taken back, or let it in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.output import format_option, say, show
from joinedup.errors import NotFound
from joinedup.terms import DeliveryMode

if TYPE_CHECKING:
    from joinedup.records import DeliveryRow

COLUMNS = ("number", "feed", "at", "by", "records", "reason", "state")


@click.group(name="records", help=__doc__, invoke_without_command=True)
@click.option("--feed", metavar="FEED", help="Only of this feed.")
@format_option
@click.pass_context
def command(ctx: click.Context, feed: str | None, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    workspace = open_workspace(ctx)
    from joinedup.release import provenance

    who = viewer(ctx)
    known_feeds(workspace, who, [feed])
    seen = provenance(workspace, who).deliveries
    rows = [row for row in seen if row.mode is DeliveryMode.WITHDRAWAL and feed in {None, row.feed}]
    show([_plain(row) for row in rows], output_format, columns=COLUMNS, empty="No record was taken back.")


@command.command(name="withdraw")
@click.argument("feed", metavar="FEED")
@click.option("--ref", "references", metavar="REFERENCE", multiple=True, help="The owner's reference.")
@click.option("--key", "keys", metavar="KEY", multiple=True, help="A record's key (repeat for more).")
@click.option("--reason", required=True, help="Why, without naming anybody; it is written to the log.")
@click.pass_context
def withdraw_records(
    ctx: click.Context, feed: str, references: tuple[str, ...], keys: tuple[str, ...], reason: str
) -> None:
    """Take records back from now on; they stay out whatever is delivered, and still count as known before."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.feeds import take_back

    known_feeds(workspace, by, [feed])
    row = take_back(workspace, feed, references=references, record_keys=keys, by=by, reason=reason)
    named = "1 record" if row.withdrawn == 1 else f"{row.withdrawn:,} records"
    say(
        f"Taken back: {named} of {feed}. Nothing delivered of it counts from now on. "
        f"To let them in again: joinedup records restore {row.number} --reason ..."
    )


@command.command(name="restore")
@click.argument("number", type=int, metavar="NUMBER")
@click.option("--reason", required=True, help="Why; it is written to the log.")
@click.pass_context
def restore(ctx: click.Context, number: int, reason: str) -> None:
    """Let in again what was taken back under this number."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.feeds import withdraw
    from joinedup.records import RecordBook
    from joinedup.release import Decisions

    found = {row.number: row for row in RecordBook(workspace).deliveries()}.get(number)
    if (
        found is None
        or found.mode is not DeliveryMode.WITHDRAWAL
        or not Decisions(workspace, by).knows(found.feed)
    ):
        raise NotFound(
            "Nothing was taken back under that number", where=str(number), next_step="See: joinedup records"
        )
    row = withdraw(workspace, number, by=by, reason=reason)
    say(
        f"What was taken back of {row.feed} is let in again: from now on it counts as the files that stand "
        "say, those that came meanwhile among them."
    )


def _plain(row: DeliveryRow) -> dict[str, object]:
    return {
        "number": row.number,
        "feed": row.feed,
        "at": row.known_from,
        "by": row.delivered_by,
        "records": row.withdrawn,
        "reason": " ".join(row.notes),
        "state": "taken back" if row.state == "standing" else "let in again",
    }
