"""Research with consent: who was asked and agreed, an extract of theirs alone, and what has left."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.output import format_option, say, show
from joinedup.cli.second_person import by_two_people
from joinedup.errors import BadInput

_REASON = click.option("--reason", default="", help="Why you ask, without naming anybody: it stays.")


@click.group(name="research", help=__doc__)
def command() -> None:
    pass


@command.command(name="studies")
@_REASON
@format_option
@click.pass_context
def studies(ctx: click.Context, reason: str, output_format: str) -> None:
    """List the studies: how many people were asked, agreed, refused, withdrew or did not answer."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.research import studies as asked_for

    rows = [
        {
            "study": one.name,
            "asked": one.asked,
            **{state.value.replace("-", "_"): number for state, number in one.people.items()},
            "first_asked": one.first.isoformat(),
            "last_asked": one.last.isoformat(),
        }
        for one in asked_for(workspace, by, reason=_said(reason))
    ]
    show(rows, output_format, empty="Nobody was asked: no register of consents was delivered.")


@command.command(name="extract")
@click.argument("study")
@click.option("--feed", "feeds", multiple=True, required=True, metavar="FEED", help="A feed (repeat).")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new folder to write to.")
@click.option("--to", "to", required=True, metavar="ORGANISATION", help="Whom it is for.")
@_REASON
@click.pass_context
def extract(ctx: click.Context, study: str, feeds: tuple[str, ...], out: Path, to: str, reason: str) -> None:
    """Write an extract of the records of those who agreed to STUDY: pseudonyms, codes and months."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.research import Extracting
    from joinedup.release.research import extract as write

    known_feeds(workspace, by, feeds)
    with by_two_people(workspace, by):
        made = write(workspace, by, Extracting(study, feeds, out, to, _said(reason)))
    told = made.manifest
    say(
        f"Of {told['asked']} people who were asked {told['agreed']} agreed; "
        f"{told['in_the_extract']} are in the extract."
    )
    for name, one in told["feeds"].items():
        say(
            f"{name}: {one['rows']} rows of {one['people']} people; "
            f"{one['records_withheld_for_naming_others']} records withheld, for they name others too."
        )
    say(f"Written to {made.folder}, for your eyes only. The log has it.")


@command.command(name="left")
@click.argument("study", default="")
@_REASON
@format_option
@click.pass_context
def left(ctx: click.Context, study: str, reason: str, output_format: str) -> None:
    """List the extracts that have left (of STUDY), and how many in them agree no longer or were erased."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.research import left as extracts

    rows = [
        {**asdict(one), "at": one.at.isoformat(timespec="seconds")}
        for one in extracts(workspace, by, reason=_said(reason), study=study)
    ]
    if any(one["taken_back"] for one in rows):
        say("Some whose records left have taken their agreement back: tell whoever has the extract.")
    show(rows, output_format, empty="No extract has left.")


def _said(reason: str) -> str:
    if not reason.strip():
        raise BadInput("It is not said why", next_step="Give --reason, without naming anybody: it stays")
    return reason.strip()
