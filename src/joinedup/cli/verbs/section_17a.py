"""Show the register of section 17A: twelve kinds of information, who owes them, what came and how late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.days import day
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.output import format_option, say, show
from joinedup.terms import Period

if TYPE_CHECKING:
    from joinedup.partnership import Line


@click.group(name="section-17a", help=__doc__, invoke_without_command=True)
@click.option(
    "--period", metavar="PERIOD", help="2024-Q2, 2024/25 or 2024 (default: the latest two quarters)."
)
@format_option
@click.pass_context
def command(ctx: click.Context, period: str | None, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    workspace = open_workspace(ctx)
    from joinedup.hub.data_quality import latest_with_any, section_17a
    from joinedup.hub.data_quality.registers import ready_counts, some_shared

    asked = Period.parse(period) if period else None
    who = viewer(ctx)
    lines = section_17a(workspace, who, asked)
    show([_row(line) for line in lines], output_format)
    if output_format == "table":
        if any(line.uncounted for line in lines):
            say(
                "Not counted in the rows taken in: files of more months than the quarter, or with months "
                "that a later file told anew. How many of their rows are of each month is not known."
            )
        if some_shared(lines):
            say("A feed that brings several kinds stands with all its rows at each of them.")
        if unnamed := sorted({line.kind.number for line in lines if line.state == "nobody"}):
            _say_how_they_come(unnamed, ready_counts(workspace, who))
        if not any(line.months for line in lines) and (latest := latest_with_any(workspace, who)):
            say(f"Nothing has come for this period; the latest of which anything came: --period {latest}")
        say("Name the feed that brings a kind with: joinedup section-17a assign KIND FEED --holder AGENCY")


def _say_how_they_come(kinds: Sequence[int], counts: Mapping[str, str]) -> None:
    say(
        f"No feed is named for kind {', '.join(map(str, kinds))}: the holder sends it record by record, or "
        "ready-made, a row for each month and area with what is counted and the number. Where no feed fits, "
        "draft a contract from the holder's file: joinedup feeds draft FILE"
    )
    if counts:
        say("Feeds of ready-made counts that are named for no kind:")
    for feed, title in counts.items():
        say(f"  {feed}: {title}")


@command.command(name="assign")
@click.argument("kind", type=int)
@click.argument("feed")
@click.option("--holder", required=True, metavar="AGENCY", help="The code of the agency that holds it.")
@click.option("--item", default="", help="Which part of the kind, where several feeds bring it.")
@click.pass_context
def assign(ctx: click.Context, kind: int, feed: str, holder: str, item: str) -> None:
    """Say which feed brings the kind of information KIND (1 to 12)."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.hub.data_quality import name_holder

    known_feeds(workspace, by, [feed])
    name_holder(workspace, by, kind, feed, holder=holder, item=item)
    say(f"{feed} brings kind {kind} of section 17A.")


@command.command(name="unassign")
@click.argument("kind", type=int)
@click.argument("feed")
@click.option("--item", default="", help="Which part of the kind, where one was given.")
@click.option("--last", metavar="DATE", help="The last day for which it did: earlier quarters still list it.")
@click.pass_context
def unassign(ctx: click.Context, kind: int, feed: str, item: str, last: str | None) -> None:
    """Say that a feed brings KIND no longer, or (without --last) that it was named by mistake."""
    open_workspace(ctx)
    from joinedup import partnership

    partnership.unassign(kind, feed, item=item, last=day(last) if last else None, by=viewer(ctx))
    ended = f" after {last}" if last else ", in no quarter"
    say(f"{feed} is not named for kind {kind} of section 17A{ended}.")


@command.command(name="holdings")
@format_option
@click.pass_context
def list_holdings(ctx: click.Context, output_format: str) -> None:
    """List which feed is named for which kind, who holds it, and since when it is named."""
    workspace = open_workspace(ctx)
    from joinedup.hub.data_quality.registers import holdings_seen

    rows = [
        {
            "kind": one.kind,
            "item": one.item,
            "feed": one.feed,
            "holder": one.holder,
            "named_on": one.since,
            "until": one.until,
        }
        for one in holdings_seen(workspace, viewer(ctx))
    ]
    show(rows, output_format, empty="No feed is named yet.")


def _row(line: Line) -> dict[str, Any]:
    share = line.kept / line.rows_in if line.rows_in else None
    return {
        "kind": line.kind.number,
        "information": str(line.kind.what),
        "item": line.item,
        "holder": line.holder or str(line.kind.holder),
        "feed": line.feed or None,
        "period": str(line.period),
        "due": line.due,
        "months_there": line.months if line.feed else None,
        "received": line.received,
        "days_late": line.late,
        "rows_taken_in": share,
        "files_not_counted": [str(period) for period in line.uncounted],
        "state": {"nobody": "no feed named"}.get(line.state, line.state),
    }
