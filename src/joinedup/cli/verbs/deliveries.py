"""List what was delivered, show one delivery with its accounts, or take one back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.numbers import NUMBER
from joinedup.cli.output import format_option, say, show, show_one
from joinedup.errors import NotFound
from joinedup.terms import parse_knowledge_date

if TYPE_CHECKING:
    from joinedup.records import DeliveryRow

COLUMNS = (
    "number",
    "feed",
    "period",
    "known_from",
    "rows_in",
    "accepted",
    "unchanged",
    "revised",
    "quarantined",
    "set_aside",
    "withdrawn",
    "state",
)


@click.group(name="deliveries", help=__doc__, invoke_without_command=True)
@click.option("--feed", metavar="FEED", help="Only of this feed.")
@click.option("--as-at", metavar="TIME", help="As known on this date.")
@format_option
@click.pass_context
def command(ctx: click.Context, feed: str | None, as_at: str | None, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    workspace = open_workspace(ctx)
    from joinedup.release import provenance

    who = viewer(ctx)
    known_feeds(workspace, who, [feed])
    moment = parse_knowledge_date(as_at) if as_at else None
    seen = provenance(workspace, who, as_at=moment)
    if seen.withheld:
        say(f"Of closed sources your role sees no counts of rows: {', '.join(seen.withheld)}.")
    rows = [row for row in seen.deliveries if feed in {None, row.feed}]
    none = "No delivery" if not feed and not as_at else "No delivery that fits"
    show(
        [_plain(row) for row in rows], output_format, columns=COLUMNS, empty=f"{none} is in the record book."
    )


@command.command(name="show")
@click.argument("number", type=NUMBER, metavar="NUMBER")
@format_option
@click.pass_context
def show_delivery(ctx: click.Context, number: int, output_format: str) -> None:
    """Show one delivery: its file, its times, and what became of every row."""
    workspace = open_workspace(ctx)
    from joinedup.release import field_states, provenance

    who = viewer(ctx)
    seen = provenance(workspace, who)
    found = [row for row in seen.deliveries if row.number == number]
    if not found:
        raise NotFound(
            "There is no delivery of that number that you may see",
            where=str(number),
            next_step="See: joinedup deliveries",
        )
    counted = field_states(workspace, who, [found[0].source])
    states = [state for state in counted if state.delivery == number]
    fields = {state.field: f"{state.given:,} / {state.missing:,} / {state.unknown:,}" for state in states}
    show_one({**_plain(found[0]), "fields (given / missing / unknown)": fields}, output_format)


@command.command(name="withdraw")
@click.argument("number", type=NUMBER, metavar="NUMBER")
@click.option("--reason", required=True, help="Why; it is written to the log.")
@click.pass_context
def withdraw_delivery(ctx: click.Context, number: int, reason: str) -> None:
    """Take a delivery back from now on; as known before, it still counts."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.feeds import withdraw
    from joinedup.release import delivery_known

    row = withdraw(workspace, delivery_known(workspace, by, number).number, by=by, reason=reason)
    say(f"Delivery {row.number} of {row.feed} is withdrawn; what it had superseded stands again.")


def _plain(row: DeliveryRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "feed": row.feed,
        "contract_version": row.contract_version,
        "source": row.source,
        "owner": row.owner,
        "mode": row.mode,
        "period": str(row.period) if row.period else None,
        "file": row.file_name,
        "sha256": row.file_sha256,
        "bytes": row.file_bytes,
        "received_at": row.received_at,
        "known_from": row.known_from,
        "committed_at": row.committed_at,
        "delivered_by": row.delivered_by,
        "rows_in": row.rows_in,
        "accepted": row.accepted,
        "unchanged": row.unchanged,
        "revised": row.revised,
        "quarantined": row.quarantined,
        "set_aside": dict(row.set_aside),
        "withdrawn": row.withdrawn,
        "state": row.state,
    }
