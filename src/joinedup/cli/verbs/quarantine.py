"""Rows that were refused: how many and why; export them for their owner to mend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.nearest import Choice
from joinedup.cli.output import format_option, say, show
from joinedup.errors import NotFound
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.feeds import QuarantineRow
    from joinedup.workspace import Workspace


@click.group(name="quarantine", help=__doc__, invoke_without_command=True)
@click.option("--feed", metavar="FEED", help="Only of this feed.")
@format_option
@click.pass_context
def command(ctx: click.Context, feed: str | None, output_format: str) -> None:
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_quarantine, feed=feed, output_format=output_format)


@command.command(name="list")
@click.option("--feed", metavar="FEED", help="Only of this feed.")
@format_option
@click.pass_context
def list_quarantine(ctx: click.Context, feed: str | None, output_format: str) -> None:
    """List the deliveries that have rows in quarantine."""
    workspace = open_workspace(ctx)
    numbers = _numbers_seen(workspace, viewer(ctx))
    from joinedup.feeds import quarantine

    rows = [row for row in quarantine(workspace, feed) if row.delivery in numbers]
    show([_plain(row) for row in rows], output_format, empty="No row is in quarantine.")


@command.command(name="show")
@click.argument("delivery", type=int, metavar="DELIVERY")
@format_option
@click.pass_context
def show_reasons(ctx: click.Context, delivery: int, output_format: str) -> None:
    """Show for which reasons rows of one delivery were refused (counts only, no content)."""
    workspace = open_workspace(ctx)
    numbers = _numbers_seen(workspace, viewer(ctx))
    from joinedup.feeds import show_quarantine

    if delivery not in numbers:
        raise NotFound(
            "There is no delivery of that number that you may see",
            where=str(delivery),
            next_step="See: joinedup quarantine",
        )
    found = show_quarantine(workspace, delivery)
    say(f"Delivery {found.delivery} of {found.feed}, {found.file_name}: {found.rows:,} rows in quarantine.")
    show(
        [{"reason": reason, "rows": rows} for reason, rows in found.reasons.items()],
        output_format,
        empty="No row of it is in quarantine.",
    )


@command.command(name="export")
@click.argument("delivery", type=int, metavar="DELIVERY")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="A new CSV file.")
@click.option(
    "--purpose",
    type=Choice([purpose.value for purpose in Purpose]),
    default=Purpose.CRIME_AND_DISORDER.value,
    show_default=True,
    help="What for; it is written to the log.",
)
@click.option("--reason", default="for the owner to mend", show_default=True, help="Why; logged too.")
@click.pass_context
def export(ctx: click.Context, delivery: int, out: Path, purpose: str, reason: str) -> None:
    """Write the refused rows to a CSV for their owner to mend. It is logged as a disclosure."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.release import export_quarantine

    written = export_quarantine(workspace, by, delivery, out, purpose=Purpose(purpose), reason=reason)
    say(f"Wrote {written:,} rows to {out}; the log has it as a disclosure.")


def _numbers_seen(workspace: Workspace, who: Viewer) -> set[int]:
    """The deliveries whose counts of rows this person may see."""
    from joinedup.release import provenance

    return {row.number for row in provenance(workspace, who).deliveries}


def _plain(row: QuarantineRow) -> dict[str, Any]:
    return {
        "delivery": row.delivery,
        "feed": row.feed,
        "period": str(row.period) if row.period else None,
        "file": row.file_name,
        "received_at": row.received_at,
        "rows": row.rows,
        "reasons": row.reasons,
    }
