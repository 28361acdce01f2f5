"""Erase records of a feed for good, once a second person has approved it; an attestation stays."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.after_erasing import clear_scratch, held_files, left_behind, unfinished
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.mishaps import needs_person
from joinedup.cli.output import format_option, say, show
from joinedup.cli.second_person import by_two_people
from joinedup.errors import BadInput

if TYPE_CHECKING:
    from joinedup.records import ErasureRow, FoundToErase
    from joinedup.terms import Viewer
    from joinedup.workspace import Workspace

COLUMNS = ("number", "feed", "at", "by", "reason", "records", "rows", "segments", "finished")


@dataclass(frozen=True)
class _Named:
    """What was named on the command line."""

    feed: str | None
    keys: tuple[str, ...]
    references: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...]
    refused: tuple[tuple[int, int], ...]
    name: str
    everyone: bool
    reason: str


class _IdentifierType(click.ParamType):
    name = "identifier"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        scheme, sign, said = str(value).partition("=")
        if not (sign and scheme.strip() and said.strip()):
            self.fail("write it as SCHEME=VALUE, such as crn=X123456", param, ctx)
        return scheme, said


class _RefusedType(click.ParamType):
    name = "refused row"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        delivery, _, row = str(value).partition(":")
        if not (delivery.isdecimal() and row.isdecimal()):
            self.fail("write it as DELIVERY:ROW, such as 12:345", param, ctx)
        return int(delivery), int(row)


@click.command(name="erase", help=__doc__)
@click.argument("feed", metavar="[FEED]", required=False)
@click.option("--ref", "references", metavar="REFERENCE", multiple=True, help="The owner's reference.")
@click.option(
    "--identifier",
    "identifiers",
    type=_IdentifierType(),
    metavar="SCHEME=VALUE",
    multiple=True,
    help="A person's identifier, such as crn=X123456: every record that ever named its bearer.",
)
@click.option("--key", "keys", metavar="KEY", multiple=True, help="A record's key, as --look shows it.")
@click.option(
    "--refused",
    type=_RefusedType(),
    metavar="DELIVERY:ROW",
    multiple=True,
    help="A row in quarantine, as --look shows it.",
)
@click.option("--all", "everyone", is_flag=True, help="Whoever else those records name goes too.")
@click.option("--reason", default="", help="Why, without naming anybody: it is kept for good.")
@click.option("--look", is_flag=True, help="Only show which records and refused rows there are; logged.")
@click.option("--name", default="", help="With --look: only who has this name.")
@click.option("--finish", is_flag=True, help="Delete what earlier erasures had to leave to a reader.")
@click.option("--list", "listing", is_flag=True, help="List the erasures so far; this changes nothing.")
@format_option
@click.pass_context
def command(
    ctx: click.Context, look: bool, finish: bool, listing: bool, output_format: str, **named: Any
) -> None:
    workspace = open_workspace(ctx)
    by = viewer(ctx)
    told = _Named(**named)
    if listing:
        _list(workspace, by, told.feed, output_format)
    elif look:
        _look(workspace, by, told, output_format)
    elif finish:
        _finish(workspace)
    else:
        _erase(workspace, by, told, output_format)


def _list(workspace: Workspace, by: Viewer, feed: str | None, output_format: str) -> None:
    from joinedup.release import erasures

    _show([row for row in erasures(workspace, by) if feed in {None, row.feed}], output_format)


def _look(workspace: Workspace, by: Viewer, named: _Named, output_format: str) -> None:
    from joinedup.records import RecordBook

    if named.keys or named.refused:
        raise BadInput(
            "A look is by reference, identifier or name", next_step="Leave --key and --refused out"
        )
    known_feeds(workspace, by, [named.feed])
    found = RecordBook(workspace).look_to_erase(
        named.feed,
        references=named.references,
        identifiers=named.identifiers,
        name=named.name,
        by=by,
        reason=named.reason,
    )
    show([_plain(one) for one in found], output_format, empty="No record and no refused row was found.")


def _finish(workspace: Workspace) -> None:
    from joinedup.records import RecordBook

    clear_scratch(workspace)
    _end(workspace, unfinished(RecordBook(workspace).finish_erasing()))


def _erase(workspace: Workspace, by: Viewer, named: _Named, output_format: str) -> None:
    from joinedup.records import RecordBook

    if named.feed is None:
        raise BadInput("It is not said which feed the records are of", next_step="Name it: joinedup feeds")
    if named.name:
        raise BadInput("Nobody is erased by name alone", next_step="Look with --look --name, then use --key")
    known_feeds(workspace, by, [named.feed])
    with by_two_people(workspace, by):
        row = RecordBook(workspace).erase(
            named.feed,
            named.keys,
            references=named.references,
            identifiers=named.identifiers,
            refused=named.refused,
            everyone=named.everyone,
            by=by,
            reason=named.reason,
        )
    clear_scratch(workspace)
    _show([row], output_format)
    say(f"Erased {row.records:,} records of {row.feed}: {row.rows:,} rows in {row.segments:,} segments.")
    say("Backups, and files that were handed out before, still hold them: see docs/erasure.md.")
    _end(workspace, unfinished(row.finished) + _still_named(row) + held_files(row.feed))


def _still_named(row: ErasureRow) -> list[str]:
    if not row.left:
        return []
    return [
        f"{row.left:,} records of {row.feed} stay that name the same person by an identifier: erase them by "
        "--identifier, or with --key each."
    ]


def _end(workspace: Workspace, todo: list[str]) -> None:
    todo += left_behind(workspace)
    if todo:
        needs_person(" ".join(todo))
    say("Nothing of what was erased is left in this workspace.")


def _show(rows: list[ErasureRow], output_format: str) -> None:
    show([_without_left(row) for row in rows], output_format, columns=COLUMNS)


def _without_left(row: ErasureRow) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if name != "left"}


def _plain(one: FoundToErase) -> dict[str, Any]:
    months = [f"{month:%Y-%m}" for month in one.months]
    return {
        "feed": one.feed,
        "key": str(one.record_key) if one.record_key else None,
        "refused": f"{one.refused[0]}:{one.refused[1]}" if one.refused else None,
        "roles": ", ".join(one.roles),
        "people": one.people,
        "months": ", ".join(months),
        "rows": one.rows,
    }
