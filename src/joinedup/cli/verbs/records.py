"""Take single records back or restrict them, and let them in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.numbers import NUMBER
from joinedup.cli.output import format_option, say, show
from joinedup.cli.second_person import by_two_people
from joinedup.errors import NotFound
from joinedup.terms import DeliveryMode, Restriction

if TYPE_CHECKING:
    from joinedup.records import DeliveryRow, Restricted

COLUMNS = ("number", "feed", "at", "by", "records", "reason", "state")


@click.group(name="records", help=__doc__, invoke_without_command=True)
@click.option("--feed", metavar="FEED", help="Only of this feed.")
@format_option
@click.pass_context
def command(ctx: click.Context, feed: str | None, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    workspace = open_workspace(ctx)
    from joinedup.release import provenance

    who = viewer(ctx)
    known_feeds(workspace, who, [feed])
    seen = provenance(workspace, who).deliveries
    rows = [row for row in seen if row.mode is DeliveryMode.WITHDRAWAL and feed in {None, row.feed}]
    show([_plain(row) for row in rows], output_format, columns=COLUMNS, empty="No record was taken back.")


@command.command(name="withdraw")
@click.argument("feed", metavar="FEED")
@click.option("--ref", "references", metavar="REFERENCE", multiple=True, help="The owner's reference.")
@click.option("--key", "keys", metavar="KEY", multiple=True, help="A record's key (repeat for more).")
@click.option("--reason", required=True, help="Why, without naming anybody; it is written to the log.")
@click.pass_context
def withdraw_records(
    ctx: click.Context, feed: str, references: tuple[str, ...], keys: tuple[str, ...], reason: str
) -> None:
    """Take records back from now on; they stay out whatever is delivered, and still count as known before."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.feeds import take_back

    known_feeds(workspace, by, [feed])
    row = take_back(workspace, feed, references=references, record_keys=keys, by=by, reason=reason)
    named = "1 record" if row.withdrawn == 1 else f"{row.withdrawn:,} records"
    say(
        f"Taken back: {named} of {feed}. Nothing delivered of it counts from now on. "
        f"To let them in again: joinedup records restore {row.number} --reason ..."
    )


@command.command(name="restore")
@click.argument("number", type=NUMBER, metavar="NUMBER")
@click.option("--reason", required=True, help="Why; it is written to the log.")
@click.pass_context
def restore(ctx: click.Context, number: int, reason: str) -> None:
    """Let in again what was taken back under this number."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.feeds import withdraw
    from joinedup.records import RecordBook
    from joinedup.release import Decisions

    found = {row.number: row for row in RecordBook(workspace).deliveries()}.get(number)
    if (
        found is None
        or found.mode is not DeliveryMode.WITHDRAWAL
        or not Decisions(workspace, by).knows(found.feed)
    ):
        raise NotFound(
            "Nothing was taken back under that number", where=str(number), next_step="See: joinedup records"
        )
    row = withdraw(workspace, number, by=by, reason=reason)
    say(
        f"What was taken back of {row.feed} is let in again: from now on it counts as the files that stand "
        "say, those that came meanwhile among them."
    )


@command.command(name="restrict")
@click.argument("feed", metavar="FEED")
@click.option("--ref", "references", metavar="REFERENCE", multiple=True, help="The owner's reference.")
@click.option("--key", "keys", metavar="KEY", multiple=True, help="A record's key (repeat for more).")
@click.option(
    "--kind",
    type=click.Choice([one.value for one in Restriction]),
    required=True,
    help="Why it is restricted.",
)
@click.option("--reason", required=True, help="Why, without naming anybody; it is written to the log.")
@click.pass_context
def restrict(
    ctx: click.Context, feed: str, references: tuple[str, ...], keys: tuple[str, ...], kind: str, reason: str
) -> None:
    """Restrict records: for those outside they do not exist any more, whatever date they ask about."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.release import restrict_records

    known_feeds(workspace, by, [feed])
    row = restrict_records(
        workspace, by, feed, references=references, record_keys=keys, kind=Restriction(kind), reason=reason
    )
    counted = "1 record" if row.records == 1 else f"{row.records:,} records"
    say(
        f"Restriction {row.number}: {counted} of {feed} left every figure, list and search. "
        "Whoever is inside finds it with: joinedup records restricted"
    )


@command.command(name="restricted")
@click.argument("number", type=NUMBER, metavar="[NUMBER]", required=False)
@click.option("--feed", metavar="FEED", help="Only of this feed.")
@click.option("--reason", default="", help="With a number: why you need the keys; it is written to the log.")
@format_option
@click.pass_context
def restricted(
    ctx: click.Context, number: int | None, feed: str | None, reason: str, output_format: str
) -> None:
    """List the restrictions that you are inside of; with a NUMBER the keys of its records."""
    workspace = open_workspace(ctx)
    who = viewer(ctx)
    from joinedup.release import restricted_keys, restrictions

    if number is not None:
        keys = restricted_keys(workspace, who, number, reason=reason)
        show([{"key": str(key)} for key in keys], output_format, empty="All its records were erased.")
        return
    known_feeds(workspace, who, [feed])
    rows = [row for row in restrictions(workspace, who) if feed in {None, row.feed}]
    show(
        [_told(row) for row in rows],
        output_format,
        columns=("number", "feed", "kind", "records", "at", "by", "reason", "state"),
        empty="There is no restriction that you are inside of.",
    )


@command.command(name="lift")
@click.argument("number", type=NUMBER, metavar="NUMBER")
@click.option("--reason", required=True, help="Why, without naming anybody; it is written to the log.")
@click.pass_context
def lift(ctx: click.Context, number: int, reason: str) -> None:
    """Lift a restriction: its records count again, whatever date somebody asks about."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.release import lift_restriction

    with by_two_people(workspace, by):
        row = lift_restriction(workspace, by, number, reason=reason)
    counted = "1 record of it counts" if row.records == 1 else f"{row.records:,} records of it count"
    say(f"Restriction {number} of {row.feed} is lifted: {counted} as if they had never been away.")


def _told(row: Restricted) -> dict[str, object]:
    return {
        "number": row.number,
        "feed": row.feed,
        "kind": row.kind.value,
        "records": row.records,
        "at": row.at,
        "by": f"rule, delivery {row.delivery}" if row.delivery else row.by,
        "reason": row.reason,
        "state": "stands" if row.stands else f"lifted by {row.lifted_by}",
    }


def _plain(row: DeliveryRow) -> dict[str, object]:
    return {
        "number": row.number,
        "feed": row.feed,
        "at": row.known_from,
        "by": row.delivered_by,
        "records": row.withdrawn,
        "reason": " ".join(row.notes),
        "state": "taken back" if row.state == "standing" else "let in again",
    }
