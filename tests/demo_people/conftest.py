"""One invented partnership for all tests of this folder."""

from __future__ import annotations

import pytest

from joinedup.demo.people import simulate
from joinedup.demo.people.truth import Truth


@pytest.fixture(scope="session")
def truth(tmp_path_factory):
    """The demonstration's own size: the shares below are judged on it."""
    return Truth(simulate(tmp_path_factory.mktemp("truth"), people=40_000))
