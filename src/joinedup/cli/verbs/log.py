"""Ask the log who did what, when and why; look for tampering; keep where it stood."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.mishaps import needs_person
from joinedup.cli.nearest import Choice
from joinedup.cli.output import format_option, say, show
from joinedup.errors import NotFound
from joinedup.terms import parse_beginning, parse_knowledge_date

if TYPE_CHECKING:
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
CHAIN = ("agency", "acts", "erased", "heads", "digest")
COLUMNS = ("when", "who", "kind", "purpose", "what", "reason")


@click.group(name="log", help=__doc__, invoke_without_command=True)
@click.option("--by", metavar="USER", help="Only what this user did.")
@click.option("--kind", type=Choice(KINDS), help="Only acts of this kind.")
@click.option("--what", "text", metavar="TEXT", help="Only acts whose description holds this text.")
@click.option("--subject", metavar="KEY", help="Only acts that name this record, by its key.")
@click.option("--owner", metavar="AGENCY", help="Only acts on the data of this agency, by its code.")
@click.option("--since", metavar="DATE", help="From the beginning of this day, or this time, on.")
@click.option("--until", metavar="DATE", help="Up to the end of this day, or this time.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many at most.")
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    since: str | None,
    until: str | None,
    limit: int,
    output_format: str,
    **asked: str | None,
) -> None:
    if ctx.invoked_subcommand is not None:
        return
    workspace = open_workspace(ctx)
    who = viewer(ctx)
    from joinedup.release import LogQuestion, Reach, log_acts, reach

    if reach(who) is Reach.OWN_ACTS:
        say("Your role sees what you did yourself; an auditor, analyst or administrator sees the whole log.")
    elif reach(who) is Reach.OWN_DATA:
        say("You see what was done with the data of your agency, and what you did yourself.")
    question = LogQuestion(
        **{name: told for name, told in asked.items() if told},
        since=parse_beginning(since) if since else None,
        until=parse_knowledge_date(until) if until else None,
    )
    found = log_acts(workspace, who, question, limit=limit)
    empty = "The log is empty." if question == LogQuestion() else "No act in the log fits."
    show([_row(act) for act in found], output_format, columns=COLUMNS, empty=empty)
    if len(found) == limit and output_format == "table":
        say(f"These are the latest {limit}; see more with --limit.")


@command.command(name="verify")
@click.option(
    "--against",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Heads that another agency kept (joinedup log heads).",
)
@format_option
@click.pass_context
def verify_log(ctx: click.Context, against: Path | None, output_format: str) -> None:
    """Digest every act again and look whether any was changed, taken out, put in or moved.

    Against heads that were exported before, also whether the log was cut or an older copy put back.
    """
    workspace = open_workspace(ctx)
    from joinedup.log import read_heads, verify

    verdict = verify(workspace.secrets_folder, read_heads(against) if against else ())
    if verdict.flaws:
        show([asdict(flaw) for flaw in verdict.flaws], output_format, columns=("agency", "number", "what"))
    else:
        show([asdict(one) for one in verdict.chains], output_format, columns=CHAIN, empty="The log is empty.")
    for key in verdict.unknown_keys:
        say(f"Heads are signed by a key that is not this workspace's: {key}")
        say("Compare it with the key that the agency noted when it took them.")
    if verdict.flaws:
        needs_person(f"The log is not as it was written: {len(verdict.flaws):,} flaws. See docs/log.md.")
    say("Every act is as it was written and follows the one before it.")
    if not against:
        say("Only heads that were kept elsewhere tell whether all of it was written anew: --against FILE")


@command.command(name="heads")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write."
)
@click.pass_context
def export(ctx: click.Context, out: Path) -> None:
    """Write where each agency's chain stands now, signed, for another agency to keep."""
    workspace = open_workspace(ctx)
    from joinedup import durable
    from joinedup.log import export_heads, heads_as_text

    heads = export_heads(workspace.secrets_folder)
    if not heads:
        raise NotFound("The log is empty", next_step="Export its heads when something was done")
    durable.write_text(out, heads_as_text(heads))
    say(f"{out} has the head of each agency's chain ({len(heads):,}), signed by the key {heads[0].key}.")
    say("Give the file to another agency, and let it note the key. Later: joinedup log verify --against FILE")


@command.command(name="erase-reason")
@click.argument("act", metavar="ID")
@click.option("--reason", default="", help="Why, without naming anybody: it stays.")
@click.pass_context
def erase_reason(ctx: click.Context, act: str, reason: str) -> None:
    """Erase what somebody wrote as the reason of an act, where it names anybody. The act stays."""
    open_workspace(ctx)
    from joinedup.log import erase_words
    from joinedup.records import clear_database

    erase_words(act, by=viewer(ctx), reason=reason)
    say("The reason is erased; the act stays, and another says that it was.")
    if not clear_database():
        needs_person("The database is in use: its free pages may hold the words until it is written anew.")


def _row(act: Act) -> dict[str, Any]:
    return {
        "when": act.moment,
        "who": act.username,
        "agency": act.agency,
        "role": act.role,
        "kind": act.kind,
        "purpose": act.purpose or None,
        "what": act.what,
        "reason": "(erased)" if act.reason_erased else act.reason or None,
        "subjects": act.subjects,
        "recipients": act.recipients,
        "detail": act.detail,
        "id": act.id,
    }
