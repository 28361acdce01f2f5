"""Erase records of a feed for good, from every date; an attestation that names nobody stays."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from joinedup.cli.after_erasing import clear_scratch, held_files, unfinished
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.mishaps import needs_person
from joinedup.cli.output import format_option, say, show
from joinedup.errors import BadInput

if TYPE_CHECKING:
    from joinedup.records import ErasureRow

COLUMNS = ("number", "feed", "at", "by", "reason", "records", "rows", "segments", "finished")


@click.command(name="erase", help=__doc__)
@click.argument("feed", metavar="[FEED]", required=False)
@click.option("--key", "keys", metavar="KEY", multiple=True, help="A record's key (repeat for more).")
@click.option("--ref", "references", metavar="REFERENCE", multiple=True, help="The owner's reference.")
@click.option("--reason", default="", help="Why, without naming anybody: it is kept for good.")
@click.option("--finish", is_flag=True, help="Delete what earlier erasures had to leave to a reader.")
@click.option("--list", "listing", is_flag=True, help="List the erasures so far; this changes nothing.")
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    feed: str | None,
    keys: tuple[str, ...],
    references: tuple[str, ...],
    reason: str,
    finish: bool,
    listing: bool,
    output_format: str,
) -> None:
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.records import RecordBook

    book = RecordBook(workspace)
    if listing:
        _show(book.erasures(feed), output_format)
        return
    clear_scratch(workspace)
    if finish:
        todo = unfinished(book.finish_erasing())
    else:
        if feed is None:
            raise BadInput(
                "It is not said which feed the records are of", next_step="Name it: joinedup feeds"
            )
        known_feeds(workspace, [feed])
        row = book.erase(feed, keys, references=references, by=by, reason=reason)
        _show([row], output_format)
        say(f"Erased {row.records:,} records of {feed}: {row.rows:,} rows in {row.segments:,} segments.")
        say("Backups, and files that were handed out before, still hold them: see docs/erasure.md.")
        todo = unfinished(row.finished) + held_files(feed)
    if todo:
        needs_person(" ".join(todo))
    say("Nothing of what was erased is left in this workspace.")


def _show(rows: list[ErasureRow], output_format: str) -> None:
    show([asdict(row) for row in rows], output_format, columns=COLUMNS)
