"""Which workspace a verb works in, and who acts: opened once, on first use."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.errors import NotFound

if TYPE_CHECKING:
    from joinedup.terms import Viewer
    from joinedup.workspace import Workspace

SETTINGS_FILE = "joinedup.toml"
USUAL_FOLDER = Path("workspace")


@dataclass
class Session:
    """What one run of the command line was told, and the workspace it has open."""

    named_folder: Path | None = None
    username: str | None = None
    _workspace: Workspace | None = field(default=None, repr=False)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def folder(self) -> Path | None:
        """The workspace's folder: as named, or the usual place, or None."""
        if self._workspace is not None:
            return self._workspace.folder
        if self.named_folder is not None:
            return self.named_folder
        usual = (Path(), USUAL_FOLDER)
        return next((place for place in usual if (place / SETTINGS_FILE).is_file()), None)

    def workspace(self) -> Workspace:
        """Open the workspace, once."""
        from joinedup.log import sign_if_possible
        from joinedup.workspace import Workspace

        if self._workspace is None:
            if self.folder is None:
                raise NotFound(
                    "It is not said which workspace to work in",
                    next_step="Give -C FOLDER or set JOINEDUP_WORKSPACE, or make one: joinedup init FOLDER",
                )
            self._workspace = Workspace.open(self.folder)
            sign_if_possible(self._workspace.secrets_folder)  # else the doctor tells what is wrong
        return self._workspace

    def adopt(self, workspace: Workspace) -> None:
        """Work on in a workspace that a verb has just made."""
        self._workspace = workspace

    def close(self) -> None:
        """Close the workspace if it is open."""
        if self._workspace is not None:
            self._workspace.close()
            self._workspace = None


def session(ctx: click.Context) -> Session:
    """The session of this run."""
    found: Any = ctx.find_root().obj
    return found if isinstance(found, Session) else ctx.find_root().ensure_object(Session)


def open_workspace(ctx: click.Context) -> Workspace:
    """The workspace this verb works in, opened on first use."""
    return session(ctx).workspace()


def viewer(ctx: click.Context) -> Viewer:
    """Who acts: the user named by ``--as`` or ``JOINEDUP_USER``, or the workspace's only active one."""
    from joinedup.accounts import acting_viewer

    open_workspace(ctx)
    return acting_viewer(session(ctx).username)
