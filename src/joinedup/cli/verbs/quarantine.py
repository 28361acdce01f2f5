"""Rows that were refused and wait: export them to be mended, take them back, judge again, let some in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.numbers import NUMBER
from joinedup.cli.output import format_option, purpose_option, say, show
from joinedup.cli.second_person import by_two_people
from joinedup.errors import NotFound
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from joinedup.feeds import Waiting
    from joinedup.feeds.waiting import RowStory
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
@click.option("--owner", metavar="AGENCY", help="Only of this agency's data.")
@click.option("--rule", metavar="RULE", help='Only rows that break this rule, such as "missing: Ref".')
@format_option
@click.pass_context
def list_quarantine(
    ctx: click.Context,
    feed: str | None,
    output_format: str,
    owner: str | None = None,
    rule: str | None = None,
) -> None:
    """List the deliveries whose refused rows wait: since when, why, whose data."""
    workspace = open_workspace(ctx)
    who = viewer(ctx)
    known_feeds(workspace, who, [feed])
    numbers = _numbers_seen(workspace, who)
    from joinedup.feeds import waiting

    found = [one for one in waiting(workspace, feed, owner=owner, rule=rule) if one.delivery in numbers]
    show([_plain(one) for one in found], output_format, empty="No row is in quarantine.")


@command.command(name="show")
@click.argument("delivery", type=NUMBER, metavar="DELIVERY")
@click.option("--rows", "each", is_flag=True, help="The story of each row.")
@format_option
@click.pass_context
def show_reasons(ctx: click.Context, delivery: int, each: bool, output_format: str) -> None:
    """Show why rows of one delivery were refused and what became of them (no content)."""
    workspace = open_workspace(ctx)
    numbers = _numbers_seen(workspace, viewer(ctx))
    from joinedup.feeds import of_delivery

    if delivery not in numbers:
        raise NotFound(
            "There is no delivery of that number that you may see",
            where=str(delivery),
            next_step="See: joinedup quarantine",
        )
    found = of_delivery(workspace, delivery)
    say(
        f"Delivery {found.delivery} of {found.feed}, {found.file_name}: {len(found.rows):,} rows refused, "
        f"{len(found.waiting):,} rows in quarantine wait."
    )
    for one in found.exported:
        say(f"Exported for {', '.join(one.recipients)} by {one.by} on {one.at:%d %B %Y %H:%M} UTC.")
    reasons = [{"reason": reason, "rows": rows} for reason, rows in found.reasons.items()]
    stories = [_story(row) for row in found.rows]
    show(stories if each else reasons, output_format, empty="No row of it waits.")


@command.command(name="export")
@click.argument("delivery", type=NUMBER, metavar="DELIVERY")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="A new file: .xlsx, else CSV.",
)
@purpose_option
@click.option("--reason", default="for the owner to mend", show_default=True, help="Why; logged too.")
@click.pass_context
def export(ctx: click.Context, delivery: int, out: Path, purpose: str, reason: str) -> None:
    """Write the rows that wait to a spreadsheet for their owner to mend; logged as a disclosure.

    Many rows of closed data at once take two people.
    """
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.release import export_quarantine

    with by_two_people(workspace, by):
        written = export_quarantine(workspace, by, delivery, out, purpose=Purpose(purpose), reason=reason)
    say(f"Wrote {written:,} rows to {out}; the log has it as a disclosure.")


@command.command(name="mend")
@click.argument("delivery", type=NUMBER, metavar="DELIVERY")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.pass_context
def mend_rows(ctx: click.Context, delivery: int, file: Path) -> int:
    """Deliver the mended spreadsheet of DELIVERY: its rows join what stands for the same period."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.feeds import mend
    from joinedup.release import delivery_known

    number = delivery_known(workspace, by, delivery).number
    told = mend(workspace, number, file, by=by)
    return _say_judged(workspace, number, told.summary(), told.notes)


@command.command(name="judge-again")
@click.argument("delivery", type=NUMBER, metavar="DELIVERY")
@click.pass_context
def judge_rows_again(ctx: click.Context, delivery: int) -> int:
    """Let in the rows that the contract accepts by now, after it or a code list was mended."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.feeds import judge_again
    from joinedup.release import delivery_known

    number = delivery_known(workspace, by, delivery).number
    told = judge_again(workspace, number, by=by)
    return _say_judged(workspace, number, told.summary(), told.notes)


def _say_judged(workspace: Workspace, delivery: int, summary: str, notes: Iterable[str]) -> int:
    """What came of rows that were judged again, and what is still wrong; 1 where any row waits on."""
    from joinedup.feeds import of_delivery

    say(summary)
    for note in notes:
        say(note)
    reasons = of_delivery(workspace, delivery).reasons
    for reason, rows in reasons.items():
        say(f"Still waiting: {reason} ({rows:,} {'rows' if rows > 1 else 'row'})")
    return 1 if reasons else 0


@command.command(name="release")
@click.argument("delivery", type=NUMBER, metavar="DELIVERY")
@click.option("--row", "rows", type=NUMBER, multiple=True, required=True, help="Its number; may be repeated.")
@click.option("--why", required=True, help="Why it may be let in; it is written to the log.")
@click.pass_context
def release_rows(ctx: click.Context, delivery: int, rows: tuple[int, ...], why: str) -> None:
    """Let rows in without the values that are wrong, where none of them is essential."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.feeds import release
    from joinedup.release import delivery_known

    number = delivery_known(workspace, by, delivery).number
    say(release(workspace, number, rows, by=by, why=why).summary())


def _numbers_seen(workspace: Workspace, who: Viewer) -> set[int]:
    """The deliveries whose counts of rows this person may see."""
    from joinedup.release import provenance

    return {row.number for row in provenance(workspace, who).deliveries}


def _plain(one: Waiting) -> dict[str, Any]:
    return {
        "delivery": one.delivery,
        "feed": one.feed,
        "owner": one.owner,
        "period": str(one.period) if one.period else None,
        "file": one.file_name,
        "received_at": one.received_at,
        "rows": len(one.waiting),
        "reasons": one.reasons,
        "settled": one.settled,
        "exported_at": one.exported[0].at if one.exported else None,
    }


def _story(row: RowStory) -> dict[str, Any]:
    return {
        "row": row.row,
        "state": row.state.value,
        "reasons": list(row.reasons),
        "delivery": row.delivery,
        "by": row.by or None,
        "why": row.why or None,
    }
