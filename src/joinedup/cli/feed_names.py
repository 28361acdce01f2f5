"""Feeds as people write them; a wrong name is answered by the nearest."""

from __future__ import annotations

from collections.abc import Iterable

from joinedup.cli.nearest import did_you_mean
from joinedup.errors import NotFound
from joinedup.terms import Viewer
from joinedup.workspace import Workspace


def known_feeds(workspace: Workspace, viewer: Viewer, written: Iterable[str | None]) -> None:
    """Raise NotFound for the first name that is no feed's that exists for this person: there is no contract,
    and nothing came of it, or it is restricted and not theirs to know of."""
    from joinedup.release import contracts_known

    names = [name for name in written if name is not None]
    if not names:
        return
    known = contracts_known(workspace, viewer)
    for name in names:
        if name not in known:
            near = did_you_mean(name, sorted(known))
            raise NotFound(
                "There is no feed of that name",
                where=name,
                next_step=f"{near} See: joinedup feeds".strip(),
            )
