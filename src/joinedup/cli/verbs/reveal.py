"""Show identifying details of named records, for a stated purpose and reason; the log has it first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.output import format_option, purpose_option, show
from joinedup.cli.second_person import by_two_people
from joinedup.errors import BadInput, NotFound
from joinedup.terms import Purpose


@click.command(name="reveal", help=__doc__)
@click.argument("feed", metavar="FEED")
@click.option("--key", "keys", metavar="KEY", multiple=True, help="A record's key.")
@click.option(
    "--field",
    "fields",
    metavar="FIELD",
    multiple=True,
    help="A detail as the contract names it, such as victim.full_name. Without one, all are named.",
)
@purpose_option
@click.option("--reason", default="", help="Why you need it, without naming anybody.")
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    feed: str,
    keys: tuple[str, ...],
    fields: tuple[str, ...],
    purpose: str,
    reason: str,
    output_format: str,
) -> None:
    workspace = open_workspace(ctx)
    who = viewer(ctx)
    from joinedup.feeds import contract
    from joinedup.release import reveal
    from joinedup.release.identifying import details_of

    known_feeds(workspace, who, [feed])
    found = contract(workspace, feed)
    kind = found.record_type
    _require_details(feed, fields, details_of(found))
    if not keys:
        raise BadInput(
            "It is not said of which records",
            next_step="Give --key for each; a listing or the desk has the keys",
        )
    if not reason.strip():
        raise BadInput("It is not said why", next_step="Give --reason, without naming anybody: it stays")
    with by_two_people(workspace, who):
        rows = reveal(workspace, who, kind, keys, fields, purpose=Purpose(purpose), reason=reason, feed=feed)
    columns = ("record_key", "role", "ordinal", *fields)
    show([{name: row.get(name) for name in columns} for row in rows], output_format, columns=columns)


def _require_details(feed: str, asked: Sequence[str], carried: Collection[str]) -> None:
    """Raise, naming every detail that can be asked for (as a contract has it, no value), unless some of them
    are asked for and nothing else."""
    unknown = [name for name in asked if name not in carried]
    if asked and not unknown:
        return
    if not carried:
        raise NotFound("That feed carries no identifying detail", where=feed)
    can_be = f"Of {feed} can be asked for, each with --field: {', '.join(sorted(carried))}"
    if not asked:
        raise BadInput("It is not said which details", next_step=can_be)
    raise NotFound("That feed carries no such detail", where=", ".join(unknown), next_step=can_be)
