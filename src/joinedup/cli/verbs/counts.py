"""List, make anew or drop the counts that are kept ready, by which figures of many records are quick."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.output import format_option, say, show
from joinedup.cli.progress import console_progress
from joinedup.errors import NotPermitted
from joinedup.terms import Role

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.workspace import Workspace

_MAY = {Role.ANALYST, Role.ADMINISTRATOR}


@click.group(name="counts", help=__doc__)
def command() -> None:
    pass


@command.command("list")
@format_option
@click.pass_context
def list_counts(ctx: click.Context, output_format: str) -> None:
    """Of which measures counts are kept, over how many months, and whether they are those of now."""
    workspace = _opened(ctx)
    from joinedup.measures.kept import listed

    rows = [
        {
            "measure": one.measure,
            "months": one.months,
            "counts": one.rows,
            "kilobytes": round(one.size / 1000),
            "state": "current" if one.current else "stale: the next question counts what was touched",
        }
        for one in listed(workspace, [*_measures(workspace), *_cut_by_rhythms(workspace)])
    ]
    least = workspace.settings.keep_counts_from
    none = f"None are kept yet: they are made by the first question of a measure with {least:,} records."
    show(rows, output_format, empty=none if least else "None are kept: [engine] keep_counts_from is 0.")


@command.command("rebuild")
@click.argument("names", metavar="[MEASURE]...", nargs=-1)
@click.pass_context
def rebuild(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Count them anew from the records: of each MEASURE, or of all that have enough records."""
    workspace = _opened(ctx)
    from joinedup.measures import measure_named
    from joinedup.measures.kept import drop, make

    chosen = [measure_named(name, workspace) for name in names] or _measures(workspace)
    if not names:
        drop(workspace)
    made = []
    with console_progress().stage("Counting", len(chosen)) as stage:
        for measure in chosen:
            made += [one for one in [make(workspace, measure, anew=True)] if one is not None]
            stage.advance(1, measure.name)
    least = workspace.settings.keep_counts_from
    say(f"Counts of {len(made)} of {len(chosen)} measures are kept ({least:,} records or more; 0 is never).")


@command.command("drop")
@click.pass_context
def drop_counts(ctx: click.Context) -> None:
    """Delete them all. Nothing is lost: a figure counts its records, and counts are kept again."""
    from joinedup.measures.kept import drop

    say(f"Deleted {drop(_opened(ctx))} files of kept counts.")


def _opened(ctx: click.Context) -> Workspace:
    """The workspace, for those who look after it: which measures have many records is not for everybody."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    if by.role not in _MAY:
        raise NotPermitted("Only analysts and administrators look after kept counts")
    return workspace


def _cut_by_rhythms(workspace: Workspace) -> list[Measure]:
    """The measures cut by a rhythm of which there are files: they are made by the first such question."""
    from joinedup.measures.rhythms import kept_as
    from joinedup.records import kept_counts

    names = {one.name.split(".", 1)[0] for one in kept_counts.files(workspace.records_folder)}
    return [one for name in sorted(names) if (one := kept_as(workspace, name, _measures(workspace)))]


def _measures(workspace: Workspace) -> list[Measure]:
    from joinedup.measures import catalogue
    from joinedup.measures.kept import is_kept

    return [one for one in catalogue(workspace).values() if is_kept(one)]
