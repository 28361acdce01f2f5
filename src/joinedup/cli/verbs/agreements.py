"""The information-sharing agreements: which are in force, recording one, taking a share back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.output import format_option, say, show
from joinedup.errors import BadInput, NotFound

if TYPE_CHECKING:
    from joinedup.accounts import Agreement

COLUMNS = ("code", "version", "title", "from", "until", "review", "state")


@click.group(name="agreements", help=__doc__, invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_agreements, output_format=output_format)


@command.command(name="list")
@format_option
@click.pass_context
def list_agreements(ctx: click.Context, output_format: str) -> None:
    """List the newest version of each agreement, and whether it holds."""
    workspace = open_workspace(ctx)
    from joinedup.release import agreements_known

    rows = [_row(one) for one in agreements_known(workspace, viewer(ctx))]
    empty = "No agreement is recorded: closed data is for its owner's people only. See docs/agreements.md"
    show(rows, output_format, columns=COLUMNS, empty=empty)


@command.command(name="show")
@click.argument("code", metavar="CODE")
@format_option
@click.pass_context
def show_agreement(ctx: click.Context, code: str, output_format: str) -> None:
    """Show what an agreement shares, with whom, for what, and who signed it."""
    workspace = open_workspace(ctx)
    from joinedup.accounts import today
    from joinedup.release import agreements_known

    known = agreements_known(workspace, viewer(ctx))
    found = next((one for one in known if one.code == code), None)
    if found is None:
        raise NotFound("There is no agreement of that code", where=code, next_step="See: joinedup agreements")
    shares = [
        {
            "owner": share.owner,
            "feeds": ", ".join(sorted(share.feeds)) or "all that are not restricted",
            "names": ", ".join(share.names) or "none",
            "restricted": ", ".join(sorted(share.restricted)) or None,
            "signed": f"{share.signed_by}, {share.signed_as}, {share.signed_on}" if share.signed_on else "no",
            "holds": found.share_of(share.owner) is not None and found.is_signed(share, today()),
        }
        for share in found.shares
    ]
    receivers = [
        {
            "agency": one.agency,
            "roles": ", ".join(sorted(one.roles)),
            "purposes": ", ".join(sorted(one.purposes or found.purposes)),
        }
        for one in found.receivers
    ]
    if output_format == "json":
        show([{**_row(found), "basis": found.basis, "shares": shares, "receives": receivers}], output_format)
        return
    say(f"{found.title}: {found.basis}; from {found.starts} to {found.ends}, review {found.review}.")
    show(shares, output_format)
    show(receivers, output_format)


@command.command(name="draft")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The new file.")
@click.pass_context
def draft(ctx: click.Context, out: Path) -> None:
    """Write a draft with every feed of this workspace by owner, and every agency of its people, unsigned."""
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    from joinedup import durable
    from joinedup.accounts import draft_agreement, require_keeper
    from joinedup.release.matters import known

    require_keeper(by)
    if out.exists():
        raise BadInput("That file exists already", where=str(out), next_step="Name a new one")
    closed = [one for one in known(workspace).matters if one.owner and one.sensitivity != "open"]
    feeds: dict[str, list[str]] = {}
    for one in closed:
        feeds.setdefault(one.owner, []).append(one.feed)
    restricted = frozenset(one.feed for one in closed if one.is_restricted)
    purposes = frozenset(purpose for one in closed for purpose in one.purposes)
    durable.write_text(out, draft_agreement(feeds, restricted=restricted, purposes=purposes))
    say(f"{out} is a draft: strike out what is not agreed, have it signed, write down who signed and when.")
    say(f"Then: joinedup agreements record {out}")


@command.command(name="record")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_context
def record(ctx: click.Context, file: Path) -> None:
    """Take a signed agreement into the register: from its first day on it decides who sees what."""
    open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.release import record_sharing

    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("The agreement is no text in UTF-8", where=file.name) from error
    made = record_sharing(text, where=file.name, by=by)
    say(f"Recorded {made.code}, version {made.version}: {made.title}.")
    for share in made.shares:
        if share.signed_on is None:
            say(f"{share.owner} has not signed: nothing of theirs is shared by it.")


@command.command(name="stop")
@click.argument("code", metavar="CODE")
@click.option("--owner", metavar="AGENCY", required=True, help="Whose share is taken back, by its code.")
@click.option("--reason", default="", help="Why; it is written to the log.")
@click.pass_context
def stop(ctx: click.Context, code: str, owner: str, reason: str) -> None:
    """Take back what an owner shares by an agreement, with effect at once."""
    open_workspace(ctx)
    by = viewer(ctx)
    from joinedup.release import stop_sharing

    stop_sharing(code, owner, reason=reason, by=by)
    say(f"From now on the agreement {code} shares nothing of {owner}.")


def _row(agreement: Agreement) -> dict[str, Any]:
    return {
        "code": agreement.code,
        "version": agreement.version,
        "title": agreement.title,
        "from": agreement.starts,
        "until": agreement.ends,
        "review": agreement.review,
        "state": _state(agreement),
    }


def _state(agreement: Agreement) -> str:
    from joinedup.accounts import today

    if agreement.starts > today():
        return "not begun"
    if agreement.ends < today():
        return "ended"
    lacking = [one.owner for one in agreement.shares if not agreement.is_signed(one, today())]
    told = ["in force"]
    if agreement.carried_over:
        told.append("carried over, unsigned")
    if lacking:
        told.append(f"unsigned by {', '.join(lacking)}")
    if agreement.stopped:
        told.append(f"taken back by {', '.join(sorted(agreement.stopped))}")
    if agreement.review <= today():
        told.append("review is due")
    return "; ".join(told)
