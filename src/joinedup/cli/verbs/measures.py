"""List what can be counted, show what one measure means; check and add measures of your own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli import measure_words
from joinedup.cli.context import open_workspace, session, viewer
from joinedup.cli.mishaps import needs_person
from joinedup.cli.output import format_option, say, show, show_one
from joinedup.errors import JoinedupError, NotFound

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.terms import Viewer
    from joinedup.workspace import Workspace


@click.group(name="measures", help=__doc__, invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    from joinedup.measures import catalogue

    if ctx.invoked_subcommand is not None:
        return
    found = list(catalogue().values())
    broken: Sequence[str] = ()
    if _has_files(ctx):
        workspace, who = open_workspace(ctx), viewer(ctx)
        found += _own(workspace, who)
        broken = _broken(workspace, who)
    show([measure_words.summary(measure) for measure in found], output_format)
    for one in broken:
        say(one)
    if broken:
        needs_person(f"{len(broken)} of the partnership's own measures are not in force: see above.")


def _has_files(ctx: click.Context) -> bool:
    """Whether a workspace is named that has measures of its own: else nobody need be named."""
    return session(ctx).folder is not None and any(open_workspace(ctx).measures_folder.glob("*.toml"))


def _own(workspace: Workspace, who: Viewer) -> list[Measure]:
    from joinedup.release import own_shown

    return list(own_shown(workspace, who).values())


def _broken(workspace: Workspace, who: Viewer) -> Sequence[str]:
    """A sentence on each file that no measure is in force of, and on each measure that is shown to nobody
    because it does not fit its source; for those who keep the files."""
    from joinedup.release.own_measures import out_of_force

    return out_of_force(workspace, who)


@command.command(name="show")
@click.argument("name")
@click.option("--version", "number", type=int, help="The file of an own measure as that version had it.")
@format_option
@click.pass_context
def show_measure(ctx: click.Context, name: str, number: int | None, output_format: str) -> None:
    """Show what the measure NAME means, how it may be cut, its SQL, and what its versions changed."""
    from joinedup.measures import catalogue, measure_named
    from joinedup.measures.history import history
    from joinedup.measures.registry import no_such

    if name in catalogue() or not _has_files(ctx):
        measure = measure_named(name)
    else:
        from joinedup.release import measure_asked, own_shown

        workspace, who = open_workspace(ctx), viewer(ctx)
        shown = own_shown(workspace, who)
        measure = measure_asked(workspace, who, name)
        if name not in shown:
            raise no_such(name, [*catalogue(), *shown])
    changes = history(measure)
    if number is None:
        show_one(measure_words.details(measure, changes, output_format), output_format)
        return
    text = next((one.text for one in changes if one.version == number), "")
    if not text:
        raise NotFound(
            "No file of that version is kept",
            where=f"{name}, version {number}",
            next_step="Versions of own measures are kept whole: see changes in joinedup measures show",
        )
    click.echo(text, nl=not text.endswith("\n"))


@command.command(name="check")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_context
def check(ctx: click.Context, file: Path) -> None:
    """Check a file with a measure of your own: tells everything that is wrong with it, by line."""
    from joinedup.release import own_measures

    workspace, who = open_workspace(ctx), viewer(ctx)
    own = _told_whole(lambda: own_measures.check(workspace, who, file))
    say(f"{own.file} is a good measure: {own.measure.title}, version {own.measure.version}.")
    waits = own_measures.waits(own)
    if waits:
        needs_person(waits)


@command.command(name="add")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_context
def add(ctx: click.Context, file: Path) -> None:
    """Check a measure of your own, or its next version, and put it in force; the act is in the log."""
    from joinedup.release import own_measures

    workspace, who = open_workspace(ctx), viewer(ctx)
    own = _told_whole(lambda: own_measures.add(workspace, who, file))
    name = own.measure.name
    say(f"{own.measure.title} is in force, version {own.measure.version}: joinedup figure {name}")


@command.command(name="draft")
@click.argument("name", metavar="NAME")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it here.")
@click.pass_context
def draft(ctx: click.Context, name: str, out: Path | None) -> None:
    """Begin a measure of your own: an example to change, in the workspace's folder measures/."""
    from joinedup import durable
    from joinedup.errors import BadInput
    from joinedup.measures.own.drafting import draft as drafted
    from joinedup.measures.own.reading import require_name

    workspace = open_workspace(ctx)
    viewer(ctx)
    target = out or workspace.measures_folder / f"{name}.toml"
    require_name(target)
    if out is None and target.parent != workspace.measures_folder:
        raise BadInput(
            "That is a path, and no name", where=name, next_step="Write it elsewhere with --out FILE"
        )
    if target.exists():
        raise BadInput("There is such a file already", where=str(target), next_step="Choose another name")
    durable.write_text(target, drafted(target.stem))
    say(f"Written: {target}. Change it, then: joinedup measures check {target}")


def _told_whole(act: Any) -> Any:
    """What the act gives; where much is wrong, all of it is told, the first thing last."""
    from joinedup.wrongs import sentences

    try:
        return act()
    except JoinedupError as error:
        every = sentences(error)
        for sentence in every[1:]:
            say(sentence)
        if len(every) > 1:
            say(f"{len(every)} things are wrong; the first is:")
        raise
