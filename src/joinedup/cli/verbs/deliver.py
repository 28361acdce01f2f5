"""Deliver partners' files of one feed: read, check, place, store, and account for every row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.mishaps import needs_person
from joinedup.cli.output import format_option, say, show
from joinedup.cli.progress import console_progress
from joinedup.errors import JoinedupError
from joinedup.terms import Period, parse_knowledge_date

if TYPE_CHECKING:
    from joinedup.feeds import Receipt, Request

COLUMNS = (
    "file",
    "state",
    "rows_in",
    "accepted",
    "unchanged",
    "revised",
    "quarantined",
    "set_aside",
    "withdrawn",
    "unlocated",
    "stated_areas_disagree",
)


@click.command(name="deliver", help=__doc__)
@click.argument("feed", metavar="FEED")
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False)
)
@click.option(
    "--received-at", metavar="TIME", help="When it was received (default: now); a date means its end."
)
@click.option("--period", metavar="PERIOD", help="What it is for, where its name does not say: 2024-05.")
@click.option("--dry-run", is_flag=True, help="Do everything but store.")
@click.option("--accept-unusual", is_flag=True, help="Its volume and period are right, though unusual.")
@click.option("--accept-all-quarantined", is_flag=True, help="Store it even if every row is refused.")
@format_option
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - one for each option
    ctx: click.Context,
    feed: str,
    files: tuple[Path, ...],
    received_at: str | None,
    period: str | None,
    dry_run: bool,
    accept_unusual: bool,
    accept_all_quarantined: bool,
    output_format: str,
) -> None:
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.feeds import Leave, Request, deliver_all

    known_feeds(workspace, by, [feed])
    moment = _moment(received_at)
    for_period = Period.parse(period) if period else None
    requests = [Request(feed, file, moment, for_period) for file in files]
    leave = Leave(accept_unusual, accept_all_quarantined, dry_run)
    done: list[Receipt] = []
    try:
        for receipt in _watched(deliver_all(workspace, requests, by=by, leave=leave), requests):
            done.append(receipt)
    finally:
        if done:
            show([receipt.to_json() for receipt in done], output_format, columns=COLUMNS)
        for receipt in done:
            _tell(receipt)
    waiting = sum(receipt.needs_person for receipt in done)
    if waiting:
        needs_person(f"{waiting} of {len(done)} deliveries need a person: see above.")


def _watched(receipts: Iterator[Receipt], requests: list[Request]) -> Iterator[Receipt]:
    count = 0
    with console_progress().stage(f"Delivering {requests[0].feed}", len(requests)) as stage:
        try:
            for receipt in receipts:
                count += 1
                stage.advance(1, receipt.file_name)
                yield receipt
        except JoinedupError:
            if count:
                say(f"The {count} files before the one in error were delivered.")
            raise


def _tell(receipt: Receipt) -> None:
    """What a table has no room for, on standard error."""
    from joinedup.feeds import left_out

    say(receipt.summary())
    for note in receipt.notes:
        say(f"  {note}")
    if receipt.left_out:
        say(f"  {left_out.sentence(receipt.left_out)}")
    if receipt.held_because and receipt.held is None:
        say(f"  It would be held: {' '.join(receipt.held_because)}")
    for reason, count in receipt.reasons.items():
        say(f"  quarantined, {reason}: {count:,}")
    if receipt.stated_areas and receipt.stated_areas.compared:
        areas = receipt.stated_areas
        share = areas.disagree / areas.compared
        say(f"  stated area and point disagree: {areas.disagree:,} of {areas.compared:,} ({share:.1%})")
    if receipt.quarantined and receipt.delivery:
        say(f"  See: joinedup quarantine show {receipt.delivery}")


def _moment(text: str | None) -> dt.datetime | None:
    """When it was received; the end of today is now."""
    if text is None:
        return None
    moment, now = parse_knowledge_date(text), dt.datetime.now(dt.UTC)
    return now if now < moment < now + dt.timedelta(days=1) else moment
