"""Whether leaves that are counted again are what they were: a keyed digest, from which no count follows.

The key is of the workspace and in no backup. Where it is lost nothing fits any more, and what was shown is
treated like what can no longer be counted.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from joinedup import durable
from joinedup.release.cubes.counting import Counted

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

KEY_FILE = "cube.key"
_KEY_BYTES = 32


def seal_of(workspace: Workspace, counted: Counted) -> str:
    """The digest of all leaves with their labels."""
    told = repr((counted.axes.as_plain(), counted.counts.ravel().tolist()))
    return hmac.new(_key(workspace), told.encode(), hashlib.sha256).hexdigest()


def _key(workspace: Workspace) -> bytes:
    path = workspace.secrets_folder / KEY_FILE
    if not path.is_file():
        durable.write_secret(path, secrets.token_hex(_KEY_BYTES))
    return path.read_bytes()
