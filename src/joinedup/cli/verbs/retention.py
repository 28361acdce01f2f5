"""Show which records' agreed time has run out, and decide: keep them until a day, or erase them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.after_erasing import clear_scratch, held_files, unfinished
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.days import day
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.mishaps import needs_person
from joinedup.cli.numbers import NUMBER
from joinedup.cli.output import format_option, say, show
from joinedup.cli.second_person import by_two_people
from joinedup.errors import BadInput
from joinedup.terms import LONDON, Period

if TYPE_CHECKING:
    from joinedup.partnership import Review, Rule
    from joinedup.terms import Viewer
    from joinedup.workspace import Workspace

_DECIDED = (
    "number",
    "at",
    "feed",
    "from",
    "up_to",
    "decision",
    "until",
    "records",
    "erasure",
    "by",
    "why",
    "ended_at",
    "ended_by",
    "ended_why",
)
_FROM_HELP = "The first month; needed where earlier ones are kept by a decision (default: all of them)."


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
    if any(one.unfinished for one in found.reviews):
        say("Erasures that were decided and not done are finished with: joinedup retention finish")
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
    from joinedup.partnership import retention

    rule, month = _rule(workspace, by, feed), Period.parse(up_to)
    made = retention.keep(workspace, rule, month, day(until), why, by=by)
    say(f"{made.records:,} records of {feed} up to {month.last:%Y-%m} are kept until {until}.")
    say(f"That is decision {made.pk}: until then they cannot be erased, unless somebody ends it.")


@command.command(name="end")
@click.argument("number", metavar="DECISION", type=NUMBER)
@click.option("--why", required=True, help="Why it holds no longer, without naming anybody.")
@click.pass_context
def end_decision(ctx: click.Context, number: int, why: str) -> None:
    """End a decision to keep records, or one to erase that is not done, before its time."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.hub.retention import end

    decision = end(workspace, number, why, by=by)
    say(f"Decision {number} is ended: what it was about of {decision.feed} is up for review again.")


@command.command(name="erase")
@click.argument("feed", metavar="FEED")
@click.option("--from", "since", metavar="MONTH", help=_FROM_HELP)
@click.option("--up-to", required=True, metavar="MONTH", help="The last month, such as 2019-03.")
@click.option("--why", required=True, help="Why, without naming anybody: it is kept for good.")
@click.pass_context
def erase_records(ctx: click.Context, feed: str, since: str | None, up_to: str, why: str) -> None:
    """Erase records whose time has run out, for good: administrators, with a second person's approval."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.partnership import retention

    rule, first = _rule(workspace, by, feed), Period.parse(since) if since else None
    with by_two_people(workspace, by):
        row = retention.erase(workspace, rule, Period.parse(up_to), why, since=first, by=by)
    say(f"Erased {row.records:,} records of {feed}: {row.rows:,} rows in {row.segments:,} segments.")
    if first is not None:
        say("Rows that were refused stay, for nothing tells their month: see docs/erasure.md.")
    _end_erasing(workspace, [feed], row.finished)


@command.command(name="finish")
@click.pass_context
def finish_erasing(ctx: click.Context) -> None:
    """Do what was decided to be erased and was not done (administrators)."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.partnership import retention
    from joinedup.records import RecordBook

    with by_two_people(workspace, by):
        done = retention.finish(workspace, by=by)
    if not done:
        say("No decision to erase is left undone.")
        return
    for one in retention.decisions():
        if one in done:
            say(f"Decision {one.pk} about {one.feed}: {one.state}.")
    finished = all(row.finished for row in RecordBook(workspace).erasures())
    _end_erasing(workspace, sorted({one.feed for one in done}), finished)


def _end_erasing(workspace: Workspace, feeds: list[str], finished: bool) -> None:
    """Clear what may hold the same records beside the book, and say what is left to a person."""
    clear_scratch(workspace)
    say("Backups, and files that were handed out before, still hold them: see docs/erasure.md.")
    if todo := unfinished(finished) + [told for feed in feeds for told in held_files(feed)]:
        needs_person(" ".join(todo))


@command.command(name="decisions")
@format_option
@click.pass_context
def list_decisions(ctx: click.Context, output_format: str) -> None:
    """List what was decided so far, by whom and why."""
    workspace = open_workspace(ctx)
    from joinedup.hub.retention import decisions

    rows = [
        {
            "number": one.pk,
            "at": one.at,
            "feed": one.feed,
            "from": f"{one.since:%Y-%m}" if one.since else None,
            "up_to": f"{one.up_to - dt.timedelta(days=1):%Y-%m}",
            "decision": one.state,
            "until": one.until,
            "records": one.records,
            "erasure": one.erasure,
            "by": one.by,
            "why": one.why,
            "ended_at": one.ended_at,
            "ended_by": one.ended_by or None,
            "ended_why": one.ended_why or None,
        }
        for one in decisions(workspace, viewer(ctx))
    ]
    show(rows, output_format, columns=_DECIDED, empty="Nothing was decided yet.")


def _rule(workspace: Workspace, by: Viewer, feed: str) -> Rule:
    from joinedup.hub.retention import rules

    known_feeds(workspace, by, [feed])
    found = {rule.feed: rule for rule in rules(workspace, by)}.get(feed)
    if found is None:
        raise BadInput(
            "Its contract says nothing of how long its records are kept",
            where=feed,
            next_step="Add retention_years to [publishing]",
        )
    return found


def _state(one: Review, on: dt.date) -> str:
    if one.decision and not one.is_due(on):
        return "kept"
    return "erasure decided, not yet done" if one.unfinished else "to be decided"


def _plain(one: Review, on: dt.date) -> dict[str, Any]:
    kept = one.decision if one.decision and not one.is_due(on) else None
    decided = kept or one.unfinished or one.decision
    return {
        "feed": one.rule.feed,
        "owner": one.rule.owner,
        "years": one.rule.years,
        "period": str(one.period),
        "records": one.records,
        "due": one.due,
        "days_overdue": (on - one.due).days if one.is_due(on) else None,
        "state": _state(one, on),
        "decision": decided.pk if decided else None,
        "why": decided.why if decided else None,
    }
