"""The ``joinedup`` command: finds the verbs, and turns every ending into one sentence and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from joinedup import __version__
from joinedup.cli import discovery, mishaps
from joinedup.cli.context import Session
from joinedup.cli.mishaps import NeedsPerson
from joinedup.cli.nearest import did_you_mean
from joinedup.errors import JoinedupError

BROKEN_PIPE = 141  # what a shell reports for a program ended by SIGPIPE
INTERRUPTED = 130


class House(click.Group):
    """A group whose verbs are the modules of ``cli/verbs``, imported only when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, in alphabetical order."""
        return discovery.verbs()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, or None when there is no such verb."""
        return discovery.command(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that the first word names; a wrong word is answered with the nearest verbs."""
        word = args[0]
        if not word.startswith("-") and self.get_command(ctx, word) is None:
            guess = did_you_mean(word, discovery.verbs()) or "See: joinedup --help"
            raise click.UsageError(f"There is no verb '{word}'. {guess}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs with the first line of each, without importing any."""
        rows = [(verb, discovery.summary(verb)) for verb in discovery.verbs()]
        if rows:
            with formatter.section("Verbs"):
                formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; a reader who closes the pipe (``| head``) ends it quietly."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            ctx.exit(BROKEN_PIPE)
        return result

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line and leave with its exit status."""
        if not standalone_mode:
            return super().main(args, prog_name or "joinedup", complete_var, False, **extra)
        session = Session()
        try:
            with session:
                status = super().main(
                    args, prog_name or "joinedup", complete_var, standalone_mode=False, obj=session, **extra
                )
        except NeedsPerson as outcome:
            _leave(outcome.message, 1)
        except JoinedupError as error:
            _leave(f"Error: {error.sentence()}", error.exit_status)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort as stop:
            interrupted = isinstance(stop.__cause__, KeyboardInterrupt)
            _leave("Stopped.", INTERRUPTED if interrupted else 2)
        except Exception as error:
            if os.environ.get("JOINEDUP_DEBUG") == "1":
                raise
            _leave(mishaps.unexpected(error, session.folder), 2)
        sys.exit(status if isinstance(status, int) else 0)


def _leave(message: str, status: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(status)


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-C",
    "--workspace",
    "folder",
    metavar="FOLDER",
    envvar="JOINEDUP_WORKSPACE",
    type=click.Path(path_type=Path, file_okay=False),
    help="The workspace to work in (or JOINEDUP_WORKSPACE; else this folder or ./workspace).",
)
@click.option(
    "--as",
    "username",
    metavar="USER",
    envvar="JOINEDUP_USER",
    help="The user to act as (or JOINEDUP_USER; not needed where there is only one).",
)
@click.version_option(__version__, "--version", message="joinedup %(version)s")
@click.pass_context
def main(ctx: click.Context, folder: Path | None, username: str | None) -> None:
    """One shared, honest picture for a community safety partnership.

    Results go to standard output, messages and progress to standard error. Exit status: 0 done; 1 done, but
    something needs a person; 2 refused or wrong use, and nothing was changed.
    """
    session = ctx.ensure_object(Session)
    session.named_folder = folder
    session.username = username
