"""What an erasure leaves to do beside the record book: scratch, details of errors, files that wait."""

from __future__ import annotations

from joinedup.workspace import Workspace


def clear_scratch(workspace: Workspace) -> None:
    """Delete what killed processes left, which may hold the same records, and so may details of errors."""
    from joinedup.feeds import sweep_leavings

    sweep_leavings(workspace)
    for details in workspace.temporary_folder.glob("joinedup-*.log"):
        details.unlink(missing_ok=True)


def left_behind(workspace: Workspace) -> list[str]:
    """What to do where leavings of a process could not be told from what another one works with now."""
    from joinedup.feeds import leavings

    left = leavings(workspace)
    if not left:
        return []
    return [f"{len(left)} files or folders of other processes may hold the same records: see joinedup check."]


def unfinished(done: bool) -> list[str]:
    """What to do where a reader kept old files."""
    return [] if done else ["Old files wait for a reader to end: later, run joinedup erase --finish."]


def held_files(feed: str) -> list[str]:
    """What to do where a file waits for a person: it is kept as it came, until that is decided."""
    from joinedup.feeds import desk

    waiting = ", ".join(str(one.pk) for one in desk.held() if one.feed == feed)
    if not waiting:
        return []
    return [f"Held files of {feed} may hold the same records ({waiting}): decide about them, joinedup held."]
