"""What takes two people, at the shell: the first time it is proposed, and done when a second has approved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from joinedup.cli.mishaps import needs_person

if TYPE_CHECKING:
    from joinedup.accounts.models import Proposal
    from joinedup.terms import Viewer
    from joinedup.workspace import Workspace


@contextmanager
def by_two_people(workspace: Workspace, by: Viewer) -> Iterator[None]:
    """Do what is within, or, where it takes a second person, propose it and end with exit status 1."""
    from joinedup.accounts import NeedsSecond
    from joinedup.release import approvals

    try:
        yield
    except NeedsSecond as needs:
        needs_person(_told(approvals.propose(workspace, needs, by=by)))


def _told(made: Proposal) -> str:
    from joinedup.accounts.proposals import in_words, seconders_of
    from joinedup.terms import LONDON

    until = f"{made.ends_at.astimezone(LONDON):%d %B %Y %H:%M}"
    if made.state == "approved":
        two = f"{made.proposed_by} and {made.decided_by}"
        return f"Nothing was done: proposal {made.pk} is approved until {until}, for one of {two} to do."
    whom = in_words(seconders_of(made))
    return (
        f"Nothing was done yet, for it takes two people. Proposal {made.pk} of {made.proposed_by} waits "
        f"until {until} for a second person ({whom}), who runs: joinedup approvals approve {made.pk}. "
        "Then run the same command again."
    )
