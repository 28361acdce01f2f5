"""Check the figures of a published report: which do not add up, and what the records say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, session, viewer
from joinedup.cli.mishaps import needs_person
from joinedup.cli.output import format_option, purpose_option, say, show
from joinedup.terms import Purpose

if TYPE_CHECKING:
    from joinedup.documents.claims import CheckedReport, Finding

_STDIN = "-"


@click.command(name="check-report", help=__doc__)
@click.argument("file", metavar="FILE|-")
@purpose_option
@format_option
@click.pass_context
def command(ctx: click.Context, file: str, purpose: str, output_format: str) -> None:
    from joinedup.documents.claims import MOST_BYTES, check_report

    report = sys.stdin.buffer.read(MOST_BYTES + 1) if file == _STDIN else Path(file)
    if session(ctx).folder is None:
        say("Note: no workspace is named, so the records are not asked.")
        checked = check_report(report)
    else:
        workspace = open_workspace(ctx)
        checked = check_report(
            report, workspace=workspace, viewer=viewer(ctx), purpose=Purpose(purpose), channel="command-line"
        )
    if output_format == "table":
        _print(checked)
    else:
        show([finding.to_json_row() for finding in checked.findings], output_format)
    _tell(checked)


def _print(checked: CheckedReport) -> None:
    """Finding after finding: a sentence with its arithmetic is too long for a table's cell."""
    for finding in checked.findings:
        click.echo("\n".join(_lines(finding)))
        click.echo()
    if not checked.findings:
        click.echo("Nothing was found that can be checked.")


def _lines(finding: Finding) -> list[str]:
    numbers: Any = f"  numbers:    {'; '.join(finding.numbers)}" if finding.numbers else None
    lines = [
        f"{finding.verdict.words.upper()} – {finding.about.words}, {finding.place}",
        f"  “{finding.sentence}”",
        numbers,
        f"  arithmetic: {finding.arithmetic}",
    ]
    return [line for line in lines if line is not None]


def _tell(checked: CheckedReport) -> None:
    told = f"Sentences with figures: {checked.with_figures:,}; findings: {len(checked.findings):,}"
    if checked.unnamed:
        told += f"; sentences that name no measure, so that the records were not asked: {checked.unnamed:,}"
    if checked.disagreeing:
        needs_person(f"{told}. Not in agreement: {checked.disagreeing:,}; somebody has to look.")
    say(f"{told}. Nothing disagrees.")
