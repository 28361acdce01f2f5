"""Watch-lists: whom some roles look out for, shared under agreements and in no other way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.days import day
from joinedup.cli.output import aligned, format_option, say, show
from joinedup.cli.watch_list_options import described, records, said_of
from joinedup.cli.watch_list_table import table_of
from joinedup.errors import BadInput

if TYPE_CHECKING:
    from joinedup.release.watch_lists import Definition, KnownWatchList

_ADMITTING = "Nobody else may see it; each look is decided anew and logged."


@click.group(name="watch-lists", help=__doc__, invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    workspace = open_workspace(ctx)
    from joinedup.release.watch_lists import watch_lists

    rows = [_row(one) for one in watch_lists(workspace, viewer(ctx))]
    show(rows, output_format, empty="There is no watch-list that you keep, receive or answer for.")


@command.command(name="make")
@click.argument("name")
@described
@click.pass_context
def make(ctx: click.Context, name: str, **told: Any) -> None:
    """Make a watch-list that you keep: only where the owners' agreements give all of it to all of them."""
    workspace = open_workspace(ctx)
    from joinedup.accounts import today
    from joinedup.release.watch_lists import Definition, make_watch_list

    lacking = [one for one in ("title", "purpose", "basis", "expires") if not told[one]]
    if lacking:
        raise BadInput("A watch-list lacks something", where=", ".join(f"--{one}" for one in lacking))
    said = said_of(told)
    starts, expires = said.setdefault("starts", today()), said["expires"]
    said.setdefault("review", starts + (expires - starts) / 2)
    empty: dict[str, Any] = {"draws": (), "recipients": (), "details": ()}
    made = make_watch_list(workspace, viewer(ctx), Definition(name=name, keeper="", **{**empty, **said}))
    say(f"The watch-list {name} is made, until {made.expires}. {_ADMITTING}")
    _say_next(made)


@command.command(name="change")
@click.argument("name")
@described
@click.option("--keeper", help="Who keeps it from now on: a user name.")
@click.pass_context
def change(ctx: click.Context, name: str, keeper: str | None, **told: Any) -> None:
    """Change or renew a watch-list that you keep; it is decided anew as a whole."""
    workspace = open_workspace(ctx)
    from joinedup.release.watch_lists import change_watch_list

    changes = {**said_of(told), **({"keeper": keeper} if keeper else {})}
    if not changes:
        raise BadInput("Nothing is to be changed", where=name, next_step="Say what: see --help")
    made = change_watch_list(workspace, viewer(ctx), name, **changes)
    say(f"The watch-list {name} is changed. It expires on {made.expires}.")


@command.command(name="add")
@click.argument("name")
@records
@click.option("--all", "everyone", is_flag=True, help="All records of a reference, whoever they name.")
@click.option("--why", required=True, metavar="CODE", help="Why they are on it: violence, licence, wanted…")
@click.option("--until", metavar="DATE", help="The last day on which they are.")
@click.pass_context
def add(ctx: click.Context, name: str, until: str | None, **told: Any) -> None:
    """Put records on a list that you keep. Who they name is read at each look, never copied."""
    workspace = open_workspace(ctx)
    from joinedup.release.watch_lists import add_to_watch_list

    told["until"] = day(until) if until else None
    count = add_to_watch_list(workspace, viewer(ctx), name, **told)
    say(f"{count} record{'' if count == 1 else 's'} put on the watch-list {name}.")


@command.command(name="remove")
@click.argument("name")
@records
@click.pass_context
def remove(ctx: click.Context, name: str, **told: Any) -> None:
    """Take records off a list that you keep."""
    workspace = open_workspace(ctx)
    from joinedup.release.watch_lists import remove_from_watch_list

    count = remove_from_watch_list(workspace, viewer(ctx), name, **told)
    say(f"{count} record{'' if count == 1 else 's'} taken off the watch-list {name}.")


@command.command(name="show")
@click.argument("name")
@click.option("--reason", required=True, help="Why you look; it is written to the log first.")
@click.pass_context
def show_list(ctx: click.Context, name: str, reason: str) -> None:
    """Show who is on a list, to its recipients and its keeper. There is no file of it."""
    workspace = open_workspace(ctx)
    from joinedup.release.watch_lists import look_at_watch_list

    shown = look_at_watch_list(workspace, viewer(ctx), name, reason=reason)
    made = shown.definition
    say(f"{made.title}: for {made.purpose}, until {made.expires}; kept by {shown.keeper_name}.")
    for section in shown.sections:
        heads, rows = table_of(section)
        if section.window is not None:
            latest = section.window.latest or "no day yet"
            days = f"from {section.window.first} to {section.window.last}"
            say(f"{section.title}: {days}; what was delivered tells of days up to {latest}.")
        click.echo(aligned(rows, heads, "Nobody is on it."), nl=False)
    if shown.left_out:
        say(f"{shown.left_out} of its entries are left out: withdrawn since, or their time is over.")


@command.command(name="seen")
@click.argument("name")
@format_option
@click.pass_context
def seen(ctx: click.Context, name: str, output_format: str) -> None:
    """List who saw a list, the latest first: for its keeper, data owners of its feeds and auditors."""
    workspace = open_workspace(ctx)
    from joinedup.release.watch_lists import looks_at

    rows = [
        {"at": one.at, "by": one.username, "agency": one.agency, "role": one.role, "records": one.records}
        for one in looks_at(workspace, viewer(ctx), name)
    ]
    show(rows, output_format, empty="Nobody has looked at it yet.")


@command.command(name="end")
@click.argument("name")
@click.option("--reason", required=True, help="Why; it is written to the log.")
@click.pass_context
def end(ctx: click.Context, name: str, reason: str) -> None:
    """End a list for good, at once: for its keeper and data owners of its feeds."""
    workspace = open_workspace(ctx)
    from joinedup.release.watch_lists import end_watch_list

    end_watch_list(workspace, viewer(ctx), name, reason=reason)
    say(f"The watch-list {name} is ended; who saw it stays in the log.")


def _say_next(made: Definition) -> None:
    if any(one.rule is None for one in made.draws):
        say(f"Put records on it with: joinedup watch-lists add {made.name} --ref REFERENCE --why CODE")


def _row(one: KnownWatchList) -> dict[str, Any]:
    from joinedup.release.watch_lists import in_words

    made = one.definition
    return {
        "name": made.name,
        "title": made.title,
        "purpose": made.purpose.value,
        "for": [in_words(each) for each in made.recipients],
        "kept_by": one.keeper_name,
        "expires": made.expires,
        "review": made.review,
        "state": _state(one),
    }


def _state(one: KnownWatchList) -> str:
    return "open, review is due" if one.review_is_due else one.state.value
