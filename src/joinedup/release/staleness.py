"""What makes written documents stale: a file is not changed once it is written, so it is said beside it.

Newer deliveries are no reason: a document is of its months, and says as known when.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.accounts import shared_otherwise_since
from joinedup.release.provenance import erasures
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace


def stale_since(
    workspace: Workspace, viewer: Viewer, written: Mapping[str, dt.datetime]
) -> dict[str, list[str]]:
    """Why documents that were ``written`` then (by name; aware) may not be written so today, in sentences.

    Nothing that does not exist for this person is among the reasons. One that is as it would be is left out.
    """
    last_erased = max((row.at for row in erasures(workspace, viewer)), default=None)
    found = {}
    for name, moment in written.items():
        said = []
        if last_erased is not None and last_erased > moment:
            said.append(_("Records were erased since."))
        if shared_otherwise_since(moment):
            said.append(_("What owners share was changed or taken back since."))
        if said:
            found[name] = said
    return found
