"""List the feeds, show what a contract says, check a contract file, or draft one from a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.mishaps import needs_person
from joinedup.cli.output import format_option, say, show, show_one
from joinedup.errors import JoinedupError, NotFound

if TYPE_CHECKING:
    from joinedup.feeds import BrokenContract, Contract
    from joinedup.feeds.versions import Version


_TOLD = ("feed", "title", "holds", "expected_every")  # as wide as a screen; the other formats have all


@click.group(name="feeds", help=__doc__, invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    workspace = open_workspace(ctx)
    who = viewer(ctx)
    from joinedup.feeds import broken_contracts, contracts
    from joinedup.release import contracts_known

    known = contracts_known(workspace, who)
    broken = {feed: one for feed, one in broken_contracts(workspace).items() if feed in known}
    told = [one for feed, one in contracts(workspace).items() if feed in known]
    rows = [*map(_row, told), *map(_broken_row, broken.values())]
    columns = (*_TOLD, *(["error"] if broken else [])) if output_format == "table" else ()
    rows.sort(key=lambda row: row["feed"])
    show(rows, output_format, columns=columns, empty="There is no feed yet.")
    if broken:
        needs_person(
            f"{len(broken)} of {len(rows)} contracts have an error: until it is mended, the feed is "
            "refused and its source is closed."
        )


def _row(contract: Contract) -> dict[str, Any]:
    return {
        "feed": contract.name,
        "version": contract.version,
        "title": contract.title,
        "owner": contract.owner_name,
        "source": contract.source,
        "holds": contract.record_type,
        "mode": contract.mode,
        "sensitivity": contract.publishing.sensitivity,
        "expected_every": contract.publishing.expected_every,
    }


def _broken_row(broken: BrokenContract) -> dict[str, Any]:
    return {"feed": broken.feed, "error": broken.error.sentence()}


@command.command(name="show")
@click.argument("name", metavar="NAME")
@click.option("--version", "number", type=int, help="An older version of the contract, by its number.")
@format_option
@click.pass_context
def show_feed(ctx: click.Context, name: str, number: int | None, output_format: str) -> None:
    """Show one contract: its columns, its key, whom it names, what the data may be used for."""
    workspace = open_workspace(ctx)
    who = viewer(ctx)
    from joinedup.feeds import describing
    from joinedup.feeds.library import versions

    known_feeds(workspace, who, [name])
    every = versions(workspace, name)
    found = _numbered(every, number) if number is not None else every[0].contract
    columns = describing.columns(found)
    told = {**describing.about(found), "versions": describing.versions(every)}
    if output_format == "json":
        show_one({**told, "columns": columns}, output_format)
        return
    if output_format == "table":
        show_one({key: value for key, value in told.items() if value not in (None, [], ())}, output_format)
        click.echo()
    show(columns, output_format, columns=_said(columns) if output_format == "table" else ())


def _numbered(every: Sequence[Version], number: int) -> Contract:
    """The version of this number."""
    for one in every:
        if one.contract.version == number:
            return one.contract
    numbers = ", ".join(str(one.contract.version) for one in every)
    raise NotFound(
        "The contract has no version of that number", where=str(number), next_step=f"There are: {numbers}"
    )


def _said(columns: Sequence[dict[str, Any]]) -> list[str]:
    """The attributes that any column has: a table without empty columns."""
    names = dict.fromkeys(key for row in columns for key in row)
    return [name for name in names if any(row.get(name) for row in columns)]


@command.command(name="check")
@click.argument("file", metavar="CONTRACT", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_context
def check(ctx: click.Context, file: Path) -> None:
    """Check a contract file: tells everything that is wrong with it, and what its draft left to decide.

    Code lists are looked for beside it, in codelists/, and in the workspace.
    """
    from joinedup.feeds import check_contract
    from joinedup.feeds.drafting import undecided
    from joinedup.wrongs import sentences

    workspace = open_workspace(ctx)
    try:
        found = check_contract(workspace, file)
    except JoinedupError as error:
        every = sentences(error)
        for sentence in every[1:]:
            say(sentence)
        if len(every) > 1:
            say(f"{len(every)} things are wrong; the first is:")
        raise
    say(f"{file.name} is a good contract: {found.title}, version {found.version}.")
    left = undecided(file.read_text(encoding="utf-8"))
    for one in left:
        say(f"Line {one.line}, {'to agree' if one.to_agree else 'a doubt'}: {one.says}")
    if left:
        agree = sum(one.to_agree for one in left)
        needs_person(
            f"{len(left) - agree} doubts of its draft and {agree} points to agree stand in it still: decide "
            "each and delete its line."
        )


@command.command(name="draft")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--name", help="The feed's name (default: made from the file's).")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the contract here, and its code lists in codelists/ beside it.",
)
@click.pass_context
def draft_contract(ctx: click.Context, file: Path, name: str | None, out: Path | None) -> None:
    """Propose a contract from a sample of a feed, with what the sample cannot tell as DOUBT comments.

    No value of a column that is likely to be personal is written or shown.
    """
    workspace = open_workspace(ctx)
    viewer(ctx)
    from joinedup.feeds.drafting import draft, write_draft

    found = draft(workspace, file, name=name)
    if out is None:
        click.echo(found.toml, nl=False)
        if found.code_lists:
            say(f"It names {len(found.code_lists)} code lists, which are written with --out FILE.")
    else:
        for path in write_draft(found, out):
            say(f"Written: {path}")
    say(
        f"{found.doubts} doubts to decide and {found.to_agree} points to agree stand in it as comments. "
        "Then: joinedup feeds check FILE."
    )
