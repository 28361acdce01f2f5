"""Show which records' agreed time has run out, and decide: keep them until a day, or erase them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.after_erasing import clear_scratch, held_files, unfinished
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.mishaps import needs_person
from joinedup.cli.output import format_option, say, show
from joinedup.errors import BadInput
from joinedup.terms import LONDON, Period

if TYPE_CHECKING:
    from joinedup.partnership import Review, Rule
    from joinedup.workspace import Workspace

_DECIDED = ("at", "feed", "up_to", "decision", "until", "records", "erasure", "by", "why")


@click.group(name="retention", help=__doc__, invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    workspace = open_workspace(ctx)
    from joinedup.hub.retention import look

    on = dt.datetime.now(LONDON).date()
    found = look(workspace, viewer(ctx), on)
    none = "No record's time has run out."
    show([_plain(one, on) for one in found.reviews], output_format, empty=none)
    if output_format != "table":
        return
    if found.next_on is not None:
        say(f"The next records come up on {found.next_on}.")
    if any(one.is_due(on) for one in found.reviews):
        say("Decide with: joinedup retention keep FEED --up-to MONTH --until DAY --why ..., or: ... erase")


@command.command(name="keep")
@click.argument("feed", metavar="FEED")
@click.option("--up-to", required=True, metavar="MONTH", help="The last month, such as 2019-03.")
@click.option("--until", required=True, metavar="DAY", help="When they are looked at again: 2027-04-01.")
@click.option("--why", required=True, help="Why they are still needed; it is written down.")
@click.pass_context
def keep_records(ctx: click.Context, feed: str, up_to: str, until: str, why: str) -> None:
    """Keep records whose time has run out, until a day."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.hub.retention import records_up_to
    from joinedup.partnership import retention

    rule, month = _rule(workspace, feed), Period.parse(up_to)
    records = records_up_to(workspace, feed, month)
    retention.keep(rule, month, _day(until), why, records=records, by=by)
    say(f"{records:,} records of {feed} up to {month.last:%Y-%m} are kept; they come up again on {until}.")


@command.command(name="erase")
@click.argument("feed", metavar="FEED")
@click.option("--up-to", required=True, metavar="MONTH", help="The last month, such as 2019-03.")
@click.option("--why", required=True, help="Why, without naming anybody: it is kept for good.")
@click.pass_context
def erase_records(ctx: click.Context, feed: str, up_to: str, why: str) -> None:
    """Erase records whose time has run out, for good and from every date (administrators)."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.partnership import retention

    rule = _rule(workspace, feed)
    row = retention.erase(workspace, rule, Period.parse(up_to), why, by=by)
    clear_scratch(workspace)
    say(f"Erased {row.records:,} records of {feed}: {row.rows:,} rows in {row.segments:,} segments.")
    say("Backups, and files that were handed out before, still hold them: see docs/erasure.md.")
    if todo := unfinished(row.finished) + held_files(feed):
        needs_person(" ".join(todo))


@command.command(name="decisions")
@format_option
@click.pass_context
def list_decisions(ctx: click.Context, output_format: str) -> None:
    """List what was decided so far, by whom and why."""
    open_workspace(ctx)
    from joinedup.hub.retention import require_decider
    from joinedup.partnership import retention

    require_decider(viewer(ctx))
    rows = [
        {
            "at": one.at,
            "feed": one.feed,
            "up_to": f"{one.up_to - dt.timedelta(days=1):%Y-%m}",
            "decision": one.get_kind_display(),
            "until": one.until,
            "records": one.records,
            "erasure": one.erasure,
            "by": one.by,
            "why": one.why,
        }
        for one in retention.decisions()
    ]
    show(rows, output_format, columns=_DECIDED, empty="Nothing was decided yet.")


def _rule(workspace: Workspace, feed: str) -> Rule:
    from joinedup.hub.retention import rules

    known_feeds(workspace, [feed])
    found = {rule.feed: rule for rule in rules(workspace)}.get(feed)
    if found is None:
        raise BadInput(
            "Its contract says nothing of how long its records are kept",
            where=feed,
            next_step="Add retention_years to [publishing]",
        )
    return found


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadInput("That is not a day", where=text, next_step="Write it like 2027-04-01") from None


def _plain(one: Review, on: dt.date) -> dict[str, Any]:
    return {
        "feed": one.rule.feed,
        "owner": one.rule.owner,
        "years": one.rule.years,
        "period": str(one.period),
        "records": one.records,
        "due": one.due,
        "days_overdue": (on - one.due).days if one.is_due(on) else None,
        "state": "kept" if one.decision and not one.is_due(on) else "to be decided",
        "why": one.decision.why if one.decision else None,
    }
