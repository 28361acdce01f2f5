"""Show identifying details of named records, for a stated purpose and reason; the log has it first."""

from __future__ import annotations

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.output import format_option, purpose_option, show
from joinedup.cli.second_person import by_two_people
from joinedup.terms import Purpose


@click.command(name="reveal", help=__doc__)
@click.argument("feed", metavar="FEED")
@click.option("--key", "keys", metavar="KEY", multiple=True, required=True, help="A record's key.")
@click.option(
    "--field",
    "fields",
    metavar="FIELD",
    multiple=True,
    required=True,
    help="A detail as the contract names it, such as victim.full_name. See: joinedup feeds show FEED",
)
@purpose_option
@click.option("--reason", required=True, help="Why you need it, without naming anybody.")
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

    known_feeds(workspace, who, [feed])
    kind = contract(workspace, feed).record_type
    with by_two_people(workspace, who):
        rows = reveal(workspace, who, kind, keys, fields, purpose=Purpose(purpose), reason=reason, feed=feed)
    columns = ("record_key", "role", "ordinal", *fields)
    show([{name: row.get(name) for name in columns} for row in rows], output_format, columns=columns)
