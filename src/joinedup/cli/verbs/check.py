"""Examine the installation and the workspace, and say what to do about anything that is wrong."""

from __future__ import annotations

import secrets
from dataclasses import asdict

import click

from joinedup.cli import doctor
from joinedup.cli.context import open_workspace, session
from joinedup.cli.mishaps import needs_person
from joinedup.cli.output import format_option, say, show
from joinedup.cli.progress import console_progress
from joinedup.errors import NotFound


@click.command(name="check", help=__doc__)
@click.option(
    "--repair-key", is_flag=True, help="Make a new secret key first: everybody has to sign in again."
)
@format_option
@click.pass_context
def command(ctx: click.Context, repair_key: bool, output_format: str) -> None:
    if repair_key:
        _new_key(ctx)
    findings = list(doctor.installation())
    if session(ctx).folder is None:
        say("No workspace is named, so only the installation was examined.")
    else:
        findings += _workspace(ctx)
    show([asdict(finding) for finding in findings], output_format)
    wrong = sum(finding.state == doctor.WRONG for finding in findings)
    if wrong:
        needs_person(f"{wrong} of {len(findings)} findings are wrong: see what to do beside each.")
    say("Nothing is wrong.")


def _workspace(ctx: click.Context) -> list[doctor.Finding]:
    workspace = open_workspace(ctx)
    findings: list[doctor.Finding] = []
    with console_progress().stage("Examining the workspace", len(doctor.EXAMINATIONS)) as stage:
        for examine in doctor.EXAMINATIONS:
            findings += examine(workspace)
            stage.advance(1, examine.__name__.replace("_", " "))
    return findings


def _new_key(ctx: click.Context) -> None:
    from joinedup import durable
    from joinedup.workspace import SETTINGS_FILE

    folder = session(ctx).folder
    if folder is None or not (folder / SETTINGS_FILE).is_file():
        raise NotFound("There is no workspace there to make a key for", next_step="Give -C FOLDER")
    durable.write_secret(folder / "secrets" / "django.key", secrets.token_urlsafe(50))
    say("Made a new secret key: everybody has to sign in again.")
