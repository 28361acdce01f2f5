"""Write a document, such as the strategic assessment of a district."""

from __future__ import annotations

from pathlib import Path

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.output import say
from joinedup.cli.progress import console_progress
from joinedup.terms import Period


@click.group(name="document", help=__doc__)
def command() -> None:
    pass


@command.command(name="assessment")
@click.argument("area", metavar="AREA")
@click.option("--period", required=True, metavar="PERIOD", help="12 months: 2024/25, or 2024-04..2025-03.")
@click.option(
    "--out",
    "out",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write it; the ending says how (.html, .pdf); repeatable. Default: both, in documents/.",
)
@click.pass_context
def assessment(ctx: click.Context, area: str, period: str, out: tuple[Path, ...]) -> None:
    """Write the strategic assessment of a district (its code), or of the whole: partnership."""
    asked = Period.parse(period)
    workspace = open_workspace(ctx)
    from joinedup import documents

    written = documents.write(
        workspace,
        viewer(ctx),
        "assessment",
        area=area,
        period=asked,
        out=list(out),
        progress=console_progress(),
    )
    for path in written.paths:
        click.echo(path)
    say(f"Wrote the strategic assessment for {asked.words}: {written.figures:,} figures.")
    if written.open_questions:
        say(f"{len(written.open_questions)} questions wait for people's answers in {written.answers}.")
