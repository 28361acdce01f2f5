"""Ask the log who did what, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.nearest import Choice
from joinedup.cli.output import format_option, say, show
from joinedup.terms import parse_knowledge_date

if TYPE_CHECKING:
    import datetime as dt

    from joinedup.log.models import Act

KINDS = (
    "collection",
    "alteration",
    "consultation",
    "disclosure",
    "combination",
    "erasure",
    "administration",
)
COLUMNS = ("when", "who", "kind", "purpose", "what", "reason")


@click.command(name="log", help=__doc__)
@click.option("--by", metavar="USER", help="Only what this user did.")
@click.option("--kind", type=Choice(KINDS), help="Only acts of this kind.")
@click.option("--what", "text", metavar="TEXT", help="Only acts whose description holds this text.")
@click.option("--since", metavar="DATE", help="From the beginning of this day, or this time, on.")
@click.option("--until", metavar="DATE", help="Up to the end of this day, or this time.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many at most.")
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    by: str | None,
    kind: str | None,
    text: str | None,
    since: str | None,
    until: str | None,
    limit: int,
    output_format: str,
) -> None:
    open_workspace(ctx)
    who = viewer(ctx)
    from joinedup.release import log_acts, sees_all

    if not sees_all(who):
        say("Your role sees what you did yourself; an analyst or the administrator sees the whole log.")
    found = log_acts(
        who,
        by=by,
        kind=kind,
        text=text,
        since=beginning(since) if since else None,
        until=parse_knowledge_date(until) if until else None,
        limit=limit,
    )
    asked = any((by, kind, text, since, until))
    empty = "No act in the log fits." if asked else "The log is empty."
    show([_row(act) for act in found], output_format, columns=COLUMNS, empty=empty)
    if len(found) == limit and output_format == "table":
        say(f"These are the latest {limit}; see more with --limit.")


def beginning(text: str) -> dt.datetime:
    """The first instant of a civil date, or the instant of a date and time."""
    date_only = len(text.strip()) == len("2024-05-01")
    return parse_knowledge_date(f"{text.strip()}T00:00" if date_only else text)


def _row(act: Act) -> dict[str, Any]:
    return {
        "when": act.moment,
        "who": act.username,
        "agency": act.agency,
        "role": act.role,
        "kind": act.kind,
        "purpose": act.purpose or None,
        "what": act.what,
        "reason": act.reason or None,
        "subjects": act.subjects,
        "recipients": act.recipients,
        "detail": act.detail,
        "id": act.id,
    }
