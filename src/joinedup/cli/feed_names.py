"""Feeds as people write them; a wrong name is answered by the nearest."""

from __future__ import annotations

from collections.abc import Iterable

from joinedup.cli.nearest import did_you_mean
from joinedup.errors import NotFound
from joinedup.workspace import Workspace


def known_feeds(workspace: Workspace, written: Iterable[str | None]) -> None:
    """Raise NotFound for the first name that is no feed's: there is no contract, and nothing came of it."""
    from joinedup.feeds.library import contract_files
    from joinedup.records import RecordBook

    names = [name for name in written if name is not None]
    known = set(contract_files(workspace)) if names else set()
    if all(name in known for name in names):
        return
    known |= {row.feed for row in RecordBook(workspace).deliveries()}
    for name in names:
        if name not in known:
            near = did_you_mean(name, sorted(known))
            raise NotFound(
                "There is no feed of that name",
                where=name,
                next_step=f"{near} See: joinedup feeds".strip(),
            )
