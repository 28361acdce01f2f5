"""Documents that were written before sharing changed, or records were erased, are marked as stale."""

from __future__ import annotations

import os
import time

import pytest

from joinedup.accounts import record_agreement, stop_share
from joinedup.terms import Role, Viewer

pytestmark = pytest.mark.no_agreements

KEEPER = Viewer("sam", "Sam", Role.ADMINISTRATOR, "testshire-council")
AGREEMENT = """
code = "community-safety"
version = 1
title = "Community safety agreement"
basis = "Crime and Disorder Act 1998, section 115"
purposes = ["crime-and-disorder"]
starts = 2020-01-01
review = 2020-06-01
ends = 2999-12-31
[[shares]]
owner = "police-force"
feeds = ["all"]
signed_by = "A Chief"
signed_as = "Superintendent"
signed_on = 2020-01-01
[[receives]]
agency = "testshire-council"
roles = ["analyst"]
"""


@pytest.fixture
def written(hub, monkeypatch):
    """A document that was written after the agreement was recorded, which everybody may read."""
    from joinedup.hub.views import documents
    from joinedup.release import Access, Decision

    record_agreement(AGREEMENT, where="a", by=KEEPER)
    page = hub.documents_folder / "assessment-d1.html"
    page.write_text("<title>An assessment</title>")
    os.utime(page, (time.time() + 1, time.time() + 1))
    monkeypatch.setattr(documents, "may_read", lambda viewer: Decision(Access.FULL, "Read it.", "open"))
    return page


def test_it_is_marked_once_an_owner_has_taken_a_share_back(written, signed_in):
    analyst = signed_in("analyst")
    assert "Stale" not in analyst.get("/documents/").content.decode()
    stop_share("community-safety", "police-force", reason="under review", by=KEEPER)
    os.utime(written, (time.time() - 60, time.time() - 60))
    told = analyst.get("/documents/").content.decode()
    assert "Stale" in told and "What owners share was changed or taken back since" in told
    os.utime(written, (time.time() + 60, time.time() + 60))
    assert "Stale" not in analyst.get("/documents/").content.decode()
