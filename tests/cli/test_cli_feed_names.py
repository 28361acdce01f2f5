"""A wrong feed name is answered by the nearest; one that is right, or delivered, passes."""

from __future__ import annotations

import pytest

from joinedup.cli.feed_names import known_feeds
from joinedup.errors import NotFound
from joinedup.terms import Role, Viewer
from joinedup.workspace import Workspace

ANALYST = Viewer("ann", "Ann", Role.ANALYST, "council")


def test_a_feed_name_mistyped_is_answered_by_the_nearest(tmp_path):
    workspace = Workspace.create(tmp_path / "ws", partnership="Testshire")
    known_feeds(workspace, ANALYST, [None, "warden-patrols"])
    with pytest.raises(NotFound, match=r"Did you mean warden-patrols\? See: joinedup feeds"):
        known_feeds(workspace, ANALYST, ["warden-patrols", "warden-patrol"])
    with pytest.raises(NotFound, match=r"\(zzz\)\. See: joinedup feeds"):
        known_feeds(workspace, ANALYST, ["zzz"])
